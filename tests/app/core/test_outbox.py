"""Every way an attempt can end, and where the action stands afterwards."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.action import Action, Conflict, State, Unfit, new_action
from app.core.audit import Audit
from app.core.clock import ServerClock
from app.core.collection import Collection
from app.core.outbox import AT_ONCE, IN_DOUBT_S, KEEP_SENT_S, Outbox
from app.core.store.store import open_file
from app.core.turns import ALL_WAIT_S
from app.errors import Broken, NotOffered, Offline, Refused, SignedOut, Uncertain
from tests.app.core.scripted import Scripted, desk
from tests.until import until

KEY = bytes(32)
FAILURES_BEFORE = [Offline(), Uncertain(), Broken("status", status=503), Refused(429, "busy")]
LOST_AFTER = [Uncertain(), Broken("status", status=500), Broken("not_json")]


async def test_what_is_kept_is_sent_once_and_leaves_after_a_while() -> None:
    async with desk() as d, d.running():
        one = await d.keep("p1", name="x")
        assert d.state(one) == State.QUEUED
        await d.comes_to(State.SENT, one)
        action = d.outbox.actions.get(one)
        assert action is not None
        assert action.found == {"member": "m-1", "room": "r-1", "visit": f"v-{one}"}
        assert action.words == ""
        await d.pass_s(KEEP_SENT_S - 1)
        assert d.state(one) == State.SENT
        await d.pass_s(2)
        await d.comes_to(None, one)
        assert await d.store.actions() == []
        assert d.act.delivered == {one: 1}
        assert [(line.what, line.subject, line.outcome) for line in await d.store.audit()] == [
            ("checkin", one, "kept"),
            ("checkin", one, "sent"),
        ]


async def test_the_same_id_is_kept_once() -> None:
    async with desk() as d:
        first = new_action("checkin", "p1", {"n": 1}, 1.0, mark="m")
        second = new_action("checkin", "p1", {"n": 2}, 1.0, mark="m")
        assert await d.outbox.keep(first) == first
        assert await d.outbox.keep(second) == first
        both = await asyncio.gather(
            *(d.outbox.keep(new_action("checkin", "p2", {"n": n}, 1.0, mark="k")) for n in (1, 2))
        )
        assert both[0] == both[1]
        assert len(d.outbox.actions) == 2
        assert [line.outcome for line in await d.store.audit()] == ["kept", "kept"]


@pytest.mark.parametrize("failure", FAILURES_BEFORE, ids=repr)
async def test_before_it_left_it_is_tried_again_later(failure) -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [failure, failure]
        one = await d.keep()
        await until(lambda: len(d.act.sends) == 1 and d.state(one) == State.QUEUED)
        action = d.outbox.actions.get(one)
        assert action is not None
        assert action.words
        assert not action.is_doubtful
        await d.pass_s(0.4)
        assert len(d.act.sends) == 1
        await d.pass_s(62)
        assert len(d.act.sends) == 2
        await d.pass_s(62)
        await d.comes_to(State.SENT, one)
        assert d.act.looks == []
        assert d.act.delivered == {one: 1}


async def test_pauses_grow_and_the_servers_wish_is_obeyed() -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [Offline()] * 5 + [Refused(429, "", retry_after=300.0)]
        await d.keep()
        for tries, at_least in enumerate((0.5, 1, 2, 4, 8), 1):
            await until(lambda tries=tries: len(d.act.sends) == tries)
            await d.pass_s(at_least - 0.01)
            assert len(d.act.sends) == tries
            await d.pass_s(at_least + 0.02)
        await until(lambda: len(d.act.sends) == 6)
        await d.pass_s(299)
        assert len(d.act.sends) == 6
        await d.pass_s(3)
        assert len(d.act.sends) == 7


@pytest.mark.parametrize("failure", LOST_AFTER, ids=repr)
async def test_after_it_left_it_is_looked_for_and_found(failure) -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [("has it", failure)]
        d.act.looking["p1"] = [Offline(), Refused(403)]
        one = await d.keep()
        await d.comes_to(State.UNKNOWN, one)
        for looks in (1, 2):
            await d.pass_s(62)
            assert len(d.act.looks) == looks
            assert d.state(one) == State.UNKNOWN
        await d.pass_s(62)
        await d.comes_to(State.SENT, one)
        assert d.act.sends == [one]
        assert d.act.delivered == {one: 1}


@pytest.mark.parametrize("failure", LOST_AFTER, ids=repr)
async def test_not_there_is_not_believed_at_once(failure) -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [("after", failure)]
        one = await d.keep()
        await d.comes_to(State.UNKNOWN, one)
        await d.pass_s(2)
        assert (d.act.looks, d.state(one)) == ([one], State.UNKNOWN)
        # Neither by the connection nor by a person is it believed sooner.
        d.outbox.try_all()
        await d.idle()
        await d.outbox.retry(one)
        await d.idle()
        assert (len(d.act.looks), d.state(one)) == (3, State.UNKNOWN)
        await d.pass_s(IN_DOUBT_S - 2.5)
        assert d.act.sends == [one]
        await d.pass_s(1)
        await d.comes_to(State.SENT, one)
        assert d.act.sends == [one, one]
        assert d.act.delivered == {one: 1}


async def test_what_arrives_late_is_not_sent_again() -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = ["late"]
        one = await d.keep()
        await d.comes_to(State.UNKNOWN, one)
        await d.pass_s(2)
        d.act.arrive()
        await d.pass_s(IN_DOUBT_S)
        await d.comes_to(State.SENT, one)
        assert d.act.delivered == {one: 1}


@pytest.mark.parametrize("failure", [Offline(), SignedOut(), Refused(429)], ids=repr)
async def test_what_certainly_did_nothing_is_sent_again_without_looking(failure) -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [("after", failure)]
        one = await d.keep()
        await until(lambda: d.act.sends and d.state(one) == State.QUEUED)
        d.outbox.try_all()
        await d.comes_to(State.SENT, one)
        assert d.act.looks == []


@pytest.mark.parametrize(
    "step",
    [Refused(422, "no such room"), ("after", Refused(422, "no such room")), NotOffered("intakes.create")],
)
async def test_a_no_stands_with_the_servers_words_until_somebody_acts(step) -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [step]
        one = await d.keep()
        await d.comes_to(State.REFUSED, one)
        action = d.outbox.actions.get(one)
        assert action is not None
        assert "no such room" in action.words or "NotOffered" in action.words
        d.outbox.try_all()
        await d.pass_s(3600)
        assert d.state(one) == State.REFUSED
        looks = len(d.act.looks)
        await d.outbox.retry(one)
        await d.comes_to(State.SENT, one)
        assert d.act.delivered == {one: 1}
        # It is looked for first only where it may have arrived.
        assert len(d.act.looks) - looks == isinstance(step, tuple)


async def test_what_was_answered_with_a_no_may_be_tried_again_at_once() -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [("after", Refused(422, "the room is closed"))]
        one = await d.keep()
        await d.comes_to(State.REFUSED, one)
        await d.outbox.retry(one)
        await d.comes_to(State.SENT, one)
        assert d.act.delivered == {one: 1}


async def test_refused_because_it_is_there_already_is_sent() -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [("has it", Refused(409, "duplicate"))]
        one = await d.keep()
        await d.comes_to(State.SENT, one)
        assert d.act.delivered == {one: 1}


@pytest.mark.parametrize("step", ["has it", "after"])
async def test_a_no_is_not_believed_while_nobody_can_look(step) -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [(step, Refused(400, "has a visit already"))]
        d.act.looking["p1"] = [Broken("status", status=503)]
        one = await d.keep()
        await d.comes_to(State.UNKNOWN, one)
        assert "has a visit already" in d.outbox.actions.get(one).words
        d.act.script["p1"] = [("after", Refused(400, "no such room"))]
        await d.pass_s(IN_DOUBT_S + 1)
        await d.pass_s(62)
        await d.comes_to(State.SENT if step == "has it" else State.REFUSED, one)
        assert d.act.delivered[one] == (step == "has it")


@pytest.mark.parametrize("jump_s", [3 * 3600.0, -3 * 3600.0])
async def test_a_clock_that_is_set_makes_the_doubt_neither_shorter_nor_longer(jump_s) -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = ["late"]
        one = await d.keep()
        await d.comes_to(State.UNKNOWN, one)
        for _ in range(3):
            d.outbox._turns._clock.observe(d.clock.wall() + jump_s)
        assert abs(d.outbox._turns._clock.skew_s() + jump_s) < 2
        await d.pass_s(IN_DOUBT_S - 5)
        assert (d.state(one), d.act.sends) == (State.UNKNOWN, [one])
        d.act.arrive()
        await d.pass_s(6)
        await d.comes_to(State.SENT, one)
        assert d.act.delivered == {one: 1}


async def test_what_was_set_on_its_way_long_ago_is_in_doubt_from_the_take_over_on(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with desk(await open_file(path, KEY)) as d:
        one = await d.keep()
        sent = replace(d.outbox.actions.get(one), state=State.UNKNOWN, sent_at=1.0, is_doubtful=True)
        d.store.save_action(one, sent.state, sent.to_bytes())
    async with desk(await open_file(path, KEY)) as d, d.running():
        await until(lambda: d.act.looks)
        await d.pass_s(IN_DOUBT_S - 2)
        assert d.act.sends == []
        await d.pass_s(4)
        await d.comes_to(State.SENT, one)


@pytest.mark.parametrize("when", ["sending", "looking"])
async def test_something_newer_is_refused_with_both(when) -> None:
    conflict = Conflict("Somebody else was faster.", {"plan": "theirs"})
    async with desk() as d, d.running():
        d.act.script["p1"] = [conflict] if when == "sending" else ["vanished"]
        d.act.looking["p1"] = [conflict]
        one = await d.keep("p1", plan="ours")
        if when == "looking":
            await d.comes_to(State.UNKNOWN, one)
            await d.pass_s(2)
        await d.comes_to(State.REFUSED, one)
        action = d.outbox.actions.get(one)
        assert action is not None
        assert action.words == "Somebody else was faster."
        assert action.found["theirs"] == {"plan": "theirs"}
        assert action.body == {"plan": "ours"}


async def test_what_can_never_be_sent_says_why() -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [Unfit("No room was chosen.")]
        one = await d.keep()
        await d.comes_to(State.REFUSED, one)
        assert d.outbox.actions.get(one).words == "No room was chosen."


async def test_an_unknown_kind_is_refused_with_words_not_lost() -> None:
    async with desk() as d, d.running():
        action = await d.outbox.keep(new_action("telepathy", "p1", {"a": 1}, 1.0))
        await d.comes_to(State.REFUSED, action.id)
        assert "Update" in d.outbox.actions.get(action.id).words
        (row,) = await d.store.actions()
        assert b"telepathy" in row.body


async def test_in_order_per_subject_and_three_subjects_at_once() -> None:
    async with desk() as d:
        kept = [await d.keep(f"p{n % 5}", n=n) for n in range(20)]
        async with d.running():
            await d.comes_to(State.SENT, *kept)
        for subject in range(5):
            mine = [action for n, action in enumerate(kept) if n % 5 == subject]
            assert [sent for sent in d.act.sends if sent in mine] == mine
        assert d.act.most_at_once == AT_ONCE == 3
        assert d.act.looks == []


async def test_unknown_and_waiting_block_their_subject_alone_and_refused_nobody() -> None:
    async with desk() as d, d.running():
        d.act.script = {"unknown": ["vanished"], "waiting": [Offline()], "refused": [Refused(400, "no")]}
        first = {subject: await d.keep(subject) for subject in ("unknown", "waiting", "refused")}
        second = {subject: await d.keep(subject) for subject in ("unknown", "waiting", "refused", "free")}
        await d.comes_to(State.SENT, second["refused"], second["free"])
        await d.idle()
        assert d.state(second["unknown"]) == d.state(second["waiting"]) == State.QUEUED
        await d.pass_s(62)
        await d.pass_s(62)
        await d.comes_to(State.SENT, *second.values(), first["unknown"], first["waiting"])
        assert d.state(first["refused"]) == State.REFUSED
        assert set(d.act.delivered.values()) == {1}


async def test_signed_out_pauses_all_until_signed_in() -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [SignedOut()]
        one = await d.keep("p1")
        await until(lambda: d.act.sends == [one] and d.state(one) == State.QUEUED)
        other = await d.keep("p2")
        await d.pass_s(ALL_WAIT_S - 1)
        assert d.act.sends == [one]
        assert d.outbox.actions.get(one).words == "signed out"
        d.outbox.try_all()
        await d.comes_to(State.SENT, one, other)


async def test_after_a_minute_the_sign_in_is_tried_again_by_itself() -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [SignedOut(), SignedOut()]
        one = await d.keep("p1")
        await until(lambda: d.act.sends == [one] and d.state(one) == State.QUEUED)
        await d.pass_s(ALL_WAIT_S + 1)
        assert d.act.sends == [one, one]
        await d.pass_s(ALL_WAIT_S - 1)
        assert d.act.sends == [one, one]
        await d.pass_s(2)
        await d.comes_to(State.SENT, one)


async def test_after_a_sign_in_that_was_not_accepted_a_person_tries_again_at_once() -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [SignedOut()]
        one = await d.keep("p1")
        await until(lambda: d.act.sends == [one] and d.state(one) == State.QUEUED)
        await d.outbox.retry(one)
        await d.comes_to(State.SENT, one)


async def test_what_arrives_shows_that_the_sign_in_is_accepted() -> None:
    async with desk() as d, d.running():
        d.act.script = {"p1": ["waits"], "p2": [SignedOut()]}
        one = await d.keep("p1")
        await until(lambda: d.act.sends == [one])
        two = await d.keep("p2")
        await until(lambda: two in d.act.sends and d.state(two) == State.QUEUED)
        d.act.go_on.set()
        await d.comes_to(State.SENT, one)
        await d.pass_s(2)
        await d.comes_to(State.SENT, two)


async def test_discarding_is_for_what_is_not_on_its_way() -> None:
    async with desk() as d, d.running():
        d.act.script = {"p1": ["hang"], "p2": [Refused(400)], "p3": [Offline()], "p4": ["vanished"]}
        ids = {subject: await d.keep(subject) for subject in ("p1", "p2", "p3", "p4")}
        await d.comes_to(State.SENDING, ids["p1"])
        await d.comes_to(State.REFUSED, ids["p2"])
        await d.comes_to(State.UNKNOWN, ids["p4"])
        await d.idle()
        assert not await d.outbox.discard(ids["p1"])
        assert [await d.outbox.discard(ids[subject]) for subject in ("p2", "p3", "p4")] == [True] * 3
        assert not await d.outbox.discard(ids["p2"])
        assert not await d.outbox.discard("nobody")
        await d.pass_s(100)
        assert [row.id for row in await d.store.actions()] == [ids["p1"]]
        assert d.act.delivered == {}


async def test_a_fault_of_ours_is_told_and_nothing_is_lost_or_doubled() -> None:
    async with desk() as d, d.running():
        d.act.script = {"p1": [KeyError("body")], "p2": [("has it", KeyError("answer"))]}
        one, two = await d.keep("p1"), await d.keep("p2")
        await until(lambda: len(d.faults) == 2)
        await d.idle()
        assert len(d.act.sends) == 2
        assert (d.state(one), d.state(two)) == (State.QUEUED, State.UNKNOWN)
        assert "fault of this program" in d.outbox.actions.get(one).words
        await d.pass_s(62)
        await d.comes_to(State.SENT, one, two)
        assert d.act.delivered == {one: 1, two: 1}


@pytest.mark.parametrize("step", ["hang", "vanished"])
async def test_cancelled_in_the_middle_is_handled_by_the_next_run(tmp_path: Path, step) -> None:
    act = Scripted()
    act.script["p1"] = [step]
    async with desk(await open_file(tmp_path / "a.db", KEY), act) as d:
        async with d.running():
            one = await d.keep()
            await until(lambda: d.outbox.actions.get(one).sent_at is not None)
        async with d.running():
            await d.comes_to(State.UNKNOWN, one)
            assert d.outbox.actions.get(one).is_doubtful
            await d.pass_s(IN_DOUBT_S + 1)
            await d.pass_s(62)
            await d.comes_to(State.SENT, one)
        assert act.delivered == {one: 1}


async def test_a_cancelled_keep_is_kept_all_the_same(tmp_path: Path) -> None:
    async with desk(await open_file(tmp_path / "a.db", KEY)) as d, d.running():
        await d.idle()
        task = asyncio.ensure_future(d.keep())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        await until(lambda: len(d.outbox.actions) == 1)
        d.outbox.wake()
        await until(lambda: len(d.act.delivered) == 1)


async def test_a_restart_brings_all_back_and_looks_before_it_sends(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with desk(await open_file(path, KEY)) as before:
        ids = [await before.keep(f"p{n}") for n in range(3)]
    async with desk(await open_file(path, KEY)) as d:
        await d.outbox.load()
        assert [action.id for action in d.outbox.actions] == ids
        # One arrived, and a full disk kept that from being written.
        d.act.delivered[ids[0]] = 1
        async with d.running():
            await d.comes_to(State.SENT, *ids)
        assert sorted(d.act.looks) == sorted(ids)
        assert d.act.delivered == dict.fromkeys(ids, 1)


@pytest.mark.parametrize("left", [True, False])
async def test_what_was_on_its_way_when_the_program_ended(tmp_path: Path, left) -> None:
    path = tmp_path / "a.db"
    async with desk(await open_file(path, KEY)) as d:
        one = await d.keep()
        sending = Action(
            id=one, kind="checkin", subject="p1", body={}, made_at=1.0, state=State.SENDING,
            sent_at=d.clock.wall() if left else None, is_doubtful=left,
        )  # fmt: skip
        d.store.save_action(one, sending.state, sending.to_bytes())
    async with desk(await open_file(path, KEY)) as d, d.running():
        d.act.looking["p1"] = [Offline(), None, None]
        await until(lambda: len(d.act.looks) == 1)
        await d.idle()
        assert d.state(one) == (State.UNKNOWN if left else State.QUEUED)
        await d.pass_s(2)
        assert len(d.act.sends) == (not left)
        await d.pass_s(IN_DOUBT_S)
        await d.comes_to(State.SENT, one)
        assert d.act.delivered == {one: 1}


UNREADABLE = [
    b"", b"no json", b"[]", b"null", b'"text"', b"{}", b"\xff", b'{"state": "queued"}',
    b'{"id":"x","kind":"checkin","subject":"p","body":{},"made_at":1,"state":"dreaming"}',
    b'{"id":"x","kind":"checkin","subject":"p","body":{},"made_at":1,"state":"queued","newer":1}',
    b'{"id":"other","kind":"checkin","subject":"p","body":{},"made_at":1,"state":"queued"}',
    b'{"id":"x","kind":"checkin","subject":["p"],"body":{},"made_at":1,"state":"queued"}',
    b'{"id":"x","kind":"checkin","subject":"p","body":[],"made_at":1,"state":"queued"}',
]  # fmt: skip


@pytest.mark.parametrize("body", UNREADABLE)
async def test_an_entry_that_cannot_be_read_stays_as_it_is_until_discarded(tmp_path: Path, body) -> None:
    store = await open_file(tmp_path / "a.db", KEY)
    store.add_action("x", "queued", body)
    async with desk(store) as d, d.running():
        one = await d.keep("p")
        await d.comes_to(State.SENT, one)
        assert d.state("x") == State.REFUSED
        assert "cannot be read" in d.outbox.actions.get("x").words
        await d.outbox.retry("x")
        await d.pass_s(3600)
        assert [(row.state, row.body) for row in await store.actions() if row.id == "x"] == [("queued", body)]
        assert await d.outbox.discard("x")
        assert [row.id for row in await store.actions() if row.id == "x"] == []


async def test_ending_leaves_nothing_running(tmp_path: Path) -> None:
    async with desk(await open_file(tmp_path / "a.db", KEY)) as d:
        d.act.script = {f"p{n}": ["hang"] for n in range(5)}
        for turn in range(3):
            async with d.running():
                if not turn:
                    ids = [await d.keep(f"p{n}") for n in range(5)]
                    await until(lambda: len(d.act.under_way) == AT_ONCE)
        assert d.act.under_way == set()
        assert {d.state(one) for one in ids} <= {State.UNKNOWN, State.QUEUED, State.SENDING}


async def test_what_another_outbox_has_kept_is_shown_and_looked_for_before_it_is_sent() -> None:
    async with desk() as d, d.running():
        action = new_action("checkin", "p1", {}, 1.0)
        d.act.delivered[action.id] = 1
        clock = ServerClock(d.clock)
        other = Outbox(d.store, {}, clock, str, d.faults.append, audit=Audit(d.store, "612", clock))
        await other.keep(action)
        await d.outbox.inherit(other)
        assert d.outbox.actions.get(action.id) == action
        await d.comes_to(State.SENT, action.id)
        assert (d.act.sends, d.act.looks) == ([], [action.id])


async def test_keeping_and_discarding_reads_no_other_and_a_quiet_round_visits_none(
    tmp_path: Path, monkeypatch
) -> None:
    async with desk(await open_file(tmp_path / "a.db", KEY)) as d:
        others = [await d.keep(f"o{n}") for n in range(3)]
        reads, read = [], d.store.actions_and_behind
        monkeypatch.setattr(d.store, "actions_and_behind", lambda: reads.append(1) or read())
        kept = [await d.keep(f"p{n}") for n in range(3)]
        assert [await d.outbox.discard(one) for one in kept] == [True] * 3
        assert reads == []
        d.act.script = {f"o{n}": [Offline()] for n in range(3)}
        async with d.running():
            await until(lambda: len(d.act.sends) == 3)
            await d.idle()
            reads.clear()
            monkeypatch.setattr(Collection, "__iter__", lambda _: pytest.fail("goes through all"))
            for _ in range(3):
                await d.pass_s(0.01)
            await d.pass_s(62)
            monkeypatch.undo()
            await d.comes_to(State.SENT, *others)
        assert reads == []


async def test_one_that_is_tried_again_goes_back_to_its_place() -> None:
    async with desk() as d, d.running():
        d.act.script["p1"] = [Refused(400), Offline()]
        one = await d.keep("p1")
        await d.comes_to(State.REFUSED, one)
        two = await d.keep("p1")
        await until(lambda: two in d.act.sends)
        await d.idle()
        await d.outbox.retry(one)
        await d.pass_s(62)
        await d.comes_to(State.SENT, one, two)
        assert d.act.sends == [one, two, one, two]
