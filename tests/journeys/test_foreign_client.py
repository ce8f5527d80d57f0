"""A client by somebody else runs the documented flows against `vestibule sandbox`, in every encoding.

Written from shared/api/*.md alone. Each flow runs in all three body encodings, with and without `.json`.
"""

import re

from tests.journeys.foreign import HEX32, UUID, Foreign

# -- auth.md §5: the documented workflows


def test_patient_opens_the_waiting_room(they: Foreign) -> None:
    person = they.sso(200, dob="1984-05-09", email="m@example.test", timezone="Europe/Berlin", zip=97301)
    assert person["dob"] == "1984-05-09"
    assert person["active"] is True
    held = person["token"]
    assert held["user_id"] == person["id"]
    assert HEX32.fullmatch(held["token"])
    assert held["expiry"] == held["refresh_token"]["created"] + 86_400
    assert held["refresh_token"]["expiry"] == held["refresh_token"]["created"] + 2_592_000
    slug = they.get(f"rooms/{they.room}")["slug"]
    shown = they.page(held["token"], f"/u/{slug}")
    assert (shown.status_code, shown.url.path) == (200, f"/u/{slug}")


def test_the_same_code_is_the_same_person(they: Foreign) -> None:
    first = they.sso(200, dob="1984-05-09")
    again = they.sso(200, code=first["code"], first_name="Petronella")
    assert (again["id"], again["first_name"], again["dob"]) == (first["id"], "Petronella", "1984-05-09")


def test_patient_is_seen_now(they: Foreign) -> None:
    member, token = they.patient()
    intake = they.intake(token, provider_id=int(they.get(f"rooms/{they.room}")["provider_ids"][0]))
    assert UUID.fullmatch(intake)
    body = {"intake_id": intake, "room_code": they.room}
    visit = they.post("visits/add_walkin", token, body)
    assert (visit["type"], visit["status"], visit["member_id"]) == ("1", "10", member)
    assert visit["_id"] == visit["id"]
    assert visit["actual_start"] is visit["actual_end"] is None
    assert int(visit["end"]) > int(visit["start"]) == they.now()
    assert visit["intake"]["visit_id"] == visit["id"]
    assert visit["member"]["id"] == member
    assert visit["meeting"]["meeting_id"].endswith("__jitsi")
    assert they.get("visits/current", token)["id"] == visit["id"]
    assert [row["id"] for row in they.get("visits", token)] == [visit["id"]]
    shown = they.page(token, f"/visits/start/{visit['id']}")
    assert (shown.status_code, shown.url.path) == (200, f"/visits/start/{visit['id']}")


def test_patient_books_an_appointment(they: Foreign) -> None:
    member, token = they.patient()
    visit = they.appointment(token, member)
    assert (int(visit["type"]), int(visit["status"])) == (2, 10)
    assert visit["meeting"]["meeting_id"]
    detail = they.get(f"visits/{visit['id']}", token)
    assert int(detail["start"]) == int(visit["start"]) > they.now()
    shown = they.page(token, f"/members/appointment/{visit['id']}?token=4fzyo82mvy")
    assert (shown.status_code, shown.url.path) == (200, f"/members/appointment/{visit['id']}")


def test_an_econsult_is_accepted_by_the_first_provider(they: Foreign) -> None:
    _, token = they.patient()
    visit = they.post("visits/add_econsult", token, {"intake_id": they.intake(token), "room_code": they.room})
    assert (int(visit["type"]), int(visit["subtype"]), int(visit["status"])) == (3, 4, 10)
    assert not visit.get("provider_id")
    accepted = they.post("visits/accept", they.token("provider"), {"id": visit["id"]})
    me = they.get("users/-", they.token("provider"))["id"]
    assert (int(accepted["status"]), accepted["provider_id"]) == (20, me)
    late = they.ask("POST", "visits/accept", they.token("provider", 1), {"id": int(visit["id"])})
    words = f"Visit {visit['id']} is already accepted."
    assert (late.status_code, late.json()) == (400, {"code": 400, "message": words})


def test_provider_opens_the_dashboard(they: Foreign) -> None:
    provider = they.sso(400, first_name="Ana", last_name="Ruiz")
    assert provider["vsee"].keys() == {"id", "token"}
    shown = they.page(provider["token"]["token"], "/providers/dashboard")
    assert (shown.status_code, shown.url.path) == (200, "/providers/dashboard")
    assert they.page("0" * 32, "/providers/dashboard").url.path == "/providers/login"


def test_provider_gets_a_room_of_their_own(they: Foreign) -> None:
    provider = they.sso(400, first_name="Ana", last_name="Ruiz")
    slug = f"dr-ruiz-{provider['id']}"
    room = they.post("rooms", they.admin, {"domain": "practice", "slug": slug, "name": "Dr Ruiz"})
    assert re.fullmatch(r"[0-9a-z]{5}", room["code"])
    put = they.post(f"users/{provider['id']}/rooms", they.admin, {"room_code": room["code"]})
    assert put["provider_ids"] == [provider["id"]]
    assert they.get(f"rooms/{room['code']}")["users"] == provider["id"]
    assert [row["id"] for row in they.get(f"rooms/{room['code']}/providers")] == [provider["id"]]
    assert they.get(f"rooms/{room['code']}/providers/{provider['id']}")["last_name"] == "Ruiz"
    _, token = they.patient()
    visit = they.post("visits/add_walkin", token, {"intake_id": they.intake(token, room_code=room["code"])})[
        "id"
    ]
    dashboard = they.page(provider["token"]["token"], "/providers/dashboard").text
    assert f"/visits/start/{visit}" in dashboard


def test_server_books_a_guest(they: Foreign) -> None:
    guest = they.sso(600, first_name="Gus", last_name="Guest")
    intake = they.intake(they.admin, member_id=guest["id"], reset=True)
    visit = they.post("visits/add_walkin", they.admin, {"intake_id": intake, "room_code": they.room})
    assert visit["member_id"] == guest["id"]
    assert visit["meeting"]["meeting_id"]
    assert guest["vsee"]["token"]


# -- visits


def test_a_visit_from_waiting_to_notes(they: Foreign) -> None:
    _, patient = they.patient()
    doctor = they.token("provider")
    visit = they.walkin(patient)
    assert int(they.post("visits/confirm", doctor, {"id": int(visit)})["status"]) == 20
    began = they.now()
    they.post("visits/inprogress", doctor, {"id": visit, "actual_start": began})
    running = they.get(f"visits/{visit}", doctor)
    assert (int(running["status"]), int(running["actual_start"])) == (25, began)
    notes = {"diagnosis": "Cold", "patient_instructions": "Rest\nDrink"}
    they.post(f"visits/{visit}/postvisit", doctor, notes)
    they.post("visits/close", doctor, {"id": visit, "status": 30, "actual_end": began + 60})
    done = they.get(f"visits/{visit}", doctor)
    assert (int(done["status"]), int(done["actual_end"])) == (30, began + 60)
    assert done["completed_by"] == they.get("users/-", doctor)["id"]
    read = they.get(f"visits/{visit}/postvisit", patient)
    assert {key: read[key] for key in notes} == notes
    assert read["disposition"] == ""


def test_rescheduled_assigned_and_cancelled(they: Foreign) -> None:
    member, patient = they.patient()
    doctor = they.token("provider")
    visit = they.appointment(patient, member)["id"]
    slot = they.slots(patient, member, they.intake(patient, type=2))[-1]
    times = {"slot_start": slot["slot_start"], "slot_end": slot["slot_end"]}
    moved = they.post("visits/reschedule", doctor, {"id": visit, **times, "provider_id": slot["provider_id"]})
    assert (int(moved["start"]), int(moved["status"])) == (int(slot["slot_start"]), 10)
    colleague = they.get("users/-", they.token("provider", 1))["id"]
    assigned = they.post("visits/assign", doctor, {"id": visit, "provider_id": colleague, "note": "please"})
    assert assigned["provider_id"] == colleague
    they.post("visits/close", patient, {"id": visit, "reason": "patient_exit_room"})
    they.post("visits/delete", patient, {"id": visit})
    assert int(they.get(f"visits/{visit}", patient)["status"]) == 40


def test_an_intake_keeps_what_it_does_not_know(they: Foreign) -> None:
    _, token = they.patient()
    custom = {"custom_symptoms": "Cough, Fever", "custom_since": "3 days", "What is it? e.g. pain.": "Yes"}
    made = they.post("intakes", token, {"room_code": they.room, **custom})
    assert {key: made[key] for key in custom} == custom
    updated = they.post(f"intakes/{made['id']}", token, {"location": "CA", "custom_since": "4 days"})
    assert updated["id"] == made["id"]
    read = they.get(f"intakes/{made['id']}", token)
    assert (read["custom_symptoms"], read["custom_since"], read["location"]) == (
        "Cough, Fever",
        "4 days",
        "CA",
    )


def test_old_names_of_an_intake(they: Foreign) -> None:
    _, token = they.patient()
    intake = they.intake(token)
    they.post(f"intakes/{intake}", token, {"reasonforvisit": "Fever", "room": they.room})
    read = they.get(f"intakes/{intake}", token)
    assert "Fever" in (read.get("reason_for_visit"), read.get("reasonforvisit"))


# -- tokens, rooms, users, settings


def test_tokens_are_renewed_and_ended(they: Foreign) -> None:
    held = they.sso(200)["token"]
    they.post("users/alive", held["token"], {"heartbeat": 1})
    fresh = they.post("users/refresh_token", body={"refresh_token": held["refresh_token"]["token"]})["token"]
    assert fresh["user_id"] == held["user_id"]
    assert they.ask("GET", "users/-", held["token"]).status_code == 401
    assert they.post("users/logout", fresh["token"]) is True
    assert they.ask("GET", "users/-", fresh["token"]).status_code == 401


def test_an_activated_newcomer_signs_in(they: Foreign) -> None:
    newcomer = they.line["activation"]
    body = {"email": newcomer["email"], "email_token": newcomer["token"]}
    assert HEX32.fullmatch(they.post("users/login", body=body)["token"]["token"])


def test_dashes_mean_me_and_here(they: Foreign) -> None:
    member, token = they.patient()
    assert they.get("users/-", token)["id"] == member
    assert they.get("accounts/-", token)["code"] == they.line["account"]
    for path in ("emr", "emr/allergies", "prescriptions", "devices", "health", "pharmacies", "settings"):
        assert they.get(f"users/-/{path}", token) == they.get(f"users/{member}/{path}", token), path
    assert they.get("users/-/payment_methods", token) == []
    assert they.get("users/-/insurances", token) == []


def test_lists_in_three_ways(they: Foreign) -> None:
    desk = they.token("front_desk")
    staff = they.get("users", desk, type="100,400", limit=100)
    assert staff == they.get("users", desk, type="[100,400]", limit=100)
    providers = they.get("users", desk, type=400, limit=100)
    assert 0 < len(providers) < len(staff)
    assert providers == they.get("users", desk, type='["400"]', limit=100)
    for fields in ("id,type", '["id","type"]'):
        assert they.get("users", desk, type=400, fields=fields)[0].keys() == {"id", "type"}
    assert they.get("visits", desk, fields="status")[0].keys() <= {"id", "status"}
    assert len(they.get("users", desk, start=1, limit=2, sort="full_name.asc")) == 2
    assert they.get("users", desk, q="ab") == []


def test_presence_of_a_provider(they: Foreign) -> None:
    doctor = they.token("provider", 1)
    me = they.get("users/-", doctor)["id"]
    for online in (False, True):
        told = they.post("users/-/availability-status", doctor, {"is_available": online})
        assert (told["id"], told["is_available"]) == (me, online)
        row = they.get(f"rooms/{they.room}/providers/{me}")
        assert row["is_available"] is row["status"] is online


def test_queue_figures_and_settings(they: Foreign) -> None:
    queue = they.get(f"rooms/{they.room}/queue", they.token("front_desk"))
    assert queue.keys() >= {"length", "capacity", "before_me", "average_visit_time"}
    assert queue["before_me"] is None
    _, token = they.patient()
    they.post(
        "users/-/settings", token, {"language": "de-CH", "notifications": {"sms": False}, "x_theme": "d"}
    )
    read = they.get("users/-/settings", token)
    assert (read["language"], read["notifications"]["sms"], read["x_theme"]) == ("de-CH", False, "d")
