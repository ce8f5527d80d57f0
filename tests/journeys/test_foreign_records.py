"""Somebody else's client and everything beside visits: files, money, charts, readings, pharmacies, addresses.

Written from shared/api/*.md alone; each flow runs in all three body encodings, with and without `.json`.
"""

import io
from typing import Any

import httpx
from PIL import Image

from tests.journeys.foreign import UUID, Foreign, data

# -- files.md


def picture(width: int, height: int) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(held, "PNG")
    return held.getvalue()


def test_a_file_from_upload_to_delete(they: Foreign) -> None:
    member, token = they.patient()
    content = picture(80, 40)
    reply = they.http.post(
        f"{they.line['api']}files{they.suffix}",
        headers={"X-ApiToken": token, "X-AccountCode": they.line["account"]},
        files={"file": ("rash.png", content, "image/png")},
        data={"meta.category": "intake_attachment"},
    )
    made = data(reply)
    assert (made["name"], made["size"], made["ext"]) == ("rash.png", len(content), "png")
    assert made["meta"]["category"] == "intake_attachment"
    assert made["meta"]["target"] == {"id": member, "type": "user"}
    assert made["creator"].keys() == {"id", "username", "email", "full_name"}

    intake = they.intake(token, attachments=[made["id"]])
    visit = they.post("visits/add_walkin", token, {"intake_id": intake, "room_code": they.room})["id"]
    attached = they.get(f"intakes/{intake}", token)["attachments"]
    assert [row["_id"] for row in attached] == [made["id"]]
    doctor = they.token("provider")
    rows = they.get("files", doctor, target_id=visit, target_type="visit", category_type="intake_attachment")
    assert [row["id"] for row in rows] == [made["id"]]
    assert rows[0]["meta"]["target"] == {"id": visit, "type": "visit"}

    link = httpx.URL(they.get(f"files/{made['id']}", doctor)["fullpath"])
    assert "/api_v3/" not in link.path
    assert they.http.get(link).content == content
    small = they.http.get(link.copy_add_param("size", "20x20"))
    assert small.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(small.content)).size == (20, 10)

    they.post(f"files/{made['id']}", token, {"name": "arm.png"})
    assert they.get(f"files/{made['id']}", token)["name"] == "arm.png"
    assert data(they.ask("DELETE", f"files/{made['id']}", token)) is True
    assert they.ask("GET", f"files/{made['id']}", token).status_code == 404


# -- payments.md


def test_insurance_cards_overwrite_by_type(they: Foreign) -> None:
    member, token = they.patient()
    card = {"card_type": "primary", "insurer_code": "1001", "responsible_party": "self", "consent": True}
    second = {**card, "card_type": "secondary", "subscriber_number": "C3"}
    body = {"insurances": [{**card, "subscriber_num": "A1"}, second]}
    assert len(they.post(f"users/{member}/insurances/import", token, body)) == 2
    they.post(
        f"users/{member}/insurances/import", token, {"insurances": [{**card, "subscriber_number": "B2"}]}
    )
    del second["card_type"]
    they.post("users/-/insurances/secondary", token, {**second, "insurer_code": "1002"})
    reply = they.ask("GET", f"users/{member}/insurances", they.admin)
    assert reply.json()["version"] == "2.0"
    cards = {card["card_type"]: card for card in data(reply)}
    assert cards.keys() == {"primary", "secondary"}
    assert (cards["primary"]["subscriber_number"], cards["secondary"]["insurer_code"]) == ("B2", "1002")
    insurers = data(they.ask("GET", they.line["claims"] + "insurances/list/insurers", token))
    assert all(isinstance(row["id"], str) and row["text"] for row in insurers)


def test_a_card_is_charged_once_and_refunded(they: Foreign) -> None:
    _, patient = they.patient()
    card = they.post("users/-/payment_methods", patient, {"token": "tok_ok", "type": "card"})
    assert card["is_default"] is True
    other = they.post("users/-/payment_methods", patient, {"token": "tok_ok", "type": "card"})["id"]
    they.post("users/-/payment_methods/default", patient, {"id": other})
    they.post("users/-/payment_methods/delete", patient, {"id": card["id"]})
    assert [row["id"] for row in they.get("users/-/payment_methods", patient)] == [other]

    visit, doctor = they.walkin(patient), they.token("provider")
    they.post("visits/inprogress", doctor, {"id": visit, "actual_start": they.now()})
    items = [{"name": "Visit", "description": "", "quantity": 2, "unit_price": "12.50"}]
    paid = they.post("visits/charge", they.admin, {"id": visit, "items": items, "submit": True})
    assert (paid["amount"], paid["charged"], paid["status"]) == ("25.00", True, "paid")
    assert int(they.get(f"visits/{visit}", doctor)["status"]) == 30
    invoice = they.get(f"visits/{visit}/invoice", doctor)
    assert invoice["items"][0]["total"] == "25.00"
    part = they.post("visits/refund", they.admin, {"id": visit, "amount": "5.00", "reason": "late"})
    assert (part["refunded_amount"], part["status"]) == ("5.00", "partially_refunded")
    whole = they.post("visits/refund", they.admin, {"id": int(visit)})
    assert (whole["refunded_amount"], whole["status"]) == ("25.00", "refunded")
    assert int(they.get(f"visits/{visit}", doctor)["status"]) == 50
    assert [row["visit_id"] for row in they.get("payments", they.admin, visit_id=visit)] == [visit]


# -- emr.md, health.md, pharmacy.md, push.md


def test_a_medical_record(they: Foreign) -> None:
    member, patient = they.patient()
    they.walkin(patient)
    doctor = they.token("provider")
    chart = f"users/{member}/emr"
    assert they.get("emr/schemas", doctor)["allergies"]["schema"]["substance"]
    assert len(they.get("emr/search", doctor, section="allergies", q="pen")) > 0
    reply = they.ask("GET", f"{chart}/allergies", doctor).json()
    assert (reply["data"], reply["data_not_reported"]) == ([], False)
    they.post(f"{chart}/allergies", doctor, {"data_not_reported": True})
    assert they.get(chart, doctor)["data_not_reported"]["allergies"] is True
    entry = they.post(f"{chart}/allergies", doctor, {"substance": "Latex", "reaction": "Itch"})
    assert they.get(chart, doctor)["data_not_reported"]["allergies"] is False
    changed = they.post(f"{chart}/allergies/{entry['id']}", doctor, {"reaction": "Hives"})
    assert (changed["substance"], changed["reaction"]) == ("Latex", "Hives")
    they.post(f"{chart}/social_history", doctor, {"occupation": "Baker", "num_kids": 2})
    assert they.get(f"{chart}/social_history", patient)["occupation"] == "Baker"
    assert they.post(f"{chart}/allergies/delete", doctor, {"id": entry["id"]}) is True
    assert they.get(f"{chart}/allergies", doctor) == []


def test_a_reading_is_sent_and_read_back(they: Foreign) -> None:
    member, token = they.patient()
    device = {"device_id": f"00AA11{member}", "type": "ihealth_bg_bg5s"}
    they.post(f"users/{member}/devices", token, {**device, "device_name": "Gluco+"})
    assert [row["device_id"] for row in they.get("users/-/devices", token)] == [device["device_id"]]
    day = {"date": "2026-02-11", "data_class": "body"}
    bg = {"data_type": "bg", "bg": 112, "bg_unit": "mg/dL"}
    pressure = {"data_type": "bp", "hp": "120", "lp": 80, "bp_unit": "mmHg"}
    for reading in (bg, pressure):
        assert they.post("health", token, {**device, **day, **reading}) is True
    rows = they.get("users/-/health", token, start="2026-02-01", end="2026-02-28")
    assert [row["date"] for row in rows] == ["2026-02-11"]
    assert (float(rows[0]["bg"]), rows[0]["bg_unit"]) == (112, "mg/dL")
    assert (int(rows[0]["hp"]), int(rows[0]["lp"])) == (120, 80)


def test_pharmacies_of_the_clinic(they: Foreign) -> None:
    member, token = they.patient()
    found = they.get("pharmacies", token, q="harbor")
    assert found
    code = found[0]["code"]
    assert they.get(f"pharmacies/{code}", token)["name"] == found[0]["name"]
    near = they.get("pharmacies", token, lat=found[0]["latitude"], lng=found[0]["longitude"], radius=50)
    assert [row["distance"] for row in near] == sorted(row["distance"] for row in near)
    they.post("users/-/pharmacies/default", token, {"code": code})
    saved = they.get(f"users/{member}/pharmacies", token)
    assert [(row["code"], row["is_default"]) for row in saved] == [(code, True)]
    assert they.post("users/-/pharmacies/delete", token, {"code": code}) is True
    assert they.get("users/-/pharmacies", token) == []


def test_the_public_registry(they: Foreign) -> None:
    def search(**query: Any) -> Any:
        reply = they.http.get(they.line["nppes"], params={"version": "2.1", **query})
        assert reply.status_code == 200
        return reply.json()

    wanted = {"enumeration_type": "NPI-2", "taxonomy_description": "Pharmacy", "address_purpose": "LOCATION"}
    first = search(**wanted, postal_code="89*", limit=2)
    assert first["result_count"] == len(first["results"]) == 2
    second = search(**wanted, postal_code="89*", limit=2, skip=2)
    assert second["results"][0]["number"] != first["results"][0]["number"]
    row = first["results"][0]
    assert search(number=row["number"])["results"][0]["basic"] == row["basic"]
    assert {"code", "desc", "primary"} <= row["taxonomies"][0].keys()
    assert {place["address_purpose"] for place in row["addresses"]} <= {"LOCATION", "MAILING"}


def test_push_endpoints_and_notifications(they: Foreign) -> None:
    token = they.patient()[1]
    made = they.post("endpoints", token, {"key": "petra@example.test", "type": 10})
    assert UUID.fullmatch(made["id"])
    phone = they.post("endpoints", token, {"key": "device-token", "type": "30"})["id"]
    rows = {row["id"]: row for row in they.get("endpoints", token)}
    assert rows.keys() == {made["id"], phone}
    assert rows[phone]["arn"]
    assert "arn" not in they.get(f"endpoints/{phone}", token)
    assert data(they.ask("DELETE", f"endpoints/{made['id']}", token)) == {"id": made["id"]}
    for row in they.get("notifications", they.token("provider")):
        assert row["mtime"] == int(row["time"]) * 1000


def test_messenger_addresses(they: Foreign) -> None:
    """A separate service: key in the query, secret in a JSON body (calls.md §5)."""
    reply = they.http.post(
        they.line["messenger"] + "uri/create",
        params={"apikey": they.line["api_key"]},
        json={
            "secretkey": they.line["api_secret"],
            "uris": [[{"call": {"username": "demo+612"}}], [{"exit": {}}]],
        },
    ).json()
    assert (reply["status"], len(reply["data"])) == ("success", 2)
