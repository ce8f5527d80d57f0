"""Searching and reading people against a real practice clinic."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.errors import Broken, Refused
from app.users.user import UserType
from app.users.users import COLUMNS, TooShort, Users
from tests.practice import Practice
from tests.sessions import signed_in


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for these tests: none minds what another did."""
    return shared_clinic


@asynccontextmanager
async def users_of(clinic: Practice, role: str = "provider", **changes: Any) -> AsyncIterator[Users]:
    session = await signed_in(clinic, role, **changes)
    try:
        yield Users(session._client)
    finally:
        await session.close()


async def test_searching(clinic: Practice) -> None:
    async with users_of(clinic) as users:
        found = await users.search("haddad", types=[UserType.PROVIDER])
        assert [(user.id, user.name, user.type) for user in found.records] == [("612", "Noor Haddad", None)]
        assert found.total == 1
        with_columns = await users.search("haddad", columns=COLUMNS)
        assert (with_columns.records[0].type, with_columns.records[0].subtype) == (400, "482")
        assert (await users.search("nobody at all")).records == ()
        assert {user.id for user in (await users.search(ids=["612", "613"])).records} == {"612", "613"}
        assert {user.id for user in (await users.search(room_code="h6t1z")).records} == {"615", "617"}
        assert {user.id for user in (await users.search(role="clinic_admin")).records} == {"641"}
        assert "7301" in {user.id for user in (await users.search(scope="my-patient")).records}


async def test_two_characters_are_too_few_and_nothing_is_asked(clinic: Practice) -> None:
    async with users_of(clinic) as users:
        clinic.forget()
        for words in ("ha", " h "):
            with pytest.raises(TooShort):
                await users.search(words)
        assert clinic.asked("users.list") == 0


async def test_every_page_comes() -> None:
    with Practice(visits=120) as large:
        async with users_of(large) as users:
            found = await users.search(columns=COLUMNS)
            assert found.total is not None
            assert len(found.records) == found.total > 100
            assert len({user.id for user in found.records}) == found.total
            assert large.asked("users.list") == 2


async def test_a_whole_profile(clinic: Practice) -> None:
    async with users_of(clinic) as users:
        me = await users.read()
        assert (me.id, me.type, me.subtype, me.unread) == ("612", 400, "482", ())
        patient = await users.read("7302")
        assert patient.type == UserType.MEMBER
        assert patient.person.phone
        assert "social_security_no" not in patient.extra
        with pytest.raises(Refused):
            await users.read("1")


async def test_somebody_else_is_broken(clinic: Practice) -> None:
    async with users_of(clinic) as users:
        clinic.weather("wrong_json", "users.get", body={"data": {"id": "613", "first_name": "Samuel"}})
        with pytest.raises(Broken):
            await users.read("612")


async def test_a_patient_may_not_search(clinic: Practice) -> None:
    async with users_of(clinic, "patient") as users:
        with pytest.raises(Refused) as refused:
            await users.search("haddad")
        assert refused.value.status == 403
