"""Rooms, providers, queue, presence, users, accounts (api/rooms.md, users.md, settings.md §1)."""

import pytest

from app.sandbox.app import build
from app.sandbox.opening import open_clinic
from tests.app.sandbox.conftest import START, Asker


def test_public_endpoints_need_no_token(asker):
    for path in ("rooms", "rooms/k7m2p", "rooms/k7m2p/providers", "rooms/k7m2p/providers/612", "accounts"):
        assert asker.get(path).status_code == 200
    assert asker.get("rooms/k7m2p/queue").status_code == 401
    assert asker.get("users").status_code == 401


def test_rooms_are_paged(asker):
    whole = asker.get("rooms").json()
    assert (len(whole["data"]), whole["total_count"]) == (4, 4)
    assert len(asker.data("rooms", limit=3)) == 3
    assert len(asker.data("rooms", limit=3, page=2)) == 1
    assert asker.data("rooms", limit=3, page=3) == []
    assert {"slug", "name", "domain", "code", "created", "modified"} <= set(whole["data"][0])


def test_room_detail_holds_both_forms(asker):
    room = asker.data("rooms/k7m2p")
    assert room["users"].split(",") == room["provider_ids"]
    assert "__note__" in room["payment"]
    assert room["payment"]["currency"] == room["payment"]["paymentCurrency"] == "USD"
    assert asker.get("rooms/none1").status_code == 404
    closed = asker.data("rooms/h6t1z")["operation_settings"]
    assert closed["is_closed"] is True
    assert "<b>" in closed["close_message"]["html"]
    reply = asker.post("visits/add_walkin", "mira.okafor", intake_id=asker.intake("h6t1z"), room_code="h6t1z")
    assert reply.json() == {"code": 400, "message": "Room h6t1z is closed."}


def test_provider_rows(asker):
    rows = asker.data("rooms/k7m2p/providers")
    assert all(isinstance(row["status"], bool) and isinstance(row["is_available"], bool) for row in rows)
    assert False in [row["short_bio"] for row in rows]
    assert True in [row["to_hide"] for row in rows]
    assert "Elif" not in {row["first_name"] for row in rows}
    assert asker.get("rooms/k7m2p/providers/616").status_code == 404
    assert "languages" in asker.data("rooms/k7m2p/providers/612")


def test_queue(asker):
    staff = asker.data("rooms/k7m2p/queue", "noor.haddad")
    assert staff == {"length": 5, "capacity": 20, "before_me": None, "average_visit_time": 600}
    assert asker.data("rooms/k7m2p/queue", "mira.okafor")["before_me"] == 0
    asker.done("visits/delete", "mira.okafor", id="48211")
    asker.walkin()
    assert asker.data("rooms/k7m2p/queue", "mira.okafor")["before_me"] == 4
    assert asker.get("rooms/d3r9x/queue", "noor.haddad").status_code == 403


def test_presence(asker):
    def available(room):
        rows = asker.data(f"rooms/{room}/providers")
        return next(row["is_available"] for row in rows if row["id"] == "612")

    path = "users/-/availability-status"
    answer = asker.done(path, "noor.haddad", is_available=False, room_code="k7m2p")
    assert answer == {"id": "612", "is_available": False, "rooms": ["k7m2p"]}
    assert (available("k7m2p"), available("w4n8q")) == (False, True)
    asker.done(path, "noor.haddad", is_available="1")
    assert (available("k7m2p"), available("w4n8q")) == (True, True)
    asker.done("users/612/availability-status", "app", is_available=False)
    assert not available("k7m2p")
    assert asker.post("users/613/availability-status", "noor.haddad", is_available=True).status_code == 403
    assert asker.post(path, "mira.okafor", is_available=True).status_code == 403
    assert asker.post(path, "noor.haddad").json()["message"] == "is_available is required."
    wrong = asker.post(path, "noor.haddad", is_available=True, room_code="d3r9x")
    assert wrong.json()["message"] == "room_code is not valid."


def test_users_get(asker):
    me = asker.data("users/-", "noor.haddad")
    assert (me["id"], me["type"], me["subtype"]) == ("612", 400, "482")
    assert asker.get("users/-", "app").status_code == 404
    assert asker.get("users/1", "noor.haddad").status_code == 404
    assert asker.get("users/7302", "mira.okafor").status_code == 403
    assert asker.data("users/7301", "mira.okafor")["extra"] in (
        [],
        asker.data("users/-", "mira.okafor")["extra"],
    )
    unknown = next(p for p in asker.world.people.values() if p.is_patient and p.dob is None)
    assert "dob" not in asker.data(f"users/{unknown.id}", "noor.haddad")


def test_users_list(asker):
    assert asker.get("users", "mira.okafor").status_code == 403
    page = asker.get("users", "noor.haddad").json()
    assert len(page["data"]) == 20
    assert page["total_count"] == len(asker.world.people)
    assert set(page["data"][0]) == {"email", "id", "full_name"}
    rest = asker.data("users", "noor.haddad", start=20, limit=100)
    assert len(rest) == page["total_count"] - 20


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"id": "612,613"}, {"612", "613"}),
        ({"id": '["612"]'}, {"612"}),
        ({"q": "haddad"}, {"612"}),
        ({"q": "ha"}, set()),
        ({"full_name": "MARÍA"}, {"7302", "7303", "7309"}),
        ({"email": "front.desk"}, {"640"}),
        ({"role": "clinic_admin"}, {"641"}),
        ({"type": 600}, {"7324"}),
        ({"status": 10}, {"619"}),
        ({"is_hidden": "true"}, {"618"}),
        ({"is_admin": 1}, {"641"}),
        ({"room_code": "h6t1z"}, {"615", "617"}),
        ({"account_code": "other"}, set()),
        ({"ex_filter": "my-patient"}, {"7301", "7303", "7311", "7318", "7319"}),
    ],
)
def test_user_filters(asker, query, found):
    assert {row["id"] for row in asker.data("users", "noor.haddad", limit=100, **query)} == found


@pytest.mark.parametrize("sort", ["full_name.desc", '{"full_name":"desc"}'])
def test_users_sorted_with_columns(asker, sort):
    rows = asker.data("users", "noor.haddad", sort=sort, type=400, fields="full_name,last_login")
    names = [row["full_name"].casefold() for row in rows]
    assert names == sorted(names, reverse=True)
    assert set(rows[0]) == {"id", "full_name", "last_login"}


def test_accounts(asker):
    assert asker.data("accounts") == [{"code": "harbor", "name": "Harbor Light Practice Clinic"}]
    account = asker.data("accounts/harbor")
    assert account["max_wait_time"] == 14_400
    assert account["api"]["interval"]["users_alive"] == 250
    assert account["intake_steps"]
    assert asker.get("accounts/other").status_code == 404
    assert asker.get("accounts/-").status_code == 404
    assert asker.data("accounts/-", "noor.haddad")["code"] == "harbor"
    by_header = asker.ask("GET", "accounts/-", headers={"X-AccountCode": "harbor"})
    assert by_header.status_code == 200


NEW = {"domain": "practice", "slug": "travel-clinic", "name": "Travel Clinic"}


def test_a_room_is_made_by_the_admin_or_the_app(asker):
    for who, slug in (("clinic.admin", "one"), ("app", "two")):
        made = asker.done("rooms", who, **{**NEW, "slug": slug})
        assert (made["slug"], made["name"], made["provider_ids"], made["users"]) == (
            slug,
            "Travel Clinic",
            [],
            "",
        )
        assert len(made["code"]) == 5
        assert asker.data(f"rooms/{made['code']}") == made
    for who in ("noor.haddad", "front.desk", "mira.okafor"):
        assert asker.post("rooms", who, **NEW).status_code == 403
    assert asker.post("rooms", **NEW).status_code == 401
    assert len(asker.data("rooms")) == 6


def test_made_codes_are_five_small_letters_and_digits_and_repeatable(asker):
    codes = [asker.done("rooms", "app", **{**NEW, "slug": f"s{n}"})["code"] for n in range(20)]
    assert len(set(codes)) == 20
    assert all(len(code) == 5 and code.isalnum() and code == code.lower() for code in codes)
    other = Asker(build(open_clinic(7, START)))
    assert other.done("rooms", "app", **{**NEW, "slug": "s0"})["code"] == codes[0]


@pytest.mark.parametrize("name", ["domain", "slug", "name"])
def test_a_new_room_needs_three_things(asker, name):
    body = {key: value for key, value in NEW.items() if key != name}
    reply = asker.post("rooms", "app", **body)
    assert (reply.status_code, reply.json()["message"]) == (400, f"{name} is required.")


def test_a_slug_stands_once_in_its_domain(asker):
    asker.done("rooms", "app", **NEW)
    for slug in ("travel-clinic", "general-care"):
        reply = asker.post("rooms", "app", **{**NEW, "slug": slug})
        assert reply.json() == {
            "code": 400,
            "message": f"In domain 'practice' slug '{slug}' already exists.",
        }
    assert asker.done("rooms", "app", **{**NEW, "domain": "elsewhere"})["domain"] == "elsewhere"
    assert "elsewhere" in {row["domain"] for row in asker.data("rooms")}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"code": "k7m2p"}, "code is not valid."),
        ({"code": "../x"}, "code is not valid."),
        ({"slug": "a b"}, "slug is not valid."),
        ({"slug": ["x"]}, "slug is not valid."),
        ({"name": {}}, "name is not valid."),
    ],
)
def test_what_a_new_room_may_not_be(asker, changed, message):
    reply = asker.post("rooms", "app", **{**NEW, **changed})
    assert (reply.status_code, reply.json()["message"]) == (400, message)
    assert len(asker.data("rooms")) == 4


def test_a_new_room_can_be_entered(asker):
    code = asker.done("rooms", "app", **NEW, code="trvl1")["code"]
    asker.done("users/612/rooms", "app", room_code=code)
    visit = asker.walkin("mira.okafor", code)
    assert asker.data(f"visits/{visit}", "noor.haddad")["room_code"] == code
    assert asker.data(f"rooms/{code}/queue", "noor.haddad")["length"] == 1


def test_a_provider_joins_a_room_once(asker):
    for _ in range(2):
        joined = asker.done("users/612/rooms", "clinic.admin", room_code="d3r9x")
        assert joined["code"] == "d3r9x"
        assert joined["provider_ids"].count("612") == 1
    assert asker.data("rooms/d3r9x")["users"].split(",").count("612") == 1
    assert asker.get("rooms/d3r9x/queue", "noor.haddad").status_code == 200
    assert asker.post("users/612/rooms", "noor.haddad", room_code="h6t1z").status_code == 403
    assert asker.post("users/-/rooms", "app", room_code="h6t1z").status_code == 404
    assert asker.post("users/612/rooms", "app", room_code="none1").status_code == 404
    assert asker.post("users/612/rooms", "app").json()["message"] == "room_code is required."
    assert asker.post("users/7301/rooms", "app", room_code="h6t1z").json()["message"] == "id is not valid."


def test_type_is_a_number_and_subtype_a_text(asker):
    rows = asker.data("users", "noor.haddad", limit=100, fields="type,subtype")
    assert {type(row["type"]) for row in rows} == {int}
    assert {type(row["subtype"]) for row in rows} == {str}
    assert {"482", ""} <= {row["subtype"] for row in rows}
