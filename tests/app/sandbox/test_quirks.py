"""The quirks of api/README.md §8 are produced, each of them somewhere."""

import json

import pytest

from app.sandbox import rows, visit_rows
from app.sandbox.opening import open_clinic
from tests.app.sandbox.conftest import START

MISSING = object()


@pytest.fixture(scope="module")
def world():
    """A clinic large enough that every form occurs."""
    return open_clinic(7, START, 200)


@pytest.fixture(scope="module")
def listed(world):
    """All list rows, as a client reads them."""
    return [json.loads(visit_rows.listed_bytes(world, visit, [])) for visit in world.visits.values()]


@pytest.fixture(scope="module")
def details(world):
    """All details."""
    return [visit_rows.detail(world, visit) for visit in world.visits.values()]


def kinds(records, key):
    """Which types a key takes; None for null, "missing" for no key."""
    found = set()
    for record in records:
        value = record.get(key, MISSING)
        found.add("missing" if value is MISSING else None if value is None else type(value))
    return found


@pytest.mark.parametrize("key", ["type", "status", "start", "end"])
def test_numbers_and_strings(listed, details, key):
    assert kinds(listed, key) == {int, str, "missing"}
    assert kinds(details, key) == {int, str}


def test_created_and_modified_are_ints(details):
    assert kinds(details, "created") == kinds(details, "modified") == {int}


def test_ids_are_strings_and_twice(listed):
    assert all(isinstance(row["id"], str) and row["id"] == row["_id"] for row in listed)


@pytest.mark.parametrize("key", ["provider_id", "specialty_id", "completed_by"])
def test_unset_in_four_ways(details, key):
    assert kinds(details, key) >= {None, str, "missing", bool}


def test_no_provider_in_three_ways(details):
    assert kinds(details, "provider") == {None, list, dict, "missing"}


def test_room_id_null_though_the_room_is_known(details):
    assert kinds(details, "room_id") == {None, str}


def test_list_rows_are_poorer(listed, details):
    for key in ("start", "type", "status", "subtype", "room", "payment", "intake"):
        assert "missing" in kinds(listed, key), key
    for row in listed:
        assert not [key for key in row.get("intake", {}) if key.startswith("custom_")]
    assert any(key.startswith("custom_") for row in details for key in row["intake"])


def test_meeting_forms(details):
    meetings = [row["meeting"] for row in details if isinstance(row.get("meeting"), dict)]
    assert kinds(meetings, "conference_pin") == {int, str}
    assert kinds(meetings, "phone_numbers") == {dict, list}


def test_php_and_plain_encoding(world):
    bodies = [visit_rows.listed_bytes(world, visit, []) for visit in world.visits.values()]
    assert any(b"\\/" in body for body in bodies)
    assert any(b"us/west" in body for body in bodies)
    assert any(b"\\u00" in body for body in bodies)


def test_extra_keys(listed):
    assert kinds(listed, "vendor_flags") == {dict, "missing"}


def test_old_names(world):
    intakes = [rows.intake(intake) for intake in world.intakes.values()]
    for key in ("reason_for_visit", "reasonforvisit", "room_code", "room"):
        assert kinds(intakes, key) >= {str, "missing"}
    assert all(isinstance(intake["type"], str) for intake in intakes)


def test_attachments_in_the_older_shape(world):
    photos = [photo for intake in world.intakes.values() for photo in intake.attachments]
    assert photos
    for photo in photos:
        assert "id" not in photo
        assert set(photo["created"]) == {"sec", "usec"}
        assert not photo["path"].startswith("/")


def test_amount_is_text_and_a_number(world, details):
    assert kinds([row["payment"] for row in details], "amount") == {str}
    assert {row["payment"]["amount"] for row in details} >= {"00.00", "30.00"}
    offered = rows.room(world, world.rooms["k7m2p"])["payment"]["consultations"]
    assert all(isinstance(entry["amount"], int | float) for entry in offered)


def test_empty_object_as_array(world):
    members = [rows.user(person) for person in world.people.values() if person.type == 200]
    assert kinds(members, "extra") == {dict, list}
    assert rows.room(world, world.rooms["k7m2p"])["operation_settings"]["close_message"] == []


def test_every_answer_form_is_on_stage():
    answers = [v for i in open_clinic(7, START).intakes.values() for v in i.answers.values()]
    assert {type(value) for value in answers} >= {str, bool, int, float, dict, list, type(None)}
    assert "" in answers
    assert max(len(value) for value in answers if isinstance(value, str)) > 900


def test_the_default_clinic_shows_what_matters():
    world = open_clinic(7, START)
    rows_now = [json.loads(visit_rows.listed_bytes(world, v, [])) for v in world.open_visits()]
    assert "missing" in kinds(rows_now, "start") | kinds(rows_now, "type")
    statuses = [visit.status for visit in world.visits.values()]
    assert set(statuses) == {10, 20, 25, 30, 40, 50, 77}
    assert statuses.count(77) == 1
    assert {visit.type for visit in world.visits.values()} == {1, 2, 3, 10}


def test_an_unchanged_visit_has_the_same_bytes_in_two_worlds():
    one, two = open_clinic(7, START, 50), open_clinic(7, START, 50)
    for visit_id in one.visits:
        pair = [visit_rows.listed_bytes(w, w.visits[visit_id], []) for w in (one, two)]
        assert pair[0] == pair[1]
