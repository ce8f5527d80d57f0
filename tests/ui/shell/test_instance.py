"""One window per person, tried with real second processes."""

import asyncio
import gc
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication, QWidget

from tests.until import until
from ui.shell.instance import WITHIN_S, Instance, bring_to_front

NAME, OTHER = "0123456789abcdef" * 4, "fedcba9876543210" * 4


class Start:
    """Another start of the program, told what to do; killed at the end if it is still there."""

    def __init__(self, folder: Path, name: str = NAME) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.shell.another_start", name, str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def told(self, word: str) -> str:
        """What it answers to a word."""
        self.tell(word)
        return self.line()

    def tell(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        """Lets it end in order."""
        self.process.communicate(timeout=10)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def __enter__(self) -> "Start":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        try:
            if kind is None and self.process.poll() is None:
                self.end()
        finally:
            self.process.kill()
            self.process.communicate(timeout=10)


Make = Callable[..., Instance]


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the sockets; a short one, as the desktop's own is."""
    with tempfile.TemporaryDirectory(prefix="v-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)
        assert sockets(Path(folder)) == []


@pytest.fixture
def instance(qapp: QApplication, tmp_path: Path) -> Iterator[Make]:
    """Makes the instances of this process."""
    made: list[Instance] = []
    # The loop of the test before is garbage, and the thread of a claim is no place to delete it.
    gc.collect()

    def make(name: str = NAME, folder: Path = tmp_path) -> Instance:
        made.append(Instance(name, folder))
        return made[-1]

    yield make
    for each in made:
        each.release()
        each.deleteLater()


def raises(instance: Instance) -> list[str]:
    """A list that gets longer each time the instance is asked to come to the front."""
    heard: list[str] = []
    instance.raise_wanted.connect(lambda: heard.append("raise"))
    return heard


def sockets(runtime: Path) -> list[Path]:
    return list(runtime.iterdir())


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@contextmanager
def somebody_else(address: str) -> Iterator[socket.socket]:
    """Listens there and is no Vestibule."""
    with socket.socket(socket.AF_UNIX) as foreign:
        foreign.bind(address)
        foreign.listen()
        foreign.settimeout(0)
        yield foreign
    Path(address).unlink()


def call(runtime: Path) -> socket.socket:
    """A local process of any kind, connected to the one that listens."""
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(0)
    (path,) = sockets(runtime)
    line.connect(str(path))
    return line


def hung_up(line: socket.socket) -> bool:
    try:
        return line.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


# -- other processes


def test_a_second_start_is_told_so_and_raises_the_first(tmp_path: Path) -> None:
    with Start(tmp_path) as first, Start(tmp_path) as second:
        assert first.told("claim") == "True"
        assert first.told("claim") == "True"
        assert second.told("claim") == "False"
        assert second.told("ask") == "True"
        assert first.line() == "raise"


def test_who_gave_up_the_claim_leaves_it_to_the_next_at_once(tmp_path: Path) -> None:
    with Start(tmp_path) as first, Start(tmp_path) as second:
        assert first.told("claim") == "True"
        assert first.told("release") == "None"
        assert second.told("claim") == "True"
        assert first.told("claim") == "False"
        assert first.told("ask") == "True"
        assert second.line() == "raise"


def test_after_a_kill_the_next_claims_at_once_and_is_heard(tmp_path: Path, runtime: Path) -> None:
    with Start(tmp_path) as first, Start(tmp_path) as second, Start(tmp_path) as third:
        assert first.told("claim") == "True"
        first.kill()
        assert len(sockets(runtime)) == 1, "a kill leaves the socket"
        assert second.told("claim") == "True"
        assert third.told("claim") == "False"
        assert third.told("ask") == "True"
        assert second.line() == "raise"


def test_of_ten_at_once_one_wins_and_hears_the_other_nine(tmp_path: Path) -> None:
    with ExitStack() as stack:
        starts = [stack.enter_context(Start(tmp_path)) for _ in range(10)]
        # All are up and idle.
        assert {start.told("release") for start in starts} == {"None"}
        for _ in range(10):
            for start in starts:
                start.tell("claim")
            answers = [start.line() for start in starts]
            assert sorted(answers) == ["False"] * 9 + ["True"]
            winner = starts.pop(answers.index("True"))
            for start in starts:
                start.tell("ask")
            assert {start.line() for start in starts} == {"True"}
            assert [winner.line() for _ in starts] == ["raise"] * 9
            assert winner.told("release") == "None"
            starts.append(winner)


def test_two_persons_do_not_disturb_each_other(tmp_path: Path) -> None:
    with Start(tmp_path) as first, Start(tmp_path, OTHER) as other, Start(tmp_path, OTHER) as second:
        assert first.told("claim") == "True"
        assert other.told("claim") == "True"
        assert second.told("claim") == "False"
        assert second.told("ask") == "True"
        assert other.line() == "raise"
        # Nothing was said to the first meanwhile: its next line is the answer.
        assert first.told("release") == "None"
        assert second.told("ask") == "True"


async def test_the_same_person_of_another_folder_is_another(instance: Make, tmp_path: Path) -> None:
    first, other = instance(), instance(folder=tmp_path / "other")
    assert await first.claim()
    assert await other.claim()
    assert first.listening
    assert other.listening


def test_a_first_one_that_hangs_is_not_waited_for_longer_than_promised(
    tmp_path: Path, qapp: QApplication
) -> None:
    with Start(tmp_path) as first, Start(tmp_path) as second:
        assert first.told("claim") == "True"
        first.process.send_signal(signal.SIGSTOP)
        assert second.told("claim") == "False"
        assert second.told("ask") == "False"
        first.process.send_signal(signal.SIGCONT)
        assert second.told("ask") == "True"


# -- the lock


async def test_nobody_to_ask(instance: Make) -> None:
    began = asyncio.get_running_loop().time()
    assert not await instance().ask_to_raise()
    assert asyncio.get_running_loop().time() - began < 2 * WITHIN_S


async def test_one_who_has_the_claim_and_does_not_listen_yet_is_waited_for(instance: Make) -> None:
    first, second = instance(), instance()
    asking = asyncio.create_task(second.ask_to_raise())
    await asyncio.sleep(0)
    assert await first.claim()
    assert await asking
    for each in (first, second):
        await nobody_left(each)


async def test_a_claim_that_was_broken_off_holds_nothing(instance: Make, tmp_path: Path) -> None:
    first, second = instance(), instance()
    claiming = asyncio.create_task(first.claim())
    await asyncio.sleep(0)
    claiming.cancel()
    with pytest.raises(asyncio.CancelledError):
        await claiming
    while not await second.claim():  # noqa: ASYNC110 (a thread lets go of it)
        await asyncio.sleep(0.005)
    assert second.listening
    assert not first.listening


def not_a_folder(tmp_path: Path) -> Path:
    (tmp_path / "file").touch()
    return tmp_path / "file"


def read_only(tmp_path: Path) -> Path:
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o500, exist_ok=True)
    return folder


@pytest.mark.parametrize(
    "folder",
    [
        not_a_folder,
        lambda _tmp_path: Path("/proc/vestibule"),
        pytest.param(
            read_only,
            marks=pytest.mark.skipif(os.geteuid() == 0, reason="root writes where it likes"),
        ),
    ],
    ids=["a file", "cannot be made", "read-only"],
)
async def test_a_folder_that_takes_no_lock_keeps_nobody_out(
    instance: Make, tmp_path: Path, folder: Callable[[Path], Path]
) -> None:
    first, second = instance(folder=folder(tmp_path)), instance(folder=folder(tmp_path))
    for each in (first, second):
        assert await each.claim()
        assert not each.guarded
        assert not each.listening


async def test_a_missing_folder_is_made_for_the_person_alone(instance: Make, tmp_path: Path) -> None:
    first = instance(folder=tmp_path / "new" / "home")
    assert await first.claim()
    assert first.guarded
    (lock,) = (tmp_path / "new" / "home").iterdir()
    assert stat.S_IMODE(lock.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600
    assert lock.read_bytes() == b""


# -- the socket


async def test_a_socket_that_somebody_answers_is_left_to_him(instance: Make, runtime: Path) -> None:
    first = instance()
    with somebody_else(first._address):
        assert await first.claim()
        assert first.guarded
        assert not first.listening
        call(runtime).close()


async def test_without_a_runtime_folder_the_socket_lies_elsewhere(
    instance: Make, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    # Not that of a program which runs here.
    name = os.urandom(32).hex()
    first, second = instance(name), instance(name)
    heard = raises(first)
    assert await first.claim()
    assert first.listening
    assert await second.ask_to_raise()
    assert heard == ["raise"]
    assert not sockets(runtime)


async def test_the_socket_is_the_persons_alone(instance: Make, runtime: Path) -> None:
    first = instance()
    assert await first.claim()
    (path,) = sockets(runtime)
    assert stat.S_ISSOCK(path.stat().st_mode)
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    first.release()
    assert not path.exists()


@pytest.mark.parametrize(
    "garbage",
    [
        b"x",
        b"RAISE\n",
        b"raise\r\n",
        b"raise\nraise\n",
        b"raised\n",
        b"\0" * 65536,
        b"GET / HTTP/1.1\r\n\r\n",
    ],
    ids=["letter", "capitals", "return", "twice", "answer", "zeros", "browser"],
)
async def test_garbage_is_not_acted_upon(instance: Make, runtime: Path, garbage: bytes) -> None:
    first, second = instance(), instance()
    heard = raises(first)
    assert await first.claim()
    with call(runtime) as line:
        line.sendall(garbage)
        await until(lambda: hung_up(line))
    await nobody_left(first)
    assert heard == []
    assert await second.ask_to_raise()
    assert heard == ["raise"]


async def test_the_word_may_come_in_parts(instance: Make, runtime: Path) -> None:
    first = instance()
    heard = raises(first)
    assert await first.claim()
    with call(runtime) as line:
        line.sendall(b"rai")
        await until(lambda: callers(first) and callers(first)[0].bytesAvailable() == 3)
        # Who is on the line is kept by his connection alone.
        gc.collect()
        line.sendall(b"se\n")
        await until(lambda: heard)
        assert line.recv(100) == b"raised\n"
        await until(lambda: hung_up(line))
    await nobody_left(first)


async def test_many_who_say_nothing_leave_nothing_behind(instance: Make, runtime: Path) -> None:
    first, second = instance(), instance()
    assert await first.claim()
    before = open_files()
    lines: list[socket.socket] = []
    heard_at_once: list[int] = []

    def most_are_dropped() -> bool:
        heard_at_once.append(on_the_line(first))
        return sum(map(hung_up, lines)) >= len(lines) - 8

    with ExitStack() as stack:
        while len(lines) < 200:
            lines.extend(stack.enter_context(call(runtime)) for _ in range(40))
            await until(most_are_dropped)
        # They stay no longer than they may, and do not keep out who says the word.
        assert await second.ask_to_raise()
        await until(lambda: all(map(hung_up, lines)))
    await nobody_left(first)
    assert max(heard_at_once) == 8
    assert open_files() == before


async def test_one_who_asks_and_leaves_does_no_harm(instance: Make, runtime: Path) -> None:
    first = instance()
    heard = raises(first)
    assert await first.claim()
    for _ in range(20):
        with call(runtime) as line:
            line.sendall(b"raise\n")
    await nobody_left(first)
    assert len(heard) <= 20
    assert await instance().ask_to_raise()


async def test_giving_up_the_claim_drops_who_is_on_the_line(instance: Make, runtime: Path) -> None:
    first = instance()
    assert await first.claim()
    with call(runtime) as line:
        await until(lambda: callers(first))
        first.release()
        assert hung_up(line)
    await nobody_left(first)


async def test_an_impostors_answer_is_none(instance: Make, runtime: Path) -> None:
    second = instance()
    with somebody_else(second._address) as foreign:
        asking = asyncio.create_task(second.ask_to_raise())
        answered = 0
        while not asking.done():
            try:
                line = foreign.accept()[0]
            except BlockingIOError:
                await asyncio.sleep(0.005)
                continue
            with line:
                line.sendall(b"rubbish\n" * 1000)
                answered += 1
        assert not await asking
        assert answered > 1


def callers(instance: Instance) -> list[QLocalSocket]:
    return instance.findChildren(QLocalSocket)


def on_the_line(instance: Instance) -> int:
    return sum(each.state() == QLocalSocket.LocalSocketState.ConnectedState for each in callers(instance))


async def nobody_left(instance: Instance) -> None:
    await until(lambda: not callers(instance))


# -- the window

# The offscreen platform knows no order of windows; tests/desktop sees that.
no_order = pytest.mark.qt_log_ignore("does not support raise", extend=True)


@pytest.fixture
def window(qapp: QApplication) -> Iterator[QWidget]:
    made = QWidget()
    made.resize(200, 100)
    made.show()
    yield made
    made.deleteLater()


@no_order
async def test_a_minimised_window_comes_back_as_it_was(window: QWidget) -> None:
    for state in (Qt.WindowState.WindowNoState, Qt.WindowState.WindowMaximized):
        window.setWindowState(state | Qt.WindowState.WindowMinimized)
        assert window.isMinimized()
        bring_to_front(window)
        assert window.windowState() & ~Qt.WindowState.WindowActive == state
        await until(window.isActiveWindow)


@no_order
async def test_a_covered_window_becomes_the_active_one(window: QWidget, qapp: QApplication) -> None:
    cover = QWidget()
    cover.show()
    cover.activateWindow()
    await until(cover.isActiveWindow)
    bring_to_front(window)
    await until(window.isActiveWindow)
    cover.deleteLater()


async def test_a_window_whose_program_is_ending_is_not_shown_again(window: QWidget) -> None:
    window.hide()
    bring_to_front(window)
    assert not window.isVisible()
