"""The practice clinic's endpoints of visits, availability, notes and recordings (api/visits.md)."""

from app.sandbox.http import Endpoint, Param
from app.sandbox.visit_notes import TEXTS
from app.sandbox.visit_states import CLOSE_REASONS
from app.sandbox.world import COMPLETED, SCHEDULED
from app.visits.sandbox import notes, reading, slots, writing

_ID = Param("id", about="of the visit", required=True)
_INTAKE = Param("intake_id", about="an intake that no visit uses yet", required=True)
_ROOM = Param("room_code", about="else the intake's room")
_PROVIDER = Param("provider_id", about="one of the room's")
_MEMBER = Param("member_id", about="the intake's patient")
_SLOT = (
    Param("slot_start", "integer", "epoch seconds", required=True),
    Param("slot_end", "integer", "epoch seconds", required=True),
)
_LIST = (
    Param("room_code", about="only this room"),
    Param("start_time", "integer", "epoch seconds; with neither end from 24 h ago to 7 days ahead"),
    Param("end_time", "integer", "epoch seconds"),
    Param("fields", about="columns, separated by commas; recordings come this way only"),
)

ENDPOINTS = (
    Endpoint("visits.list", "GET", "/visits", reading.listing, query=_LIST, data="array"),
    # The same address under its other name: `fields` alone makes the difference.
    Endpoint("recordings.list", "GET", "/visits", reading.listing, query=_LIST, data="array"),
    Endpoint("visits.current", "GET", "/visits/current", reading.current, data="any"),
    Endpoint("visits.get", "GET", "/visits/:id", reading.get),
    Endpoint(
        "visits.create",
        "POST",
        "/visits",
        writing.create,
        body=(
            _INTAKE,
            *_SLOT,
            Param("room_code", required=True),
            Param("type", "integer", required=True, choices=(SCHEDULED,)),
            _PROVIDER,
            _MEMBER,
        ),
    ),
    Endpoint(
        "visits.add_walkin",
        "POST",
        "/visits/add_walkin",
        writing.add_walkin,
        body=(_INTAKE, _ROOM, _PROVIDER, _MEMBER),
    ),
    Endpoint(
        "visits.add_econsult",
        "POST",
        "/visits/add_econsult",
        writing.add_econsult,
        body=(_INTAKE, _ROOM, Param("provider_id", about="accepted and ignored"), _MEMBER),
    ),
    Endpoint(
        "visits.inprogress",
        "POST",
        "/visits/inprogress",
        writing.inprogress,
        body=(_ID, Param("actual_start", "integer", "epoch seconds, else now")),
    ),
    Endpoint(
        "visits.close",
        "POST",
        "/visits/close",
        writing.close,
        body=(
            _ID,
            Param("status", "integer", "this or a reason; staff only", choices=(COMPLETED,)),
            Param("reason", about="this or a status", choices=tuple(sorted(CLOSE_REASONS))),
            Param("actual_end", "integer", "epoch seconds, else now"),
        ),
    ),
    Endpoint("visits.delete", "POST", "/visits/delete", writing.delete, body=(_ID,)),
    Endpoint("visits.confirm", "POST", "/visits/confirm", writing.confirm, body=(_ID,)),
    Endpoint(
        "visits.reschedule",
        "POST",
        "/visits/reschedule",
        writing.reschedule,
        body=(_ID, *_SLOT, _PROVIDER),
    ),
    Endpoint(
        "visits.assign",
        "POST",
        "/visits/assign",
        writing.assign,
        body=(
            _ID,
            Param("provider_id", about="one of the room's", required=True),
            Param("note", about="accepted and not kept"),
            Param("if_provider_id", about="only while it is this provider's, \"\" while it is nobody's"),
        ),
    ),
    Endpoint("visits.accept", "POST", "/visits/accept", writing.accept, body=(_ID,)),
    Endpoint("visits.postvisit.get", "GET", "/visits/:id/postvisit", notes.get),
    Endpoint(
        "visits.postvisit.save",
        "POST",
        "/visits/:id/postvisit",
        notes.save,
        body=(
            *(Param(name) for name in TEXTS),
            Param("attachments", "array", "ids of files"),
            Param("modified", "integer", "as last read; another value is refused"),
        ),
    ),
    Endpoint(
        "availability.list",
        "GET",
        "/availability",
        slots.slots,
        query=(
            Param("member_id", about="the patient", required=True),
            Param("start", "integer", "epoch seconds", required=True),
            Param("end", "integer", "epoch seconds", required=True),
            Param("consultation_id", about="one of the room's", required=True),
            Param("intake_id", about="one of the patient's", required=True),
            Param("duration", "integer", "minutes, else the consultation's"),
            _ROOM,
            _PROVIDER,
        ),
        data="array",
    ),
)
