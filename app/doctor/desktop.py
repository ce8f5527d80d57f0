"""What Vestibule needs of the desktop: keyring, files, web browser, sound, notifications."""

import importlib.util
import locale
import os
import platform
import secrets
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath

from app.core.aside import aside
from app.core.keys import Keys, NoKeyring
from app.doctor.report import Said, fail, ok, warn
from app.home import home

LEAST_FREE_MB = 500
_MB = 1024 * 1024
_KEY = "doctor"
_XDG_WITHIN_S = 3.0
_KEYRING_WITHIN_S = 4.0
_BUS_WITHIN_S = 3.0
_BY_SYSTEM = "provided by the system"
_NO_SOUND = "Arrivals are shown and not heard: start PipeWire or PulseAudio, or connect a sound device."
_NO_NOTIFICATIONS = "Arrivals show in the window alone: start the desktop's notification service."


@dataclass(frozen=True)
class Desktop:
    """This workstation. system: as `sys.platform` has it. cards: where Linux lists its sound cards."""

    system: str = sys.platform
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    cards: Path = Path("/proc/asound/cards")

    @property
    def is_linux(self) -> bool:
        """Linux and its kin, where a desktop is put together of parts."""
        return self.system not in ("win32", "darwin")

    async def machine(self) -> Said:
        """What it runs on."""
        language = locale.getlocale()[0] or "not set"
        system = await aside(_system)
        return ok(f"{system}, Python {platform.python_version()}, Qt {_qt()}, language {language}")

    async def display(self) -> Said:
        """Whether there is a screen to show a window on."""
        if not self.is_linux:
            return ok(_BY_SYSTEM)
        names = [name for name in ("WAYLAND_DISPLAY", "DISPLAY") if self.environ.get(name)]
        session = self.environ.get("XDG_SESSION_TYPE", "") or "of no kind"
        if not names:
            return warn(
                f"none; the session is {session}",
                "Start Vestibule from a desktop session; the commands work without one.",
            )
        return ok(f"{' and '.join(names)} set; the session is {session}")

    async def keyring(self) -> Said:
        """Whether a secret can be kept, read and forgotten."""
        keys, secret = Keys(_KEYRING_WITHIN_S), secrets.token_hex(16)
        try:
            name = await keys.backend()
            try:
                await keys.write(_KEY, secret)
            finally:
                await keys.forget(_KEY)
            left = await keys.read(_KEY)
        except NoKeyring as error:
            locked = str(error) == "timeout"
            return warn(
                "it does not answer" if locked else "none that keeps secrets",
                "Sign-ins last as long as the program: "
                + ("unlock the keyring." if locked else "install and start the desktop's keyring."),
            )
        if left is not None:
            return warn(f"{name} does not forget", "Remove the entry Vestibule/doctor from it.")
        return ok(f"{name} writes, reads and forgets")

    async def files(self) -> Said:
        """Whether the folder of this workstation's files can be used, by its owner alone."""
        return await aside(lambda: _folder(home(), "VESTIBULE_HOME" in self.environ))

    async def opener(self) -> Said:
        """Whether a web link can be opened."""
        if not self.is_linux:
            return ok(_BY_SYSTEM)
        path = self.environ.get("PATH")
        if shutil.which("xdg-open", path=path) is None:
            return fail("xdg-open is not installed", "Install xdg-utils: calls open in the web browser.")
        chosen = self.environ.get("BROWSER", "").split(":")[0].strip()
        browser = chosen or await aside(self._default_browser)
        if not browser:
            return warn(
                "xdg-open, but no default web browser",
                "Install a web browser and make it the default one: calls open in it.",
            )
        return ok(f"xdg-open, with {PurePath(browser.split()[0]).name}")

    async def sound(self) -> Said:
        """Whether an arrival can be heard."""
        if self.system == "win32":
            there = importlib.util.find_spec("winsound") is not None
            return ok(_BY_SYSTEM) if there else warn("winsound is missing", "Install Python anew.")
        if self.system == "darwin":
            return ok("afplay") if shutil.which("afplay") else warn("afplay is missing", _NO_SOUND)
        return await aside(self._linux_sound)

    async def notifications(self) -> Said:
        """Whether the desktop can show a message of ours."""
        if not self.is_linux:
            return ok(_BY_SYSTEM)
        address = self.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
        runtime = self.environ.get("XDG_RUNTIME_DIR", "")
        if not address and runtime:
            address = f"unix:path={runtime}/bus"
        if not address:
            return warn("there is no session bus", _NO_NOTIFICATIONS)
        return await aside(lambda: _notifications(address))

    def _default_browser(self) -> str:
        program = shutil.which("xdg-settings", path=self.environ.get("PATH"))
        if program is None:
            return ""
        try:
            done = subprocess.run(  # noqa: S603 (it is the desktop's own program, and takes no input of ours)
                [program, "get", "default-web-browser"],
                env=dict(self.environ), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                timeout=_XDG_WITHIN_S, check=False,
            )  # fmt: skip
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return ""
        return done.stdout.strip()

    def _linux_sound(self) -> Said:
        runtime = Path(self.environ.get("XDG_RUNTIME_DIR", "") or os.devnull)
        for name, at in (("PipeWire", "pipewire-0"), ("PulseAudio", "pulse/native")):
            try:
                if stat.S_ISSOCK((runtime / at).stat().st_mode):
                    return ok(name)
            except OSError:
                continue
        try:
            cards = self.cards.read_text(encoding="utf-8", errors="replace")
        except OSError:
            cards = ""
        count = sum(line.lstrip()[:1].isdigit() for line in cards.splitlines())
        if count:
            return ok(f"ALSA, {count} card{'' if count == 1 else 's'}")
        return warn("no sound server and no sound card", _NO_SOUND)


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = platform.system()
    return f"{name} ({platform.release()}, {platform.machine()})"


def _qt() -> str:
    try:
        return version("PySide6-Essentials")
    except PackageNotFoundError:
        return "not installed"


def _folder(folder: Path, chosen: bool) -> Said:
    """chosen: whether VESTIBULE_HOME names it. Its path is not told: it may hold the person's name."""
    name = "VESTIBULE_HOME" if chosen else folder.name
    try:
        there = next(path for path in (folder, *folder.parents) if path.exists())
        with tempfile.TemporaryFile(dir=there):
            free_mb = shutil.disk_usage(there).free // _MB
    except OSError as error:
        return fail(
            f"{name} cannot be written ({error.strerror or type(error).__name__})",
            "Let this user write there, or set VESTIBULE_HOME to another folder.",
        )
    found = f"{name}: {'writable' if there == folder else 'not made yet'}, {free_mb / 1024:.1f} GB free"
    if free_mb < LEAST_FREE_MB:
        return warn(found, "Make room on the disk.")
    if there == folder and _is_open_to_others(folder):
        return warn(f"{found}, open to other users", "Take their rights away, as with chmod 700.")
    return ok(found)


def _is_open_to_others(folder: Path) -> bool:
    """Whether another user of this machine could get at what lies in the folder."""
    if os.name != "posix":
        return False
    reachable = all(path.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH) for path in folder.parents)
    return reachable and bool(folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _notifications(address: str) -> Said:
    """Asks the session bus, without starting anything on it."""
    # There on Linux alone, as a part of the keyring's library.
    from jeepney import message_bus  # type: ignore[import-untyped, import-not-found, unused-ignore]
    from jeepney.io.blocking import (  # type: ignore[import-untyped, import-not-found, unused-ignore]
        Proxy,
        open_dbus_connection,
    )

    service = "org.freedesktop.Notifications"
    try:
        with open_dbus_connection(address) as connection:
            bus = Proxy(message_bus, connection, timeout=_BUS_WITHIN_S)
            there = bool(bus.NameHasOwner(service)[0]) or service in bus.ListActivatableNames()[0]
    except Exception:  # noqa: BLE001 (the library raises whatever the bus's address makes of it)
        return warn("the session bus does not answer", _NO_NOTIFICATIONS)
    return ok("a notification service") if there else warn("no notification service", _NO_NOTIFICATIONS)
