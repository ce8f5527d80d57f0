"""The outbox while the disk is in trouble, and two outboxes on one store."""

import asyncio
import os
import shutil
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.core.action import State, new_action
from app.core.outbox import IN_DOUBT_S
from app.core.store import thread
from app.core.store.fault import StoreFault
from app.core.store.store import open_file
from app.errors import Offline, Refused
from tests.app.core.scripted import Desk, Scripted, desk
from tests.app.core.store.test_disk import disk, filled
from tests.until import until

__all__ = ["disk"]

KEY = bytes(32)


@pytest.fixture(autouse=True)
def soon(monkeypatch) -> None:
    monkeypatch.setattr(thread, "AGAIN_S", 0.02)


async def full_desk(disk: Path, act: Scripted | None = None) -> Desk:
    """A desk with a kept action of p0 that hangs on its way, on a disk that is full since."""
    made = Desk(await open_file(disk / "a.db", KEY), act or Scripted())
    await made.keep("before")
    filled(disk)
    # What is left of the pages that are taken already.
    while made.store.trouble is None:
        made.store.put_draft("filling", "x" * (4000 + len(await made.store.drafts()) * 4000))
        made.store.put_draft("more", "y" * 400_000)
        await asyncio.sleep(0.005)
    return made


async def test_on_a_full_disk_nothing_is_lost_from_memory_and_work_goes_on(disk) -> None:
    d = await full_desk(disk)
    async with d.running():
        d.act.script = {"p1": [Offline()], "p2": ["vanished"], "p3": [Refused(400, "no")]}
        ids = [await d.keep(f"p{n}") for n in range(5)]
        await d.comes_to(State.SENT, ids[0], ids[4])
        await d.comes_to(State.UNKNOWN, ids[2])
        await d.comes_to(State.REFUSED, ids[3])
        await until(lambda: ids[1] in d.act.sends)
        assert d.store.trouble is not None
        assert await d.outbox.discard(ids[3])
        (disk / "filling").unlink()
        await until(lambda: d.store.trouble is None)
        kept = {row.id: row.state for row in await d.store.actions()}
        assert {one: kept.get(one) for one in ids} == {one: d.state(one) for one in ids}
        assert ids[3] not in kept
        await d.pass_s(62)
        await d.pass_s(62)
        await d.comes_to(State.SENT, ids[1], ids[2])
        assert all(d.act.delivered[one] == 1 for one in (*ids[:3], ids[4]))
    await d.store.close()


async def test_after_a_restart_nothing_is_doubled_that_a_full_disk_kept_no_trace_of(disk) -> None:
    act = Scripted()
    d = await full_desk(disk, act)
    async with d.running():
        (before,) = [action.id for action in d.outbox.actions]
        await d.comes_to(State.SENT, before)
    await d.store.close()
    (disk / "filling").unlink()
    async with desk(await open_file(disk / "a.db", KEY), act) as again, again.running():
        await again.comes_to(State.SENT, before)
        assert act.looks[-1] == before
        assert act.delivered == {before: 1}


async def test_what_a_full_disk_kept_no_trace_of_is_in_doubt_after_a_restart(disk, tmp_path: Path) -> None:
    act = Scripted()
    act.script["before"] = ["late"]
    d = await full_desk(disk, act)
    (one,) = [action.id for action in d.outbox.actions]
    async with d.running():
        await d.comes_to(State.UNKNOWN, one)
    # As after a SIGKILL: of what the first one had in memory nothing came to the disk. It has it still, and
    # would write it as soon as it can; so another disk has what this one has now.
    after = shutil.copytree(disk, tmp_path / "after", ignore=shutil.ignore_patterns("filling"))
    (disk / "filling").unlink()
    async with desk(await open_file(after / "a.db", KEY), act) as again:
        await again.outbox.load()
        assert again.state(one) == State.QUEUED
        async with again.running():
            await until(lambda: act.looks)
            await again.idle()
            await again.pass_s(IN_DOUBT_S - 20)
            assert act.sends == [one]
            act.arrive()
            await again.pass_s(20)
            await again.comes_to(State.SENT, one)
    assert act.delivered == {one: 1}
    await d.store.close()


async def test_what_waited_for_the_line_does_not_wait_for_a_restart_too(tmp_path: Path) -> None:
    act = Scripted()
    act.script = {"p1": [Offline()], "p2": ["ok"]}
    async with desk(await open_file(tmp_path / "a.db", KEY), act) as d, d.running():
        one, two_ = await d.keep("p1"), await d.keep("p2")
        await until(lambda: one in act.sends)
        await d.comes_to(State.SENT, two_)
    async with desk(await open_file(tmp_path / "a.db", KEY), act) as again, again.running():
        await again.comes_to(State.SENT, one)
    assert act.delivered == {one: 1, two_: 1}


async def test_started_again_while_the_disk_is_full_nothing_is_sent_twice(disk) -> None:
    act = Scripted()
    d = await full_desk(disk, act)
    async with d.running():
        (before,) = [action.id for action in d.outbox.actions]
        await d.comes_to(State.SENT, before)
    # The first process has ended here, and its store with it: it has written nothing since.
    async with desk(await open_file(disk / "a.db", KEY), act) as again:
        again.store.put_setting("me", b"x" * 400_000)
        await until(lambda: again.store.trouble is not None)
        async with again.running():
            await again.comes_to(State.SENT, before)
            own = await again.keep("another")
            await again.comes_to(State.SENT, own)
        assert act.delivered == {before: 1, own: 1}
    (disk / "filling").unlink()
    await d.store.close()


async def test_of_a_file_that_is_cut_in_use_what_memory_has_is_sent_once_and_after_the_doubt(
    tmp_path: Path,
) -> None:
    act = Scripted()
    store = await open_file(tmp_path / "a.db", KEY)
    for number in range(40):
        store.put_draft(f"{number}", "x" * 4000)
    await store.close()
    async with desk(await open_file(tmp_path / "a.db", KEY), act) as d:
        ids = [await d.keep(f"p{n}") for n in range(3)]
        # Another one has sent it, and this one has not seen that.
        act.delivered[ids[0]] = 1
        await d.store.flush()
        os.truncate(tmp_path / "a.db", 8192)
        ids.append(await d.keep("p3"))
        with pytest.raises(StoreFault):
            await d.outbox.load()
        async with d.running():
            await d.comes_to(State.SENT, ids[0])
            await until(lambda: len(act.looks) == 4)
            await d.idle()
            assert act.sends == []
            await d.pass_s(IN_DOUBT_S + 1)
            await d.comes_to(State.SENT, *ids)
    assert (sorted(act.sends), act.delivered) == (sorted(ids[1:]), dict.fromkeys(ids, 1))


async def test_nobody_sends_before_it_could_read_what_there_is(tmp_path: Path, monkeypatch) -> None:
    act = Scripted()
    async with desk(await open_file(tmp_path / "a.db", KEY), act) as d:
        one = await d.keep()
        act.delivered[one] = 1
        read, faults = d.store.actions_and_behind, [StoreFault("failed")]

        async def reading() -> object:
            if faults:
                raise faults.pop()
            return await read()

        monkeypatch.setattr(d.store, "actions_and_behind", reading)
        async with d.running():
            await until(lambda: not faults)
            assert not d.outbox._sender.is_held
            assert act.sends == []
            d.outbox.wake()
            await d.comes_to(State.SENT, one)
        assert (act.sends, act.delivered) == ([], {one: 1})


async def test_what_another_process_kept_is_looked_for_before_it_is_sent(tmp_path: Path) -> None:
    async with two(tmp_path) as (first, second):
        action = new_action("checkin", "p1", {}, 1.0)
        first.act.delivered[action.id] = 1
        await second.outbox.keep(action)
        await first.comes_to(State.SENT, action.id)
        assert (first.act.sends, first.act.looks) == ([], [action.id])


async def test_a_folder_that_takes_no_lock_is_said_and_sent_from_later(disk) -> None:
    d = Desk(await open_file(disk / "a.db", KEY), Scripted())
    one = await d.keep()
    # As of another person's: it cannot be opened, and the rest of the folder can.
    lock = disk / "a.sending"
    lock.mkdir()
    async with d.running():
        await until(lambda: "may not write to its folder" in d.outbox.actions.get(one).words)
        assert b"folder" not in (await d.store.actions())[0].body
        two_ = await d.keep("p2")
        d.outbox.wake()
        await until(lambda: "may not write to its folder" in d.outbox.actions.get(two_).words)
        assert d.act.sends == []
        lock.rmdir()
        d.outbox.wake()
        await d.comes_to(State.SENT, one, two_)
        assert d.outbox.actions.get(one).words == ""
    await d.store.close()


async def test_one_sends_after_the_lock_was_deleted(tmp_path: Path) -> None:
    async with two(tmp_path) as (first, second):
        first.act.script = {"p1": [Offline()]}
        one = await first.keep("p1")
        await until(lambda: first.act.sends == [one])
        await first.idle()
        (tmp_path / "a.sending").unlink()
        second.outbox.wake()
        await until(lambda: second.outbox._sender.is_held)
        await first.pass_s(62)
        await until(lambda: not first.outbox._sender.is_held)
        await second.comes_to(State.SENT, one)
        assert first.act.delivered == {one: 1}


async def test_who_loses_the_lock_on_its_way_does_not_send(tmp_path: Path) -> None:
    lock = tmp_path / "a.sending"

    class Deleting(Scripted):
        async def send(self, action, attempt):
            if not self.sends:
                lock.unlink()
            return await super().send(action, attempt)

    act = Deleting()
    async with desk(await open_file(tmp_path / "a.db", KEY), act) as d, d.running():
        await until(lambda: d.outbox._sender.is_held)
        one = await d.keep()
        await until(lambda: d.state(one) == State.UNKNOWN)
        assert act.delivered == {}
        await d.pass_s(IN_DOUBT_S + 1)
        await d.comes_to(State.SENT, one)
        assert act.delivered == {one: 1}
        assert d.faults == []


@asynccontextmanager
async def two(tmp_path: Path):
    """Two desks on one store, as of two processes; the first has begun to send."""
    act = Scripted()
    async with (
        desk(await open_file(tmp_path / "a.db", KEY), act) as first,
        desk(await open_file(tmp_path / "a.db", KEY), act) as second,
        first.running(),
    ):
        await until(lambda: first.outbox._sender.is_held)
        async with second.running():
            yield first, second


async def test_one_sends_and_the_other_sees_it(tmp_path: Path) -> None:
    async with two(tmp_path) as (first, second):
        ids = [await second.keep(f"p{n}") for n in range(4)]
        await first.comes_to(State.SENT, *ids)
        await second.comes_to(State.SENT, *ids)
        assert not second.outbox._sender.is_held
        assert first.act.delivered == Counter(ids)


async def test_the_other_retries_and_discards(tmp_path: Path) -> None:
    async with two(tmp_path) as (first, second):
        first.act.script = {"p1": [Refused(400)], "p2": [Refused(400)], "p3": ["hang"]}
        one, two_, three = [await second.keep(f"p{n}") for n in (1, 2, 3)]
        await second.comes_to(State.REFUSED, one, two_)
        first.act.looks.clear()
        await second.outbox.retry(one)
        assert await second.outbox.discard(two_)
        await first.comes_to(State.SENT, one)
        # The first may have been told to try again, too, and have done so.
        assert first.act.looks == [one]
        await first.comes_to(None, two_)
        # It is on its way; whether the other has seen that already makes no difference.
        await first.comes_to(State.SENDING, three)
        assert not await second.outbox.discard(three)
        await first.idle()
        assert [row.id for row in await first.store.actions()] == [one, three]
        assert first.act.delivered == {one: 1}


async def test_of_two_that_retry_and_discard_at_once_one_wins(tmp_path: Path) -> None:
    async with two(tmp_path) as (first, second):
        first.act.script = {f"p{n}": [Refused(400)] for n in range(10)}
        ids = [await first.keep(f"p{n}") for n in range(10)]
        await first.comes_to(State.REFUSED, *ids)
        await second.comes_to(State.REFUSED, *ids)
        await asyncio.gather(
            *(first.outbox.retry(one) for one in ids), *(second.outbox.retry(one) for one in ids)
        )
        gone = await asyncio.gather(*(second.outbox.discard(one) for one in ids))
        await until(lambda: all(first.state(one) in (None, State.SENT) for one in ids))
        left = [one for one, is_gone in zip(ids, gone, strict=True) if not is_gone]
        await until(lambda: {second.state(one) for one in left} <= {State.SENT})
        for one, is_gone in zip(ids, gone, strict=True):
            assert first.act.delivered[one] <= 1
            assert is_gone or first.act.delivered[one] == 1


async def test_the_other_takes_over_what_it_has_seen_only_half(tmp_path: Path) -> None:
    act = Scripted()
    act.script["p1"] = ["lost"]
    async with (
        desk(await open_file(tmp_path / "a.db", KEY), act) as first,
        desk(await open_file(tmp_path / "a.db", KEY), act) as second,
    ):
        async with first.running():
            one = await second.keep("p1")
            action = second.outbox.actions.get(one)
            await first.comes_to(State.UNKNOWN, one)
            # What the other has seen is older than what happened since.
            second.outbox.actions.put(action)
        async with second.running():
            await until(lambda: second.act.looks)
            await second.pass_s(62)
            await second.comes_to(State.SENT, one)
    assert act.delivered == {one: 1}
    assert act.sends == [one]


async def test_the_other_looks_for_its_own_that_a_full_disk_kept_no_trace_of(tmp_path: Path) -> None:
    act = Scripted()
    act.script["p1"] = ["lost"]
    async with (
        desk(await open_file(tmp_path / "a.db", KEY), act) as first,
        desk(await open_file(tmp_path / "a.db", KEY), act) as second,
    ):
        one = await second.keep("p1")
        queued = second.outbox.actions.get(one)
        async with first.running():
            await first.comes_to(State.UNKNOWN, one)
            looks = len(act.looks)
            task = asyncio.ensure_future(second.outbox.run())
            await second.comes_to(State.UNKNOWN, one)
        second.store.save_action(one, State.QUEUED, queued.to_bytes())
        await second.comes_to(State.SENT, one)
        assert len(act.looks) > looks
        task.cancel()
        await asyncio.wait([task])
    assert act.delivered == {one: 1}
