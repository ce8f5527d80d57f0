"""Which file is whose, its key, and what to do when it does not open."""

import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.core.aside import aside
from app.core.keys import Keys, NoKeyring
from app.core.store.database import Connection, connect, faults, locked, rescued
from app.core.store.fault import StoreFault
from app.core.store.store import Store, open_file, store_of

_KEY_BYTES = 32
_JOURNALS = ("-wal", "-shm")


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

    keys: where its key lies, under "store|" and the name.
    """
    path = folder / f"{name}.db"
    try:
        # Two that open the same store for the first time agree on its key.
        lock = await aside(lambda: locked(path))
        try:
            key, is_new = await _key(keys, name)
            connection, set_aside = await aside(lambda: _connected(path, key, is_new))
        finally:
            lock.release()
    except NoKeyring:
        return Opened(await open_file(None), no_keyring=True)
    except StoreFault as fault:
        return Opened(await open_file(None), fault=fault)
    return Opened(store_of(path, key, connection), set_aside=set_aside)


async def _key(keys: Keys, name: str) -> tuple[bytes, bool]:
    """The key, and whether it was made just now. Raises NoKeyring."""
    kept = await keys.read(f"store|{name}")
    if kept is not None:
        with suppress(ValueError):
            key = bytes.fromhex(kept)
            if len(key) == _KEY_BYTES:
                return key, False
    key = secrets.token_bytes(_KEY_BYTES)
    await keys.write(f"store|{name}", key.hex())
    return key, True


def _connected(path: Path, key: bytes, is_new: bool) -> tuple[Connection, SetAside | None]:
    """A connection to the file, or to a new one in its place if it does not open with this key.

    Raises StoreFault.
    """
    fresh = path.with_suffix(".fresh")
    with faults():
        if fresh.exists() and not path.exists():
            fresh.rename(path)
        if not path.exists() or (path.stat().st_size and not is_new):
            try:
                return connect(path, key), None
            except StoreFault as fault:
                if fault.reason != "damaged":
                    raise
        # What could be read is in the new file before that takes the other's place: whatever ends the
        # program in between, nothing is lost.
        saved = _fill(fresh, key, path)
        moved = _move_away(path)
        fresh.rename(path)
    return connect(path, key), SetAside(moved, saved)


def _fill(fresh: Path, key: bytes, damaged: Path) -> int:
    for ending in ("", *_JOURNALS):
        _with(fresh, ending).unlink(missing_ok=True)
    connection = connect(fresh, key)
    try:
        connection.execute("begin")
        saved: int = sum(connection.execute(*insert).rowcount for insert in rescued(damaged, key))
        connection.execute("commit")
    finally:
        connection.close()
    if _with(fresh, "-wal").exists():
        raise StoreFault("full")
    return saved


def _move_away(path: Path) -> Path:
    """Moves a file and its journals out of the way; nothing of it is deleted."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    to = path.with_name(f"{path.stem}.damaged-{stamp}-{secrets.token_hex(2)}{path.suffix}")
    for ending in (*_JOURNALS, ""):
        with suppress(FileNotFoundError):
            _with(path, ending).rename(_with(to, ending))
    return to


def _with(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def forget_set_aside(path: Path | None) -> None:
    """Removes the files that were set aside for a store; one that cannot be removed stays."""
    if path is not None:
        for file in path.parent.glob(f"{path.stem}.damaged-*"):
            with suppress(OSError):
                file.unlink()
