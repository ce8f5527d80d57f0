"""The documented words of errors, as somebody else's client sees them.

Sources: README §6 and §7, auth.md, visits.md §4, rooms.md, payments.md, pharmacy.md, emr.md, decisions.md.
"""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import httpx
import pytest

from tests.journeys.foreign import ENCODINGS, Foreign

STATES = {10: "pending", 20: "confirmed", 25: "in progress", 30: "completed", 40: "cancelled", 50: "refunded"}
GONE = "Sorry, this page is not available."
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def they(line: dict[str, Any]) -> Iterator[Foreign]:
    client = Foreign(line)
    yield client
    client.close()


def visit_in(they: Foreign, status: int) -> str:
    """A walk-in brought to a status, by documented calls alone."""
    _, patient = they.patient()
    visit, doctor = they.walkin(patient), they.token("provider")
    if status == 20:
        they.post("visits/confirm", doctor, {"id": visit})
    if status in (25, 30, 50):
        they.post("visits/inprogress", doctor, {"id": visit})
    if status in (30, 50):
        they.post("visits/close", doctor, {"id": visit, "status": 30})
    if status == 40:
        they.post("visits/delete", doctor, {"id": visit})
    if status == 50:
        card = they.post("users/-/payment_methods", patient, {"token": "tok_ok", "type": "card"})
        items = [{"name": "Visit", "description": "", "quantity": 1, "unit_price": "9.00"}]
        bill = {"id": visit, "items": items, "payment_method_id": card["id"], "submit": True}
        they.post("visits/charge", they.admin, bill)
        they.post("visits/refund", they.admin, {"id": visit})
    assert int(they.get(f"visits/{visit}", doctor)["status"]) == status
    return visit


def refused(reply: httpx.Response) -> tuple[int, str]:
    """Status and words of the documented error envelope."""
    body = reply.json()
    assert body.keys() == {"code", "message"}, body
    assert body["code"] == reply.status_code
    return body["code"], body["message"]


# -- the state table of visits.md §4: what becomes of a status, 400 where it may not be

DONE = {"status": 30}
LEFT = {"reason": "patient_exit_room"}
TABLE: tuple[tuple[str, dict[str, Any], dict[int, int]], ...] = (
    ("confirm", {}, {10: 20, 20: 400, 25: 400, 30: 400, 40: 400, 50: 400}),
    ("inprogress", {}, {10: 25, 20: 25, 25: 25, 30: 400, 40: 400, 50: 400}),
    ("close", DONE, {10: 30, 20: 30, 25: 30, 30: 30, 40: 400, 50: 400}),
    ("close", LEFT, {10: 40, 20: 40, 25: 30, 30: 30, 40: 40, 50: 400}),
    ("delete", {}, {10: 40, 20: 40, 25: 400, 30: 400, 40: 40, 50: 400}),
    ("refund", {}, {10: 400, 20: 400, 25: 400, 40: 400, 50: 400}),
)
CELLS = [(act, more, before, after) for act, more, row in TABLE for before, after in row.items()]


@pytest.mark.parametrize(("act", "more", "before", "after"), CELLS)
def test_state_table(they: Foreign, act: str, more: dict[str, Any], before: int, after: int) -> None:
    visit = visit_in(they, before)
    reply = they.ask("POST", f"visits/{act}", they.admin, {"id": visit, **more})
    if after == 400:
        assert refused(reply) == (400, f"Visit {visit} is already {STATES[before]}.")
        after = before
    else:
        assert reply.status_code == 200, reply.text
    assert int(they.get(f"visits/{visit}", they.admin)["status"]) == after


@pytest.mark.parametrize("reason", ["patient_exit_room", "patient_cancel_appointment"])
def test_leaving_a_confirmed_appointment(they: Foreign, reason: str) -> None:
    member, patient = they.patient()
    visit = they.appointment(patient, member)["id"]
    they.post("visits/confirm", they.admin, {"id": visit})
    they.post("visits/close", patient, {"id": visit, "reason": reason})
    left = they.get(f"visits/{visit}", patient)
    assert int(left["status"]) == (40 if reason == "patient_cancel_appointment" else 20)
    assert bool(left.get("actual_end")) is (reason == "patient_cancel_appointment")


# -- (who, method, path, body or query, status, words); {names} are those of `known`

Row = tuple[str, str, str, dict[str, Any], int, str]
ROWS: tuple[Row, ...] = (
    # README §6, §7, decisions.md "Session" and "Records in a body"
    ("", "GET", "nowhere", {}, 404, GONE),
    ("", "DELETE", "rooms", {}, 404, GONE),
    ("admin", "PUT", "visits/{walkin}", {}, 404, GONE),
    ("", "GET", "visits", {}, 401, "Unauthorized"),
    ("wrong", "GET", "users/-", {}, 401, "Unauthorized"),
    ("patient", "GET", "users", {}, 403, "Forbidden"),
    ("patient", "GET", "users/612", {}, 403, "Forbidden"),
    ("doctor", "GET", "users/99999999", {}, 404, "Not Found"),
    ("doctor", "GET", "visits/99999999", {}, 404, "Not Found"),
    ("", "GET", "rooms/zzzzz", {}, 404, "Not Found"),
    ("", "POST", "users/login", {"username": "mira.okafor", "password": "x"}, 401, "*wrong*"),
    ("", "POST", "users/login", {"username": "nobody", "password": "x"}, 401, "*wrong*"),
    ("", "POST", "users/refresh_token", {"refresh_token": "0" * 32}, 401, "Unauthorized"),
    ("", "POST", "users/refresh_token", {}, 400, "refresh_token is required."),
    ("wrong", "POST", "users/logout", {}, 401, "Unauthorized"),
    ("", "POST", "users/sso", {"last_name": "L", "type": 200, "code": "c"}, 400, "first_name is required."),
    ("", "POST", "users/sso", {"first_name": "F", "type": 200, "code": "c"}, 400, "last_name is required."),
    ("", "POST", "users/sso", {"first_name": "F", "last_name": "L", "code": "c"}, 400, "type is required."),
    ("", "POST", "users/sso", {"first_name": "F", "last_name": "L", "type": 200}, 400, "code is required."),
    ("keyless", "POST", "users/sso", {"first_name": "F", "last_name": "L", "type": 600}, 401, "Unauthorized"),
    ("headerless", "GET", "accounts/-", {}, 404, "Not Found"),
    # visits.md §4, decisions.md "Visits" and "Records in a body"
    ("patient", "POST", "visits/add_walkin", {}, 400, "intake_id is required."),
    ("patient", "POST", "visits/add_walkin", {"intake_id": NOBODY}, 404, "Not Found"),
    ("patient", "POST", "visits/add_walkin", {"intake_id": "{used}"}, 400, "Intake {used} is already used."),
    (
        "patient",
        "POST",
        "visits/add_econsult",
        {"intake_id": "{used}"},
        400,
        "Intake {used} is already used.",
    ),
    (
        "patient",
        "POST",
        "visits",
        {"intake_id": "{free}", "room_code": "{room}", "type": 2},
        400,
        "*required*",
    ),
    ("patient", "POST", "visits", "{slot}", 400, "Slot is already taken."),
    ("patient", "POST", "intakes", {}, 400, "room_code is required."),
    ("patient", "POST", "intakes", {"room_code": "zzzzz"}, 404, "Not Found"),
    ("doctor", "POST", "visits/inprogress", {}, 400, "id is required."),
    ("doctor", "POST", "visits/inprogress", {"id": 99999999}, 404, "Not Found"),
    ("patient", "POST", "visits/inprogress", {"id": "{walkin}"}, 403, "Forbidden"),
    ("patient", "POST", "visits/close", {"id": "{walkin}", "status": 30}, 403, "Forbidden"),
    ("doctor", "POST", "visits/close", {"id": "{walkin}"}, 400, "status is required."),
    ("doctor", "POST", "visits/close", {"id": "{walkin}", "status": 20}, 400, "status is not valid."),
    ("doctor", "POST", "visits/close", {"id": "{walkin}", "reason": "bored"}, 400, "reason is not valid."),
    ("other", "POST", "visits/delete", {"id": "{walkin}"}, 403, "Forbidden"),
    ("patient", "POST", "visits/delete", {"id": "{strict}"}, 403, "Forbidden"),
    ("doctor", "POST", "visits/reschedule", "{walkin_slot}", 400, "Visit {walkin} cannot be rescheduled."),
    (
        "doctor",
        "POST",
        "visits/assign",
        {"id": "{walkin}", "provider_id": "1"},
        400,
        "provider_id is not valid.",
    ),
    ("doctor", "POST", "visits/assign", {"id": "{walkin}"}, 400, "provider_id is required."),
    ("doctor", "POST", "visits/accept", {"id": "{accepted}"}, 400, "Visit {accepted} is already accepted."),
    ("doctor", "POST", "visits/{walkin}/postvisit", {"diagnosis": "Cold"}, 403, "Forbidden"),
    ("patient", "POST", "visits/{running}/postvisit", {"diagnosis": "Cold"}, 403, "Forbidden"),
    ("patient", "GET", "visits/{running}/postvisit", {}, 403, "Forbidden"),
    (
        *("doctor", "POST", "visits/{running}/postvisit", {"diagnosis": "Flu", "modified": 1}, 400),
        "Notes were changed by someone else.",
    ),
    ("patient", "GET", "availability", {}, 400, "member_id is required."),
    # rooms.md §2 and §3
    (
        *("admin", "POST", "rooms", {"domain": "practice", "slug": "general-care", "name": "Twice"}, 400),
        "In domain 'practice' slug 'general-care' already exists.",
    ),
    ("admin", "POST", "rooms", {"slug": "new", "name": "New"}, 400, "domain is required."),
    ("doctor", "POST", "rooms", {"domain": "practice", "slug": "new", "name": "New"}, 403, "Forbidden"),
    ("doctor", "POST", "users/-/availability-status", {}, 400, "is_available is required."),
    ("doctor", "POST", "users/613/availability-status", {"is_available": True}, 403, "Forbidden"),
    ("patient", "POST", "users/-/availability-status", {"is_available": True}, 403, "Forbidden"),
    # emr.md §2
    ("patient", "GET", "users/-/emr/moods", {}, 400, "Unknown section."),
    ("patient", "POST", "users/-/emr/moods", {"mood": "good"}, 400, "Unknown section."),
    ("patient", "GET", "users/7301/emr", {}, 403, "Forbidden"),
    # payments.md §3 to §5
    ("patient", "POST", "users/-/payment_methods", {"type": "card"}, 400, "token is required."),
    (
        "patient",
        "POST",
        "users/-/payment_methods",
        {"type": "card", "token": "4242"},
        400,
        "token is not valid.",
    ),
    ("patient", "POST", "visits/charge", {"id": "{running}", "submit": True}, 403, "Forbidden"),
    (
        "admin",
        "POST",
        "visits/charge",
        {"id": "{walkin}", "submit": True},
        400,
        "Visit {walkin} is already pending.",
    ),
    (
        "admin",
        "POST",
        "visits/charge",
        {"id": "{paid}", "submit": True},
        400,
        "Visit {paid} is already charged.",
    ),
    ("admin", "POST", "visits/charge", "{declined}", 400, "Card was declined."),
    ("admin", "POST", "visits/refund", {"id": "{paid}", "amount": "9.01"}, 400, "amount is not valid."),
    ("admin", "GET", "visits/{running}/invoice", {"promo_code": "NONE"}, 400, "promo_code is not valid."),
    ("patient", "GET", "payments", {}, 403, "Forbidden"),
    ("desk", "GET", "payments", {}, 403, "Forbidden"),
    ("patient", "GET", "users/7301/insurances", {}, 403, "Forbidden"),
    # pharmacy.md A, settings.md §3, files.md, push.md, health.md
    ("patient", "GET", "pharmacies", {"state": "NV"}, 400, "A search criterion is required."),
    ("patient", "GET", "pharmacies/PH-0", {}, 404, "Not Found"),
    ("doctor", "POST", "users/7301/settings", {"language": "en"}, 403, "Forbidden"),
    ("patient", "GET", "files/{free}", {}, 404, "Not Found"),
    ("", "GET", "{files}files/view/{file}", {"auth_code": "0" * 40, "time": 1}, 403, "Forbidden"),
    ("", "GET", "{files}files/view/{other_file}", "{file_code}", 403, "Forbidden"),
    ("patient", "POST", "files", {"meta": {"category": "user_document"}}, 400, "file is required."),
    ("patient", "POST", "endpoints", {"type": 10}, 400, "key is required."),
    ("patient", "GET", "endpoints/{free}", {}, 404, "Not Found"),
    ("patient", "POST", "health", {"type": "ihealth_bg_bg5s"}, 400, "*required*"),
)


@pytest.fixture(scope="module")
def known(they: Foreign) -> dict[str, Any]:
    """Who asks and what there is to ask about."""
    member, patient = they.patient()
    doctor = they.token("provider")
    used, free = they.intake(patient), they.intake(patient, type=2)
    walkin = they.post("visits/add_walkin", patient, {"intake_id": used, "room_code": they.room})["id"]
    running = they.walkin(patient)
    they.post("visits/inprogress", doctor, {"id": running})
    taken = they.appointment(patient, member)
    times = {"slot_start": taken["start"], "slot_end": taken["end"], "provider_id": taken["provider_id"]}
    accepted = they.post("visits/add_econsult", patient, {"intake_id": they.intake(patient)})["id"]
    they.post("visits/accept", doctor, {"id": accepted})
    strict = next(
        row["code"]
        for row in they.get("rooms")
        if not they.get(f"rooms/{row['code']}")["visits"]["appointment"]["users"]["patient"]["allow_cancel"]
    )
    bad = they.post("users/-/payment_methods", patient, {"token": "tok_declined", "type": "card"})["id"]
    card = they.post("users/-/payment_methods", patient, {"token": "tok_ok", "type": "card"})["id"]
    items = [{"name": "Visit", "description": "", "quantity": 1, "unit_price": "9.00"}]
    paid = they.walkin(patient)
    they.post("visits/inprogress", doctor, {"id": paid})
    bill = {"items": items, "submit": True}
    they.post("visits/charge", they.admin, {"id": paid, "payment_method_id": card, **bill})
    files = [upload(they, patient) for _ in range(2)]
    return {
        "admin": they.admin,
        "doctor": doctor,
        "desk": they.token("front_desk"),
        "patient": patient,
        "other": they.patient()[1],
        "wrong": "0" * 32,
        "room": they.room,
        "used": used,
        "free": free,
        "walkin": walkin,
        "running": running,
        "accepted": accepted,
        "strict": they.appointment(patient, member, strict)["id"],
        "paid": paid,
        "slot": {"intake_id": free, "room_code": they.room, "type": 2, **times},
        "walkin_slot": {"id": walkin, **times},
        "declined": {"id": running, "payment_method_id": bad, **bill},
        "files": they.line["api"].removesuffix("api_v3/"),
        "file": files[0]["id"],
        "other_file": files[1]["id"],
        "file_code": dict(httpx.URL(files[0]["fullpath"]).params),
    }


def upload(they: Foreign, token: str) -> dict[str, Any]:
    reply = they.http.post(
        they.line["api"] + "files", headers={"X-ApiToken": token}, files={"file": ("a.txt", b"text")}
    )
    found: dict[str, Any] = reply.json()["data"]
    return found


def filled(value: Any, known: dict[str, Any]) -> Any:
    """The {names} of a row replaced; a text that is one name alone may stand for a whole body."""
    if isinstance(value, dict):
        return {key: filled(part, known) for key, part in value.items()}
    if not isinstance(value, str):
        return value
    return known.get(value[1:-1]) or value.format_map(known)


@pytest.mark.parametrize(
    ("row", "encoding"), list(zip(ROWS, cycle(ENCODINGS), strict=False)), ids=lambda part: str(part)[:70]
)
def test_documented_words(they: Foreign, known: dict[str, Any], row: Row, encoding: str) -> None:
    who, method, path, given, status, words = row
    content = filled(given, known)
    path = filled(path, known)
    if who in ("keyless", "headerless"):
        headers = {"X-AccountCode": they.line["account"]} if who == "keyless" else {}
        body = {"json": content} if method == "POST" else {}
        reply = they.http.request(method, they.line["api"] + path, headers=headers, **body)
    elif method == "GET":
        reply = they.ask(method, path, known.get(who, ""), **content)
    else:
        reply = they.ask(method, path, known.get(who, ""), content, encoding)
    code, said = refused(reply)
    assert code == status, said
    if words.startswith("*"):
        assert words.strip("*") in said
    else:
        assert said == filled(words, known)


NPPES: tuple[tuple[dict[str, str], str], ...] = (
    ({"organization_name": "A*"}, "03"),
    ({}, "04"),
    ({"number": "123"}, "06"),
    ({"state": "NV"}, "07"),
    ({"enumeration_type": "NPI-2"}, "09"),
    ({"organization_name": "HARBOR*", "first_name": "ANA"}, "13"),
    ({"enumeration_type": "NPI-3", "city": "SALEM"}, "05"),
)


@pytest.mark.parametrize(("query", "number"), NPPES)
def test_the_registry_refuses_under_200(they: Foreign, query: dict[str, str], number: str) -> None:
    reply = they.http.get(they.line["nppes"], params={"version": "2.1", **query})
    assert reply.status_code == 200
    assert reply.json().keys() == {"Errors"}
    error = reply.json()["Errors"][0]
    assert error.keys() == {"description", "field", "number"}
    assert error["number"] == number
    if number == "07":
        assert error["description"] == "Field state requires additional search criteria"


def test_the_registry_wants_its_version(they: Foreign) -> None:
    error = they.http.get(they.line["nppes"], params={"number": "1234567893"}).json()["Errors"][0]
    assert (error["number"], error["field"]) == ("05", "version")
