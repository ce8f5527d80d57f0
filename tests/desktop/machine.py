"""Parts of a real desktop for one test: display, window, processes. Each is ended by its process id."""

import ctypes
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import pytest

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
WITHIN_S = 20.0
QUESTION = "Start this call?"


def needs(*programs: str) -> None:
    """Skips the test where these are not installed; in CI, where they must be, it fails."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        why = f"needs {', '.join(missing)}, not installed here"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)


def until(condition: Callable[[], T], what: str, within_s: float = WITHIN_S) -> T:
    """What `condition` brings, as soon as that is true; fails the test when it is not in time."""
    end = time.monotonic() + within_s
    while not (found := condition()):
        assert time.monotonic() < end, f"{what}: not within {within_s} s"
        time.sleep(0.02)
    return found


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """That of a desktop whose home is `folder`: nothing of the session the tests run in.

    The session bus is one that is not there, lest the bus library starts one that nobody ends.
    """
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "VESTIBULE_HOME": str(folder / "vestibule"),
        "XDG_RUNTIME_DIR": str(runtime),
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={runtime}/no-bus",
        "PYTHONWARNINGS": "error",
        **changes,
    }


class Ending:
    """Watches for the end of any process, ours or not, without mistaking another for it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._fd = os.pidfd_open(pid)

    def comes(self, within_s: float) -> bool:
        """Whether the process ends in time."""
        return bool(select.select([self._fd], [], [], within_s)[0])

    def close(self) -> None:
        """Kills the process if it is still there."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._fd, signal.SIGKILL)
        os.close(self._fd)


class Running:
    """`python ARGUMENTS` in a process of its own; what is left of it at the end is killed."""

    def __init__(self, arguments: Sequence[str], env: Mapping[str, str], folder: Path) -> None:
        self._err = folder / f"stderr-{time.monotonic_ns()}"
        with self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=err, env=env, cwd=ROOT, text=True
            )
        self.ending = Ending(self.process.pid)
        self._children: dict[int, Ending] = {}

    def __enter__(self) -> "Running":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Held before the parent goes: afterwards nobody knows whose they were.
        for pid in children(self.process.pid):
            self._hold(pid)
        for ending in (self.ending, *self._children.values()):
            ending.close()
        self.process.wait(WITHIN_S)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def line(self) -> str:
        """The next line of its output."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.stderr()
        return line

    def practice_clinic(self) -> Ending:
        """Its child, the practice clinic, once there is one."""

        def child() -> int | None:
            assert self.process.poll() is None, self.stderr()
            found = (pid for pid in children(self.process.pid) if "app.sandbox" in command_line(pid))
            return next(found, None)

        return self._hold(until(child, "a practice clinic"))

    def stderr(self) -> str:
        """What it complained of so far."""
        return self._err.read_text()

    def ends(self, act: Callable[[], object]) -> float:
        """Seconds from `act` to the end of the process."""
        began = time.monotonic()
        act()
        assert self.ending.comes(WITHIN_S), "the program does not end"
        return time.monotonic() - began

    def _hold(self, pid: int) -> Ending:
        if pid not in self._children:
            self._children[pid] = Ending(pid)
        return self._children[pid]


def children(parent: int) -> list[int]:
    """The process ids of a process's children."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # The name, in brackets, may hold anything.
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
    return found


def command_line(pid: int) -> str:
    """How a process was started, "" when it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


@contextmanager
def ended_after(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Asks a process of ours to end at the end of the block, and kills it if it does not."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


class Display:
    """An X display without a window manager, so that a test sees what the program itself does."""

    def __init__(self, name: str) -> None:
        self.name = name

    def titles(self) -> dict[int, str]:
        """Every window that is shown, with its title."""
        return {window: self._say("getwindowname", str(window)).strip() for window in self._windows(".*")}

    def window(self, title: str, within_s: float = WITHIN_S) -> int:
        """The window of exactly this title, as soon as it is shown."""
        pattern = f"^{re.escape(title)}$"
        return until(lambda: self._windows(pattern), f'a window "{title}"', within_s)[-1]

    def press(self, window: int, keys: str) -> None:
        """Types a chord into a window. A key that comes with the focus is lost."""
        if not self._has_focus(window):
            self._say("windowfocus", str(window))
            until(lambda: self._has_focus(window), "the focus")
        self._say("key", keys)

    def click(self, x: int, y: int) -> None:
        """Presses the first button of the mouse."""
        self._say("mousemove", str(x), str(y), "click", "1")

    def ask_to_start_a_call(self) -> int:
        """Selects one who waits and asks for the call, once the queue is there. Returns the question."""
        window = self.window("Vestibule")

        def asked() -> list[int]:
            # Amid the rows of those who wait; the click brings the focus, too.
            self.click(250, 430)
            self.press(window, "ctrl+j")
            return self._windows(re.escape(QUESTION))

        return until(asked, "the question")[-1]

    def close(self, window: int) -> None:
        """Asks a window to close, as the cross in its frame does."""
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        connection = ctypes.c_void_p(x11.XOpenDisplay(self.name.encode()))
        assert connection, "no display"
        atoms = [x11.XInternAtom(connection, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW")]
        event = _ClientMessage(33, 0, 1, connection, window, atoms[0], 32, (ctypes.c_long * 5)(atoms[1]))
        assert x11.XSendEvent(connection, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(event))
        x11.XCloseDisplay(connection)

    def _has_focus(self, window: int) -> bool:
        return self._say("getwindowfocus").strip() == str(window)

    def _windows(self, pattern: str) -> list[int]:
        said = self._say("search", "--onlyvisible", "--name", pattern)
        return [int(line) for line in said.splitlines()]

    def _say(self, *words: str) -> str:
        # A window may go while it is asked: that answer is empty.
        return subprocess.run(
            ["xdotool", *words],
            env={"PATH": os.environ["PATH"], "DISPLAY": self.name},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=WITHIN_S,
            check=False,
        ).stdout


class _ClientMessage(ctypes.Structure):
    """XClientMessageEvent, padded to the size of an XEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("padding", ctypes.c_long * 12),
    )
