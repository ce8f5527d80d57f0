"""Stores that are there already, for who looks after this workstation: none is made or mended."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from app.core.aside import aside
from app.core.keys import Keys
from app.core.store.anchor import Anchor, Anchoring, read_anchor
from app.core.store.chain import Entry, entry_of
from app.core.store.database import Connection, connect, faults, lines_in, locked
from app.core.store.fault import StoreFault
from app.core.store.opening import key_of
from app.core.store.store import Store, store_of

T = TypeVar("T")


class NoKey(Exception):
    """The keyring has no key for this store."""


def names_in(folder: Path) -> list[str]:
    """The names of the stores in a folder, without those that were set aside. Raises OSError."""
    return sorted(file.stem for file in folder.glob("*.db") if ".damaged-" not in file.name)


async def read_audit(folder: Path, keys: Keys, name: str) -> tuple[list[Entry], Anchor | None]:
    """The audit of a store, oldest line first, and its anchor; nothing is changed.

    Raises NoKeyring, NoKey, StoreFault.
    """
    path, key = folder / f"{name}.db", await _key(keys, name)
    # Read first: it may be moved on while the lines are read.
    anchor = await read_anchor(keys, name)
    rows = await aside(lambda: _under_lock(path, lambda: lines_in(path, key)))
    return [entry_of(row) for row in rows], anchor


async def open_existing(folder: Path, keys: Keys, name: str) -> Store:
    """A store to write to. Raises NoKeyring, NoKey, StoreFault."""
    path, key = folder / f"{name}.db", await _key(keys, name)
    connection = await aside(lambda: _under_lock(path, lambda: _opened(path, key)))
    return store_of(path, key, connection, partial(Anchoring, keys, name))


async def _key(keys: Keys, name: str) -> bytes:
    key = await key_of(keys, name)
    if key is None:
        raise NoKey
    return key


def _opened(path: Path, key: bytes) -> Connection:
    with faults():
        if not path.stat().st_size:
            raise StoreFault("damaged")
    return connect(path, key)


def _under_lock(path: Path, work: Callable[[], T]) -> T:
    lock = locked(path)
    try:
        return work()
    finally:
        lock.release()
