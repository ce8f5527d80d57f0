"""A process that dies of a signal leaves places in the code, and the next start tells them."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.log.crash import crashes_noted
from app.log.file import logged
from tests.app.log.logs import lines

NEEDLE = "Okafor"
DIES = f"""
import ctypes, os, signal, sys
from pathlib import Path
from app.log.recording import recorded

def dies(patient):
    os.kill(os.getpid(), int(sys.argv[2])) if int(sys.argv[2]) != 11 else ctypes.string_at(0)

with recorded(Path(sys.argv[1]), print):
    # As a name would stand in a fault's words, and among what a frame holds.
    dies("{NEEDLE}")
"""


@pytest.mark.logs
@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS])
def test_a_crash_is_told_by_the_next_start_and_by_places_alone(
    number: signal.Signals, tmp_path: Path
) -> None:
    script = tmp_path / "dies.py"
    script.write_text(DIES)
    home = tmp_path / "home"
    died = subprocess.run(
        [sys.executable, "-c", f"import runpy, sys; runpy.run_path({str(script)!r})", str(home), str(number)],
        capture_output=True,
        check=False,
    )
    assert died.returncode == -number
    left = (home / "logs" / "crash.txt").read_text()
    assert "Fatal Python error" in left
    assert (home / "logs" / "crash.txt").stat().st_mode & 0o777 == 0o600
    assert NEEDLE not in left + died.stderr.decode() + died.stdout.decode()
    with logged(home), crashes_noted(home):
        pass
    (crash,) = lines(home, "program.crashed")
    assert crash["signal"] == number.name
    assert len(crash["frames"]) >= 2
    assert str(tmp_path) not in str(crash)
    assert (home / "logs" / "crash.txt").read_text() == ""
    with logged(home), crashes_noted(home):
        pass
    assert len(lines(home, "program.crashed")) == 1


@pytest.mark.logs
def test_whatever_else_lies_there_is_told_without_its_words(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "crash.txt").write_text(
        f"{NEEDLE}\nFatal Python error: {NEEDLE}\n\nCurrent thread 0x1 (most recent call first):\n"
        f'  File "/{NEEDLE}.py", line 3 in {NEEDLE}\n  File "{__file__}", line 7 in x\n\nThread 0x2\n'
        f'  File "{__file__}", line 9 in y\nFatal Python error: Aborted\n'
    )
    with logged(tmp_path), crashes_noted(tmp_path):
        pass
    first, second = lines(tmp_path, "program.crashed")
    assert first["frames"] == [f"{__name__}:7", "?:3"]
    assert "signal" not in first
    assert (second["signal"], second["frames"]) == ("SIGABRT", [])


def test_where_nothing_can_be_kept_nothing_is_disturbed(tmp_path: Path) -> None:
    (tmp_path / "logs").touch()
    with crashes_noted(tmp_path):
        pass
