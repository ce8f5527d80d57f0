"""User settings (api/settings.md §3)."""

import pytest

MINE = "users/-/settings"


def test_what_is_there_before_anything_was_saved(asker):
    provider = asker.data(MINE, "noor.haddad")
    assert provider["timezone"] == "America/Los_Angeles"
    assert (provider["to_notify"], provider["to_autoaccept"], provider["to_hide"]) == (True, True, False)
    assert provider["notifications"] == {"email": True, "sms": True, "push": True}
    assert "to_notify" not in asker.data(MINE, "mira.okafor")


def test_any_subset_is_saved_and_unknown_keys_are_kept(asker):
    asker.done(MINE, "noor.haddad", theme={"dark": [1, None]}, language="pt-PT")
    saved = asker.done(MINE, "noor.haddad", notifications={"sms": "0", "pager": "old"}, disable_emails="1")
    assert (saved["theme"], saved["language"]) == ({"dark": [1, None]}, "pt-PT")
    assert saved["notifications"] == {"email": True, "sms": False, "push": True, "pager": "old"}
    assert int(saved["disable_emails"]) == 1
    assert asker.data("users/612/settings", "noor.haddad") == saved
    assert asker.data("users/612/settings", "app") == saved
    assert "theme" not in asker.data(MINE, "linh.tran")


def test_forms_may_name_one_channel(asker):
    headers = {"X-ApiToken": asker.token("noor.haddad")}
    form = {"notifications.email": "false", "to_hide": "1"}
    reply = asker.ask("POST", MINE, headers=headers, data=form)
    assert reply.json()["data"]["notifications"]["email"] is False
    assert reply.json()["data"]["to_hide"] is True


def test_zone_and_hiding_are_the_persons_own(asker):
    asker.done(MINE, "noor.haddad", timezone="Europe/Lisbon", to_hide=True)
    assert asker.data("users/-", "noor.haddad")["timezone"] == "Europe/Lisbon"
    row = next(row for row in asker.data("rooms/k7m2p/providers") if row["id"] == "612")
    assert row["to_hide"] is True


@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        ("noor.haddad", "613", 403),
        ("front.desk", "612", 403),
        ("mira.okafor", "612", 403),
        ("mira.okafor", "7301", 200),
        ("clinic.admin", "612", 200),
        ("app", "612", 200),
        ("app", "-", 404),
        ("clinic.admin", "1", 404),
        ("noor.haddad", "1", 403),
        (None, "612", 401),
    ],
)
def test_own_settings_are_for_all_and_others_for_admins(asker, who, whose, status):
    assert asker.get(f"users/{whose}/settings", who).status_code == status
    assert asker.post(f"users/{whose}/settings", who, language="de").status_code == status


@pytest.mark.parametrize(
    "changes",
    [
        {"timezone": "nowhere at all"},
        {"timezone": None},
        {"language": "x"},
        {"language": ["de"]},
        {"disable_emails": 2},
        {"disable_emails": "often"},
        {"to_notify": "perhaps"},
        {"notifications": "all"},
    ],
)
def test_what_is_not_valid_changes_nothing(asker, changes):
    before = asker.data(MINE, "noor.haddad")
    reply = asker.post(MINE, "noor.haddad", to_hide=True, **changes)
    assert (reply.status_code, reply.json()["message"]) == (400, f"{next(iter(changes))} is not valid.")
    assert asker.data(MINE, "noor.haddad") == before


def test_a_number_or_a_text(asker):
    people = [person.id for person in asker.world.people.values()]
    kinds = {type(asker.data(f"users/{person}/settings", "app")["disable_emails"]) for person in people}
    assert kinds == {int, str}
