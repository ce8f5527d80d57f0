"""A user's profile (api/users.md §2): quirks, and the number that is never kept."""

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.users.record import Person, read_gender
from app.users.user import SUBTYPES, User, UserStatus, UserType, read_profile
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON

USER: dict[str, Any] = {
    "id": "7301",
    "code": "ext-77",
    "first_name": "Mira",
    "last_name": "Okafor",
    "full_name": "Mira Okafor",
    "username": "mira.okafor",
    "email": "mira@example.test",
    "vseeid": "demo+user7301",
    "dob": "1984-05-09",
    "gender": 2,
    "active": True,
    "tos": False,
    "email_verified": "1",
    "status": "20",
    "type": 200,
    "subtype": "",
    "role": "",
    "timezone": "America/Los_Angeles",
    "signup_step": 99,
    "last_login": 1767225600,
    "street_addr": "1 Practice Street",
    "city": "Harbor City",
    "state": "CA",
    "zip": "01234",
    "phone": "5550101",
    "photo": None,
    "pcp_name": "Dr. North",
    "pcp_phone": False,
    "extra": {"marital_status": "single", "social_security_no": "000-00-0000", "attachments": None},
}


def read(**changes: Any) -> User:
    user = read_profile(Row({**USER, **changes}, "user"))
    assert isinstance(user, User)
    return user


def test_a_user() -> None:
    user = read()
    assert user.person == Person(
        id="7301",
        given="Mira",
        family="Okafor",
        full_name="Mira Okafor",
        born=date(1984, 5, 9),
        gender=2,
        phone="5550101",
        email="mira@example.test",
        zone=USER["timezone"],
    )
    assert (user.id, user.name) == ("7301", "Mira Okafor")
    assert (user.type, user.status, user.subtype) == (UserType.MEMBER, UserStatus.ACTIVE, "")
    assert (user.active, user.tos, user.email_verified, user.signup_step) == (True, False, True, 99)
    assert (user.street, user.city, user.state, user.zip) == (
        "1 Practice Street",
        "Harbor City",
        "CA",
        "01234",
    )
    assert (user.last_login, user.zone, user.pcp_name, user.pcp_phone) == (
        1767225600,
        "America/Los_Angeles",
        "Dr. North",
        "",
    )
    assert user.unread == ()


def test_a_plain_row_says_three_things() -> None:
    row = {"id": "7301", "email": "mira@example.test", "full_name": "Mira Okafor"}
    assert read_profile(Row(row)) == User(
        person=Person(id="7301", full_name="Mira Okafor", email="mira@example.test")
    )


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"type": 777}, "type", 777),
        ({"status": 15}, "status", 15),
        ({"subtype": 482}, "subtype", "482"),
        ({"subtype": "999"}, "subtype", "999"),
        ({"zip": 90210}, "zip", "90210"),
        ({"extra": []}, "extra", {}),
        ({"tos": None}, "tos", None),
    ],
)
def test_quirks(changes: dict[str, Any], field: str, value: Any) -> None:
    user = read(**changes)
    assert getattr(user, field) == value
    assert user.unread == ()


@pytest.mark.parametrize(
    ("value", "gender"),
    [(1, 1), ("2", 2), ("Female", 2), ("male", 1), ("other", "other"), (7, 7), (0, None), (None, None)],
)
def test_gender_codes(value: Any, gender: Any) -> None:
    assert read(gender=value).person.gender == gender
    assert read_gender(Row({"old": value}), "new", "old") == gender


def test_words_of_subtypes() -> None:
    assert SUBTYPES[read(subtype=482).subtype] == "Doctor"


@pytest.mark.parametrize(
    "extra",
    [
        {"social_security_no": "000-00-0000"},
        {"Social_Security_No": "000-00-0000"},
        {"more": {"deep": [{"social_security_no": "000-00-0000"}]}},
    ],
)
def test_the_social_security_number_is_nowhere(extra: dict[str, Any]) -> None:
    user = read(extra={**extra, "race": ""}, social_security_no="000-00-0000")
    assert b"000-00" not in msgspec.json.encode(user)
    assert "000-00" not in repr(user)
    assert user.extra == {"race": ""}


def test_other_keys_of_extra_are_kept() -> None:
    assert read().extra == {"marital_status": "single", "attachments": None}
    assert read(extra={"emerg_contact_name": "Jo", "x": {"y": [1]}}).extra == {
        "emerg_contact_name": "Jo",
        "x": {"y": [1]},
    }


def test_what_cannot_be_understood_is_named() -> None:
    assert read(type="patient", extra="x").unread == (
        "user.type is no whole number",
        "user.extra is no object",
    )


@pytest.mark.parametrize("nobody", [None, [], {}, {"id": 0}, {"full_name": "X"}, "text"])
def test_without_an_id_it_is_unreadable(nobody: Any) -> None:
    assert isinstance(read_profile(Row(nobody)), Unreadable)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(sorted(USER)), JSON, max_size=6), JSON)
def test_any_json_is_a_user_or_unreadable(mutation: dict[str, Any], anything: Any) -> None:
    assert isinstance(read_profile(Row({**USER, **mutation})), User | Unreadable)
    assert isinstance(read_profile(Row(anything)), User | Unreadable)
