"""The edits of one record that the outbox holds: what they make of its texts, and where they stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.action import Action, State

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EditField:
    """One text that can be edited. name: in the action's body. lines: shown at least; 0 for a single one."""

    name: str
    title: str
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Editing:
    """What is edited. kind: of the actions. id_name: under which their body has the record's id.

    title: over the fields. save: on the button. keys: open and close it.
    """

    kind: str
    id_name: str
    title: str
    save: str
    keys: str
    fields: tuple[EditField, ...]


def edits_of(editing: Editing, actions: Iterable[Action], record_id: str) -> list[Action]:
    """The edits of a record, as they were kept: oldest first, whatever the clock said then."""
    found = (action for action in actions if action.kind == editing.kind)
    return [action for action in found if _object(action.body).get(editing.id_name) == record_id]


def texts_of(edit: Action, name: str = "after") -> Texts:
    """The texts in an edit's body: "after", as they shall be, or "before"."""
    return _texts(_object(edit.body).get(name))


def theirs_of(edit: Action) -> Texts:
    """What the server has instead, where it said so."""
    return _texts(_object(edit.found).get("theirs"))


def overlaid(known: Texts | None, edits: Iterable[Action]) -> Texts:
    """The texts as they will be once all pending edits have arrived. known: as the server has them.

    Of a text that nobody has read, edits that have arrived, or met something newer, tell.
    """
    known = known or {}
    texts = dict(known)
    for edit in edits:
        if edit.state in (State.SENT, State.REFUSED):
            told = texts_of(edit) if edit.state == State.SENT else theirs_of(edit)
            texts |= {name: text for name, text in told.items() if name not in known}
        else:
            texts |= texts_of(edit)
    return texts


@dataclass(frozen=True, slots=True)
class Refused:
    """What the server did not take of one record. edits: oldest first. mine: the newest text of each field.

    theirs: what the server had instead.
    """

    edits: tuple[Action, ...]
    mine: Texts
    theirs: Texts


def refused_of(edits: Sequence[Action]) -> Refused | None:
    """What still wants a decision; a text of which a newer one was kept since does not. None: nothing."""
    mine: dict[str, tuple[Action, str]] = {}
    theirs: dict[str, str] = {}
    for edit in edits:
        for name, text in texts_of(edit).items():
            mine.pop(name, None)
            if edit.state == State.REFUSED:
                mine[name] = (edit, text)
        if edit.state == State.REFUSED:
            theirs |= theirs_of(edit)
    whole = {edit.id: edit for edit, _text in mine.values()}
    if not whole:
        return None
    return Refused(
        edits=tuple(edit for edit in edits if edit.id in whole),
        mine={name: text for name, (_edit, text) in mine.items()},
        theirs=theirs,
    )


def _texts(value: Any) -> Texts:
    """Nothing written, null at the server, is an empty text here."""
    return {name: text or "" for name, text in _object(value).items() if isinstance(text, str | None)}


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
