"""Push endpoints and notifications (api/push.md)."""

import pytest

PHONE = {"key": "device-1", "type": 30}


def test_the_life_of_an_address(asker):
    made = asker.done("endpoints", "noor.haddad", **PHONE)
    assert set(made) == {"id", "key", "user_id", "type", "created", "modified"}
    assert (made["user_id"], made["created"]) == ("612", asker.world.now)
    asker.world.advance(5)
    again = asker.done("endpoints", "noor.haddad", key="device-1", type="30")
    assert (again["id"], again["modified"]) == (made["id"], asker.world.now)
    assert asker.data(f"endpoints/{made['id']}", "noor.haddad") == again
    reply = asker.ask("DELETE", f"endpoints/{made['id']}", "noor.haddad")
    assert reply.json() == {"data": {"id": made["id"]}}
    assert asker.ask("DELETE", f"endpoints/{made['id']}", "noor.haddad").status_code == 404


def test_the_name_at_amazon_is_in_the_list_only_with_escaped_slashes(asker):
    asker.done("endpoints", "noor.haddad", **PHONE)
    asker.done("endpoints", "noor.haddad", key="noor@example.test", type=10)
    reply = asker.get("endpoints", "noor.haddad")
    assert b"endpoint\\/APNS\\/" in reply.content
    assert ["arn" in row for row in reply.json()["data"]] == [True, False]
    assert [row["key"] for row in asker.data("endpoints", "noor.haddad", type=10)] == ["noor@example.test"]


def test_addresses_are_ones_own(asker):
    made = asker.done("endpoints", "noor.haddad", **PHONE)
    assert asker.data("endpoints", "mira.okafor") == []
    assert asker.get(f"endpoints/{made['id']}", "mira.okafor").status_code == 404
    assert asker.ask("DELETE", f"endpoints/{made['id']}", "mira.okafor").status_code == 404
    assert asker.get("endpoints").status_code == 401
    assert asker.get("endpoints", "app").status_code == 404


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"type": 30}, "key is required."),
        ({"key": "x"}, "type is required."),
        ({"key": "x", "type": 20}, "type is not valid."),
        ({"key": "x", "type": 10}, "key is not valid."),
        ({"key": "x" * 256, "type": 30}, "key is not valid."),
    ],
)
def test_what_an_address_needs(asker, body, message):
    reply = asker.post("endpoints", "noor.haddad", **body)
    assert (reply.status_code, reply.json()["message"]) == (400, message)


def test_types_come_as_number_and_as_text(asker):
    for number in range(12):
        asker.done("endpoints", "noor.haddad", key=f"device-{number}", type=30)
    assert {type(row["type"]) for row in asker.data("endpoints", "noor.haddad")} == {int, str}


@pytest.mark.parametrize("who", ["noor.haddad", "mira.okafor", "front.desk"])
def test_notifications_are_old_news_newest_first_without_a_patients_name(asker, who):
    told = asker.data("notifications", who)
    assert told
    moments = [int(entry["time"]) for entry in told]
    assert moments == sorted(moments, reverse=True)
    assert moments[0] < asker.world.start
    assert all(entry["mtime"] == int(entry["time"]) * 1000 for entry in told)
    patients = [person.last_name for person in asker.world.people.values() if person.is_patient]
    assert not [name for name in patients for entry in told if name and name in entry["title"]]
    assert asker.data("notifications", who) == told
