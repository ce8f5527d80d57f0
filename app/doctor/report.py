"""What the doctor found, and how it is printed: a line each, or one JSON object.

It is made to be sent to support: codes, host names, counts and times, and nothing of any person.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, get_args

from app import __version__

State = Literal["ok", "warn", "fail", "skipped"]

_NAME_WIDTH = 28
_MOST_WORDS = 30
_OMITTED = "…"
_PLAIN_WORD = re.compile(r"[(\"']?[a-z]+(['’-][a-z]+)*[)\"'.,:;!?]*")
_FIRST_WORD = re.compile(r"[A-Z]?[a-z]+[.,:;!?]*")


@dataclass(frozen=True, slots=True)
class Said:
    """The answer of one check.

    found: in a few words. advice: what to do about it, one sentence; "" where there is nothing to do. bars:
    what builds on it need not be tried.
    """

    state: State
    found: str
    advice: str = ""
    bars: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check said. ms: how long it took, None when it was not tried."""

    name: str
    said: Said
    ms: int | None = None

    @property
    def failed(self) -> bool:
        """Whether something is wrong that keeps Vestibule from working."""
        return self.said.state == "fail"


def ok(found: str, advice: str = "") -> Said:
    """As it should be."""
    return Said("ok", found, advice)


def warn(found: str, advice: str) -> Said:
    """Not as it should be, but one can work."""
    return Said("warn", found, advice)


def fail(found: str, advice: str) -> Said:
    """Broken; what builds on it is not tried."""
    return Said("fail", found, advice, bars=True)


def skipped(found: str, advice: str = "", *, bars: bool = False) -> Said:
    """Not tried. found: why not."""
    return Said("skipped", found, advice, bars)


def line(finding: Finding) -> str:
    """One finding for a person."""
    said = finding.said
    text = f"{said.found}. {said.advice}" if said.advice else said.found
    return _plain(f"{said.state:8}{finding.name:{_NAME_WIDTH}}{text}")


def heading(profile: str) -> str:
    """The first line. profile: its name, "" when the server was named by arguments."""
    return _plain(f"vestibule {__version__}{f', profile {profile}' if profile else ''}")


def summary(findings: Sequence[Finding]) -> str:
    """The last line: how many of each state."""
    counts = Counter(finding.said.state for finding in findings)
    return ", ".join(f"{counts[state]} {state}" for state in get_args(State))


def as_json(profile: str, findings: Sequence[Finding]) -> str:
    """The whole report as one JSON object; its keys do not change between versions."""
    checks = [
        {
            "name": finding.name,
            "state": finding.said.state,
            "found": finding.said.found,
            "advice": finding.said.advice,
            "ms": finding.ms,
        }
        for finding in findings
    ]
    return json.dumps({"vestibule": __version__, "profile": profile, "checks": checks}, ensure_ascii=False)


def without_names(words: str, *known: str) -> str:
    """A server's words without what may name somebody: only plain words of small letters stay.

    known: user name and the like, no part of which may stay. A capital letter is let through at the very
    beginning only, before a word that stays.
    """
    secret = {part for text in known for part in re.split(r"[^a-z]+", text.lower()) if part}
    given = words.split()[:_MOST_WORDS]
    kept = [word if _PLAIN_WORD.fullmatch(word) else _OMITTED for word in given]
    if given and _FIRST_WORD.fullmatch(given[0]) and kept[1:2] != [_OMITTED]:
        kept[0] = given[0]
    kept = [_OMITTED if secret & set(re.split(r"[^a-z]+", word.lower())) else word for word in kept]
    return " ".join(word for word, _ in groupby(kept))


def _plain(text: str) -> str:
    """Without control characters: what a server says must not steer the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)
