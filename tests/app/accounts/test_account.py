"""The clinic's account (api/settings.md §1)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.accounts.account import Account, read_account, read_account_name
from app.accounts.accounts import Accounts
from app.accounts.schema import Step
from app.accounts.settings import DEFAULTS, AccountSettings
from app.core.unreadable import Unreadable
from app.errors import Broken, Refused
from app.visits.limits import Limits
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON
from tests.practice import Practice
from tests.sessions import signed_in

STEP = {"code": "intake", "sections": [{"code": "reason"}]}
ACCOUNT: dict[str, Any] = {
    "id": "0d0c0b0a-0000-4000-8000-000000000001",
    "code": "harbor",
    "name": "Harbor Light",
    "domain": "practice",
    "portal_title": "",
    "max_wait_time": "7200",
    "api": {"interval": {"users_alive": "120", "visits_view": 30}},
    "session": {"idle_timeout": {"duration": 600}},
    "emr": {"enabled": 1},
    "eprescribe": {"enabled": True, "pharmacy": {"required": False}},
    "payment": {"enabled": False, "card_info": {"always_show": True}},
    "card_info": {"optional": False},
    "auth": {"settings": {"member": {"google": {"enabled": True}}}},
    "vsee_api": {"send_system_msg": {"priority": False}},
    "waiting_room": {"alias": "Lobby"},
    "support": {"phone_business": "555-0100", "message": {"html": "<p>Hi</p>"}},
    "states": {"signup": {"signup": [STEP], "verify": []}, "home": [STEP], "odd": 5},
    "intake_steps": [STEP, None],
    "post_intake_steps": [],
}


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for these tests: none minds what another did."""
    return shared_clinic


def read(**changes: Any) -> Account:
    account = read_account(Row({**ACCOUNT, **changes}, "account"))
    assert isinstance(account, Account)
    return account


def test_settings_at_their_paths() -> None:
    assert read().settings == AccountSettings(
        keep_alive_s=120,
        visit_detail_s=30,
        max_wait_time=7200,
        wait_limits=Limits(longest_s=7200),
        idle_s=600,
        emr=True,
        eprescribe=True,
        pharmacy_required=False,
        payment=False,
        card_always_shown=True,
        card_may_be_left_out=False,
        google_login=True,
        system_messages_urgent=False,
        waiting_room_title="Lobby",
        support_phone="555-0100",
        support_html="<p>Hi</p>",
    )


def test_silence_is_not_an_answer_until_somebody_asks_for_the_defaults() -> None:
    said = read(api=[], card_info=None).settings
    assert (said.keep_alive_s, said.current_visit_s, said.card_may_be_left_out) == (None, None, None)
    whole = said.with_defaults()
    assert (whole.keep_alive_s, whole.current_visit_s, whole.card_may_be_left_out) == (250, 60, True)
    assert (whole.max_wait_time, whole.payment, whole.waiting_room_title) == (7200, False, "Lobby")
    assert AccountSettings().with_defaults() == DEFAULTS


def test_a_stated_no_is_not_replaced_by_a_default() -> None:
    assert AccountSettings(idle_s=0, card_may_be_left_out=False).with_defaults().card_may_be_left_out is False


def test_forms() -> None:
    account = read()
    assert set(account.states) == {"signup.signup", "signup.verify", "home"}
    assert [type(step) for step in account.intake_steps] == [Step, Unreadable]
    assert account.post_intake_steps == ()
    assert account.states["home"] == account.states["signup.signup"]
    assert "account.states.odd is no object" in account.unread


def test_what_cannot_be_understood_is_named_once() -> None:
    account = read(api="x", max_wait_time="long")
    assert account.unread.count("account.api is no object") == 1
    assert "account.max_wait_time is no whole number" in account.unread
    assert account.settings.max_wait_time is None


@pytest.mark.parametrize("number", [10**400, -(10**400), "9" * 5000, 1e308, -1, -0.0, 604_801])
def test_no_number_is_beyond_what_can_be_reckoned_with(number: Any) -> None:
    idle = {"duration": number, "warning_period": number}
    said = read(session={"idle_timeout": idle}, max_wait_time=number).settings
    for seconds in (said.idle_s, said.idle_warning_s, said.max_wait_time):
        assert 0 <= (seconds or 0) <= 7 * 86_400


@pytest.mark.parametrize("nothing", [None, [], {}, {"name": "x"}, 5])
def test_without_a_code_it_is_unreadable(nothing: Any) -> None:
    assert isinstance(read_account(Row(nothing)), Unreadable)
    assert isinstance(read_account_name(Row(nothing)), Unreadable)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(sorted(ACCOUNT)), JSON, max_size=5), JSON)
def test_any_json_is_an_account_or_unreadable(mutation: dict[str, Any], anything: Any) -> None:
    assert isinstance(read_account(Row({**ACCOUNT, **mutation})), Account | Unreadable)
    assert isinstance(read_account(Row({"code": "x", "states": {"signup": anything}})), Account)
    read_account(Row(anything))
    read_account_name(Row(anything))


async def test_the_practice_clinics_account(clinic: Practice) -> None:
    session = await signed_in(clinic)
    try:
        accounts = Accounts(session._client)
        assert [(row.code, row.name) for row in (await accounts.list()).records] == [
            ("harbor", "Harbor Light Practice Clinic")
        ]
        account = await accounts.read()
        assert account == await accounts.read("harbor")
        assert account.unread == ()
        assert (account.settings.keep_alive_s, account.settings.current_visit_s) == (250, 60)
        assert account.settings.emr
        step = account.intake_steps[0]
        assert isinstance(step, Step)
        assert (step.code, step.next_title) == ("intake", "Continue")
        assert "signup.signup" in account.states
        with pytest.raises(Refused):
            await accounts.read("other")
    finally:
        await session.close()


async def test_another_clinic_is_broken(clinic: Practice) -> None:
    session = await signed_in(clinic, endpoints={"accounts.get": "GET accounts/-"})
    try:
        with pytest.raises(Broken):
            await Accounts(session._client).read("other")
    finally:
        await session.close()
