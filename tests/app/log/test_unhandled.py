"""Faults that nobody handled, in a process of their own: no word of them is printed or kept (AUD-04)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app import log
from app.log.code import class_name
from app.log.file import logged
from tests.app.log.logs import lines

NEEDLE = "Zubizarreta"
CHILD = """
import atexit, sys, threading
from pathlib import Path
from app import log
from app.log.recording import recorded

class Odd(Exception):
    __module__ = [sys.argv[2]]

class Mute(Exception):
    def __str__(self):
        raise RuntimeError(sys.argv[2])

class Torn(ExceptionGroup):
    @property
    def exceptions(self):
        raise RuntimeError(sys.argv[2])

class Dies:
    def __del__(self):
        raise ValueError(needle)

def gone(error):
    print(log.fault(error), flush=True)
    raise BrokenPipeError(needle)

def fails():
    raise KeyError(needle)

def interrupted():
    try:
        fails()
    except KeyError:
        raise KeyboardInterrupt

needle = sys.argv[2]
raised = {
    "word": lambda: ValueError(needle), "errno": lambda: OSError([needle], needle),
    "mapping": lambda: OSError({needle: 1}, needle), "module": lambda: Odd(needle),
    "mute": lambda: Mute(needle),
    "group": lambda: ExceptionGroup(needle, [ValueError(needle), OSError([needle], needle)]),
    "torn": lambda: Torn(needle, [ValueError(needle)]), "exit": lambda: SystemExit(needle),
}
tell = gone if sys.argv[4:] else lambda error: print(log.fault(error), flush=True)
with recorded(Path(sys.argv[1]), tell):
    match sys.argv[3]:
        case "atexit":
            atexit.register(fails)
        case "thread":
            thread = threading.Thread(target=fails, name=needle)
            thread.start()
            thread.join()
        case "interrupt":
            interrupted()
        case "late" | "destructor":
            pass
        case how:
            raise raised[how]()
match sys.argv[3]:
    case "late":
        fails()
    case "destructor":
        Dies()
"""


def run(home: Path, *how: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(home), NEEDLE, *how],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert NEEDLE not in done.stdout + done.stderr
    assert not [path for path in home.rglob("*") if path.is_file() and NEEDLE.encode() in path.read_bytes()]
    return done


@pytest.mark.parametrize("how", ["word", "errno", "mapping", "module", "mute", "group", "torn", "exit"])
@pytest.mark.parametrize("teller", [[], ["gone"]])
def test_what_leaves_the_program_is_told_by_its_reference(
    tmp_path: Path, how: str, teller: list[str]
) -> None:
    done = run(tmp_path, how, *teller)
    assert (done.returncode, done.stderr) == (70, "")
    faults = lines(tmp_path, "fault")
    assert done.stdout.split() == [faults[0]["reference"]]
    assert [line["event"] for line in lines(tmp_path)][-1] == "program.ended"


@pytest.mark.parametrize(("how", "code"), [("atexit", 0), ("late", 1), ("destructor", 0)])
def test_what_fails_on_the_way_out_is_told_without_words(tmp_path: Path, how: str, code: int) -> None:
    done = run(tmp_path, how)
    assert (done.returncode, done.stdout) == (code, "")
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in told] == ["fault"]


def test_a_thread_is_told_though_telling_fails(tmp_path: Path) -> None:
    done = run(tmp_path, "thread", "gone")
    assert (done.returncode, done.stderr) == (0, "")
    types = [line["type"] for line in lines(tmp_path, "fault")]
    assert {"builtins.KeyError", "builtins.BrokenPipeError"} == set(types)


def test_an_interrupt_ends_the_program_and_prints_nothing(tmp_path: Path) -> None:
    done = run(tmp_path, "interrupt")
    assert (done.returncode, done.stdout, done.stderr) == (-2, "", "")


class Blind(type):
    """Its classes cannot be looked at."""

    def __getattribute__(cls, name: str) -> object:
        raise RuntimeError(NEEDLE)


@pytest.mark.logs
@pytest.mark.parametrize("error", [OSError([NEEDLE], NEEDLE), OSError(True, NEEDLE), OSError(10**30, NEEDLE)])
def test_a_fault_is_always_told(tmp_path: Path, error: OSError) -> None:
    with logged(tmp_path):
        reference = log.fault(error)
    (line,) = lines(tmp_path, "fault")
    assert (line["reference"], line["type"]) == (reference, class_name(type(error)))


@pytest.mark.logs
def test_a_class_that_cannot_be_looked_at_is_told_without_a_name(tmp_path: Path) -> None:
    blind = Blind("Odd", (Exception,), {})
    with logged(tmp_path):
        reference = log.fault(blind(NEEDLE))
    (line,) = lines(tmp_path, "fault")
    assert line["reference"] == reference
    assert "type" not in line


@pytest.mark.parametrize("module", [[NEEDLE], None, 5, NEEDLE])
def test_a_class_of_no_module_has_no_name(module: object) -> None:
    assert class_name(type("Odd", (Exception,), {"__module__": module})) == "?"
