"""The edits of one record that the outbox holds: what they make of its texts, and where they stand."""

from collections.abc import Iterable, Mapping
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
    """The edits of a record, oldest first."""
    found = (action for action in actions if action.kind == editing.kind)
    own = [action for action in found if _object(action.body).get(editing.id_name) == record_id]
    return sorted(own, key=lambda action: action.made_at)


def texts_of(edit: Action, name: str = "after") -> Texts:
    """The texts in an edit's body: "after", as they shall be, or "before"."""
    return _texts(_object(edit.body).get(name))


def theirs_of(edit: Action) -> Texts:
    """What the server has instead, where it said so."""
    return _texts(_object(edit.found).get("theirs"))


def overlaid(known: Texts | None, edits: Iterable[Action]) -> Texts:
    """The texts as they will be once all pending edits have arrived. known: as the server has them.

    known: None while nobody has read them; then edits that have arrived, or met something newer, tell.
    """
    texts = dict(known or {})
    for edit in edits:
        if edit.state == State.REFUSED:
            texts |= theirs_of(edit) if known is None else {}
        elif edit.state != State.SENT or known is None:
            texts |= texts_of(edit)
    return texts


def _texts(value: Any) -> Texts:
    """Nothing written, null at the server, is an empty text here."""
    return {name: text or "" for name, text in _object(value).items() if isinstance(text, str | None)}


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
