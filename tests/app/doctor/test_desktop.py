"""What of the desktop is there: real sockets, programs, buses and folders, put up for the test."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.doctor import desktop as parts
from app.doctor.desktop import Desktop
from app.doctor.report import Said
from tests.desktop.conftest import bus, desktop
from tests.desktop.machine import ROOT, WITHIN_S, environment

__all__ = ["bus", "desktop"]


def program(folder: Path, name: str, script: str = "true") -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def listener(path: Path) -> socket.socket:
    path.parent.mkdir(exist_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    return listening


async def test_windows_and_macos_bring_most_of_it() -> None:
    for system in ("win32", "darwin"):
        machine = Desktop(system=system, environ={})
        for look in (machine.display, machine.opener, machine.notifications):
            said = await look()
            assert (said.state, said.found) == ("ok", "provided by the system")


async def test_the_machine_is_told_without_importing_qt() -> None:
    said = await Desktop().machine()
    assert f"Python {sys.version_info[0]}.{sys.version_info[1]}" in said.found
    assert "Qt 6." in said.found


async def test_a_display_is_told_by_its_variables_and_not_by_their_values(bare: Desktop) -> None:
    assert (await bare.display()).state == "warn"
    there = Desktop(system="linux", environ={"WAYLAND_DISPLAY": "noor-0", "XDG_SESSION_TYPE": "wayland"})
    assert (await there.display()).found == "WAYLAND_DISPLAY set; the session is wayland"


# -- web links


async def test_no_opener_fails_because_calls_open_in_the_browser(bare: Desktop) -> None:
    assert (await bare.opener()).state == "fail"


async def test_an_opener_without_a_browser_is_a_warning(bare: Desktop, tmp_path: Path) -> None:
    program(tmp_path, "xdg-open")
    assert (await bare.opener()).state == "warn"
    program(tmp_path, "xdg-settings", "exit 1")
    assert (await bare.opener()).state == "warn"


async def test_the_default_browser_is_named(bare: Desktop, tmp_path: Path) -> None:
    program(tmp_path, "xdg-open")
    program(tmp_path, "xdg-settings", '[ "$1 $2" = "get default-web-browser" ] && echo fox.desktop')
    assert (await bare.opener()).found == "xdg-open, with fox.desktop"
    chosen = replace(bare, environ={**bare.environ, "BROWSER": "/home/noor/bin/other --new %s:fox"})
    assert (await chosen.opener()).found == "xdg-open, with other"


async def test_settings_that_hang_are_not_waited_for(
    bare: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_XDG_WITHIN_S", 0.05)
    program(tmp_path, "xdg-open")
    program(tmp_path, "xdg-settings", "read forever < /dev/zero")
    assert (await bare.opener()).state == "warn"


# -- sound


async def test_a_sound_server_is_found_by_its_socket(bare: Desktop, tmp_path: Path) -> None:
    assert (await bare.sound()).state == "warn"
    heard = replace(bare, environ={"XDG_RUNTIME_DIR": str(tmp_path)})
    (tmp_path / "pipewire-0").write_text("a file is no socket")
    assert (await heard.sound()).state == "warn"
    with listener(tmp_path / "pulse/native"):
        assert (await heard.sound()).found == "PulseAudio"


@pytest.mark.parametrize(
    ("cards", "found"),
    [
        (
            " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n               HDA Intel PCH at 0x1\n",
            "ALSA, 1 card",
        ),
        ("--- no soundcards ---\n", "no sound server and no sound card"),
        ("", "no sound server and no sound card"),
    ],
)
async def test_a_sound_card_will_do(bare: Desktop, cards: str, found: str) -> None:
    bare.cards.write_text(cards)
    assert (await bare.sound()).found == found


# -- notifications

OWN = """
import sys
from jeepney import message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection
with open_dbus_connection(sys.argv[1]) as connection:
    Proxy(message_bus, connection).RequestName("org.freedesktop.Notifications")
    print("owned", flush=True)
    sys.stdin.read()
"""


async def test_no_bus_is_no_notification(bare: Desktop, tmp_path: Path) -> None:
    assert (await bare.notifications()).found == "there is no session bus"
    for address in (f"unix:path={tmp_path}/none", "nonsense", "tcp:host=x"):
        gone = replace(bare, environ={"DBUS_SESSION_BUS_ADDRESS": address})
        assert (await gone.notifications()).found == "the session bus does not answer"


@pytest.fixture
def notifying(bus: str) -> Iterator[str]:
    """A session bus with somebody on it who shows notifications."""
    with subprocess.Popen(
        [sys.executable, "-c", OWN, bus], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "owned\n"
        yield bus
        owner.communicate()


@pytest.mark.desktop
async def test_a_bus_with_nobody_who_shows_notifications(bare: Desktop, bus: str) -> None:
    on_bus = replace(bare, environ={"DBUS_SESSION_BUS_ADDRESS": bus})
    said = await on_bus.notifications()
    assert (said.state, said.found) == ("warn", "no notification service")


@pytest.mark.desktop
async def test_who_shows_notifications_is_on_the_bus(bare: Desktop, notifying: str) -> None:
    on_bus = replace(bare, environ={"DBUS_SESSION_BUS_ADDRESS": notifying})
    said = await on_bus.notifications()
    assert (said.state, said.found) == ("ok", "a notification service")


# -- keyring

LOOK = """
import asyncio
from app.doctor.desktop import Desktop
from app.core.keys import Keys, NoKeyring
said = asyncio.run(Desktop().keyring())
print(said.state, said.found, sep="|")
try:
    print(asyncio.run(Keys().read("doctor")))
except NoKeyring:
    print(None)
"""


def keyring(env: dict[str, str]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        env=env, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_S, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.mark.desktop
def test_a_keyring_keeps_and_forgets_a_test_secret(desktop: dict[str, str]) -> None:
    assert keyring(desktop) == ["ok|SecretService Keyring writes, reads and forgets", "None"]


def test_no_keyring_is_a_warning(tmp_path: Path) -> None:
    assert keyring(environment(tmp_path)) == ["warn|none that keeps secrets", "None"]


# -- files


def files() -> Said:
    return asyncio.run(Desktop().files())


@pytest.fixture
def folder(own_home: Path) -> Path:
    own_home.mkdir(mode=0o700)
    return own_home


def test_the_folder_is_written_to_and_left_as_it_was(folder: Path) -> None:
    said = files()
    assert said.state == "ok"
    assert said.found.startswith("VESTIBULE_HOME: writable, ")
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_not_there_is_not_made(own_home: Path) -> None:
    assert "not made yet" in files().found
    assert not own_home.exists()


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_a_folder_that_others_can_get_at_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    with TemporaryDirectory() as name:
        above = Path(name)
        above.chmod(0o755)
        if any(not path.stat().st_mode & 0o011 for path in above.parents):
            pytest.skip("here nobody else can get at what is temporary")
        (above / "home").mkdir(mode=0o750)
        monkeypatch.setenv("VESTIBULE_HOME", str(above / "home"))
        said = files()
        assert (said.state, "open to other users" in said.found) == ("warn", True)
        above.chmod(0o700)
        assert files().state == "ok"
        above.chmod(0o755)
        (above / "home").chmod(0o700)
        assert files().state == "ok"


def test_a_folder_that_cannot_be_written_fails_without_its_path(own_home: Path) -> None:
    own_home.write_text("a file in its place")
    said = files()
    assert said.state == "fail"
    assert str(own_home) not in said.found


def test_a_full_disk_is_a_warning(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LEAST_FREE_MB", 2**40)
    assert files().state == "warn"


def test_the_persons_own_folder_is_not_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VESTIBULE_HOME")
    for name in ("HOME", "XDG_DATA_HOME", "USERPROFILE", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    said = files()
    assert said.found.startswith("Vestibule: ")
    assert str(tmp_path) not in said.found
