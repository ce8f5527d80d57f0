"""What becomes of the lines that were read: one JSON line each time that changes."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from app.checkin.check_in import KIND, check_in
from app.core.action import Action, State, Unfit, Verdict
from app.core.collection import Change
from app.headless.desk import Desk
from app.headless.pipes import LONGEST
from app.visits.export import iso

_TOO_LONG = f"The line is longer than {LONGEST:,} bytes."
_NO_JSON = "The line is not JSON."
_OTHER = "This ref is another check-in's, which is kept here. Give each check-in a ref of its own."
_DISCARDED = "It was discarded on this computer."
_UNDER_WAY = (State.QUEUED, State.SENDING)
_LONGEST_REF = 64

Answer = dict[str, Any]


@dataclass(slots=True)
class Line:
    """A line as it was read. number: from 1. ref: the caller's own mark, if it is one. told: last answer."""

    number: int
    ref: str | None = None
    told: Answer | None = None


class Answers:
    """Keeps check-ins at a desk, and tells what becomes of them. say: puts out one line.

    was_refused: whether one was refused since the beginning.
    """

    def __init__(self, desk: Desk, say: Callable[[str], None]) -> None:
        self.was_refused = False
        self._desk = desk
        self._say = say
        self._lines: dict[str, list[Line]] = {}
        self._open: set[str] = set()
        self._is_taking = False
        desk.listener = self._changed
        desk.kept.store.listen(lambda: self._tell(self._lines))

    @property
    def is_settled(self) -> bool:
        """Whether nothing of these lines is open, and nothing else of this person is to be sent."""
        is_open = self.waiting or any(action.state in _UNDER_WAY for action in self._desk.outbox.actions)
        return not is_open

    @property
    def waiting(self) -> int:
        """How many check-ins are not sent, or not known to be."""
        return len(self._open) + self._is_taking

    async def take(self, number: int, text: bytes | None) -> None:
        """Keeps the check-in of one line, None for one that was too long to be read."""
        line = Line(number)
        try:
            values = _read(text)
            line.ref = _ref_of(values)
            action = check_in(values, self._desk.now)
        except Unfit as unfit:
            self._answer(line, None, _refused(str(unfit)))
            return
        # Whoever is interrupted here has not said that it is kept.
        self._is_taking = True
        kept = await self._desk.keep(action)
        self._is_taking = False
        if (kept.kind, kept.body) != (KIND, action.body):
            self._answer(line, action.id, _refused(_OTHER))
            return
        self._lines.setdefault(action.id, []).append(line)
        self._follow(action.id, self._answer_for(kept))

    def _changed(self, change: Change) -> None:
        self._tell((*change.added, *change.updated, *change.removed))

    def _tell(self, ids: Iterable[str]) -> None:
        for action_id in tuple(ids):
            if action_id in self._lines:
                self._follow(action_id, self._answer_for(self._desk.outbox.actions.get(action_id)))

    def _follow(self, action_id: str, answer: Answer) -> None:
        for line in self._lines[action_id]:
            if _is_news(line.told, answer):
                self._answer(line, action_id, answer)
        if answer["state"] in ("kept", "unknown"):
            self._open.add(action_id)
        else:
            self._open.discard(action_id)
        if answer["state"] == "sent":
            del self._lines[action_id]

    def _answer_for(self, action: Action | None) -> Answer:
        if action is None:
            return _refused(_DISCARDED)
        match action.state:
            case State.SENT:
                return {"state": "sent", "visit_id": action.found.get("visit_id")}
            case State.REFUSED:
                return _refused(action.words)
            case State.UNKNOWN:
                is_undecided = action.verdict == Verdict.WANTED
                return {"state": "unknown", "undecided": is_undecided, "words": action.words}
        words = {"words": action.words} if action.words else {}
        return {"state": "kept", "on_disk": self._desk.is_on_disk, **words}

    def _answer(self, line: Line, action_id: str | None, answer: Answer) -> None:
        line.told = answer
        self.was_refused |= answer["state"] == "refused"
        heading = {"at": iso(self._desk.now), "line": line.number, "ref": line.ref, "id": action_id}
        self._say(json.dumps({**heading, **answer}, ensure_ascii=False))


def _is_news(told: Answer | None, answer: Answer) -> bool:
    """Other words for the same are none, nor that there are none any more; the first words are."""
    if told is None or {**told, "words": ""} != {**answer, "words": ""}:
        return True
    return "words" in answer and "words" not in told


def _refused(words: str) -> Answer:
    return {"state": "refused", "words": words}


def _read(text: bytes | None) -> object:
    """The JSON of a line. Raises Unfit."""
    if text is None:
        raise Unfit(_TOO_LONG)
    try:
        values: object = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise Unfit(_NO_JSON) from None
    return values


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise Unfit("The line has the same key twice.")
    return values


def _ref_of(values: object) -> str | None:
    ref = values.get("ref") if isinstance(values, dict) else None
    return ref if isinstance(ref, str) and ref.isprintable() and 0 < len(ref) <= _LONGEST_REF else None
