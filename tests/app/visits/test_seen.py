"""What a role may not see of a visit is not there, and nobody asks for it."""

import msgspec

from app.users.role import EVERYTHING, Role, rights_of
from app.visits.record import is_complete, read_visit
from app.visits.seen import seen

WHOLE = {
    "id": "1", "status": 10, "type": 1, "start": 1_780_000_000, "room_code": "k7m2p",
    "member": {"id": "7", "first_name": "Mira", "last_name": "Okafor"}, "description": "Itches",
    "intake": {"id": "i1", "reason_for_visit": "Cough", "custom_smoker": True},
    "postvisit": {"diagnosis": "Flu"}, "prescriptions": [{"drug": "A"}], "recordings": {"count": 2},
    "meeting": {"meeting_id": "m1"}, "payment": {"amount": "20.00"}, "code": "abc",
}  # fmt: skip


def read(**changes: object):
    return read_visit(msgspec.json.encode({**WHOLE, **changes}))


def test_everything_is_the_same_record() -> None:
    visit = read()
    assert seen(visit, EVERYTHING) is visit


def test_the_front_desk_knows_who_it_is_and_which_intake() -> None:
    visit = seen(read(), rights_of(Role.FRONT_DESK))
    assert (visit.member.name, visit.intake_id, visit.payment.amount) == ("Mira Okafor", "i1", 20)
    hidden = ("intake", "reason", "description", "postvisit", "prescriptions", "recordings", "meeting")
    assert {getattr(visit, name) for name in hidden} == {None}
    assert is_complete(visit)


def test_a_reason_that_is_not_shown_is_not_asked_for() -> None:
    row = {name: value for name, value in WHOLE.items() if name not in ("intake", "description")}
    visit = read_visit(msgspec.json.encode(row))
    assert not is_complete(visit)
    assert is_complete(seen(visit, rights_of(Role.FRONT_DESK)))


def test_a_wall_board_knows_nobody() -> None:
    visit = seen(read(), rights_of(Role.MONITOR))
    assert (visit.member, visit.payment, visit.code, visit.intake_id) == (None, None, None, None)
    assert (visit.id, visit.room_code, visit.status) == ("1", "k7m2p", 10)
    assert "Okafor" not in repr(visit)
    assert not is_complete(visit)
    assert is_complete(visit, wants_name=False)
