"""Which file is opened, with which key; a damaged one is set aside and what can be read of it comes over."""

import asyncio
import os
import threading
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from app.core import keys as keyring
from app.core.keys import Keys, NoKeyring
from app.core.store import opening, renewal
from app.core.store.database import connect
from app.core.store.fault import StoreFault
from app.core.store.opening import name_of, open_store
from app.core.store.store import Store, store_of
from tests.forked import forks
from tests.keyrings import HeldKeys, NoKeys

__all__ = ["forks"]

PAGE = 4096
ACTIONS = [f"action {number:03}" for number in range(300)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "stores"


@pytest.fixture
def keys() -> HeldKeys:
    return HeldKeys()


async def used(folder: Path, keys: Keys) -> Path:
    """A store with 300 actions, some drafts and a note, closed."""
    store = (await open_store(folder, keys, "me")).store
    for action_id in ACTIONS:
        store.add_action(action_id, "queued", os.urandom(300).hex().encode())
    for number in range(20):
        store.put_draft(f"place {number}", "typed")
    store.note(1.0, "u-1", "checkin", "a", "kept")
    await store.keep_facts("visits", 1.0, lambda: [(f"{n}", os.urandom(1000)) for n in range(100)])
    await store.close()
    return folder / "me.db"


async def ids(store: Store) -> list[str]:
    return [row.id for row in await store.actions()]


async def goes_on(folder: Path, keys: Keys, store: Store) -> None:
    """The new file is as good as any: nothing is said at the next start, and what was kept is there."""
    kept = await ids(store)
    store.put_draft("new", "words")
    await store.close()
    again = await open_store(folder, keys, "me")
    assert (again.set_aside, again.fault, again.no_keyring) == (None, None, False)
    assert (await again.store.drafts())["new"] == "words"
    assert await ids(again.store) == kept
    await again.store.close()


def test_the_name_tells_nothing_and_tells_all_apart() -> None:
    names = {
        name_of(*whose) for whose in [("a", "b", "c"), ("a", "bc", ""), ("ab", "", "c"), ("", "ab", "c")]
    }
    assert len(names) == 4
    assert all(len(name) == 32 and int(name, 16) >= 0 for name in names)


async def test_the_key_is_made_once_and_used_again(folder, keys) -> None:
    path = await used(folder, keys)
    assert {name.partition("|")[0] for name in keys.held} == {"store", "audit", "audits"}
    assert len(bytes.fromhex(keys.held["store|me"])) == 32
    before = dict(keys.held)
    opened = await open_store(folder, keys, "me")
    assert (opened.set_aside, opened.fault, opened.no_keyring) == (None, None, False)
    assert opened.store.path == path
    assert await ids(opened.store) == ACTIONS
    assert keys.held == before
    await goes_on(folder, keys, opened.store)


async def test_without_a_keyring_nothing_is_on_the_disk(folder) -> None:
    opened = await open_store(folder, NoKeys(), "me")
    assert opened.no_keyring
    assert not opened.store.is_kept
    opened.store.put_draft("a", "b")
    assert await opened.store.drafts() == {"a": "b"}
    await opened.store.close()
    assert not list(folder.glob("me.db*"))


async def test_a_keyring_that_hangs_is_none(folder, monkeypatch) -> None:
    free = threading.Event()
    monkeypatch.setattr(keyring, "_backend", lambda: free.wait(30))
    opened = await open_store(folder, Keys(within_s=0.05), "me")
    assert opened.no_keyring
    free.set()
    await opened.store.close()


async def test_a_keyring_that_goes_meanwhile_does_no_harm(folder, keys) -> None:
    opened = await open_store(folder, keys, "me")
    keys.held.clear()
    opened.store.put_draft("a", "b")
    await opened.store.flush()
    assert opened.store.trouble is None
    await opened.store.close()


@pytest.mark.parametrize("left", [{}, {"store|me": "no key"}, {"store|me": "00"}, {"store|me": "00" * 32}])
async def test_a_file_whose_key_is_gone_is_set_aside_unharmed(folder, keys, left) -> None:
    path = await used(folder, keys)
    before, lost = path.read_bytes(), dict(keys.held)
    keys.held = dict(left)
    opened = await open_store(folder, keys, "me")
    assert opened.set_aside is not None
    assert opened.set_aside.saved == 0
    assert opened.set_aside.path.read_bytes() == before
    await goes_on(folder, keys, opened.store)
    # Whoever finds the key again can have it all.
    opened.set_aside.path.rename(folder / "found.db")
    connection = connect(folder / "found.db", bytes.fromhex(lost["store|me"]))
    assert connection.execute("select count(*) from actions").fetchone() == (300,)
    connection.close()


@pytest.mark.parametrize("is_used", [True, False])
async def test_a_key_that_comes_back_brings_back_its_file(folder, keys, is_used) -> None:
    path = await used(folder, keys)
    old = dict(keys.held)
    keys.held.clear()
    opened = await open_store(folder, keys, "me")
    assert opened.set_aside is not None
    if is_used:
        opened.store.add_action("in between", "queued", b"1")
    await opened.store.close()
    between = dict(keys.held)
    keys.held = dict(old)
    opened = await open_store(folder, keys, "me")
    assert opened.set_aside is not None
    assert await ids(opened.store) == ACTIONS
    await goes_on(folder, keys, opened.store)
    # The one that was made in between is set aside in turn, and comes back with its own key.
    keys.held = between
    opened = await open_store(folder, keys, "me")
    assert await ids(opened.store) == (["in between"] if is_used else [])
    await opened.store.close()
    assert path.exists()


async def test_a_keyring_that_reads_none_and_takes_no_key_leaves_the_file_for_later(folder, keys) -> None:
    await used(folder, keys)
    old = dict(keys.held)

    class NoRoom(HeldKeys):
        async def write(self, name: str, secret: str) -> None:
            raise NoKeyring

    opened = await open_store(folder, NoRoom(), "me")
    assert opened.no_keyring
    await opened.store.close()
    keys.held = old
    opened = await open_store(folder, keys, "me")
    assert await ids(opened.store) == ACTIONS
    await goes_on(folder, keys, opened.store)


async def test_a_damaged_file_does_not_bring_back_an_older_one(folder, keys) -> None:
    path = await used(folder, keys)
    store = (await open_store(folder, keys, "me")).store
    path.with_name("me.db-shm").unlink()
    store.drop_action(ACTIONS[0])
    await store.close()
    assert list(folder.glob("me.damaged-*.db"))
    path.write_bytes(os.urandom(PAGE) + path.read_bytes()[PAGE:])
    opened = await open_store(folder, keys, "me")
    assert await ids(opened.store) == []
    await opened.store.close()


def flip(path: Path, page: int) -> None:
    raw = bytearray(path.read_bytes())
    raw[page * PAGE + 2000] ^= 255
    path.write_bytes(raw)


async def test_a_damaged_page_loses_no_more_than_it_holds(folder, keys) -> None:
    path = await used(folder, keys)
    raw = path.read_bytes()
    worst = 300
    for page in range(5, len(raw) // PAGE, 8):
        path.write_bytes(raw)
        flip(path, page)
        damaged = path.read_bytes()
        opened = await open_store(folder, keys, "me")
        aside = opened.set_aside
        assert aside is not None, page
        assert aside.path.read_bytes() == damaged
        saved = await ids(opened.store)
        assert saved == [action for action in ACTIONS if action in set(saved)]
        assert aside.saved == len(saved) + len(await opened.store.drafts()) + len(await opened.store.audit())
        worst = min(worst, len(saved)) if len(saved) > 250 else worst
        if page == 13:
            await goes_on(folder, keys, opened.store)
        else:
            await opened.store.close()
    # Some page held some of them: those before and behind it came over.
    assert 280 <= worst < 300


async def test_a_page_damaged_meanwhile_does_not_take_the_rest_with_it(folder, keys) -> None:
    path = await used(folder, keys)
    flip(path, path.stat().st_size // PAGE - 3)
    key = bytes.fromhex(keys.held["store|me"])
    store = store_of(path, key, connect(path, key, is_checked=False))
    for _ in range(2):
        with pytest.raises(StoreFault) as fault:
            await store.facts("visits")
        assert fault.value.reason == "damaged"
        store.put_draft("note", "typed")
        await store.flush()
    assert await ids(store) == ACTIONS
    await store.close()
    opened = await open_store(folder, keys, "me")
    assert opened.set_aside is not None
    assert (await opened.store.drafts())["note"] == "typed"
    assert await ids(opened.store) == ACTIONS
    await opened.store.close()


@pytest.mark.parametrize("kind", ["empty", "zeros", "garbage", "text", "first page", "half"])
async def test_whatever_is_there_instead_is_set_aside(folder, keys, kind) -> None:
    path = await used(folder, keys)
    raw = path.read_bytes()
    instead = {
        "empty": b"",
        "zeros": bytes(len(raw)),
        "garbage": os.urandom(len(raw)),
        "text": b"Not a database at all.\n" * 1000,
        "first page": os.urandom(PAGE) + raw[PAGE:],
        "half": raw[: len(raw) // 2],
    }[kind]
    path.write_bytes(instead)
    opened = await open_store(folder, keys, "me")
    assert opened.set_aside is not None
    assert opened.set_aside.path.read_bytes() == instead
    assert "damaged" in opened.set_aside.path.name
    assert await ids(opened.store) == ACTIONS[: len(await ids(opened.store))]
    if kind == "half":
        assert opened.set_aside.saved > 0
    await goes_on(folder, keys, opened.store)


async def test_a_journal_that_is_gone_is_no_harm_to_what_was_closed_before(folder, keys) -> None:
    path = await used(folder, keys)
    store = (await open_store(folder, keys, "me")).store
    store.put_draft("new", "in the journal")
    await store.flush()
    main = path.read_bytes()
    await store.close()
    path.write_bytes(main)
    opened = await open_store(folder, keys, "me")
    assert opened.set_aside is None
    assert await ids(opened.store) == ACTIONS
    await goes_on(folder, keys, opened.store)


async def test_an_end_between_the_two_renamings_loses_nothing(folder, keys, monkeypatch) -> None:
    path = await used(folder, keys)
    flip(path, 12)

    def moves_and_ends(path: Path, **_: object) -> Path:
        path.rename(path.with_name("moved.db"))
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(renewal, "move_away", moves_and_ends)
        with pytest.raises(KeyboardInterrupt):
            opening._mended(path, bytes.fromhex(keys.held["store|me"]), 0, None)
    assert not path.exists()
    opened = await open_store(folder, keys, "me")
    assert len(await ids(opened.store)) > 250
    await goes_on(folder, keys, opened.store)


async def test_a_newer_file_is_left_alone_and_said(folder, keys) -> None:
    path = await used(folder, keys)
    connection = connect(path, bytes.fromhex(keys.held["store|me"]))
    connection.execute("pragma user_version = 99")
    connection.close()
    before = path.read_bytes()
    opened = await open_store(folder, keys, "me")
    assert opened.fault is not None
    assert opened.fault.reason == "newer"
    assert not opened.store.is_kept
    await opened.store.close()
    assert path.read_bytes() == before
    assert [found.name for found in folder.glob("*.db*")] == ["me.db"]


async def test_two_first_starts_at_once_share_one_file_and_one_key(folder, keys) -> None:
    opened = await asyncio.gather(*(open_store(folder, keys, "me") for _ in range(4)))
    assert not [one for one in opened if one.set_aside or one.fault or one.no_keyring]
    for number, one in enumerate(opened):
        one.store.put_draft(f"{number}", "x")
        await one.store.flush()
    for one in opened:
        assert len(await one.store.drafts()) == 4
        await one.store.close()


class FolderKeys(Keys):
    """A keyring for several processes; slow enough for them to meet."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    async def read(self, name: str) -> str | None:
        path = self._folder / name.replace("|", "-")
        await asyncio.sleep(0.01)
        return path.read_text() if path.exists() else None

    async def write(self, name: str, secret: str) -> None:
        await asyncio.sleep(0.01)
        (self._folder / name.replace("|", "-")).write_text(secret)


def _start(folder: Path, number: int, go: Barrier) -> None:
    async def main() -> None:
        for turn in range(8):
            go.wait(30)
            opened = await open_store(folder / f"{turn}", FolderKeys(folder), f"me{turn}")
            assert not [bad for bad in (opened.set_aside, opened.fault, opened.no_keyring) if bad]
            opened.store.put_draft(f"{number}", "x")
            await opened.store.flush()
            go.wait(30)
            assert len(await opened.store.drafts()) == 4
            await opened.store.close()

    asyncio.run(main())


def test_four_processes_that_start_at_once_share_one_file_and_one_key(tmp_path, forks) -> None:
    go = forks.Barrier(4)
    started = [forks.Process(target=_start, args=(tmp_path, number, go)) for number in range(4)]
    for process in started:
        process.start()
    for process in started:
        process.join(40)
    assert [process.exitcode for process in started] == [0] * 4


async def test_a_damaged_file_on_a_full_disk_stays_for_the_next_start(folder, keys, monkeypatch) -> None:
    path = await used(folder, keys)
    flip(path, 12)
    before = path.read_bytes()

    def full(*_: object) -> int:
        raise OSError(28, "no space")

    with monkeypatch.context() as patched:
        patched.setattr(opening, "rescued", full)
        opened = await open_store(folder, keys, "me")
    assert opened.fault is not None
    assert opened.fault.reason == "full"
    await opened.store.close()
    assert path.read_bytes() == before
    opened = await open_store(folder, keys, "me")
    assert opened.set_aside is not None
    assert opened.set_aside.saved > 250
    await opened.store.close()
