"""`vestibule checkin` from its pipes to its exit code."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.app.headless import commands
from tests.app.headless.kiosks import Kiosk, line, visits_of
from tests.practice import Practice
from tests.until import until


async def test_when_nobody_reads_the_answers_all_is_kept_and_nothing_waited_for(
    kiosk: Kiosk, clinic: Practice
) -> None:
    await kiosk.known()
    clinic.stop()
    async with kiosk.running(wait_s=1000) as (run, work):
        run.reader_is_gone = True
        run.feed(line(), line(reason="Another"))
        run.end()
        assert await work == 5
        assert len(run.desk.outbox.actions) == 2


async def test_a_reader_who_is_slow_holds_up_nothing(kiosk: Kiosk, clinic: Practice) -> None:
    before, free = visits_of(clinic), threading.Event()
    async with kiosk.running() as (run, work):
        answered = run.write
        run.write = lambda _data: free.wait()  # type: ignore[method-assign,assignment]
        run.feed(line(), line(reason="Another"))
        await until(lambda: len(visits_of(clinic) - before) == 2)
        run.stop.set()
        assert await asyncio.wait_for(work, 2.0) in (0, 5)
        free.set()
        assert answered


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(clinic: Practice, number: int) -> None:
    process = commands.command(*commands.at(clinic, "checkin"), stdin=subprocess.PIPE, **commands.who(clinic))
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write('{"member_id": "7301", "room": "k7m2p"}\n')
    process.stdin.flush()
    assert '"kept"' in process.stdout.readline()
    assert '"sent"' in process.stdout.readline()
    process.send_signal(number)
    out, err = process.communicate(timeout=2)
    assert (process.returncode, out) == (0, "")
    assert (
        err == "vestibule: Nothing is kept on this computer after closing: it has no keyring for the key.\n"
    )


_ENDED_AT_ITS_IMPORT = """
import os, signal, sys
from ui.main import main

class Ending:
    def find_spec(self, name, *_):
        if name == "app.headless.checkin":
            os.kill(os.getpid(), signal.SIGTERM)

sys.meta_path.insert(0, Ending())
sys.exit(main(["checkin", "--api", "http://127.0.0.1:9/api_v3/"]))
"""


def test_a_signal_before_it_listens_ends_it_in_order() -> None:
    process = subprocess.run(
        [sys.executable, "-c", _ENDED_AT_ITS_IMPORT], capture_output=True, check=False, timeout=20
    )
    assert (process.returncode, process.stdout, process.stderr) == (0, b"", b"")


def test_a_file_as_input(clinic: Practice, tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    lines.write_text('{"member_id": "7301", "room": "k7m2p"}\n\n{"member_id": "none", "room": "k7m2p"}')
    with lines.open() as stdin:
        process = commands.command(*commands.at(clinic, "checkin"), stdin=stdin, **commands.who(clinic))
    out, _ = process.communicate(timeout=commands.WITHIN_S)
    assert process.returncode == 1
    assert sorted(word for word in ("sent", "refused") if f'"{word}"' in out) == ["refused", "sent"]


def test_a_reader_that_goes_away_is_no_error(clinic: Practice) -> None:
    process = commands.command(*commands.at(clinic, "checkin"), stdin=subprocess.PIPE, **commands.who(clinic))
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    process.stdin.write("nonsense\n")
    process.stdin.close()
    assert process.wait(commands.WITHIN_S) == 1
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (("--wait", "-1"), {}),
        (("--wait", "nan"), {}),
        ((), {"VESTIBULE_PASSWORD": ""}),
        ((), {"VESTIBULE_APP_KEY": "k"}),
        ((), {"VESTIBULE_APP_KEY": "k", "VESTIBULE_APP_SECRET": "\xe9"}),
    ],
)
def test_wrong_use_is_2(clinic: Practice, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    code, out, err = commands.run(
        *commands.at(clinic, "checkin"), *arguments, given="", **{**commands.who(clinic), **environment}
    )
    assert (code, out) == (2, "")
    assert err


def test_a_closed_input_is_2(clinic: Practice) -> None:
    read, write = os.pipe()
    os.close(read)
    process = commands.command(*commands.at(clinic, "checkin"), stdin=write, **commands.who(clinic))
    os.close(write)
    _, err = process.communicate(timeout=commands.WITHIN_S)
    assert process.returncode == 2
    assert err.endswith("vestibule: Standard input cannot be read.\n")
