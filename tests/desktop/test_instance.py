"""Two starts on a real display: the second of one person raises the first one's window."""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.desktop.machine import Display, Running, environment, until

pytestmark = pytest.mark.desktop

ONE, OTHER = "1" * 64, "2" * 64


class Desk:
    """One workstation, on which windows are opened."""

    def __init__(self, display: Display, folder: Path, runtime: str) -> None:
        self._folder = folder
        self._env = environment(folder, DISPLAY=display.name, QT_QPA_PLATFORM="xcb", XDG_RUNTIME_DIR=runtime)

    def start(self, name: str) -> AbstractContextManager[Running]:
        return Running(["-m", "tests.desktop.claimed_window", name], self._env, self._folder)


@pytest.fixture
def desk(display: Display, tmp_path: Path) -> Iterator[Desk]:
    # Short, as the desktop's own is: a socket's path may have a hundred bytes.
    with tempfile.TemporaryDirectory(prefix="v-") as runtime:
        yield Desk(display, tmp_path, runtime)


def in_front(display: Display, window: int) -> bool:
    """Whether it is the topmost one: they are named from the back to the front."""
    return [shown for shown, title in display.titles().items() if title][-1:] == [window]


def test_a_second_start_raises_the_window_of_the_same_person_and_ends(desk: Desk, display: Display) -> None:
    with desk.start(ONE) as first, desk.start(OTHER) as other:
        assert first.line() == other.line() == "first\n"
        covered, cover = (display.window(f"Vestibule {name}") for name in (ONE, OTHER))
        for window, name in ((covered, ONE), (cover, OTHER), (covered, ONE)):
            with desk.start(name) as again:
                assert again.line() == "raised\n"
                assert again.process.wait(20) == 0
                assert again.stderr() == ""
            until(lambda window=window: in_front(display, window), "its window in front")
        assert len([title for title in display.titles().values() if title]) == 2
        for running, window in ((first, covered), (other, cover)):
            running.ends(lambda window=window: display.close(window))
            assert running.process.wait(1) == 0
            assert running.stderr() == ""
