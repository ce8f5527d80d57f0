"""The state table of api/visits.md §4, every cell, through the API."""

import pytest

from app.sandbox.visit_states import CLOSE_REASONS, WORDS

STATUSES = (10, 20, 25, 30, 40, 50)
TABLE = {
    "confirm": (20, 400, 400, 400, 400, 400),
    "inprogress": (25, 25, 25, 400, 400, 400),
    "close status": (30, 30, 30, 30, 400, 400),
    "close reason walk-in": (40, 40, 30, 30, 40, 400),
    "close reason e-consult": (40, 40, 30, 30, 40, 400),
    "close reason guest": (40, 40, 30, 30, 40, 400),
    "close reason scheduled": (40, 20, 30, 30, 40, 400),
    "close cancel scheduled": (40, 40, 30, 30, 40, 400),
    "delete": (40, 40, 400, 400, 40, 400),
    "reschedule": (10, 20, 400, 400, 400, 400),
    "assign": (10, 20, 25, 400, 400, 400),
    "accept": (20, 400, 400, 400, 400, 400),
    "unknown": (400,),
}
KINDS = {"walk-in": 1, "scheduled": 2, "e-consult": 3, "guest": 10}
ME, OTHER = "612", "613"


def request_of(action, visit_id):
    """Path and body of an action."""
    path, _, how = action.partition(" ")
    body = {"id": visit_id}
    if how == "status":
        body["status"] = 30
    elif how.startswith("cancel"):
        body["reason"] = "patient_cancel_appointment"
    elif how.startswith("reason"):
        body["reason"] = "patient_exit_room"
    if path == "assign":
        body["provider_id"] = OTHER
    if path == "reschedule":
        body |= {"slot_start": 1_767_300_000, "slot_end": 1_767_300_900}
    return f"visits/{path}", body


def kind_of(action):
    """Which type of visit an action is tried on."""
    if action in {"accept"}:
        return 3
    if action in {"reschedule"}:
        return 2
    return next((number for name, number in KINDS.items() if action.endswith(name)), 1)


CELLS = [
    (action, status, result)
    for action, row in TABLE.items()
    if action != "unknown"
    for status, result in zip(STATUSES, row, strict=True)
] + [(action, 77, 400) for action in TABLE if action != "unknown"]


@pytest.mark.parametrize(("action", "status", "result"), CELLS)
def test_cell(asker, action, status, result):
    visit = asker.world.visits["48212"]
    visit.type, visit.status = kind_of(action), status
    if action == "accept" and status != 10:
        visit.provider_id = OTHER
    visit.actual_end = 1 if status in {30, 40, 50} else None
    asker.world.keep(visit)
    asker.world.advance(5)
    path, body = request_of(action, visit.id)
    before, modified = visit.status, visit.modified
    reply = asker.post(path, "noor.haddad", **body)
    if result == 400:
        assert reply.status_code == 400
        word = "accepted" if action == "accept" and status == 20 else WORDS.get(status, "77")
        assert reply.json() == {"code": 400, "message": f"Visit {visit.id} is already {word}."}
        assert (visit.status, visit.modified) == (before, modified)
        return
    assert reply.status_code == 200
    assert str(reply.json()["data"]["status"]) == str(result)
    assert visit.status == result
    changed = result != before or action in {"reschedule", "assign"}
    assert (visit.modified == asker.world.now) == changed


def test_times_are_set(asker):
    visit = asker.world.visits["48212"]
    asker.post("visits/inprogress", "noor.haddad", id=48212, actual_start="1767225601")
    assert (visit.status, visit.actual_start, visit.provider_id) == (25, 1767225601, ME)
    asker.world.advance(30)
    asker.post("visits/close", "noor.haddad", id="48212", status="30", reason="call_ended")
    assert (visit.status, visit.actual_end, visit.completed_by) == (30, asker.world.now, ME)


def test_an_appointment_that_is_only_left_stays_as_it_was(asker):
    visit = asker.world.visits["48219"]
    asker.done("visits/close", "noor.haddad", id=visit.id, reason="patient_exit_room")
    assert (visit.status, visit.actual_end) == (20, None)


def test_close_wants_a_status_or_a_known_reason(asker):
    for body, message in (
        ({}, "status is required."),
        ({"status": 40}, "status is not valid."),
        ({"status": "x"}, "status is not valid."),
        ({"reason": "bored"}, "reason is not valid."),
        ({"status": 30, "reason": "bored"}, "reason is not valid."),
    ):
        reply = asker.post("visits/close", "noor.haddad", id="48212", **body)
        assert (reply.status_code, reply.json()["message"]) == (400, message)
    for reason in CLOSE_REASONS:
        asker.done("visits/close", "mira.okafor", id="48211", reason=reason)


def test_the_second_provider_hears_that_an_econsult_is_accepted(asker):
    asker.done("visits/accept", "noor.haddad", id="48222")
    assert asker.world.visits["48222"].provider_id == ME
    reply = asker.post("visits/accept", "samuel.okonkwo", id="48222")
    assert (reply.status_code, reply.json()["message"]) == (400, "Visit 48222 is already accepted.")
    assert asker.post("visits/accept", "front.desk", id="48224").status_code == 403
    walkin = asker.post("visits/accept", "noor.haddad", id="48212").json()
    assert walkin == {"code": 400, "message": "Visit 48212 cannot be accepted."}


def test_a_chosen_provider_stays_whoever_starts(asker):
    asker.world.visits["48211"].provider_id = OTHER
    asker.done("visits/inprogress", "noor.haddad", id="48211")
    assert asker.world.visits["48211"].provider_id == OTHER
