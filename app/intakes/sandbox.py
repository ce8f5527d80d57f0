"""The practice clinic's intake endpoints (api/visits.md §5)."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from app.files.sandbox.rights import may_see
from app.files.sandbox.stored import StoredFile, attach
from app.sandbox import rows, visit_acts
from app.sandbox.http import Call, Endpoint, Param, Refusal, as_list, json_response, reply
from app.sandbox.quirks import encode
from app.sandbox.world import SCHEDULED, WALK_IN, Intake, Person, Room

_OURS = frozenset(
    {
        "id", "room_code", "room", "type", "provider_id", "provider", "reason_for_visit", "reasonforvisit",
        "member_id", "attachments", "reset", "visit_id", "created", "modified", "bookedByProvider",
    }
)  # fmt: skip
"""Keys with a meaning of their own; every other key is kept and returned as it was sent."""

_NAMED_ANSWERS = frozenset({"location", "phone", "consultation"})
"""Documented keys that are kept as sent, but are not custom keys."""


def create(call: Call) -> Response:
    """A fresh intake, always; answers `id` and the custom keys."""
    room_code = call.text("room_code") or call.text("room") or call.needed("room_code")
    room = call.room(room_code)
    member = _member(call)
    if not call.caller.is_patient and not call.caller.may_enter(room.code):
        raise Refusal(403)
    written = _read(call, room.code, member.id)
    intake = visit_acts.write_intake(
        call.world, member, room, answers={}, by_staff=not call.caller.is_patient
    )
    _take_in(call, intake, written)
    custom = {key: value for key, value in intake.answers.items() if key not in _NAMED_ANSWERS}
    return reply({**custom, "id": intake.id})


def update(call: Call) -> Response:
    """Overwrites what is sent, keeps the rest; answers the id."""
    intake = _find(call)
    _take_in(call, intake, _read(call, intake.room_code, intake.member_id))
    intake.modified = call.world.now
    visit = call.world.visits.get(intake.visit_id or "")
    if visit is not None:
        call.world.keep(visit)
    return reply({"id": intake.id})


def get(call: Call) -> Response:
    """The whole intake."""
    intake = _find(call)
    return json_response(b'{"data":' + encode(intake.id, rows.intake(intake)) + b"}")


def _find(call: Call) -> Intake:
    intake = call.world.intakes.get(call.params["id"])
    if intake is None:
        raise Refusal(404)
    own = intake.member_id == call.caller.user_id
    if not (own if call.caller.is_patient else call.caller.may_enter(intake.room_code)):
        raise Refusal(403)
    return intake


def _member(call: Call) -> Person:
    """The patient: the caller, or with a staff token the one in `member_id`."""
    if call.caller.is_patient and call.caller.person is not None:
        return call.caller.person
    member = call.user(call.needed("member_id"))
    if not member.is_patient:
        raise Refusal(400, "member_id is not valid.")
    return member


@dataclass(frozen=True, slots=True)
class _Written:
    """What a request says of an intake, checked; None: nothing is said of it."""

    room: Room
    type: int | None
    provider_id: str | None
    reason: str | None
    file_ids: list[str] | None
    answers: dict[str, Any]


def _read(call: Call, room_code: str, member_id: str) -> _Written:
    """Old names count like new ones; `provider_id` wins over `provider`, `reason_for_visit` likewise."""
    body = call.body
    kind = call.whole("type")
    if kind is not None and kind not in {WALK_IN, SCHEDULED}:
        raise Refusal(400, "type is not valid.")
    room = call.room(call.text("room_code") or call.text("room") or room_code)
    provider = call.provider_in(room, call.text("provider_id") or call.text("provider"))
    reasons = [call.text(name) or "" for name in ("reasonforvisit", "reason_for_visit") if name in body]
    files = file_ids(body["attachments"]) if "attachments" in body else None
    for ident in files or []:
        _check_file(call, ident, member_id)
    return _Written(
        room=room,
        type=kind,
        provider_id=provider,
        reason=reasons[-1] if reasons else None,
        file_ids=files,
        answers={key: value for key, value in body.items() if key not in _OURS},
    )


def _take_in(call: Call, intake: Intake, written: _Written) -> None:
    """Nothing in here refuses, so that a refused request changes nothing."""
    if intake.visit_id is None:
        intake.room_code = written.room.code
    intake.type = written.type or intake.type
    intake.provider_id = written.provider_id or intake.provider_id
    intake.reason = intake.reason if written.reason is None else written.reason
    if written.file_ids is not None:
        intake.attachments = [_attachment(call, intake, ident) for ident in written.file_ids]
    intake.answers.update(written.answers)


def file_ids(sent: Any) -> list[str]:
    """The ids in attachments sent as `[{"id":..}]`, `[".."]` or `"a,b"`."""
    if isinstance(sent, str) and sent.startswith("["):
        try:
            sent = json.loads(sent)
        except (ValueError, RecursionError) as error:
            raise Refusal(400, "attachments is not valid.") from error
    if isinstance(sent, list):
        return [
            str(part.get("id") or part.get("_id")) if isinstance(part, dict) else str(part) for part in sent
        ]
    return as_list(sent or None)


def _check_file(call: Call, ident: str, member_id: str) -> None:
    """A file of the patient or the caller; an id that no file has is let through."""
    file = call.world.table(StoredFile).get(ident)
    if file is None:
        return
    is_theirs = file.user_id in {member_id, call.caller.user_id}
    if not is_theirs or not may_see(call.world, call.caller, file):
        raise Refusal(400, "attachments is not valid.")


def _attachment(call: Call, intake: Intake, ident: str) -> dict[str, Any]:
    """The older shape: `_id`, moments as sec and usec. An id that no file has is kept as it is."""
    file = call.world.table(StoredFile).get(ident)
    if file is not None:
        return attach(intake, file)
    moment = {"sec": call.world.now, "usec": 0}
    return {
        "_id": ident,
        "name": "",
        "ext": "",
        "path": f"files/{ident}",
        "size": 0,
        "type": 0,
        "using": 1,
        "creator_id": call.caller.user_id,
        "remark": None,
        "created": moment,
        "modified": moment,
    }


_OLD = "old name, accepted"
_ROOM = Param("room_code", about="the waiting room", required=True)
_WRITTEN = (
    Param("room", about=_OLD),
    Param("type", "integer", "1 walk-in, 2 appointment", choices=(WALK_IN, SCHEDULED)),
    Param("provider_id", about="one of the room's"),
    Param("provider", about=_OLD),
    Param("reason_for_visit"),
    Param("reasonforvisit", about=_OLD),
    Param("attachments", "array", "ids of files"),
    Param("location", about="state code"),
    Param("phone"),
    Param("consultation", "object", "one of the room's, whole"),
)
"""Any other key is kept as it is sent."""

ENDPOINTS = (
    Endpoint(
        "intakes.create",
        "POST",
        "/intakes",
        create,
        body=(
            _ROOM,
            *_WRITTEN,
            Param("member_id", about="the patient, when staff writes"),
            Param("reset", "boolean", "a fresh intake, as without it"),
        ),
    ),
    Endpoint(
        "intakes.update",
        "POST",
        "/intakes/:id",
        update,
        body=(Param("room_code", about="moves an intake that no visit uses"), *_WRITTEN),
    ),
    Endpoint("intakes.get", "GET", "/intakes/:id", get),
)
