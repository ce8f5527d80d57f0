"""A real session bus says that the desktop locks."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.desktop.machine import ended_after, environment, needs

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"])
def test_the_lock_of_the_desktop_is_heard_and_its_end_is_not(bus: str, tmp_path: Path, name: str) -> None:
    needs("dbus-send")
    surroundings = environment(tmp_path / "person", DBUS_SESSION_BUS_ADDRESS=bus)
    listening = subprocess.Popen(
        [sys.executable, "-m", "tests.desktop.locked_window"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=surroundings,
    )
    assert listening.stdout is not None
    with ended_after(listening), listening.stdout as said:
        assert said.readline() == "listening\n"
        for active in ("false", "true"):
            subprocess.run(
                [
                    "dbus-send",
                    "--session",
                    "--type=signal",
                    "/org/freedesktop/ScreenSaver",
                    f"{name}.ActiveChanged",
                    f"boolean:{active}",
                ],
                env=surroundings,
                check=True,
            )
        assert said.readline() == "locked\n"
        listening.terminate()
        # One of the two only.
        assert said.read() == ""
