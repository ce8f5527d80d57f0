"""The audit's anchor in a real Secret Service, and the commands that read it there (AUD-01, AUD-02)."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desktop.machine import ROOT, WITHIN_S

pytestmark = pytest.mark.desktop

NOTES = """
import asyncio, sys
from pathlib import Path
from app.core.audit import Audit, Event
from app.core.clock import ServerClock, SystemClock
from app.core.keys import Keys
from app.core.store.opening import open_store

async def main():
    store = (await open_store(Path(sys.argv[1]), Keys(), "person")).store
    audit = Audit(store, "612", ServerClock(SystemClock()))
    for number in range(5):
        audit.note(Event.PATIENT_VIEWED, f"730{number}")
    await store.close()

asyncio.run(main())
"""
CUT = """
import asyncio, sys
from pathlib import Path
from app.core.keys import Keys
from app.core.store.database import connect

async def main():
    key = bytes.fromhex(await Keys().read("store|person"))
    connection = connect(Path(sys.argv[1]) / "person.db", key)
    connection.execute("delete from audit where number > 3")
    connection.close()

asyncio.run(main())
"""


def test_what_was_cut_shows_against_the_keyring(desktop: dict[str, str]) -> None:
    stores = str(Path(desktop["VESTIBULE_HOME"]) / "stores")

    def run(*arguments: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, *arguments],
            env=desktop, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_S, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    assert run("-c", NOTES, stores) == (0, "", "")
    assert run("-m", "ui.main", "audit", "verify") == (0, "person: holds, 5 lines\n", "")
    code, out, err = run("-m", "ui.main", "audit", "export")
    assert (code, err) == (0, "")
    assert [json.loads(line)["subject"] for line in out.splitlines()] == [
        *(f"730{number}" for number in range(5)), "",
    ]  # fmt: skip
    assert run("-c", CUT, stores) == (0, "", "")
    words = "person: does not hold. Line 6 was there, and is not any more: the audit was truncated.\n"
    assert run("-m", "ui.main", "audit", "verify")[:2] == (1, words)
    # What comes later does not hide it.
    assert run("-c", NOTES, stores) == (0, "", "")
    assert run("-m", "ui.main", "audit", "verify")[:2] == (1, words)
    # Nor does it help to take all away: the anchor is still at the line that was there.
    shutil.rmtree(stores)
    words = "person: does not hold. Its file is gone, with 6 lines at least.\n"
    assert run("-m", "ui.main", "audit", "verify")[:2] == (1, words)


def test_without_a_keyring_the_commands_say_so(bus: str, desktop: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ui.main", "audit", "verify"],
        env={**desktop, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"},
        cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_S, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (4, "")
    assert "no keyring that answers" in done.stderr
