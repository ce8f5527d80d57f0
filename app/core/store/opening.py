"""Which file is whose, its key, and what to do when it does not open."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from app.core.aside import aside
from app.core.keys import Keys, NoKeyring
from app.core.store.anchor import Anchor, Anchoring, read_anchor, write_anchor
from app.core.store.chain import Lines, last_of
from app.core.store.database import Connection, Saved, connect, faults, locked, rescued
from app.core.store.fault import StoreFault
from app.core.store.files import move, move_away
from app.core.store.renewal import fresh_of, put_in, replaced
from app.core.store.store import Store, open_file, store_of

_KEY_BYTES = 32
_LOCKED = "locked-"
"""In the name of a file that was set aside because its key was not there."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A file that could not be used and was moved out of the way. saved: how many rows came over from it."""

    path: Path
    saved: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A store to work with, and what the person must know about it.

    no_keyring: it is in memory alone because there is nowhere to keep its key. fault: it is in memory alone
    because the file does not open. set_aside: a file that was damaged, or whose key is gone.
    """

    store: Store
    no_keyring: bool = False
    fault: StoreFault | None = None
    set_aside: SetAside | None = None


def name_of(api: str, account: str, user_id: str) -> str:
    """The name of a person's store: says nothing about whose it is (DAT-02)."""
    return sha256("\0".join((api, account, user_id)).encode()).hexdigest()[:32]


async def open_store(folder: Path, keys: Keys, name: str) -> Opened:
    """The store `name` in `folder`, or one in memory when this machine has nowhere to keep it. Never fails.

    keys: where its key lies, under "store|" and the name, and the anchor of its audit, under "audit|"; also,
    that there is one (`app.core.store.index`).
    """
    path = folder / f"{name}.db"
    try:
        # Two that open the same store for the first time agree on its key.
        lock = await aside(lambda: locked(path))
        try:
            key = await key_of(keys, name)
            moved = None
            if key is None:
                # Moved first: the old key may come back, and opens it then.
                moved = await aside(lambda: _out_of_the_way(path))
                key = await _new_key(keys, name)
            connection = None if moved else await aside(partial(_unharmed, path, key))
            set_aside = None
            if connection is None:
                anchor = await read_anchor(keys, name)
                last = anchor.number if anchor else 0
                connection, set_aside = await aside(partial(_mended, path, key, last, moved))
                await _anchor(keys, name, connection)
        finally:
            lock.release()
    except NoKeyring:
        return Opened(await open_file(None), no_keyring=True)
    except StoreFault as fault:
        return Opened(await open_file(None), fault=fault)
    anchored = partial(Anchoring, keys, name, folder=folder)
    return Opened(store_of(path, key, connection, anchored), set_aside=set_aside)


async def key_of(keys: Keys, name: str) -> bytes | None:
    """The key of a store; None where the keyring has none. Raises NoKeyring."""
    kept = await keys.read(f"store|{name}")
    with suppress(ValueError):
        key = bytes.fromhex(kept or "")
        if len(key) == _KEY_BYTES:
            return key
    return None


async def _new_key(keys: Keys, name: str) -> bytes:
    key = secrets.token_bytes(_KEY_BYTES)
    await keys.write(f"store|{name}", key.hex())
    return key


async def _anchor(keys: Keys, name: str, connection: Connection) -> None:
    """What was anchored may have been in the other file; its loss is told in this one."""
    with faults():
        last = last_of(connection)
    if last is not None:
        # One that is not taken now is after the next line, where it still holds.
        with suppress(NoKeyring):
            await write_anchor(keys, name, Anchor(last.number, last.seal))


def _out_of_the_way(path: Path) -> SetAside | None:
    """Nothing of another key stays where a new one begins; what was moved."""
    with faults():
        fresh = fresh_of(path)
        if fresh.exists() and not path.exists():
            fresh.rename(path)
        if not path.exists() or not path.stat().st_size:
            return None
        return SetAside(move_away(path, why=_LOCKED), 0)


def _unharmed(path: Path, key: bytes) -> Connection | None:
    """A connection to the file, made if there is none; None where it must be mended. Raises StoreFault."""
    with faults():
        fresh = fresh_of(path)
        if fresh.exists() and not path.exists():
            fresh.rename(path)
        is_wanting = not path.stat().st_size if path.exists() else _earlier(path, key) is not None
    if is_wanting:
        return None
    try:
        return connect(path, key)
    except StoreFault as fault:
        if fault.reason != "damaged":
            raise
        return None


def _mended(path: Path, key: bytes, last: int, moved: SetAside | None) -> tuple[Connection, SetAside | None]:
    """A connection to another file in the place of one that does not open with this key.

    last: number of the last line of the audit that is known of. moved: what was moved already. Raises
    StoreFault.
    """
    is_whole = moved is None
    with faults():
        if path.exists():
            kept = rescued(path, key)
            earlier = None if kept.rows or kept.lines.rows else _earlier(path, key)
            if earlier is None:
                moved = SetAside(*replaced(path, key, kept, last))
                return connect(path, key), moved
            moved = SetAside(move_away(path, why=_LOCKED), 0)
        else:
            earlier = _earlier(path, key)
        if earlier is not None:
            move(earlier, path)
    connection = connect(path, key)
    try:
        with faults():
            put_in(connection, Saved([], Lines([], is_whole)), last)
    except BaseException:
        connection.close()
        raise
    return connection, moved


def _earlier(path: Path, key: bytes) -> Path | None:
    """The newest file that was set aside for want of its key, and opens with this one."""
    for found in sorted(path.parent.glob(f"{path.stem}.damaged-{_LOCKED}*{path.suffix}"), reverse=True):
        with suppress(StoreFault):
            connect(found, key).close()
            return found
    return None


def forget_set_aside(path: Path | None) -> None:
    """Removes the files that were set aside for a store; one that cannot be removed stays."""
    if path is not None:
        for file in path.parent.glob(f"{path.stem}.damaged-*"):
            with suppress(OSError):
                file.unlink()
