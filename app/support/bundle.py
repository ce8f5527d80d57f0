"""The support bundle: one plain text, shown as it is, written as it is shown, and sent nowhere."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from app import __version__
from app.core.aside import aside
from app.credentials import WrongUse
from app.home import Preferences, read_preferences
from app.log.file import logs_in, tail
from app.log.lines import read
from app.profile import Profile, WrongProfile, chosen
from app.session import Session
from app.support.findings import findings
from app.support.plain import plain
from app.support.states import Screen, of_preferences, of_profile, of_screens, of_session

_TAIL_BYTES = 100_000
_HEAD = (
    "Vestibule support bundle",
    "It holds versions, settings, counts, states and the program's log.",
    "It holds no names, no passwords, no typed text, and nothing of any patient.",
    "A sign after # stands for an id; only this computer can tell which.",
    "Nothing has been sent. Whoever has this text decides who gets it.",
)


async def bundle(
    home: Path,
    profile: Profile | None,
    *,
    session: Session | None = None,
    preferences: Preferences | None = None,
    platform: str = "",
    screens: Sequence[Screen] = (),
) -> str:
    """The whole text; takes up to a minute, since the doctor is asked.

    home: whose log it is. profile: of the clinic that is asked, that of the last sign-in if None.
    preferences: those in `home` if None. platform, screens: of a run with a window.
    """
    if preferences is None:
        preferences = await aside(lambda: read_preferences(home))
    profile = profile or _last(preferences, home)
    parts = {
        "Versions": [f"vestibule: {__version__}", f"made: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"],
        "Screens": of_screens(platform, screens) if platform else [],
        "Settings": of_preferences(preferences),
        "Server": ["no clinic has been chosen"] if profile is None else of_profile(profile),
        "Session": ["nobody is signed in here"] if session is None else of_session(session),
        "Doctor": await _findings(profile),
        "Log, oldest first": await aside(lambda: _log(home)),
    }
    told = [(title, lines) for title, lines in parts.items() if lines]
    blocks = ["\n".join(_HEAD), *("\n".join((f"== {title}", *map(plain, lines))) for title, lines in told)]
    return "\n\n".join(blocks) + "\n"


def default_name() -> str:
    """Of the file: the day, and nothing else."""
    return f"vestibule-support-{datetime.now(UTC):%Y-%m-%d}.txt"


def write(path: Path, text: str, *, replaces: bool = False) -> None:
    """Writes a bundle for its owner alone. replaces: whether a file that is there goes. Raises OSError."""
    if replaces:
        path.unlink(missing_ok=True)
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text.encode())


def _last(preferences: Preferences, home: Path) -> Profile | None:
    try:
        return chosen(preferences.last, home)
    except WrongProfile:
        return None


async def _findings(profile: Profile | None) -> list[str]:
    try:
        return await findings(profile)
    except WrongUse as wrong:
        return [str(wrong)]


def _log(home: Path) -> list[str]:
    """The lines that are as they were written; whatever else the file holds is counted."""
    try:
        lines = tail(logs_in(home), _TAIL_BYTES)
    except OSError as error:
        return [f"it cannot be read ({type(error).__name__})"]
    found = [read(line) for line in lines]
    strange = sum(each is None for each in found)
    ours = [json.dumps(each) for each in found if each is not None]
    return [*ours, *([f"lines that are not the program's own, left out: {strange}"] if strange else [])]
