"""What a child inherits: everything but our secrets (DAT-05)."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.aside import aside
from app.credentials import Given, credentials
from app.environ import for_child, forget_secrets, taken
from app.sandbox.process import PracticeClinic

SECRETS = ("VESTIBULE_TOKEN", "VESTIBULE_PASSWORD", "VESTIBULE_APP_KEY", "VESTIBULE_APP_SECRET")
NEEDLE = "correct-horse"


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, NEEDLE)
    monkeypatch.setenv("VESTIBULE_USERNAME", "noor.haddad")


def inherited() -> str:
    """What a child finds that is given no environment of its own."""
    shows = "import os; print(dict(os.environ))"
    return subprocess.run([sys.executable, "-c", shows], capture_output=True, text=True, check=True).stdout


def test_a_secret_is_taken_once() -> None:
    assert taken("VESTIBULE_TOKEN") == NEEDLE
    assert taken("VESTIBULE_TOKEN") == ""


def test_credentials_are_read_once_and_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VESTIBULE_APP_KEY")
    monkeypatch.delenv("VESTIBULE_APP_SECRET")
    assert credentials() == Given(NEEDLE, "noor.haddad", NEEDLE)
    assert credentials() == Given("", "noor.haddad", "")
    assert NEEDLE not in inherited()


def test_what_is_forgotten_no_child_inherits() -> None:
    assert NEEDLE in inherited()
    forget_secrets()
    assert NEEDLE not in inherited()


def test_a_childs_environment_has_all_but_the_secrets() -> None:
    assert for_child() == {name: value for name, value in os.environ.items() if name not in SECRETS}


@pytest.mark.skipif(sys.platform != "linux", reason="reads another process's environment in /proc")
def test_the_practice_clinic_inherits_none() -> None:
    async def seen() -> bytes:
        clinic = PracticeClinic()
        await clinic.start()
        try:
            return await aside(Path(f"/proc/{clinic.pid}/environ").read_bytes)
        finally:
            await clinic.stop()

    environ = asyncio.run(seen())
    assert NEEDLE.encode() not in environ
    assert b"PATH=" in environ
