"""The practice clinic's visits, read (api/visits.md §3, api/decisions.md "Visits")."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from app.sandbox import visit_rows
from app.sandbox.http import Call, Refusal, json_response, reply_raw
from app.sandbox.quirks import encode
from app.sandbox.world import CONFIRMED, IN_PROGRESS, PENDING, WALK_IN, Visit

BACK = 86_400
"""Seconds the list reaches back without a window."""
AHEAD = 7 * 86_400
"""Seconds the list reaches ahead without a window."""


def listing(call: Call) -> Response:
    """The caller's visits, cancelled ones included, in order of start; the window matches on overlap."""
    room_code = call.asked("room_code")
    if room_code is not None:
        room = call.room(room_code)
        if not call.caller.is_patient and not call.caller.may_enter(room.code):
            raise Refusal(403)
    first, last = _window(call)
    found = [
        visit
        for visit in call.world.visits.values()
        if (first is None or visit.end >= first)
        and (last is None or visit.start <= last)
        and room_code in {None, visit.room_code}
        and call.caller.may_see(visit)
    ]
    found.sort(key=lambda visit: (visit.start, visit.id))
    fields = call.asked_list("fields")
    return reply_raw([visit_rows.listed_bytes(call.world, visit, fields) for visit in found])


def _window(call: Call) -> tuple[int | None, int | None]:
    """With one end only the other is open; with none: 24 h back, 7 days ahead."""
    first, last = call.asked_whole("start_time"), call.asked_whole("end_time")
    if first is None and last is None:
        return call.world.now - BACK, call.world.now + AHEAD
    return first, last


def get(call: Call) -> Response:
    """One visit with everything."""
    return answer(call, find(call, call.params["id"]))


def current(call: Call) -> Response:
    """Patient: 25, else a walk-in of 10 or 20, else a pending one that has begun. Provider: own 25."""
    mine = call.caller.user_id
    opened = sorted(call.world.open_visits(), key=lambda visit: (visit.start, visit.id), reverse=True)
    if call.caller.is_patient:
        own = [visit for visit in opened if visit.member_id == mine]
        wishes: tuple[Callable[[Visit], bool], ...] = (
            lambda visit: visit.status == IN_PROGRESS,
            lambda visit: visit.type == WALK_IN and visit.status in {PENDING, CONFIRMED},
            lambda visit: visit.status == PENDING and visit.start <= call.world.now,
        )
        visit = next((visit for wish in wishes for visit in own if wish(visit)), None)
    else:
        visit = next((v for v in opened if mine and v.provider_id == mine and v.status == IN_PROGRESS), None)
    return answer(call, visit)


def find(call: Call, visit_id: str) -> Visit:
    """The visit, else 404; 403 when it is not the caller's to see."""
    visit = call.world.visits.get(visit_id)
    if visit is None:
        raise Refusal(404)
    if not call.caller.may_see(visit):
        raise Refusal(403)
    return visit


def answer(call: Call, visit: Visit | None) -> Response:
    """The visit with everything that the caller may see, or null."""
    if visit is None:
        return json_response(b'{"data":null}')
    return answer_row(visit, visit_rows.detail(call.world, visit, call.caller))


def answer_row(visit: Visit, row: dict[str, Any]) -> Response:
    """A visit's row, in the encoding of that visit."""
    return json_response(b'{"data":' + encode(visit.id, row) + b"}")
