"""What the screen says of an action: whose, what, where it stands and why.

Bodies come from a store and may be of any form: whatever is there is shown, nothing is assumed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.checkin.record import WAYS
from app.core.action import Action, State, Verdict
from app.core.pending import UNREADABLE
from app.visits.record import Type
from ui.kit.cell import Pill
from ui.kit.formats import day_text, time_text

EMPTY = "(empty)"

Lines = tuple[tuple[str, str], ...]
"""Captions with their texts."""

_PILLS: dict[State, Pill] = {
    State.QUEUED: Pill("To send", "neutral", "clock"),
    State.SENDING: Pill("Sending", "info", "refresh"),
    State.SENT: Pill("Sent", "good", "check"),
    State.UNKNOWN: Pill("Unknown", "warn", "alert"),
    State.REFUSED: Pill("Refused", "bad", "alert_filled"),
}
_MEANINGS: dict[State, str] = {
    State.QUEUED: "It is kept here, and is sent once the server can be reached and you are signed in.",
    State.SENDING: "It is on its way to the server.",
    State.SENT: "The server has it.",
    State.UNKNOWN: "It has left, and the server has not said whether it arrived. It is being looked for;"
    " nothing is sent twice.",
    State.REFUSED: "The server did not take it. Try again, or keep the text elsewhere and discard it.",
}
_DOUBTFUL = "It may have arrived already: the server is looked at before it is sent again."
_UNDECIDED = (
    "Nobody can tell from here whether it arrived. Look at the clinic whether it is there, then decide."
)
_NOUNS: dict[str, tuple[str, str]] = {
    "check_in": ("check-in", "check-ins"),
    "note": ("visit note", "visit notes"),
    "intake_edit": ("intake edit", "intake edits"),
    "rename": ("file name", "file names"),
    UNREADABLE: ("unreadable entry", "unreadable entries"),
}
_THINGS = ("thing", "things")
_CAPTIONS = {
    "dob": "Date of birth",
    "left_at": "First sent",
    "member_id": "Patient id",
    "ref": "Mark",
    "type": "How",
}
_MOMENTS = ("modified", "left_at")
_NOT_KNOWN = "time not known"
# Deeper than anything that is typed; what lies below is shown as the JSON it is.
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Described:
    """An action for people. title: such as "Check-in". name, born: the patient's two identifiers.

    lines: every field of what was done. place: such as "room General practice", "" for none.
    """

    title: str
    name: str
    born: str
    lines: Lines
    place: str = ""

    @property
    def who(self) -> str:
        """OKAFOR, Mira, Born 09-May-1984 (42 y)."""
        return ", ".join(filter(None, (self.name, self.born)))

    @property
    def text(self) -> str:
        """The whole in one line."""
        return ", ".join(filter(None, (f"{self.title}: {self.who}", self.place)))


def kind_title(kind: str) -> str:
    """Check-in; a kind that we do not know is called what it is called."""
    return _NOUNS[kind][0].capitalize() if kind in _NOUNS else kind


def kind_text(kinds: Sequence[str]) -> str:
    """1 check-in, 3 check-ins; things when they are of several kinds. kinds: of each action."""
    nouns = _NOUNS.get(kinds[0], _THINGS) if len(set(kinds)) == 1 else _THINGS
    return f"{len(kinds)} {nouns[len(kinds) != 1]}"


def state_pill(state: State) -> Pill:
    """Where an action stands: the word carries the meaning."""
    return _PILLS[state]


def can_retry(action: Action) -> bool:
    """Whether a person may try it again, or now."""
    return can_discard(action) and action.kind != UNREADABLE


def wants_verdict(action: Action) -> bool:
    """Whether looking leads nowhere, so that a person must say what becomes of it."""
    return action.verdict == Verdict.WANTED


def can_discard(action: Action) -> bool:
    """Whether a person may throw it away: not while it is on its way, and not what has arrived."""
    return action.state in (State.QUEUED, State.UNKNOWN, State.REFUSED)


def meaning(action: Action) -> str:
    """What its state means for the person."""
    if wants_verdict(action):
        return _UNDECIDED
    return _DOUBTFUL if action.is_doubtful and action.state == State.QUEUED else _MEANINGS[action.state]


def since_text(action: Action, now: float) -> str:
    """Since when it stands there, as far as the action says. now: the server's time, Unix s."""
    done, left = action.made_at, action.sent_at
    if not done:
        return _NOT_KNOWN
    match action.state:
        case State.SENT if left is not None:
            return f"at {time_text(left, now)}"
        case State.UNKNOWN if left is not None:
            return f"since {time_text(left, now)}"
        case State.QUEUED | State.SENDING:
            return f"since {time_text(done, now)}"
    return f"done {time_text(done, now)}"


def sections(action: Action, described: Described, now: float) -> list[tuple[str, Lines]]:
    """Everything there is to read of an action, under headings. now: the server's time, Unix s."""
    found = {name: value for name, value in as_object(action.found).items() if name != "theirs"}
    left = (("Left this computer", time_text(action.sent_at, now)),) if action.sent_at is not None else ()
    return [
        *([("Why", (("", action.words),))] if action.words else []),
        *_differences(action),
        ("What was done", described.lines or (("", EMPTY),)),
        *([("What the server said", field_lines(found))] if found else []),
        ("When", (("Done", time_text(action.made_at, now) if action.made_at else _NOT_KNOWN), *left)),
    ]


def _differences(action: Action) -> list[tuple[str, Lines]]:
    """Field by field what was typed and what the server has instead (OFF-03); nothing without a conflict."""
    found, body = as_object(action.found), as_object(action.body)
    if not found.get("theirs"):
        return []
    yours, theirs = dict(field_lines(body.get("after"))), dict(field_lines(found["theirs"]))
    return [
        (
            caption or "Text",
            (
                *([("Yours", yours[caption])] if caption in yours else []),
                *([("At the server now", theirs[caption])] if caption in theirs else []),
            ),
        )
        for caption in {**yours, **theirs}
        if yours.get(caption) != theirs.get(caption)
    ]


# -- JSON of any form as captions and texts


def as_object(value: Any) -> Mapping[str, Any]:
    """`value` when it is a JSON object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def as_text(value: Any) -> str:
    """An id or a name as text, "" when it is neither."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if isinstance(value, str) else str(value) if is_number else ""


def as_day(value: Any) -> date | None:
    """The plain date of "1984-05-09", None when it is none."""
    try:
        return date.fromisoformat(as_text(value))
    except ValueError:
        return None


def field_lines(value: Any) -> Lines:
    """Every field in `value`, with the texts as they were typed. One line each, whatever the depth."""
    return tuple((_caption(path), _value_text(path, leaf)) for path, leaf in _leaves(value, ()))


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    parts = _parts(value) if len(path) < _DEEPEST else []
    if not parts:
        yield path, value
    for name, part in parts:
        yield from _leaves(part, (*path, name))


def _parts(value: Any) -> list[tuple[str, Any]]:
    """What an object or a list of objects is made of; nothing for a value that is shown as one text."""
    if isinstance(value, Mapping):
        return [(str(name), part) for name, part in value.items()]
    if isinstance(value, list) and not _is_flat(value):
        return [(str(number), part) for number, part in enumerate(value, 1)]
    return []


def _is_flat(value: list[Any]) -> bool:
    return not any(isinstance(part, Mapping | list) for part in value)


def _caption(path: tuple[str, ...]) -> str:
    """("before", "physical_exam") is "Physical exam, before"."""
    is_before = path[:1] == ("before",)
    own = path[1:] if path[:1] in (("patient",), ("answers",), ("after",), ("before",)) and path[1:] else path
    words = ", ".join(_name(part) for part in own)
    return f"{words}, before" if is_before and len(path) > 1 else words


def _name(key: str) -> str:
    """A key as words; a key that is a sentence stays."""
    words = _CAPTIONS.get(key, key).removeprefix("custom_")
    words = words if " " in words else words.replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else key


def _value_text(path: tuple[str, ...], value: Any) -> str:
    name = path[-1] if path else ""
    born = as_day(value) if name == "dob" else None
    if born is not None:
        return day_text(born)
    if name in _MOMENTS and isinstance(value, int | float):
        return _moment_text(value)
    if name == "type" and value in tuple(Type):
        return Type(value).name.replace("_", "-").capitalize()
    if name == "type" and isinstance(value, str) and value in WAYS:
        return value.replace("_", " ").capitalize()
    if value is None or value in ("", [], {}):
        return EMPTY
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list) and _is_flat(value):
        return "\n".join(_value_text((), part) for part in value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _moment_text(moment: float) -> str:
    """A time of any day; what is none stays as it is."""
    try:
        return time_text(moment, 0.0)
    except (OverflowError, ValueError, OSError):
        return json.dumps(moment)
