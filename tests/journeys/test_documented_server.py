"""The client at a server that offers the [doc] and [code] endpoints alone: what is missing is named.

The server is the practice clinic; each [assumed] key of the path table answers as an absent one does.
"""

from pathlib import Path

import pytest

from app.auth import tokens as auth
from app.errors import Failure, NotOffered
from app.payments.settled import Settled
from app.sentences import sentence
from app.session import Session
from tests.journeys.every_call import (
    ABSENT,
    ASSUMED,
    DOCUMENTED,
    ELSEWHERE,
    ENDLESS,
    KEYS,
    Have,
    methods,
    without_assumed,
)
from tests.practice import Practice
from tests.sessions import signed_in


async def admin(clinic: Practice) -> Session:
    return await signed_in(clinic, "clinic_admin", requests_at_once=16, requests_per_s=100.0)


async def test_no_call_of_a_session_is_forgotten(clinic: Practice) -> None:
    session = await admin(clinic)
    called = {name for names in (*ASSUMED, *DOCUMENTED) for name in names.split()}
    assert methods(session) == called | ENDLESS | ELSEWHERE
    assert {key for key, _ in ASSUMED.values()} == KEYS - {"auth.refresh", "auth.logout"}
    await session.close()


@pytest.mark.parametrize("absent", ABSENT)
async def test_what_is_missing_is_named_and_the_rest_works(
    clinic: Practice, absent: str, tmp_path: Path
) -> None:
    without_assumed(clinic, absent)
    session = await admin(clinic)
    have = await Have.made(session, clinic.room, tmp_path)
    await everything_missing_is_named(session, have)
    assert session.not_offered == KEYS - {"auth.refresh", "auth.logout"}

    clinic.forget()
    await everything_missing_is_named(session, have)
    assert clinic.log() == []

    for names, call in DOCUMENTED.items():
        try:
            told = await call(session, have)
        except Failure as failure:
            raise AssertionError(names) from failure
        if names == "payments.settle_charge":
            assert told is Settled.NOT_KNOWN

    await auth.sign_out(session._client)
    assert session.not_offered == KEYS - {"auth.refresh"}
    await session.close()


async def everything_missing_is_named(session: Session, have: Have) -> None:
    for name, (key, call) in ASSUMED.items():
        with pytest.raises(NotOffered) as raised:
            await call(session, have)
        assert raised.value.key == key, name
        said = sentence(raised.value)
        assert said.startswith("This clinic's server does not offer "), name
        assert "does not offer this" not in said, name
        # Readings have no way out: trends are hidden (api/README.md §12).
        assert ("; " in said) is not key.startswith("health."), said


async def test_what_is_missing_may_be_looked_for_again(clinic: Practice) -> None:
    without_assumed(clinic, "404")
    session = await admin(clinic)
    with pytest.raises(NotOffered):
        await session.settings.read()
    clinic.clear()
    with pytest.raises(NotOffered):
        await session.settings.read()
    session.look_again()
    assert (await session.settings.read()).zone
    await session.close()


async def test_a_token_near_its_end_costs_a_sign_in_and_nothing_else(clinic: Practice) -> None:
    """Without `auth.refresh` the old token is used until the server refuses it."""
    without_assumed(clinic, "404")
    session = await admin(clinic)
    clinic.advance(86_400 - 30)
    for _ in range(4):
        assert (await session.accounts.read()).code == clinic.account
    assert clinic.asked("auth.refresh") == 1
    assert "auth.refresh" in session.not_offered
    await session.close()
