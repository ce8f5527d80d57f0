"""What the clinic sets for alerts, within bounds; what it does not set has start values."""

from typing import Any

import msgspec
import pytest

from app.accounts.settings import AccountSettings, read_settings
from app.alerts.rules import AlertRules, read_rules
from app.entry import sign_in
from app.wire.reader import Row
from tests.practice import Practice
from tests.sessions import fail, profile


def rules(**said: Any) -> AlertRules | None:
    return read_rules(Row(said))


def test_a_clinic_that_says_nothing_has_none() -> None:
    assert rules() is None
    assert read_settings(Row({})).alerts is None


def test_what_is_said_counts_and_is_known_as_said() -> None:
    found = rules(repeat_s=30, urgent_when_paused=False)
    assert found is not None
    assert (found.repeat_s, found.urgent_when_paused, found.desk_s) == (30, False, 180)
    assert found.said == {"repeat_s", "urgent_when_paused"}


@pytest.mark.parametrize(("said", "counts"), [(0, 15), (99_999, 900), ("45", 45), ("often", 60)])
def test_no_clinic_can_switch_the_ladder_off(said: object, counts: int) -> None:
    found = rules(repeat_s=said) or AlertRules()
    assert found.repeat_s == counts


def test_a_room_has_what_is_other_there() -> None:
    found = rules(rooms={"k7m2p": {"repeat_s": 20, "most": 5, "pause_s": 60}, "other": {}, "odd": "?"})
    assert found is not None
    room = found.of_room("k7m2p")
    assert (room.repeat_s, room.most, room.pause_s) == (20, 5, 900)
    for code in ("other", "odd", None):
        assert found.of_room(code).repeat_s == 60


def test_they_come_back_from_the_store() -> None:
    before = AccountSettings(alerts=rules(repeat_s=30, rooms={"k7m2p": {"most": 5}}))
    assert msgspec.json.decode(msgspec.json.encode(before), type=AccountSettings) == before


async def test_they_are_read_from_the_clinic_s_account(clinic: Practice) -> None:
    clinic.choose(alerts__repeat_s=30, alerts__rooms__k7m2p__most=3)
    user = clinic.user("provider")
    session = await sign_in(profile(clinic), user["username"], user["password"], fail)
    try:
        found = (await session.learn()).alerts
    finally:
        await session.close()
    assert found is not None
    assert (found.repeat_s, found.of_room("k7m2p").most) == (30, 3)
