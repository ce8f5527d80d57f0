"""What was copied does not outlive a session, unless somebody else has copied since."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.desktop.machine import ROOT, Display, ended_after, environment

pytestmark = pytest.mark.desktop


class Copier:
    """One program at the display's clipboard."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, line: str) -> str:
        """Afterwards, as this program sees it: whether it is its own; clipboard and selection."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


@contextmanager
def copier(display: Display, tmp_path: Path) -> Iterator[Copier]:
    surroundings = environment(tmp_path / "person", DISPLAY=display.name, QT_QPA_PLATFORM="xcb")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.desktop.copying_window"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=surroundings,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with ended_after(process), process.stdin, process.stdout:
        yield Copier(process)


def test_what_was_copied_is_taken_back(display: Display, tmp_path: Path) -> None:
    with copier(display, tmp_path) as ours, copier(display, tmp_path) as another:
        assert ours.do("copy OKAFOR") == "True OKAFOR OKAFOR"
        assert another.do("paste") == "False OKAFOR OKAFOR"
        assert ours.do("forget") == "False"
        assert another.do("paste") == "False"


def test_what_another_program_copied_since_is_left_alone(display: Display, tmp_path: Path) -> None:
    with copier(display, tmp_path) as ours:
        ours.do("copy OKAFOR")
        # Only now: twice in one millisecond is no order for X.
        with copier(display, tmp_path) as another:
            another.do("copy theirs")
            assert ours.do("forget") == "False theirs theirs"
            assert another.do("paste") == "True theirs theirs"
