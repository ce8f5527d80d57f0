"""The log's file: `logs/vestibule.log` under the home folder, for its owner alone, of a bounded size.

Lines are made where they are logged and written by a thread, so that no disk holds anybody up. Several
processes of one home share the file: whoever writes holds its lock, and nobody keeps it open.
"""

import io
import logging
import os
import queue
import secrets
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path

from filelock import FileLock, Timeout

from app.log.events import LOGGER, event
from app.log.fields import Salt
from app.log.lines import Lines

LARGEST_BYTES = 1_000_000
OLDER_FILES = 3
_NAME = "vestibule.log"
_SALT = "salt"
_LOCK_WITHIN_S = 2.0
_END_WITHIN_S = 1.0
_WAITING = 2_000
REFUSED: deque[str] = deque(maxlen=200)
"""The last lines of this process that no disk took."""
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class LogFile(RotatingFileHandler):
    """Made without touching the disk; writes each line under the lock. A disk that refuses is no fault.

    folder: made when the first line comes.
    """

    def __init__(self, folder: Path, largest: int = LARGEST_BYTES) -> None:
        self._folder = folder
        self._lock_file = FileLock(folder / "lock", timeout=_LOCK_WITHIN_S, mode=0o600)
        super().__init__(
            folder / _NAME, maxBytes=largest, backupCount=OLDER_FILES, encoding="ascii", delay=True
        )

    def emit(self, record: logging.LogRecord) -> None:
        try:
            made_folder(self._folder)
            with self._lock_file:
                if self.shouldRollover(record):
                    self.doRollover()
                logging.FileHandler.emit(self, record)
                self._let_go()
        except (OSError, Timeout, ValueError):
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (the name is logging's)
        """Python's own would print the line to standard error."""
        REFUSED.append(record.getMessage())
        with suppress(OSError, ValueError):
            self._let_go()

    def _open(self) -> io.TextIOWrapper:
        return open(self.baseFilename, "a", encoding="ascii", opener=_for_owner)

    def _let_go(self) -> None:
        """Another process may move the file away, on Windows only while it is not open."""
        stream, self.stream = self.stream, None
        if stream is not None:
            stream.close()


class _Handing(QueueHandler):
    """Makes the line at once, and hands it to the thread. What does not fit is counted. lost: how many."""

    lost = 0

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802
        # Python's own would print it.
        self.lost += 1


def tail(folder: Path, most_bytes: int) -> list[str]:
    """The last lines of the log in `folder`, oldest first, and what the disk refused. Raises OSError."""
    found = b""
    for path in (folder / _NAME, folder / f"{_NAME}.1"):
        with suppress(FileNotFoundError):
            found = path.read_bytes() + found
        if len(found) > most_bytes:
            found = found[-most_bytes:].partition(b"\n")[2]
            break
    return [*found.decode("ascii", "replace").splitlines(), *REFUSED]


def made_folder(folder: Path) -> None:
    """Makes the folder for its owner alone, if it is not there. Raises OSError."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def logs_in(home: Path) -> Path:
    """The folder of the log."""
    return home / "logs"


@contextmanager
def logged(home: Path) -> Iterator[None]:
    """Meanwhile everything that is logged goes into the file under `home`, and nowhere else.

    VESTIBULE_LOG in the environment says from which level on: debug, info, warning, error.
    """
    folder, root, lines = logs_in(home), logging.getLogger(), queue.Queue[logging.LogRecord](_WAITING)
    Salt.value = _salt(folder)
    handing = _Handing(lines)
    handing.setFormatter(Lines())
    listener = QueueListener(lines, LogFile(folder))
    level = LOGGER.level
    LOGGER.setLevel(_LEVELS.get(os.environ.get("VESTIBULE_LOG", ""), logging.INFO))
    # Warnings of Python would print lines of code and what is in them.
    logging.captureWarnings(True)
    listener.start()
    root.addHandler(handing)
    try:
        yield
    finally:
        if handing.lost:
            event("lines.lost", count=handing.lost)
        root.removeHandler(handing)
        logging.captureWarnings(False)
        LOGGER.setLevel(level)
        # Nobody hands in any more, and the word that it is the end has to fit.
        lines.maxsize = 0
        _end(listener)


def _end(listener: QueueListener) -> None:
    """A disk that hangs must not hold up the end."""
    ending = threading.Thread(target=listener.stop, name="log.end", daemon=True)
    ending.start()
    ending.join(_END_WITHIN_S)


def _salt(folder: Path) -> bytes:
    """This installation's; where it cannot be kept, that of this run."""
    path = folder / _SALT
    try:
        made_folder(folder)
        with FileLock(folder / "lock", timeout=_LOCK_WITHIN_S, mode=0o600):
            if not path.exists() or len(path.read_bytes()) != len(Salt.value):
                with open(path, "wb", opener=_for_owner) as kept:
                    kept.write(secrets.token_bytes(len(Salt.value)))
            return path.read_bytes()
    except (OSError, Timeout):
        return Salt.value


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
