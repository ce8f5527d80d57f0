"""One window per person: who came first, and how a later start asks that one to come to the front.

A lock file is the truth about who is first: the system lets go of it when its process dies, however it dies.
The socket only carries one fixed word and its one fixed answer.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QWidget

from app.core.aside import aside

WITHIN_S = 2.0
_WORD, _ANSWER = b"raise\n", b"raised\n"
# One that came first may hold the lock and not listen yet.
_AGAIN_S = 0.05
# A caller who has not said the word by then is dropped; so is one who comes while so many are there.
_CALLER_MS = 1000
_CALLERS = 8


class Instance(QObject):
    """This process's claim to be the one window of one person. raise_wanted: another start asks for it.

    name: a hash, in hex, of server, account and user id. folder: of this workstation's files, where the lock
    file lies; persons of another folder are others.
    guarded: False when the last claim was granted although no lock file could be made, as in a folder that
    cannot be written or a file system without locks: then a second window of the same person is possible.
    """

    raise_wanted = Signal()

    def __init__(self, name: str, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.guarded = True
        self._address = _address(folder, name)
        self._path = folder / f"{name}.window.lock"
        self._lock: FileLock | None = None
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._called)

    @property
    def listening(self) -> bool:
        """Whether another start can reach this one; without, `raise_wanted` never comes."""
        return self._server.isListening()

    async def claim(self) -> bool:
        """Whether this process is now the one of its person; True where that cannot be known (`guarded`)."""
        if self._lock is not None:
            return True
        try:
            lock = await aside(partial(_locked, self._path))
        except Timeout:
            return False
        except OSError:
            self.guarded = False
            return True
        # Listening takes the place of a socket that lies there: of a dead one, never of one that answers.
        free = await self._nobody_there()
        self._lock, self.guarded = lock, True
        if free:
            self._server.listen(self._address)
        return True

    async def ask_to_raise(self) -> bool:
        """Asks the process that has the claim to come to the front; False when it does not answer in time."""
        if sys.platform == "win32":
            _allow_to_come_forward()
        try:
            async with asyncio.timeout(WITHIN_S):
                while await self._say(_WORD) != _ANSWER:  # noqa: ASYNC110 (it is another process)
                    await asyncio.sleep(_AGAIN_S)
        except TimeoutError:
            return False
        return True

    def release(self) -> None:
        """Gives the claim up; another process can claim at once. Without a claim it does nothing."""
        # The socket goes first: whoever has the lock next puts its own in the same place.
        self._server.close()
        for socket in self._callers():
            socket.abort()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    async def _nobody_there(self) -> bool:
        try:
            async with asyncio.timeout(WITHIN_S):
                return await self._say(b"") is None
        except TimeoutError:
            return False

    async def _say(self, word: bytes) -> bytes | None:
        """The answer of whoever listens for this person, None when it gives none or nobody does.

        Without a word: b"" as soon as somebody takes the connection.
        """
        answer: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        # With a parent: Python's collector, which may run in any thread, must not be who deletes it.
        socket = QLocalSocket(self)
        socket.setReadBufferSize(len(_ANSWER))

        def settle(said: bytes | None) -> None:
            if not answer.done():
                answer.set_result(said)

        def connected() -> None:
            socket.write(word) if word else settle(b"")

        def read() -> None:
            if socket.bytesAvailable() >= len(_ANSWER):
                settle(socket.readAll().data())

        def ended() -> None:
            settle(None)

        socket.connected.connect(connected)
        socket.readyRead.connect(read)
        socket.errorOccurred.connect(ended)
        socket.disconnected.connect(ended)
        try:
            socket.connectToServer(self._address)
            return await answer
        finally:
            socket.abort()
            socket.deleteLater()

    def _called(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            _Caller(socket, self.raise_wanted.emit, welcome=len(self._callers()) <= _CALLERS)

    def _callers(self) -> list[QLocalSocket]:
        return self._server.findChildren(QLocalSocket)


class _Caller(QObject):
    """One who called: says the word in time and is answered, or is dropped; gone with its connection."""

    def __init__(self, socket: QLocalSocket, heard: Callable[[], None], *, welcome: bool) -> None:
        super().__init__(socket)
        self._socket, self._heard = socket, heard
        socket.setReadBufferSize(len(_WORD) + 1)
        socket.disconnected.connect(socket.deleteLater)
        if not welcome:
            self._drop()
            return
        socket.readyRead.connect(self._read)
        patience = QTimer(self, singleShot=True, interval=_CALLER_MS)
        patience.timeout.connect(self._drop)
        patience.start()

    def _read(self) -> None:
        said = self._socket.peek(len(_WORD) + 1).data()
        if said == _WORD:
            self._socket.readAll()
            self._socket.write(_ANSWER)
            self._socket.disconnectFromServer()
            self._heard()
        elif not _WORD.startswith(said):
            self._drop()

    def _drop(self) -> None:
        self._socket.abort()


def bring_to_front(window: QWidget) -> None:
    """Un-minimises, raises and activates a window; where the desktop withholds the focus, asks for attention.

    Desktops may withhold it from a program that the person has not touched lately. A hidden window stays
    hidden: its program is ending.
    """
    if not window.isVisible():
        return
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()
    # Does nothing to a window that has become the active one.
    QApplication.alert(window)


def _locked(path: Path) -> FileLock:
    """The lock at `path`, until it is released or forgotten. Raises OSError; Timeout when it is taken."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Claimed in one thread and released in another. A soft lock would outlive a process that was killed.
    lock = FileLock(path, timeout=0, mode=0o600, thread_local=False, fallback_to_soft=False)
    lock.acquire()
    return lock


def _address(folder: Path, name: str) -> str:
    """Where the socket lies: the person's own runtime folder, where the desktop has one, else Qt's choice."""
    # The path may have a hundred bytes in all; 64 bits tell the persons of one machine apart.
    short = f"vestibule-{sha256(f'{folder.resolve()}|{name}'.encode()).hexdigest()[:16]}"
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return f"{runtime}/{short}" if runtime else short


def _allow_to_come_forward() -> None:
    """Windows lets only the process that the person has just started hand the front to another."""
    import ctypes

    any_process = -1
    ctypes.windll.user32.AllowSetForegroundWindow(any_process)
