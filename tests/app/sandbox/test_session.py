"""SSO, login, refresh, logout, heartbeat (api/auth.md, decisions.md "Session")."""

import pytest


def keys(asker, **changed):
    """The app's headers."""
    return {"X-ApiKey": asker.world.api_key, "X-ApiSecret": asker.world.api_secret, **changed}


def sso(asker, query="", **body):
    """One SSO."""
    return asker.ask("POST", f"users/sso{query}", headers=keys(asker), json=body)


PATIENT = {"first_name": "Ada", "last_name": "Obi", "type": 200, "code": "ext-1"}


def test_sso_creates_and_matches_by_code(asker):
    first = sso(asker, **PATIENT, dob="1990-02-03", gender="female").json()["data"]
    again = sso(asker, **{**PATIENT, "first_name": "Adaeze", "type": 400}).json()["data"]
    assert again["id"] == first["id"]
    person = asker.world.people[first["id"]]
    assert (person.first_name, person.type, person.dob, person.gender) == ("Adaeze", 200, "1990-02-03", 2)
    assert first["tos"] is False
    assert first["active"] is True
    assert len(first["username"]) == len(first["token"]["token"]) == 32
    assert "vsee" not in first


def test_token_shape_and_life(asker):
    data = sso(asker, "?fields=vsee", **PATIENT).json()["data"]
    token, now = data["token"], asker.world.now
    assert token["expiry"] == now + 86_400
    refresh = token["refresh_token"]
    assert (refresh["created"], refresh["expiry"]) == (now, now + 2_592_000)
    assert set(data["vsee"]) == {"id", "token"}
    headers = {"X-ApiToken": token["token"]}
    assert asker.ask("GET", "users/-", headers=headers).json()["data"]["id"] == data["id"]
    asker.world.advance(86_399)
    assert asker.ask("GET", "users/-", headers=headers).status_code == 200
    asker.world.advance(1)
    assert asker.ask("GET", "users/-", headers=headers).status_code == 401


@pytest.mark.parametrize("wrong", [{"X-ApiKey": "x"}, {"X-ApiSecret": "x"}, {"X-ApiKey": ""}])
def test_sso_with_a_wrong_key_is_401(asker, wrong):
    reply = asker.ask("POST", "users/sso", headers=keys(asker, **wrong), json=PATIENT)
    assert (reply.status_code, reply.json()) == (401, {"code": 401, "message": "Unauthorized"})


@pytest.mark.parametrize("name", ["first_name", "last_name", "type", "code"])
def test_sso_names_what_is_missing(asker, name):
    body = {key: value for key, value in PATIENT.items() if key != name}
    reply = sso(asker, **body)
    assert (reply.status_code, reply.json()["message"]) == (400, f"{name} is required.")


def test_a_guest_needs_no_code_and_numbers_may_be_text(asker):
    data = sso(asker, first_name="Guest", last_name="One", type="600", gender=1).json()["data"]
    assert asker.world.people[data["id"]].type == 600
    assert sso(asker, first_name="G", last_name="O", type="601").status_code == 400


def test_login(asker):
    for name in ({"username": "noor.haddad"}, {"email": "noor.haddad@example.test"}):
        data = asker.done("users/login", **name, password="practice")
        assert data["token"]["user_id"] == data["id"] == "612"
    by_mail = asker.done("users/login", username="noor.haddad@example.test", password="practice")
    assert by_mail["id"] == "612"
    for body in (
        {"username": "noor.haddad", "password": "no"},
        {"username": "nobody", "password": "practice"},
    ):
        reply = asker.post("users/login", **body)
        assert (reply.status_code, reply.json()["message"]) == (401, "User name or password is wrong.")
    assert asker.post("users/login", username="noor.haddad").json()["message"] == "password is required."
    assert asker.post("users/login").json()["message"] == "username is required."


def test_activation(asker):
    newcomer = next(p for p in asker.world.people.values() if p.email_token)
    data = asker.done("users/login", email=newcomer.email, email_token=newcomer.email_token)
    assert data["active"] is False
    assert asker.post("users/login", email=newcomer.email, email_token="x").status_code == 401
    assert asker.post("users/login", username=newcomer.username, password="practice").status_code == 401


def test_refresh_kills_the_old_pair(asker):
    old = asker.done("users/login", username="noor.haddad", password="practice")["token"]
    new = asker.done("users/refresh_token", refresh_token=old["refresh_token"]["token"])["token"]
    assert new["token"] != old["token"]
    assert asker.ask("GET", "users/-", headers={"X-ApiToken": old["token"]}).status_code == 401
    assert asker.ask("GET", "users/-", headers={"X-ApiToken": new["token"]}).status_code == 200
    again = asker.post("users/refresh_token", refresh_token=old["refresh_token"]["token"])
    assert again.status_code == 401
    asker.world.tokens[new["token"]].created -= 2_592_000
    late = asker.post("users/refresh_token", refresh_token=new["refresh_token"]["token"])
    assert late.status_code == 401


def test_an_expired_token_can_be_refreshed(asker):
    old = asker.done("users/login", username="noor.haddad", password="practice")["token"]
    asker.world.advance(90_000)
    new = asker.done("users/refresh_token", refresh_token=old["refresh_token"]["token"])["token"]
    assert asker.ask("GET", "users/-", headers={"X-ApiToken": new["token"]}).status_code == 200


def test_logout_ends_the_session_and_the_presence(asker):
    token = asker.done("users/login", username="noor.haddad", password="practice")["token"]
    headers = {"X-ApiToken": token["token"]}
    assert asker.ask("POST", "users/logout", headers=headers).json() == {"data": True}
    assert asker.ask("POST", "users/logout", headers=headers).status_code == 401
    assert asker.post("users/refresh_token", refresh_token=token["refresh_token"]["token"]).status_code == 401
    row = next(row for row in asker.data("rooms/k7m2p/providers") if row["id"] == "612")
    assert row["is_available"] is row["status"] is False


def test_silence_takes_a_provider_offline(asker):
    def online():
        return "k7m2p" in asker.world.people["612"].online

    assert asker.done("users/alive", "noor.haddad", heartbeat=1) is True
    asker.world.advance(500)
    asker.done("users/alive", "noor.haddad", heartbeat=2)
    asker.world.advance(500)
    assert online()
    asker.world.advance(1)
    assert not online()


@pytest.mark.parametrize("dob", ["2026-99-99", "2026-W01-1", "20260101", "1990-2-3", "tomorrow"])
def test_a_birthday_is_a_day_there_is(asker, dob):
    reply = sso(asker, **PATIENT, dob=dob)
    assert (reply.status_code, reply.json()["message"]) == (400, "dob is not valid.")


def test_a_refused_sso_makes_nobody(asker):
    before = len(asker.world.people), len(asker.world.tokens)
    assert sso(asker, "?fields=[", **PATIENT).status_code == 400
    assert (len(asker.world.people), len(asker.world.tokens)) == before


def test_an_unknown_account_code_is_404_and_none_is_not_looked_at(asker):
    body = {"username": "noor.haddad", "password": "practice"}
    wrong = asker.ask("POST", "users/login", headers={"X-AccountCode": "elsewhere"}, json=body)
    assert (wrong.status_code, wrong.json()["message"]) == (404, "There is no account with this code.")
    for code in ("harbor", ""):
        reply = asker.ask("POST", "users/login", headers={"X-AccountCode": code}, json=body)
        assert reply.status_code == 200


def test_a_disabled_user_is_told_so_with_the_right_password_alone(asker):
    next(p for p in asker.world.people.values() if p.username == "front.desk").active = False
    assert asker.post("users/login", username="front.desk", password="wrong").status_code == 401
    reply = asker.post("users/login", username="front.desk", password="practice")
    assert (reply.status_code, reply.json()["message"]) == (403, "This user account is disabled.")
