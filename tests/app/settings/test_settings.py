"""Reading and saving settings against a real practice clinic."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.errors import NotOffered, Refused
from app.settings.record import Channels, Settings
from app.settings.settings import UserSettings
from tests.practice import Practice
from tests.sessions import signed_in


@asynccontextmanager
async def settings_of(
    clinic: Practice, role: str = "provider", **changes: Any
) -> AsyncIterator[UserSettings]:
    session = await signed_in(clinic, role, **changes)
    try:
        yield UserSettings(session._client)
    finally:
        await session.close()


async def test_a_change_leaves_the_rest(clinic: Practice) -> None:
    async with settings_of(clinic) as settings:
        before = await settings.read()
        assert (before.zone, before.notify, before.hidden, before.unread) == (
            "America/Los_Angeles",
            True,
            False,
            (),
        )
        changes = Settings(zone="Europe/Lisbon", channels=Channels(sms=False), rest={"theme": {"dark": True}})
        after = await settings.save(changes)
        assert (after.zone, after.channels, after.notify) == (
            "Europe/Lisbon",
            Channels(email=True, sms=False, push=True),
            True,
        )
        assert after.rest == {"theme": {"dark": True}}
        assert await settings.save(Settings(language="pt")) == await settings.read()
        assert (await settings.read()).rest == {"theme": {"dark": True}}
        with pytest.raises(Refused) as refused:
            await settings.save(Settings(zone="no zone!"))
        assert refused.value.message == "timezone is not valid."


async def test_others_are_for_the_admin(clinic: Practice) -> None:
    async with settings_of(clinic) as settings:
        with pytest.raises(Refused) as refused:
            await settings.read("613")
        assert refused.value.status == 403
    async with settings_of(clinic, "clinic_admin") as settings:
        assert (await settings.save(Settings(autoaccept=False), "613")).autoaccept is False
        assert (await settings.read("613")).autoaccept is False


async def test_a_server_without_settings(clinic: Practice) -> None:
    async with settings_of(clinic) as settings:
        clinic.weather("status", "settings.get", status=404)
        with pytest.raises(NotOffered):
            await settings.read()
