"""Where no look can tell whether it arrived, a person says how it goes on; by itself nothing is doubled."""

from pathlib import Path

import pytest

from app.core.action import State, Verdict, new_action
from app.core.outbox import IN_DOUBT_S, Outbox
from app.core.patience import LONG_LOOKS, LOOKS
from app.core.store import thread
from app.core.store.store import open_file
from app.errors import Broken, Failure, Offline, Refused, Uncertain
from tests.app.core.scripted import Desk, Scripted, desk
from tests.app.core.store.test_disk import BIG, disk, filled
from tests.until import until

__all__ = ["disk"]

KEY = bytes(32)
IN_VAIN = Broken("shape", where="visits.intake")


@pytest.fixture(autouse=True)
def soon(monkeypatch) -> None:
    monkeypatch.setattr(thread, "AGAIN_S", 0.02)


async def another_has_kept(d: Desk, subject: str = "p1") -> str:
    """An action of which this process cannot know whether it has left."""
    action = new_action("checkin", subject, {}, d.clock.wall())
    d.store.add_action(action.id, action.state, action.to_bytes())
    await d.outbox.load()
    return action.id


def verdict(d: Desk, action_id: str) -> Verdict:
    action = d.outbox.actions.get(action_id)
    assert action is not None
    return action.verdict


async def asks(d: Desk, action_id: str) -> None:
    """Time passes until a person is asked."""
    for _ in range(LOOKS + 1):
        await d.pass_s(62)
    assert (d.state(action_id), verdict(d, action_id)) == (State.UNKNOWN, Verdict.WANTED)


async def test_what_no_look_can_tell_is_asked_and_holds_back_the_next_of_its_subject() -> None:
    async with desk() as d, d.running():
        d.act.looking["p1"] = [IN_VAIN] * 10
        one = await another_has_kept(d)
        two = await d.keep("p1")
        for looks in range(1, LOOKS):
            await until(lambda looks=looks: len(d.act.looks) == looks)
            await d.idle()
            assert (d.state(one), verdict(d, one)) == (State.QUEUED, Verdict.NONE)
            await d.pass_s(62)
        await d.comes_to(State.UNKNOWN, one)
        action = d.outbox.actions.get(one)
        assert action.verdict == Verdict.WANTED
        assert action.words.startswith("Broken shape")
        assert "if it is there, discard this; if it is not, send it anyway" in action.words
        await d.pass_s(3600)
        d.outbox.try_all()
        await d.idle()
        assert d.act.sends == []
        assert await d.outbox.discard(one)
        await d.comes_to(State.SENT, two)
        assert d.act.delivered == {two: 1}


@pytest.mark.parametrize(
    "failure", [Offline(), Broken("status", status=503), Broken("not_json"), Refused(429)]
)
async def test_a_passing_fault_asks_nobody(failure: Failure) -> None:
    async with desk() as d, d.running():
        d.act.looking["p1"] = [failure] * 2 * LOOKS
        one = await another_has_kept(d)
        await until(lambda: d.act.looks)
        await d.idle()
        for _ in range(2 * LOOKS):
            assert (d.state(one), verdict(d, one)) == (State.QUEUED, Verdict.NONE)
            await d.pass_s(62)
        await d.comes_to(State.SENT, one)
        assert d.act.delivered == {one: 1}


FAULTS = [Broken("status", status=500), Broken("not_json"), Uncertain(), Offline("timeout")]


async def tried(d: Desk, times: int, *, is_answered: bool) -> None:
    """Time passes; meanwhile the server answers other things well, or nothing."""
    for _ in range(times):
        if is_answered:
            d.outbox.answered()
        await d.pass_s(62)


@pytest.mark.parametrize("failure", FAULTS)
async def test_a_fault_that_stays_while_the_server_answers_others_is_asked(failure: Failure) -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = ["vanished"]
        d.act.looking["p1"] = [failure] * 100
        one = await d.keep()
        await d.comes_to(State.UNKNOWN, one)
        # The server is down for everybody.
        await tried(d, 2 * LONG_LOOKS, is_answered=False)
        assert verdict(d, one) == Verdict.NONE
        await tried(d, LONG_LOOKS - 4, is_answered=True)
        assert verdict(d, one) == Verdict.NONE
        await tried(d, 4, is_answered=True)
        assert (d.state(one), verdict(d, one)) == (State.UNKNOWN, Verdict.WANTED)
        assert await d.outbox.send_anyway(one)
        await d.comes_to(State.SENT, one)
        assert d.act.delivered == {one: 1}


@pytest.mark.parametrize("failure", FAULTS)
async def test_what_has_not_left_for_a_fault_that_stays_is_refused_with_words(failure: Failure) -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [failure] * 100
        one = await d.keep()
        await until(lambda: d.act.sends)
        await tried(d, 2 * LONG_LOOKS, is_answered=False)
        assert d.state(one) == State.QUEUED
        await tried(d, LONG_LOOKS, is_answered=True)
        action = d.outbox.actions.get(one)
        assert action is not None
        assert (action.state, action.words) == (State.REFUSED, f"{type(failure).__name__} {failure}".strip())


async def test_what_leaves_and_never_arrives_is_refused_in_the_end() -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [("after", Broken("status", status=503))] * 100
        one = await d.keep()
        await d.comes_to(State.UNKNOWN, one)
        await tried(d, 4 * LONG_LOOKS, is_answered=False)
        action = d.outbox.actions.get(one)
        assert action is not None
        assert (action.state, action.sent_at) == (State.REFUSED, None)
        assert action.words.startswith("Broken status")
        assert len(d.act.sends) == LONG_LOOKS
        d.act.script.clear()
        await d.outbox.retry(one)
        await d.comes_to(State.SENT, one)
        assert d.act.delivered == {one: 1}


@pytest.mark.parametrize("decide", [Outbox.send_anyway, Outbox.discard])
async def test_a_decision_is_of_the_try_that_was_seen(tmp_path: Path, decide) -> None:
    act = Scripted()
    act.looking["p1"] = [IN_VAIN] * 60
    async with (
        desk(await open_file(tmp_path / "a.db", KEY), act) as first,
        desk(await open_file(tmp_path / "a.db", KEY), act) as second,
        first.running(),
    ):
        one = await another_has_kept(first)
        await asks(first, one)
        await second.outbox.load()
        act.script["p1"] = ["lost"]
        assert await first.outbox.send_anyway(one)
        await first.comes_to(State.UNKNOWN, one)
        # In the same state as before, but of the second try.
        assert not await decide(second.outbox, one)
        assert verdict(second, one) == Verdict.NONE
        await first.idle()
        assert (act.sends, act.delivered) == ([one], {one: 1})


@pytest.mark.parametrize("failure", [IN_VAIN, Refused(404)])
async def test_what_has_left_is_not_asked_before_the_doubt_is_over(failure: Failure) -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = ["late"]
        d.act.looking["p1"] = [failure] * 20
        one = await d.keep()
        await d.comes_to(State.UNKNOWN, one)
        for _ in range(LOOKS + 2):
            await d.outbox.retry(one)
            await d.pass_s(1)
        assert len(d.act.looks) > LOOKS
        assert verdict(d, one) == Verdict.NONE
        assert not await d.outbox.send_anyway(one)
        d.act.arrive()
        await d.pass_s(IN_DOUBT_S)
        assert verdict(d, one) == Verdict.WANTED
        # What is found after all ends it, whoever was asked.
        d.act.looking.clear()
        await d.pass_s(62)
        await d.comes_to(State.SENT, one)
        assert (verdict(d, one), d.act.delivered) == (Verdict.NONE, {one: 1})


@pytest.mark.parametrize("left", [True, False])
async def test_who_has_looked_sends_it_unseen_and_once(left: bool) -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = ["vanished"] if left else []
        d.act.looking["p1"] = [IN_VAIN] * 30
        one = await d.keep() if left else await another_has_kept(d)
        await asks(d, one)
        sends = len(d.act.sends)
        assert await d.outbox.send_anyway(one)
        assert not await d.outbox.send_anyway(one)
        await d.comes_to(State.SENT, one)
        assert len(d.act.sends) == sends + 1
        assert d.act.delivered == {one: 1}
        audit = await d.store.audit()
        assert ("checkin", one, "to_be_sent_unseen") in [(e.what, e.subject, e.outcome) for e in audit]


async def test_who_is_mistaken_sends_nothing_that_can_be_seen() -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = ["lost"]
        d.act.looking["p1"] = [IN_VAIN] * LOOKS
        one = await d.keep()
        await d.comes_to(State.UNKNOWN, one)
        for _ in range(LOOKS):
            await d.pass_s(62)
        assert verdict(d, one) == Verdict.WANTED
        d.act.looking["p1"] = [Offline()]
        assert await d.outbox.send_anyway(one)
        await d.idle()
        assert (d.state(one), verdict(d, one)) == (State.QUEUED, Verdict.SEND)
        await d.pass_s(62)
        await d.comes_to(State.SENT, one)
        assert (d.act.sends, d.act.delivered) == ([one], {one: 1})


async def test_only_what_wants_a_verdict_is_sent_unseen() -> None:
    async with desk() as d, d.running():
        d.act.script = {"p1": [Offline()], "p2": ["vanished"], "p3": [Refused(400)]}
        ids = [await d.keep(f"p{n}") for n in range(4)]
        await d.comes_to(State.SENT, ids[0])
        await d.comes_to(State.UNKNOWN, ids[2])
        await d.comes_to(State.REFUSED, ids[3])
        await d.idle()
        assert [await d.outbox.send_anyway(one) for one in (*ids, "nobody")] == [False] * 5


async def test_what_was_sent_unseen_and_lost_is_asked_again_not_sent_again() -> None:
    async with desk() as d, d.running():
        d.act.looking["p1"] = [IN_VAIN] * 30
        one = await another_has_kept(d)
        await asks(d, one)
        d.act.script["p1"] = ["lost"]
        assert await d.outbox.send_anyway(one)
        await until(lambda: d.act.sends == [one])
        await asks(d, one)
        assert (d.act.sends, d.act.delivered) == ([one], {one: 1})


async def test_the_question_and_the_verdict_outlive_the_program(tmp_path: Path) -> None:
    act = Scripted()
    act.looking["p1"] = [IN_VAIN] * 30
    async with desk(await open_file(tmp_path / "a.db", KEY), act) as d:
        one = await another_has_kept(d)
        async with d.running():
            await asks(d, one)
    async with desk(await open_file(tmp_path / "a.db", KEY), act) as d:
        await d.outbox.load()
        assert verdict(d, one) == Verdict.WANTED
        assert await d.outbox.send_anyway(one)
    async with desk(await open_file(tmp_path / "a.db", KEY), act) as d, d.running():
        await d.comes_to(State.SENT, one)
    assert act.delivered == {one: 1}


async def test_a_verdict_told_by_another_process_is_followed(tmp_path: Path) -> None:
    act = Scripted()
    act.looking["p1"] = [IN_VAIN] * 30
    async with (
        desk(await open_file(tmp_path / "a.db", KEY), act) as first,
        desk(await open_file(tmp_path / "a.db", KEY), act) as second,
        first.running(),
    ):
        one = await another_has_kept(first)
        await asks(first, one)
        await second.outbox.load()
        assert await second.outbox.send_anyway(one)
        await first.comes_to(State.SENT, one)
    assert act.delivered == {one: 1}


async def test_a_verdict_counts_once_though_the_disk_does_not_take_that_it_was_followed(disk: Path) -> None:
    act = Scripted()
    act.looking["p1"] = [IN_VAIN] * 60
    store = await open_file(disk / "a.db", KEY)
    async with desk(store, act) as d:
        one = await another_has_kept(d)
        async with d.running():
            await asks(d, one)
        assert await d.outbox.send_anyway(one)
        filling = filled(disk)
        store.put_setting("me", BIG.encode())
        await until(lambda: store.trouble is not None)
        async with d.running():
            await asks(d, one)
            assert act.sends == []
            filling.unlink()
            await until(lambda: store.trouble is None)
            assert await d.outbox.send_anyway(one)
            await d.comes_to(State.SENT, one)
    assert act.delivered == {one: 1}


async def test_a_try_that_ends_in_vain_before_it_leaves_is_said_instead_of_waiting_for_ever() -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [IN_VAIN] * LOOKS
        one, two = await d.keep("p1"), await d.keep("p2")
        await d.comes_to(State.SENT, two)
        for tries in range(1, LOOKS):
            await until(lambda tries=tries: d.act.sends.count(one) == tries)
            await d.comes_to(State.QUEUED, one)
            await d.pass_s(62)
        await d.comes_to(State.REFUSED, one)
        action = d.outbox.actions.get(one)
        assert action is not None
        assert action.words.startswith("Broken shape")
        await d.outbox.retry(one)
        await d.comes_to(State.SENT, one)
        assert d.act.delivered == {one: 1, two: 1}
