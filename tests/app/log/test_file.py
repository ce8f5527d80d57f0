"""The file of the log: for its owner alone, bounded, and no matter to the program when the disk refuses."""

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app import log
from app.log import file as log_file
from app.log.file import LogFile, logged, tail
from tests.app.log.logs import lines
from tests.until import until


@pytest.fixture(autouse=True)
def nothing_refused() -> None:
    log_file.REFUSED.clear()


def test_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with logged(home):
        log.event("session.opened")
    assert (home / "logs").stat().st_mode & 0o777 == 0o700
    assert {path.name for path in (home / "logs").iterdir()} == {"vestibule.log", "salt", "lock"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (home / "logs").iterdir())


def test_an_id_has_one_hash_at_one_installation(tmp_path: Path) -> None:
    for home in ("one", "one", "two"):
        with logged(tmp_path / home):
            log.event("action.changed", id="7301")
    first, again = (line["id"] for line in lines(tmp_path / "one"))
    (other,) = (line["id"] for line in lines(tmp_path / "two"))
    assert first == again != other


def test_all_its_files_together_have_a_bound(tmp_path: Path) -> None:
    largest = 2_000
    handler = LogFile(tmp_path / "logs", largest)
    for number in range(400):
        handler.emit(logging.makeLogRecord({"msg": f"{number:0100}"}))
    files = sorted((tmp_path / "logs").glob("vestibule.log*"))
    assert [path.name for path in files] == ["vestibule.log", *(f"vestibule.log.{n}" for n in (1, 2, 3))]
    assert all(path.stat().st_size <= largest for path in files)
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in files)
    kept = tail(tmp_path / "logs", 10_000)
    assert int(kept[-1]) == 399
    assert [int(line) for line in kept] == list(range(400 - len(kept), 400))


def test_a_tail_begins_with_a_whole_line(tmp_path: Path) -> None:
    with logged(tmp_path):
        for _ in range(50):
            log.event("poll.failed", status=503)
    found = tail(tmp_path / "logs", 1_000)
    assert 5 < len(found) < 12
    assert all(line.startswith("{") and line.endswith("}") for line in found)


@pytest.mark.parametrize("trouble", ["a file in place of the folder", "full"])
def test_a_disk_that_refuses_is_no_fault_and_its_lines_are_in_memory(
    trouble: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if trouble == "full":
        (tmp_path / "logs").mkdir()
        (tmp_path / "logs" / "vestibule.log").symlink_to("/dev/full")
    else:
        (tmp_path / "logs").touch()
    with logged(tmp_path):
        for _ in range(300):
            log.event("poll.failed", status=503)
    assert capfd.readouterr() == ("", "")
    assert len(log_file.REFUSED) == 200
    assert '"status": 503' in log_file.REFUSED[-1]


@pytest.mark.logs
def test_a_disk_that_hangs_holds_up_neither_the_program_nor_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()
    monkeypatch.setattr(LogFile, "emit", lambda _self, _record: goes_on.wait(20))
    monkeypatch.setattr(log_file, "_END_WITHIN_S", 0.05)
    with logged(tmp_path):
        for _ in range(2_500):
            log.event("poll.failed", status=503)
    goes_on.set()


@pytest.mark.logs
async def test_lines_that_do_not_fit_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()
    real = LogFile.emit

    def slow(self: LogFile, record: logging.LogRecord) -> None:
        goes_on.wait(20)
        real(self, record)

    monkeypatch.setattr(LogFile, "emit", slow)
    monkeypatch.setattr(log_file, "_WAITING", 10)
    with logged(tmp_path):
        for _ in range(30):
            log.event("poll.failed", status=503)
        goes_on.set()
        path = tmp_path / "logs" / "vestibule.log"
        await until(lambda: path.exists() and len(lines(tmp_path)) >= 10)
    (lost,) = lines(tmp_path, "lines.lost")
    assert lost["count"] + len(lines(tmp_path, "poll.failed")) == 30


WRITES = """
import sys
from pathlib import Path
from app import log
from app.log import file
file.LARGEST_BYTES = 20_000
file.LogFile.__init__.__defaults__ = (20_000,)
with file.logged(Path(sys.argv[1])):
    for number in range(300):
        log.event("poll.failed", count=number, status=int(sys.argv[2]))
"""


def test_two_processes_share_it_and_no_line_is_torn(tmp_path: Path) -> None:
    both = [subprocess.Popen([sys.executable, "-c", WRITES, str(tmp_path), status]) for status in ("1", "2")]
    assert [process.wait(30) for process in both] == [0, 0]
    files = list((tmp_path / "logs").glob("vestibule.log*"))
    assert sum(path.stat().st_size for path in files) <= 4 * 20_000
    found = [line for path in files for line in path.read_text().splitlines()]
    assert len(found) > 300
    assert all(line.startswith('{"at"') and line.endswith("}") for line in found)


def test_nothing_is_touched_before_it_is_wanted(tmp_path: Path) -> None:
    code = "import sys, ui.start; print(any(name.startswith('app.log') for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert list(tmp_path.iterdir()) == []
