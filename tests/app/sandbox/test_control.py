"""The control routes: clock, single happenings, journal, state."""

from tests.app.sandbox.conftest import START


def test_they_want_the_admin_token(asker):
    for method, path in (
        ("POST", "clock"),
        ("POST", "do"),
        ("POST", "weather"),
        ("GET", "log"),
        ("GET", "state"),
    ):
        assert asker.ask(method, f"/sandbox/{path}", "noor.haddad").status_code == 401


def test_clock(asker):
    assert asker.done("/sandbox/clock", "app", advance=90) == {"now": START + 90}
    assert asker.data("/sandbox/clock", "app") == {"now": START + 90}


def test_somebodys_sign_ins_end_and_they_are_let_in_no_more(asker):
    words = {"username": "noor.haddad", "password": "practice"}
    assert asker.post("/sandbox/person", "app", person="nobody").status_code == 404
    asker.token("noor.haddad")
    asker.done("/sandbox/person", "app", person="612", signed_in=False)
    assert asker.get("visits", "noor.haddad").status_code == 401
    assert asker.post("users/login", **words).status_code == 200
    assert asker.done("/sandbox/person", "app", person="612", active=False) == {
        "person": "612",
        "active": False,
    }
    assert asker.post("users/login", **words).status_code == 403


def test_the_life_of_a_visit(asker):
    arrived = asker.do(
        "arrive", patient="7302", room="k7m2p", reason="Itch", provider=None, answers={"custom_a": 1}
    )
    visit = asker.world.visits[arrived["visit"]]
    assert (visit.member_id, visit.room_code, visit.status, visit.provider_id) == ("7302", "k7m2p", 10, None)
    assert asker.world.intakes[visit.intake_id].answers == {"custom_a": 1}
    assert asker.do("leave", visit=visit.id)["status"] == 40
    assert visit.left_because == "patient_exit_room"
    back = asker.do("come_back", visit=visit.id)
    assert back["patient"] == "7302"
    assert back["visit"] != visit.id
    assert asker.do("confirm", visit=back["visit"])["status"] == 20
    assert asker.do("assign", visit=back["visit"], provider="614")["status"] == 20
    assert asker.do("take", visit=back["visit"], provider="613")["status"] == 25
    assert asker.world.visits[back["visit"]].provider_id == "613"
    assert asker.do("finish", visit=back["visit"])["status"] == 30


def test_chance_fills_what_is_not_given(asker):
    assert asker.do("arrive")["status"] == 10
    assert asker.do("econsult", room="k7m2p")["status"] == 10
    booked = asker.do("book", minutes=30)
    assert asker.world.visits[booked["visit"]].start >= START + 1800
    assert asker.do("cancel", visit=booked["visit"])["status"] == 40
    assert asker.do("take", visit="48212")["status"] == 25
    assert asker.world.visits["48212"].provider_id != "612"


def test_the_patient_of_an_appointment_arrives(asker):
    walkin = asker.do("arrive", visit="48219")
    related = asker.data("visits/48219", "app")["related_walkin_id"]
    assert str(related) == walkin["visit"]
    asker.done("visits/close", "app", id=walkin["visit"], reason="patient_exit_room")
    assert str(asker.data("visits/48219", "app")["related_walkin_id"]) == walkin["visit"]


def test_patch_distorts_a_row_and_undoes_it(asker):
    before = asker.get("visits", "app").content
    asker.do("patch", visit="48211", set={"status": "??", "new": [1]}, unset=["id", "_id"])
    broken = [row for row in asker.data("visits", "app") if "id" not in row]
    assert [row["status"] for row in broken] == ["??"]
    assert "id" not in asker.data("visits/48211", "app")
    asker.do("patch", visit="48211", reset=True)
    assert asker.get("visits", "app").content == before


def test_wrong_commands_are_400(asker):
    for body, status in (
        ({"what": "dance"}, 400),
        ({}, 400),
        ({"what": "leave"}, 404),
        ({"what": "leave", "visit": "1"}, 404),
        ({"what": "confirm", "visit": "48217"}, 400),
        ({"what": "arrive", "room": "nope"}, 400),
        ({"what": "arrive", "patient": "1"}, 404),
    ):
        assert asker.post("/sandbox/do", "app", **body).status_code == status
    assert asker.post("/sandbox/clock", "app", advance="soon").status_code == 400
    assert asker.post("/sandbox/weather", "app", match="*", kind="snow").status_code == 400
    assert asker.ask("POST", "/sandbox/do", "app", content=b"{").status_code == 400


def test_the_log_counts_and_holds_no_token(asker):
    token = asker.token("noor.haddad")
    asker.done("/sandbox/log/clear", "app")
    asker.get("visits", "noor.haddad", room_code="k7m2p")
    asker.get("rooms")
    asker.get("/auth", sso_token=token, next="/providers/dashboard")
    log = asker.get("/sandbox/log", "app")
    assert token not in log.text
    entries = log.json()["data"]
    assert [entry["key"] for entry in entries] == ["visits.list", "rooms.list", "auth.redirect"]
    assert [entry["token_fingerprint"] for entry in entries] == [True, False, False]
    assert entries[0]["method"] == "GET"
    assert entries[0]["path"] == "/api_v3/visits"
    assert entries[0]["query"] == {"room_code": "k7m2p"}
    assert entries[0]["at"] == START


def test_state(asker):
    state = asker.data("/sandbox/state", "app")
    assert (state["now"], state["me"], len(state["visits"])) == (START, "612", 24)
    assert state["visits"][0] | {"status": 10, "patient": "7301"} == state["visits"][0]
    assert "k7m2p" in state["online"]["612"]


def test_status_weather_in_process(asker):
    asker.done(
        "/sandbox/weather", "app", match="visits.list", kind="status", status=429, retry_after=7, times=1
    )
    reply = asker.get("visits", "app")
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "7")
    assert reply.json() == {"code": 429, "message": "Too Many Requests"}
    assert asker.get("visits", "app").status_code == 200
