"""The last line of the audit is noted in the keyring: soon, once for many, again where that failed."""

import asyncio
from pathlib import Path

import pytest

from app.core.audit import first_fault
from app.core.keys import NoKeyring
from app.core.store import anchor as anchoring
from app.core.store.anchor import Anchor, Anchoring, read_anchor
from app.core.store.database import connect
from app.core.store.existing import read_audit
from app.core.store.opening import open_store
from app.core.store.store import Store
from tests.keyrings import HeldKeys
from tests.until import until


class CountedKeys(HeldKeys):
    """Counts what is written, and how many of it at once; refuses or waits where it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.writes = 0
        self.at_once = 0
        self.most_at_once = 0
        self.refuses = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def write(self, name: str, secret: str) -> None:
        if not name.startswith("audit|"):
            await super().write(name, secret)
            return
        self.writes += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
            if self.refuses:
                raise NoKeyring
            await super().write(name, secret)
        finally:
            self.at_once -= 1


@pytest.fixture
def keys() -> CountedKeys:
    return CountedKeys()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anchoring, "SOON_S", 0.02)
    monkeypatch.setattr(anchoring, "_AGAIN_S", 0.05)


async def opened(folder: Path, keys: HeldKeys) -> Store:
    found = await open_store(folder, keys, "me")
    assert (found.fault, found.set_aside, found.no_keyring) == (None, None, False)
    return found.store


def note(store: Store, subject: str = "1") -> None:
    store.note(1.0, "u-1", "lock", subject, "ok")


async def test_many_lines_are_anchored_at_once_and_nothing_new_never(tmp_path, keys) -> None:
    store = await opened(tmp_path, keys)
    for number in range(20):
        note(store, f"{number}")
    await until(lambda: keys.writes)
    await until(lambda: store._anchoring._task is None)
    assert keys.writes == 1
    last = (await store.audit())[-1]
    assert await read_anchor(keys, "me") == Anchor(20, last.seal)
    store.put_draft("a", "b")
    await store.flush()
    await store.close()
    assert keys.writes == 1


async def test_closing_anchors_at_once(tmp_path, keys, monkeypatch) -> None:
    monkeypatch.setattr(anchoring, "SOON_S", 60.0)
    store = await opened(tmp_path, keys)
    note(store)
    await store.close()
    note(store)
    entries, anchor = await read_audit(tmp_path, keys, "me")
    assert (len(entries), anchor) == (1, Anchor(1, entries[0].seal))


async def test_one_call_at_a_time_and_what_comes_meanwhile_is_anchored_after_it(tmp_path, keys) -> None:
    store = await opened(tmp_path, keys)
    keys.gate.clear()
    note(store)
    await until(lambda: keys.at_once)
    note(store)
    await store.flush()
    await asyncio.sleep(0)
    keys.gate.set()
    await until(lambda: keys.held.get("audit|me", "").startswith("2 "))
    assert (keys.writes, keys.most_at_once) == (2, 1)
    await store.close()


async def test_a_keyring_that_refuses_is_tried_again(tmp_path, keys) -> None:
    store = await opened(tmp_path, keys)
    keys.refuses = True
    note(store)
    await until(lambda: keys.writes >= 2)
    keys.refuses = False
    await until(lambda: "audit|me" in keys.held)
    await store.close()


async def test_a_keyring_that_hangs_does_not_hold_up_the_end(tmp_path, keys, monkeypatch) -> None:
    monkeypatch.setattr(anchoring, "_ENDS_WITHIN_S", 0.1)
    store = await opened(tmp_path, keys)
    keys.gate.clear()
    note(store)
    async with asyncio.timeout(1.0):
        await store.close()
    entries, anchor = await read_audit(tmp_path, keys, "me")
    assert (len(entries), anchor) == (1, None)
    assert first_fault(entries, anchor) is None


async def test_what_was_cut_goes_on_showing_when_others_come(tmp_path, keys) -> None:
    store = await opened(tmp_path, keys)
    for number in range(5):
        note(store, f"{number}")
    await store.close()
    connection = connect(tmp_path / "me.db", bytes.fromhex(keys.held["store|me"]))
    connection.execute("delete from audit where number > 2")
    connection.close()
    store = await opened(tmp_path, keys)
    for _ in range(10):
        note(store)
    await store.close()
    entries, anchor = await read_audit(tmp_path, keys, "me")
    assert [entry.number for entry in entries] == list(range(1, 13))
    assert str(first_fault(entries, anchor)) == (
        "Line 5 was there, and is not any more: the audit was truncated."
    )


async def test_a_file_that_was_deleted_shows(tmp_path, keys) -> None:
    store = await opened(tmp_path, keys)
    note(store)
    note(store)
    await store.close()
    (tmp_path / "me.db").unlink()
    store = await opened(tmp_path, keys)
    note(store)
    await store.close()
    fault = first_fault(*await read_audit(tmp_path, keys, "me"))
    assert fault is not None
    assert (fault.kind, fault.number) == ("truncated", 2)


async def test_two_windows_of_one_store_keep_one_anchor_that_holds(tmp_path, keys) -> None:
    stores = [await opened(tmp_path, keys) for _ in range(2)]
    for number in range(20):
        for store in stores:
            note(store, f"{number}")
        await asyncio.sleep(0.005)
    for store in stores:
        await store.close()
    entries, anchor = await read_audit(tmp_path, keys, "me")
    assert len(entries) == 40
    assert anchor == Anchor(40, entries[-1].seal)
    assert first_fault(entries, anchor) is None


async def test_what_comes_to_the_disk_later_is_anchored_later(keys) -> None:
    # The disk takes one line, and the other one when there is room again.
    found = [
        (Anchor(1, "a"), True),
        (Anchor(1, "a"), False),
        (Anchor(2, "b"), False),
        (Anchor(2, "b"), False),
    ]

    async def last(_before: Anchor | None) -> tuple[Anchor | None, bool]:
        return found.pop(0)

    anchors = Anchoring(keys, "me", last)
    anchors.wake()
    await until(lambda: keys.held.get("audit|me") == "2 b")
    await anchors.close()
    assert not found


async def test_one_that_was_overtaken_by_another_window_catches_up(tmp_path, keys) -> None:
    slow, fast = [await opened(tmp_path, keys) for _ in range(2)]
    keys.gate.clear()
    note(slow)
    await until(lambda: keys.at_once)
    # What it is about to write is out of date by now, and nobody else is going to write.
    fast._anchoring = None
    note(fast)
    await fast.flush()
    keys.gate.set()
    await until(lambda: keys.held.get("audit|me", "").startswith("2 "))
    await slow.close()
    await fast.close()


@pytest.mark.parametrize("text", ["", "x", "1", "-1 a", "² a", "9" * 30 + " a"])
async def test_whatever_lies_in_the_keyring_is_read(keys, text) -> None:
    keys.held["audit|me"] = text
    assert await read_anchor(keys, "me") in (None, Anchor(1, ""))
