"""The practice clinic's pharmacies (api/pharmacy.md A)."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.pharmacies.sandbox import routes as sandbox
from app.pharmacies.sandbox.opening import Registration, furnish
from app.sandbox.app import build
from app.sandbox.http import Call, Caller, Refusal
from app.sandbox.opening import open_clinic
from app.sandbox.world import World
from tests.app.sandbox.conftest import START, Asker
from tests.app.wire.test_reader import JSON

HARBOR = "PH-20417"
APP = "app"
NO_CRITERION = "A search criterion is required."


@pytest.fixture(scope="module")
def town() -> Asker:
    """A clinic for tests that only read."""
    return Asker(build(open_clinic(7, START)))


def found(town: Asker, **criteria: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = town.data("pharmacies", APP, limit=100, **criteria)
    return rows


def refused(town: Asker, **criteria: Any) -> tuple[int, str]:
    reply = town.get("pharmacies", APP, **criteria)
    return reply.status_code, reply.json()["message"]


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ({"limit": 1}, NO_CRITERION),
        ({"state": "OR"}, NO_CRITERION),
        ({"lat": 44.9}, NO_CRITERION),
        ({"q": "x"}, "q is not valid."),
        ({"zip": "ab"}, "zip is not valid."),
        ({"q": "xx", "state": "Oregon"}, "state is not valid."),
        ({"q": "xx", "mail_order": 2}, "mail_order is not valid."),
        ({"lat": 91, "lng": 0}, "lat is not valid."),
        ({"lat": "x", "lng": 0}, "lat is not valid."),
        ({"lat": "1e99", "lng": 0}, "lat is not valid."),
        ({"lat": 44, "lng": 181}, "lng is not valid."),
        ({"lat": 44, "lng": -123, "radius": 0}, "radius is not valid."),
        ({"q": "xx", "page": "first"}, "page is not valid."),
    ],
)
def test_what_cannot_be_searched_by(town: Asker, criteria: dict[str, Any], message: str) -> None:
    assert refused(town, **criteria) == (400, message)


def test_criteria_are_all_applied(town: Asker) -> None:
    assert [row["code"] for row in found(town, q="HARBOR street")] == [HARBOR]
    assert found(town, q="harbor street", city="Port Amity") == []
    assert {row["city"] for row in found(town, city="salem")} == {"Salem"}
    assert {row["state"] for row in found(town, q="larkspur", state="wa")} == {"WA"}
    assert {str(row["zip"]).zfill(5)[:3] for row in found(town, zip="021")} == {"021"}
    assert all(str(row["zip"]).zfill(5) == "02190" for row in found(town, zip="02190-0001"))


def test_a_page_and_the_number_of_all(town: Asker) -> None:
    first = town.get("pharmacies", APP, city="Salem").json()
    assert len(first["data"]) == 20
    assert first["total_count"] > 40
    second = town.data("pharmacies", APP, city="Salem", page=2, limit=10)
    assert second == first["data"][10:]
    names = [row["name"].casefold() for row in first["data"]]
    assert names == sorted(names)


def test_around_a_point(town: Asker) -> None:
    rows = found(town, lat=44.9401, lng=-123.0402)
    assert (rows[0]["code"], rows[0]["distance"]) == (HARBOR, 0.0)
    miles = [row["distance"] for row in rows]
    assert miles == sorted(miles)
    assert 3 < miles[-1] <= 10
    closer = found(town, lat=44.9401, lng=-123.0402, radius=3)
    assert closer == [row for row in rows if row["distance"] <= 3]
    # One degree of latitude is 69.1 miles.
    (north,) = found(town, lat=45.9401, lng=-123.0402, radius=70, q="harbor street")
    assert north["distance"] == pytest.approx(69.1, abs=0.05)


def test_nobody_is_near_the_middle_of_the_sea(town: Asker) -> None:
    assert found(town, lat="1e-05", lng="-1e-05") == []


def test_mail_order_can_be_left_out(town: Asker) -> None:
    everybody = {row["code"] for row in found(town, q="mail")}
    assert everybody
    assert {row["code"] for row in found(town, q="mail", mail_order=1)} == everybody
    assert found(town, q="mail", mail_order=0) == []


def test_every_form_of_a_row_is_produced(town: Asker) -> None:
    rows = [row for digit in "0123456789" for row in found(town, zip=digit)]
    assert len(rows) > 100
    leading = [row["zip"] for row in rows if str(row["zip"]).zfill(5).startswith("0")]
    assert {type(code) for code in leading} == {int, str}
    assert all(len(str(code)) < 5 for code in leading if isinstance(code, int))
    assert any(len(str(code)) == 3 for code in leading)
    assert {type(row.get("latitude", ...)) for row in rows} == {float, str, int, type(None), type(...)}
    assert {row["latitude"] for row in rows if isinstance(row.get("latitude"), int)} == {0}
    assert {type(row.get("extra", ...)) for row in rows} >= {dict, str, list, int, bool, type(...)}
    assert {type(row.get("fax", ...)) for row in rows} == {str, bool, type(None), type(...)}


def test_the_sample_of_the_reference(town: Asker) -> None:
    row = town.data(f"pharmacies/{HARBOR}", "mira.okafor")
    assert (row["name"], row["address"], row["phone"]) == (
        "Harbor Street Pharmacy",
        "18 Harbor St",
        "5035550142",
    )
    assert "distance" not in row
    assert "is_default" not in row
    assert town.get("pharmacies/PH-0", APP).status_code == 404
    assert town.get("pharmacies", None, q="harbor").status_code == 401


# -- what patients save


def test_a_patient_saves_and_removes(asker: Asker) -> None:
    mira = "users/-/pharmacies"
    before = asker.data(mira, "mira.okafor")
    assert [row["is_default"] for row in before] == [True, False]
    assert asker.done(f"{mira}/default", "mira.okafor", code=HARBOR)["code"] == HARBOR
    rows = asker.data(mira, "mira.okafor")
    assert rows[0]["code"] == HARBOR
    assert [row["is_default"] for row in rows] == [True, False, False]
    assert asker.done(f"{mira}/delete", "mira.okafor", code=HARBOR) is True
    left = asker.data(mira, "mira.okafor")
    assert {row["code"] for row in left} == {row["code"] for row in before}
    assert not any(row["is_default"] for row in left)
    assert asker.post(f"{mira}/delete", "mira.okafor", code=HARBOR).status_code == 404


def test_a_default_is_set_once_however_often(asker: Asker) -> None:
    for _ in range(2):
        asker.done("users/-/pharmacies/default", "mira.okafor", code=HARBOR)
    codes = [row["code"] for row in asker.data("users/-/pharmacies", "mira.okafor")]
    assert codes.count(HARBOR) == 1


def test_the_code_is_needed_and_must_exist(asker: Asker) -> None:
    for act in ("default", "delete"):
        reply = asker.post(f"users/-/pharmacies/{act}", "mira.okafor")
        assert (reply.status_code, reply.json()["message"]) == (400, "code is required.")
        for code in ("PH-0", "npi-1000000004", "npi-", "1234567893"):
            assert asker.post(f"users/-/pharmacies/{act}", "mira.okafor", code=code).status_code == 404


def test_a_pharmacy_of_the_directory_becomes_the_clinics(asker: Asker) -> None:
    row = asker.done("users/-/pharmacies/default", "mira.okafor", code="npi-1234567893")
    assert (row["name"], str(row["zip"])) == ("HARBOR STREET PHARMACY", "97301")
    assert row["extra"]["npi"] == "1234567893"
    assert asker.data("pharmacies/npi-1234567893", APP) == row
    assert asker.data("users/-/pharmacies", "mira.okafor")[0] == {**row, "is_default": True}


def test_every_registration_can_be_saved(asker: Asker) -> None:
    for npi, registration in asker.world.table(Registration).items():
        row = asker.done("users/7302/pharmacies/default", APP, code=f"npi-{npi}")
        others = registration.row["other_names"]
        former = {other["organization_name"] for other in others if other["code"] == "4"}
        assert row["name"] not in former | {""}


def test_who_may_see_and_change_them(asker: Asker) -> None:
    world = asker.world
    mira = next(one for one in world.people.values() if one.username == "mira.okafor")
    other = next(one for one in world.people.values() if one.is_patient and one.id != mira.id)
    path = f"users/{mira.id}/pharmacies"
    strangers = [
        person
        for person in world.people.values()
        if person.sees_patients
        and person.active
        and not any(v.member_id == mira.id and v.room_code in person.rooms for v in world.visits.values())
    ]
    staff = [one for one in world.people.values() if not one.is_patient and not one.sees_patients]
    allowed = [APP, "mira.okafor", "noor.haddad", *(person.username for person in staff)]
    for who in allowed:
        assert asker.get(path, who).status_code == 200
        assert asker.post(f"{path}/default", who, code=HARBOR).status_code == 200
    refused = [person.username for person in strangers]
    assert refused
    for who in refused:
        assert asker.get(path, who).status_code == 403
        assert asker.post(f"{path}/default", who, code=HARBOR).status_code == 403
        assert asker.post(f"{path}/delete", who, code=HARBOR).status_code == 403
    assert asker.get(f"users/{other.id}/pharmacies", "mira.okafor").status_code == 403
    assert asker.get("users/0/pharmacies", APP).status_code == 404
    assert asker.get("users/-/pharmacies", "noor.haddad").status_code == 403


# -- whatever comes

TYPED = JSON | st.sampled_from(["Salem", "OR", "97301", "973*", "harbor*", "NPI-1", "LOCATION", "-1", "5"])
SMALL = World(7, START)
furnish(SMALL)


@settings(max_examples=200)
@given(
    st.dictionaries(
        st.sampled_from(["q", "zip", "city", "state", "lat", "lng", "radius", "mail_order", "page", "limit"]),
        TYPED,
        max_size=6,
    )
)
def test_the_clinic_answers_or_refuses(query: dict[str, Any]) -> None:
    call = Call(SMALL, Caller(is_app=True), {}, query)
    try:
        answer = json.loads(sandbox.search(call).body)
    except Refusal as refusal:
        answer = {"refused": refusal.status}
    assert answer == {"refused": 400} or answer["total_count"] >= len(answer["data"])
