"""Looks at whatever leaves the program while tests run: the log, arguments and environment of its children,
and the files of its home. Nothing of a patient, no password, no token may be there (DAT-01, DAT-05)."""

import logging
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from app.environ import SECRETS
from app.sandbox.opening import open_clinic
from app.sandbox.people import PASSWORD
from tests.practice import START

# Shorter ones stand in words of ours.
SHORTEST = 5
_TOKENS = 400
_HEX = re.compile(r"[0-9a-f]{32}")
_HOME = ("settings.toml", "stores", "logs")
_LARGEST = 32 * 1024 * 1024


@cache
def words() -> re.Pattern[str]:
    """Names, birth dates and phones of the practice clinic's patients."""
    found: set[str] = set()
    for person in open_clinic(7, START, 60).people.values():
        if person.is_patient:
            found |= {person.first_name, person.last_name, person.dob or "", person.phone or ""}
    long = sorted(re.escape(word) for word in found if len(word) >= SHORTEST)
    return re.compile(rf"(?<!\w)(?:{'|'.join(long)})(?!\w)")


@cache
def tokens() -> frozenset[str]:
    """Those that a practice clinic gives out first."""
    world = open_clinic(7, START, 1)
    return frozenset(world.hex32(kind, n) for kind in ("token", "refresh") for n in range(1, _TOKENS + 1))


def leaks_in(text: str) -> list[str]:
    """What of somebody stands in a text."""
    return [*words().findall(text), *(found for found in _HEX.findall(text) if found in tokens())]


def leaks_under(folder: Path) -> Iterator[str]:
    """In the files of every home of the program in a folder, and in their names: what, and where."""
    homes = {found.parent for name in _HOME for found in folder.rglob(name)}
    for path in sorted({path for home in homes for path in home.rglob("*")}):
        text = str(path.relative_to(folder))
        if path.is_file() and not path.is_symlink() and path.stat().st_size < _LARGEST:
            text += "\n" + path.read_bytes().decode("utf-8", "replace")
        for leak in leaks_in(text):
            yield f"{leak} in {path.relative_to(folder)}"


class Watch(logging.Handler):
    """Notes what leaks into log records and children, from `begin` on."""

    def __init__(self) -> None:
        super().__init__()
        self._found: list[str] = []

    def begin(self) -> None:
        """Cannot be taken back: an audit hook stays."""
        logging.getLogger().addHandler(self)
        sys.addaudithook(self._audited)

    def take(self) -> list[str]:
        """What was found since the last time."""
        found, self._found = self._found, []
        return found

    def emit(self, record: logging.LogRecord) -> None:
        """A line of any logger, as it would be written, with its fields."""
        fields = {name: value for name, value in vars(record).items() if name not in _OF_EVERY_RECORD}
        self._look("a log record", f"{record.getMessage()} {fields} {record.exc_text or ''}")

    def _audited(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "subprocess.Popen":
            executable, argv, _folder, environment = arguments
            self._child([str(executable), *_texts(argv)], environment)

    def _child(self, argv: list[str], environment: Mapping[Any, Any] | None) -> None:
        self._look("an argument", "\n".join(argv))
        # A script gives a command its secrets so; it gives them to nobody (tests/app/test_environ.py).
        given = {name: value for name, value in (environment or {}).items() if name not in SECRETS}
        values = _texts(given.values())
        self._look("an environment", "\n".join(values))
        self._found += ["the password of a child"] * (PASSWORD in (*argv, *values))

    def _look(self, where: str, text: str) -> None:
        self._found += [f"{leak} in {where}" for leak in leaks_in(text)]


_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({})))


def _texts(values: Iterable[Any] | str) -> list[str]:
    parts = [values] if isinstance(values, str | bytes) else values
    return [part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in parts]
