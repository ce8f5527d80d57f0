"""`vestibule checkin` without the server, and whom it trusts then."""

from collections.abc import Callable

import pytest

from app.checkin.check_in import check_in
from app.checkin.record import MARK
from app.core.action import State
from app.core.outbox import Outbox
from app.core.store.fault import StoreFault
from app.credentials import Given
from app.entry import sign_in
from app.headless.command import Ended
from tests.app.headless.kiosks import Kiosk, line, visits_of
from tests.practice import Practice
from tests.sessions import fail, profile, signed_in
from tests.until import until


async def test_without_the_server_lines_are_kept_and_go_out_with_the_next_run(
    kiosk: Kiosk, clinic: Practice, back: Callable[[], Practice], capsys: pytest.CaptureFixture[str]
) -> None:
    await kiosk.known()
    clinic.stop()
    code, run = await kiosk.run(line(ref="r"), wait_s=0)
    assert (code, run.states()) == (5, ["kept"])
    assert run.answers[0]["on_disk"]
    assert capsys.readouterr().err.startswith("vestibule: Check-ins not sent yet: 1. It is kept here")
    there = back()
    before = visits_of(there)
    code, later = await kiosk.run()
    assert (code, later.answers) == (0, [])
    assert len(visits_of(there) - before) == 1


async def test_a_server_that_comes_back_gets_what_was_kept_meanwhile(
    kiosk: Kiosk, clinic: Practice, back: Callable[[], Practice]
) -> None:
    await kiosk.known()
    clinic.stop()
    async with kiosk.running() as (run, work):
        run.feed(line(), line(reason="Another"))
        await until(lambda: len(run.answers) == 2)
        back()
        run.feed(line(reason="Third"))
        run.end()
        assert await work == 0
    assert [run.states(number) for number in (1, 2, 3)] == [["kept", "sent"]] * 3
    assert len({answer.get("visit_id") for answer in run.answers}) == 4


async def test_who_was_never_here_can_keep_nothing_without_the_server(kiosk: Kiosk, clinic: Practice) -> None:
    clinic.stop()
    with pytest.raises(Ended, match=r"^Cannot sign in\. The server cannot be reached\.$") as ended:
        await kiosk.run(line())
    assert ended.value.code == 4


async def test_a_wrong_password_keeps_and_sends_nothing(kiosk: Kiosk, clinic: Practice) -> None:
    await kiosk.known()
    wrong = Given(username=kiosk.given.username, password="wrong")
    with pytest.raises(Ended) as ended:
        await kiosk.run(line(), given=wrong)
    assert ended.value.code == 3
    assert {entry["key"] for entry in clinic.log()} == {"auth.login"}
    clinic.stop()
    with pytest.raises(Ended) as ended:
        await kiosk.run(line(), given=wrong)
    assert ended.value.code == 4
    desk = await kiosk.open()
    assert len(desk.outbox.actions) == 0
    await desk.close()


async def test_a_password_that_is_no_longer_accepted_sends_nothing_and_is_nobodys_here(
    kiosk: Kiosk, clinic: Practice
) -> None:
    await kiosk.known()
    before = visits_of(clinic)
    clinic.weather("status", "auth.login", status=401, seconds=0.2)
    async with kiosk.running() as (run, work):
        run.feed(line(ref="r"))
        with pytest.raises(Ended, match="What was kept here stays here") as ended:
            await work
    assert ended.value.code == 3
    assert run.states() == ["kept"]
    assert visits_of(clinic) == before
    with pytest.raises(Ended, match="Cannot sign in"):
        await kiosk.open()
    clinic.clear()
    code, _ = await kiosk.run()
    assert (code, len(visits_of(clinic) - before)) == (0, 1)


async def test_a_name_that_is_somebody_elses_now_sends_nothing_of_the_one_before(
    kiosk: Kiosk, clinic: Practice, back: Callable[[], Practice]
) -> None:
    await kiosk.known()
    clinic.stop()
    assert (await kiosk.run(line(), wait_s=0))[0] == 5
    there = back()
    body = {
        "data": {"id": "612", "token": {"token": "x", "user_id": "612"}, "first_name": "N", "last_name": "H"}
    }
    there.weather("wrong_json", "auth.login", body=body)
    there.weather("wrong_json", "users.get", body=body)
    there.forget()
    with pytest.raises(Ended, match="somebody else") as ended:
        await kiosk.run()
    assert ended.value.code == 3
    assert there.asked("visits.add_walkin") == there.asked("intakes.create") == 0


async def test_a_token_is_known_again_and_another_is_not(kiosk: Kiosk, clinic: Practice) -> None:
    session = await sign_in(profile(clinic), kiosk.given.username, kiosk.given.password, fail)
    given = Given(token=session.renewal.tokens.token)
    await session.close()
    assert (await kiosk.run(line(), given=given))[0] == 0
    clinic.stop()
    assert (await kiosk.run(line(reason="Later"), given=given, wait_s=0))[0] == 5
    with pytest.raises(Ended) as ended:
        await kiosk.run(line(), given=Given(token="another"))
    assert ended.value.code == 4


async def test_the_owners_of_two_tokens_may_both_keep_offline(kiosk: Kiosk, clinic: Practice) -> None:
    tokens = []
    for role in ("front_desk", "clinic_admin"):
        user = clinic.user(role)
        session = await sign_in(profile(clinic), user["username"], user["password"], fail)
        tokens.append(Given(token=session.renewal.tokens.token))
        await session.close()
    for given in tokens:
        assert (await kiosk.run(given=given))[0] == 0
    clinic.stop()
    for given in tokens:
        code, run = await kiosk.run(line(), given=given, wait_s=0)
        assert (code, run.states()) == (5, ["kept"])


async def test_a_token_whose_owner_is_not_told_keeps_nothing(kiosk: Kiosk, clinic: Practice) -> None:
    clinic.weather("wrong_json", "users.get", body={"data": {}})
    with pytest.raises(Ended, match="whose token"):
        await kiosk.run(line(), given=Given(token="t"))
    assert kiosk.keys.held == {}
    assert not kiosk.folder.exists()


async def test_a_sign_in_that_ended_at_the_server_is_made_anew(
    kiosk: Kiosk, clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.headless.desk._CONFIRM_EVERY_S", 0.05)
    async with kiosk.running() as (run, work):
        run.feed(line())
        await until(lambda: run.states(1) == ["kept", "sent"])
        clinic.forget()
        for key in ("users.list", "users.get", "auth.refresh"):
            clinic.weather("status", key, status=401)
        run.feed(line(reason="The next day"))
        await until(lambda: clinic.asked("auth.login"))
        clinic.clear()
        run.end()
        assert await work == 0
    assert run.states(2)[-1] == "sent"
    assert clinic.asked("auth.login") == 1


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404])
async def test_a_networks_sign_in_page_says_nothing_of_ours(
    kiosk: Kiosk, clinic: Practice, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr("app.headless.desk._CONFIRM_EVERY_S", 0.05)
    await kiosk.known()
    before = visits_of(clinic)
    portal = {"kind": "html"} if status == 200 else {"kind": "html", "status": status}
    clinic.weather(**portal)
    async with kiosk.running() as (run, work):
        run.feed(line())
        await until(lambda: clinic.asked("auth.login"))
        assert not work.done()
        clinic.clear()
        await until(lambda: run.states(1) == ["kept", "sent"])
        clinic.weather(**portal)
        run.feed(line(reason="Within it"))
        await until(lambda: clinic.asked("users.list") > 1)
        clinic.clear()
        run.end()
        assert await work == 0
    assert run.states(2)[-1] == "sent"
    assert len(visits_of(clinic) - before) == 2
    clinic.stop()
    assert (await kiosk.run(line(), wait_s=0))[0] == 5


async def test_a_token_in_a_networks_sign_in_page_is_still_known(kiosk: Kiosk, clinic: Practice) -> None:
    session = await sign_in(profile(clinic), kiosk.given.username, kiosk.given.password, fail)
    given = Given(token=session.renewal.tokens.token)
    await session.close()
    assert (await kiosk.run(given=given))[0] == 0
    for status in (401, 403):
        clinic.forget()
        clinic.weather("html", status=status)
        async with kiosk.running(given=given) as (run, work):
            run.feed(line(reason=f"At {status}"))
            await until(lambda: clinic.asked("users.get"))
            clinic.clear()
            run.end()
            assert await work == 0
        assert run.states() == ["kept", "sent"]


async def test_a_401_in_nobodys_words_signs_in_anew(
    kiosk: Kiosk, clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.headless.desk._CONFIRM_EVERY_S", 0.05)
    async with kiosk.running() as (run, work):
        run.feed(line())
        await until(lambda: run.states(1) == ["kept", "sent"])
        clinic.forget()
        for key in ("users.list", "users.get", "auth.refresh"):
            clinic.weather("html", key, status=401)
        run.feed(line(reason="The next day"))
        await until(lambda: clinic.asked("auth.login"))
        clinic.clear()
        run.end()
        assert await work == 0
    assert run.states(2)[-1] == "sent"


async def test_a_session_that_was_replaced_holds_no_connections(kiosk: Kiosk, clinic: Practice) -> None:
    desk = await kiosk.open()
    first = desk._sessions[-1]
    for _ in range(3):
        await desk.adopt(await desk._sign_in.session(desk._same_store))
    assert len(desk._sessions) == 1
    assert first._client._transport._pool.http.is_closed
    kept = await desk.keep(check_in(line(), desk.now))
    assert kept.id in {row.id for row in await desk.kept.store.actions()}
    await desk.close()


async def test_what_an_earlier_run_may_have_sent_is_looked_for_though_the_disk_fails(
    kiosk: Kiosk, clinic: Practice, back: Callable[[], Practice], monkeypatch: pytest.MonkeyPatch
) -> None:
    await kiosk.known()
    clinic.stop()
    _, run = await kiosk.run(line(), wait_s=0)
    mark = run.answers[0]["id"]
    there = back()
    before = visits_of(there)
    # The earlier run did send it, and its disk was too full to write that down.
    session = await signed_in(there, "front_desk")
    intake = await session.intakes.create("k7m2p", member_id="7301", answers={MARK: mark})
    visit = await session.visit_acts.add_walkin(intake.id, "k7m2p", member_id="7301")
    await session.close()
    async with kiosk.running() as (run, work):
        monkeypatch.setattr(Outbox, "load", fails)
        await until(lambda: run.desk._sessions)
        await until(lambda: run.desk.outbox.actions.get(mark).state == State.SENT)
        run.end()
        assert await work == 0
    assert visits_of(there) - before == {visit.id}


async def fails(_outbox: Outbox) -> None:
    raise StoreFault("full")
