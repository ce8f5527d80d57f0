"""Reading and writing visits: scope, window, columns, creation (api/visits.md §3 and §4, decisions.md)."""

import pytest

from tests.app.sandbox.conftest import START


def ids(rows):
    """The ids of rows."""
    return [row["id"] for row in rows]


def test_scope_follows_the_token(asker):
    everything = ids(asker.data("visits", "app"))
    assert len(everything) == 24
    assert ids(asker.data("visits", "front.desk")) == everything
    assert ids(asker.data("visits", "clinic.admin")) == everything
    mine = {v.id for v in asker.world.visits.values() if v.room_code in {"k7m2p", "w4n8q"}}
    assert set(ids(asker.data("visits", "noor.haddad"))) == mine
    assert ids(asker.data("visits", "mira.okafor")) == ["48211"]
    assert asker.get("visits", "noor.haddad", room_code="d3r9x").status_code == 403
    assert asker.get("visits", "noor.haddad", room_code="nope1").status_code == 404
    assert asker.get("visits").status_code == 401


def test_rows_are_in_order_of_start_with_cancelled_ones(asker):
    rows = asker.data("visits", "app")
    starts = [asker.world.visits[row["id"]].start for row in rows]
    assert starts == sorted(starts)
    assert "40" in {str(row.get("status")) for row in rows}


def test_window_matches_overlap_and_one_end_leaves_the_other_open(asker):
    visit = asker.world.visits["48211"]
    inside = {"start_time": visit.end, "end_time": visit.end + 1}
    assert "48211" in ids(asker.data("visits", "app", **inside))
    after = {"start_time": visit.end + 1, "end_time": visit.end + 2}
    assert "48211" not in ids(asker.data("visits", "app", **after))
    visit.start = visit.end = START - 90 * 86_400
    asker.world.keep(visit)
    assert "48211" not in ids(asker.data("visits", "app"))
    assert "48211" in ids(asker.data("visits", "app", end_time=START))
    assert "48211" not in ids(asker.data("visits", "app", start_time=START - 86_400))
    assert asker.get("visits", "app", start_time="soon").json()["message"] == "start_time is not valid."


@pytest.mark.parametrize("fields", ["status,member", '["status","member"]'])
def test_fields_choose_columns_and_id_always_comes(asker, fields):
    for row in asker.data("visits", "app", fields=fields):
        assert "id" in row
        assert set(row) <= {"id", "status", "member"}
    detail = asker.data("visits/48211", "app", fields="status")
    assert "intake" in detail


def test_an_unchanged_visit_has_the_same_bytes_and_a_changed_one_has_not(asker):
    first = asker.get("visits", "app").content
    assert asker.get("visits", "app").content == first
    asker.do("confirm", visit="48211")
    assert asker.get("visits", "app").content != first


def test_detail_is_for_those_who_may_see_it(asker):
    assert asker.data("visits/48211", "mira.okafor")["id"] == "48211"
    assert asker.get("visits/48212", "mira.okafor").status_code == 403
    assert asker.get("visits/48224", "noor.haddad").status_code == 403
    missing = asker.get("visits/99999", "noor.haddad")
    assert (missing.status_code, missing.json()) == (404, {"code": 404, "message": "Not Found"})


def test_provider_b_may_act_on_provider_a_in_a_shared_room(asker):
    asker.done("visits/confirm", "samuel.okonkwo", id="48211")
    assert asker.post("visits/confirm", "samuel.okonkwo", id="48214").status_code == 403


def test_patients_do_not_do_staff_things(asker):
    for action in ("inprogress", "confirm", "reschedule", "assign", "accept"):
        assert asker.post(f"visits/{action}", "mira.okafor", id="48211").status_code == 403
    assert asker.post("visits/close", "mira.okafor", id="48211", status=30).status_code == 403
    asker.done("visits/close", "mira.okafor", id="48211", reason="patient_exit_room")
    assert asker.world.visits["48211"].status == 40


def test_a_room_may_forbid_patients_to_cancel(asker):
    visit = asker.world.visits["48211"]
    visit.room_code = "d3r9x"
    assert asker.post("visits/delete", "mira.okafor", id="48211").status_code == 403
    visit.room_code = "k7m2p"
    asker.done("visits/delete", "mira.okafor", id="48211")
    assert visit.status == 40


def test_current(asker):
    assert asker.data("visits/current", "noor.haddad") is None
    assert asker.data("visits/current", "front.desk") is None
    assert asker.data("visits/current", "mira.okafor")["id"] == "48211"
    asker.done("visits/inprogress", "noor.haddad", id="48211")
    assert asker.data("visits/current", "noor.haddad")["id"] == "48211"
    newer = asker.walkin()
    assert asker.data("visits/current", "mira.okafor")["id"] == "48211"
    asker.done("visits/close", "noor.haddad", id="48211", status=30)
    assert asker.data("visits/current", "mira.okafor")["id"] == newer
    asker.done("visits/delete", "mira.okafor", id=newer)
    assert asker.data("visits/current", "mira.okafor") is None


def test_future_appointments_are_not_current(asker):
    asker.done("visits/delete", "mira.okafor", id="48211")
    book(asker, "mira.okafor", START + 7200)
    assert asker.data("visits/current", "mira.okafor") is None
    due = book(asker, "mira.okafor", START)["id"]
    assert asker.data("visits/current", "mira.okafor")["id"] == due


def book(asker, who, start, **body):
    """An appointment of a quarter of an hour."""
    member = {} if who == "mira.okafor" else {"member_id": "7301"}
    intake = asker.intake(who=who, **member)
    slot = {"slot_start": start, "slot_end": start + 900}
    return asker.done("visits", who, intake_id=intake, room_code="k7m2p", type=2, **slot, **body)


def test_walk_in_reply(asker):
    intake = asker.intake(reason_for_visit="Cough", custom_since="Monday")
    visit = asker.done("visits/add_walkin", "mira.okafor", intake_id=intake, room_code="k7m2p")
    assert (visit["type"], visit["status"]) == ("1", "10")
    assert (visit["start"], visit["end"]) == (str(START), str(START + 900))
    assert visit["actual_start"] is visit["actual_end"] is visit["provider_id"] is None
    assert "subtype" not in visit
    assert visit["intake"]["visit_id"] == visit["id"] == visit["_id"]
    assert visit["intake"]["custom_since"] == "Monday"
    assert visit["member"]["phone"].startswith(("415", "503", "702", "206", "808"))
    assert visit["meeting"]["meeting_id"].endswith("__jitsi")


def test_an_intake_serves_once_and_must_exist(asker):
    intake = asker.intake()
    asker.done("visits/add_walkin", "mira.okafor", intake_id=intake)
    again = asker.post("visits/add_walkin", "mira.okafor", intake_id=intake)
    assert (again.status_code, again.json()["message"]) == (400, f"Intake {intake} is already used.")
    assert asker.post("visits/add_walkin", "mira.okafor", intake_id="x").status_code == 404
    assert asker.post("visits/add_walkin", "mira.okafor").json()["message"] == "intake_id is required."
    unknown = asker.post("visits/add_walkin", "mira.okafor", intake_id=asker.intake(), room_code="zzzzz")
    assert unknown.status_code == 404


def test_staff_enters_for_the_intakes_patient(asker):
    for who in ("app", "front.desk", "noor.haddad"):
        intake = asker.intake(who=who, member_id="7301")
        visit = asker.done("visits/add_walkin", who, intake_id=intake, room_code="k7m2p")
        assert visit["member_id"] == "7301"
        assert visit["intake"]["bookedByProvider"] is True
    other = asker.intake(who="app", member_id="7302")
    assert asker.post("visits/add_walkin", "mira.okafor", intake_id=other).status_code == 403


def test_booking(asker):
    assert str(book(asker, "mira.okafor", START + 3600)["status"]) == "10"
    booked = book(asker, "front.desk", START + 5400, provider_id=613)
    assert (str(booked["status"]), booked["provider_id"]) == ("20", "613")
    assert asker.world.visits[book(asker, "app", START + 9000)["id"]].provider_id is None
    slot = {"slot_start": START + 5500, "slot_end": START + 5600}
    taken = asker.post(
        "visits", "front.desk", intake_id=asker.intake(who="app", member_id="7301"), room_code="k7m2p",
        type=2, provider_id="613", **slot,
    )  # fmt: skip
    assert (taken.status_code, taken.json()["message"]) == (400, "Slot is already taken.")


def test_booking_names_what_is_missing(asker):
    intake = asker.intake()
    body = {
        "intake_id": intake,
        "room_code": "k7m2p",
        "slot_start": START,
        "slot_end": START + 900,
        "type": 2,
    }
    for name in body:
        rest = {key: value for key, value in body.items() if key != name}
        reply = asker.post("visits", "mira.okafor", **rest)
        assert (reply.status_code, reply.json()["message"]) == (400, f"{name} is required.")


def test_reschedule(asker):
    slot = {"slot_start": START + 30_000, "slot_end": START + 30_900}
    asker.done("visits/reschedule", "front.desk", id="48219", **slot)
    assert asker.world.visits["48219"].start == START + 30_000
    walkin = asker.post("visits/reschedule", "front.desk", id="48211", **slot)
    assert walkin.json() == {"code": 400, "message": "Visit 48211 cannot be rescheduled."}
    book(asker, "front.desk", START + 40_000, provider_id="612")
    taken = asker.post(
        "visits/reschedule", "front.desk", id="48219", slot_start=START + 40_000, slot_end=START + 40_900
    )
    assert taken.json()["message"] == "Slot is already taken."


def test_assign_stays_inside_the_room(asker):
    outside = asker.post("visits/assign", "noor.haddad", id="48211", provider_id="616")
    assert outside.json() == {"code": 400, "message": "provider_id is not valid."}
    asker.done("visits/assign", "noor.haddad", id="48211", provider_id=613, note="Back pain is yours")
    assert asker.world.visits["48211"].provider_id == "613"


def test_assign_heeds_whose_the_visit_was_seen_to_be(asker):
    visit = asker.world.visits["48212"]
    assert visit.provider_id is None
    body = {"id": "48212", "provider_id": 613}
    late = {"code": 400, "message": "Visit 48212 is already assigned."}
    assert asker.post("visits/assign", "noor.haddad", **body, if_provider_id="612").json() == late
    asker.done("visits/assign", "noor.haddad", **body, if_provider_id="")
    # Nobody's, and the same provider's once more, are not what it is now.
    for seen in ("", None, "612"):
        assert asker.post("visits/assign", "noor.haddad", **body, if_provider_id=seen).json() == late
    asker.done("visits/assign", "noor.haddad", id="48212", provider_id=612, if_provider_id=613)
    # Without the word it is as before.
    asker.done("visits/assign", "noor.haddad", **body)
    assert visit.provider_id == "613"


def test_a_visit_that_is_over_says_so_first(asker):
    asker.done("visits/delete", "app", id="48212")
    refused = asker.post("visits/assign", "noor.haddad", id="48212", provider_id=613, if_provider_id="612")
    assert refused.json()["message"] == "Visit 48212 is already cancelled."


def test_econsult_ignores_the_provider(asker):
    visit = asker.done(
        "visits/add_econsult", "mira.okafor", intake_id=asker.intake(), room_code="k7m2p", provider_id="613"
    )
    kept = asker.world.visits[visit["id"]]
    assert (kept.type, kept.subtype, kept.status, kept.provider_id) == (3, 4, 10, None)
    assert kept.start == kept.end == kept.created == START


def test_missing_id_and_unknown_id(asker):
    assert asker.post("visits/confirm", "noor.haddad").json()["message"] == "id is required."
    assert asker.post("visits/confirm", "noor.haddad", id="1").status_code == 404


def test_looking_changes_nothing(asker):
    state = asker.data("/sandbox/state", "app")
    for path in ("visits", "visits/48211", "visits/current", "rooms/k7m2p/queue", "users/-"):
        asker.get(path, "noor.haddad")
    assert asker.data("/sandbox/state", "app") == state


def refused(reply, name):
    assert (reply.status_code, reply.json()["message"]) == (400, f"{name} is not valid.")


def test_nobody_books_the_past_or_a_whole_day(asker):
    body = {"intake_id": asker.intake(), "room_code": "k7m2p", "type": 2}
    for first, last, wrong in (
        (-1, 900, "slot_start"),
        (-86_400, -85_500, "slot_start"),
        (900, 900, "slot_end"),
        (900, 900 + 8 * 3_600 + 1, "slot_end"),
    ):
        slot = {"slot_start": START + first, "slot_end": START + last}
        refused(asker.post("visits", "mira.okafor", **body, **slot), wrong)
        refused(asker.post("visits/reschedule", "front.desk", id="48219", **slot), wrong)
    asker.done("visits", "mira.okafor", **body, slot_start=START, slot_end=START + 8 * 3_600)


def test_a_visit_begins_about_now_and_does_not_end_before(asker):
    for at in (-5, -(10**17), START - 86_401, START + 86_401, 10**17):
        reply = asker.post("visits/inprogress", "noor.haddad", id="48211", actual_start=at)
        refused(reply, "actual_start")
        refused(asker.post("visits/close", "noor.haddad", id="48217", status=30, actual_end=at), "actual_end")
    asker.done("visits/inprogress", "noor.haddad", id="48211", actual_start=START + 60)
    early = asker.post("visits/close", "noor.haddad", id="48211", status=30, actual_end=START + 59)
    refused(early, "actual_end")
    assert asker.world.visits["48211"].status == 25
    asker.done("visits/close", "noor.haddad", id="48211", status=30)
    assert asker.world.visits["48211"].actual_end == START + 60
