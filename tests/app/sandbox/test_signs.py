"""Signs of life of patients' pages, as the practice clinic tells them."""

import json

from app.sandbox.opening import open_clinic
from app.sandbox.signs import FLAKY, GAP, last_sign
from app.sandbox.world import E_CONSULT, SCHEDULED
from tests.app.sandbox.conftest import START


def told(asker, visit_id: str) -> int | None:
    """By the detail; the list row must say the same."""
    sign = asker.data(f"visits/{visit_id}", "app").get("member_alive")
    row = next(row for row in asker.data("visits", "app") if row["id"] == visit_id)
    assert row.get("member_alive") == sign
    return None if sign is None else int(sign)


def arrived(asker) -> str:
    """Somebody whom only the trainer moves, and whose page is steady."""
    while True:
        visit_id = asker.do("arrive", provider="612")["visit"]
        if last_sign(asker.world, asker.world.visits[visit_id]) is not None and not flaky(asker, visit_id):
            return str(visit_id)


def flaky(asker, visit_id: str) -> bool:
    visit, now = asker.world.visits[visit_id], asker.world.now_ms
    asker.world.now_ms = (visit.start + GAP[1] - 1) * 1000
    sign, asker.world.now_ms = last_sign(asker.world, visit), now
    return sign < visit.start + GAP[1] - 250


def test_a_page_that_is_open_tells_so_at_every_interval(asker):
    visit_id = arrived(asker)
    for seconds, sign in ((0, 0), (249, 0), (1, 250), (260, 500)):
        asker.world.advance(seconds)
        assert told(asker, visit_id) == START + sign


def test_silence_and_return(asker):
    visit_id = arrived(asker)
    asker.world.advance(300)
    assert asker.do("lose_signal", visit=visit_id)["status"] == 10
    asker.world.advance(100)
    assert told(asker, visit_id) == START + 250
    asker.do("regain_signal", visit=visit_id)
    assert told(asker, visit_id) == START + 400


def test_who_has_left_gives_no_sign_any_more_and_tells_why(asker):
    visit_id = arrived(asker)
    asker.world.advance(260)
    asker.do("leave", visit=visit_id, reason="patient_end_call")
    asker.world.advance(600)
    assert told(asker, visit_id) == START + 250
    assert asker.data(f"visits/{visit_id}", "app")["close_reason"] == "patient_end_call"


def test_an_open_or_deleted_visit_states_that_it_has_no_close_reason(asker):
    visit_id = arrived(asker)
    assert asker.data(f"visits/{visit_id}", "app")["close_reason"] is None
    asker.done("visits/delete", "app", id=visit_id)
    assert asker.data(f"visits/{visit_id}", "app")["close_reason"] is None


def test_whom_the_front_desk_entered_has_no_page_until_one_opens(asker):
    intake = asker.done("intakes", "noor.haddad", room_code="k7m2p", member_id="7302", provider_id="612")[
        "id"
    ]
    visit_id = asker.done("visits/add_walkin", "noor.haddad", intake_id=intake, room_code="k7m2p")["id"]
    assert told(asker, visit_id) is None
    patient = asker.world.people["7302"]
    asker.world.advance(40)
    asker.done("users/alive", patient.username, heartbeat=1)
    asker.world.advance(60)
    assert told(asker, visit_id) == START + 40
    asker.do("regain_signal", visit=visit_id)
    assert told(asker, visit_id) == START + 100


def test_an_appointment_and_an_e_consult_have_none(asker):
    for visit in asker.world.visits.values():
        assert (last_sign(asker.world, visit) is None) == (visit.type in (SCHEDULED, E_CONSULT)) or (
            asker.world.intakes[visit.intake_id].by_staff
        )


def test_some_lose_the_signal_for_a_while_and_come_back():
    world = open_clinic(7, START, 400)
    fresh = [v for v in world.visits.values() if v.is_waiting]
    for visit in fresh:
        visit.start = world.now
    signs = {}
    for after in (GAP[0] - 1, GAP[1] - 1, GAP[1]):
        world.now_ms = (START + after) * 1000
        signs[after] = [last_sign(world, visit) - START for visit in fresh]
    silent = [sign < GAP[1] - 251 for sign in signs[GAP[1] - 1]]
    assert 0 < sum(silent) < 3 * len(fresh) / FLAKY
    assert set(signs[GAP[1]]) == {GAP[1]}


def test_the_account_sets_limits(asker):
    account = asker.data("accounts/-", "app")
    assert account["queue"]["limits"][0] == {"long_s": 600, "very_long_s": "1200", "late_s": 300}
    assert json.dumps(account)
