"""In memory and on the disk alike, also while the disk is behind."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.core.action import State, new_action
from app.core.pending import Pending
from app.core.store import thread
from app.core.store.fault import StoreFault
from app.core.store.store import open_file
from tests.app.core.store.test_disk import BIG, KEY, disk, filled
from tests.until import until

__all__ = ["disk"]


@pytest.fixture(autouse=True)
def soon(monkeypatch) -> None:
    monkeypatch.setattr(thread, "AGAIN_S", 0.02)


async def test_what_another_process_kept_before_is_before(tmp_path: Path) -> None:
    stores = [await open_file(tmp_path / "a.db", KEY) for _ in range(2)]
    one, other = (Pending(store) for store in stores)
    await one.look()
    await other.look()
    actions = [new_action("note", "p", {"n": n}, 1.0) for n in range(3)]
    assert await one.add(actions[0])
    assert await other.add(actions[1])
    assert list(other.actions) == actions[:2]
    assert await one.follow()
    assert not await one.follow()
    assert list(one.actions) == actions[:2]
    assert not await one.add(replace(actions[1], body={"n": "else"}))
    for store in stores:
        await store.close()


async def test_one_of_an_id_that_another_process_has_kept_is_not_kept(tmp_path: Path) -> None:
    stores = [await open_file(tmp_path / "a.db", KEY) for _ in range(2)]
    one, other = (Pending(store) for store in stores)
    await one.look()
    first = new_action("note", "p", {"n": 1}, 1.0, mark="m")
    assert await other.add(first)
    assert not await one.add(replace(first, body={"n": 2}))
    assert list(one.actions) == [first]
    for store in stores:
        await store.close()


async def test_what_is_dropped_elsewhere_goes_and_what_is_moved_there_is_not_dropped(tmp_path: Path) -> None:
    stores = [await open_file(tmp_path / "a.db", KEY) for _ in range(2)]
    one, other = (Pending(store) for store in stores)
    first, second = (new_action("note", f"p{n}", {}, 1.0) for n in range(2))
    assert await one.add(first)
    assert await one.add(second)
    await other.look()
    assert await other.move(first, replace(first, state=State.SENDING))
    assert not await one.drop(first)
    assert one.actions.get(first.id).state == State.SENDING
    assert await other.drop(second)
    assert await one.follow()
    assert second.id not in one.actions
    for store in stores:
        await store.close()


async def test_a_disk_that_is_behind_is_read_all_the_same(disk) -> None:
    store = await open_file(disk / "a.db", KEY)
    pending = Pending(store)
    actions = [new_action("note", f"p{n}", {"text": ""}, 1.0) for n in range(3)]
    assert await pending.add(actions[0])
    assert await pending.add(actions[1])
    filling = filled(disk)
    store.put_setting("me", BIG.encode())
    with pytest.raises(StoreFault):
        await store.flush()
    # Something else is behind: what was kept can be read.
    fresh = Pending(store)
    await fresh.look()
    assert list(fresh.actions) == actions[:2]
    assert [row.id for row in await store.actions()] == [action.id for action in actions[:2]]
    # Of these the disk has something older, or nothing: what stands in memory counts.
    sent = replace(actions[0], state=State.SENT, found={"text": BIG[:150_000]})
    large = replace(actions[2], body={"text": BIG[:150_000]})
    assert await fresh.move(actions[0], sent)
    assert await fresh.add(large)
    await fresh.look()
    assert list(fresh.actions) == [sent, actions[1], large]
    with pytest.raises(StoreFault):
        await store.actions()
    filling.unlink()
    await until(lambda: store.trouble is None)
    await fresh.look()
    assert list(fresh.actions) == [sent, actions[1], large]
    assert [row.state for row in await store.actions()] == ["sent", "queued", "queued"]
    await store.close()


async def test_after_another_connection_what_others_wrote_meanwhile_is_seen(tmp_path: Path) -> None:
    stores = [await open_file(tmp_path / "a.db", KEY) for _ in range(2)]
    one, other = (Pending(store) for store in stores)
    action = new_action("note", "p", {}, 1.0)
    await one.look()
    assert await other.add(action)
    await stores[1].flush()
    # As after a damaged page was met: the number that a connection counts by begins anew.
    stores[0]._thread._is_sick = True
    assert await one.follow()
    assert list(one.actions) == [action]
    assert not await one.follow()
    for store in stores:
        await store.close()
