"""How files look on the wire: replies to an upload or new name, detail, row of a list (api/files.md §1)."""

from typing import Any

from app.files.sandbox import links as file_links
from app.files.sandbox.rights import may_change
from app.files.sandbox.stored import StoredFile, target_of
from app.sandbox.http import Call
from app.sandbox.quirks import MISSING, form, without_missing
from app.sandbox.world import Person

Row = dict[str, Any]


def uploaded(call: Call, file: StoredFile) -> Row:
    """The reply of `files.upload`: no `created`, and the longer `creator` (quirk 24)."""
    return {**_facts(call, file), "creator": _creator(call.world.people[file.creator_id])}


def renamed(call: Call, file: StoredFile) -> Row:
    """The reply of `files.rename`: no `creator`, no `is_deletable`."""
    return {**_facts(call, file), "created": file.created}


def detail(call: Call, file: StoredFile) -> Row:
    """The reply of `files.get`: everything, the `creator` in either shape (quirk 24)."""
    creator = call.world.people[file.creator_id]
    shown = _creator(creator) if form(file.id, "creator", 2) else _listed_creator(creator)
    return {**_whole(call, file), "creator": shown}


def listed(call: Call, file: StoredFile) -> Row:
    """A row of `files.list`; an older one tells neither category nor visibility (quirk 21)."""
    row = _whole(call, file)
    if form(file.id, "older row", 4) == 0:
        row["meta"] = without_missing({**row["meta"], "category": MISSING, "visible": MISSING})
    return row


def _whole(call: Call, file: StoredFile) -> Row:
    facts = _facts(call, file)
    return {
        **facts,
        "meta": {**facts["meta"], "visible": file.visible},
        "creator": _listed_creator(call.world.people[file.creator_id]),
        "is_deletable": may_change(call.caller, file),
        "created": file.created,
    }


def _facts(call: Call, file: StoredFile) -> Row:
    kind, target_id = target_of(call.world, file)
    return {
        "id": file.id,
        "name": file.name,
        "size": file.size,
        "ext": file.ext,
        "fullpath": file_links.fresh(call, file.id),
        "meta": {
            "category": file.category,
            "target": {"id": target_id, "type": kind},
            "account": {"code": call.world.account_code},
        },
    }


def _creator(person: Person) -> Row:
    """The creator as the reply to an upload has it."""
    return {
        "id": person.id,
        "username": person.username,
        "email": person.email,
        "full_name": person.full_name,
    }


def _listed_creator(person: Person) -> Row:
    """The creator as a list has it."""
    return {"username": person.username, "type": person.type, "full_name": person.full_name}
