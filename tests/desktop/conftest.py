"""A display and a session bus with an unlocked keyring, each of this test's own."""

import os
import select
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop.machine import WITHIN_S, Display, ended_after, environment, needs, until


@pytest.fixture
def display() -> Iterator[Display]:
    """A screen that is free."""
    needs("Xvfb", "xdotool")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with ended_after(server), os.fdopen(read) as number:
        assert select.select([number], [], [], WITHIN_S)[0], "Xvfb does not start"
        yield Display(f":{number.readline().strip()}")


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    """Address of a session bus with nobody on it."""
    needs("dbus-daemon")
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # No service is found that the bus could start by itself.
        env=environment(tmp_path / "person", XDG_DATA_DIRS=str(tmp_path / "none")),
    )
    assert daemon.stdout is not None
    with ended_after(daemon), daemon.stdout as said:
        assert select.select([said], [], [], WITHIN_S)[0], "dbus-daemon does not start"
        yield said.readline().decode().strip()


@pytest.fixture
def desktop(bus: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a desktop whose Secret Service runs and is unlocked."""
    needs("gnome-keyring-daemon")
    surroundings = environment(tmp_path / "person", DBUS_SESSION_BUS_ADDRESS=bus)
    (tmp_path / "person/.local/share/keyrings").mkdir(parents=True)
    daemon = subprocess.Popen(
        ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=surroundings,
    )
    assert daemon.stdin is not None
    with ended_after(daemon):
        with daemon.stdin as password:
            password.write(b"invented")
        until(lambda: _has_secrets(bus), "a Secret Service")
        yield surroundings


def _has_secrets(bus: str) -> bool:
    from jeepney import message_bus
    from jeepney.io.blocking import Proxy, open_dbus_connection

    with open_dbus_connection(bus) as connection:
        return bool(Proxy(message_bus, connection).NameHasOwner("org.freedesktop.secrets")[0])
