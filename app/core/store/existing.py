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
from app.core.store.renewal import fresh_of
from app.core.store.store import Store, store_of

T = TypeVar("T")
_SET_ASIDE = ".damaged-"


class NoKey(Exception):
    """The keyring has no key for this store."""


def names_in(folder: Path) -> list[str]:
    """The names of the stores in a folder, without those that were set aside. Raises OSError."""
    files = [Path(file) for file in _files(folder) if _SET_ASIDE not in file]
    # A new file that lacks its name yet: see `app.core.store.renewal`.
    return sorted({file.stem for file in files if file.suffix in (".db", fresh_of(file).suffix)})


def set_aside_in(folder: Path) -> dict[str, list[str]]:
    """The files in a folder that were set aside, by the name of their store. Raises OSError."""
    found: dict[str, list[str]] = {}
    for file in _files(folder):
        if _SET_ASIDE in file and file.endswith(".db"):
            found.setdefault(file.partition(_SET_ASIDE)[0], []).append(file)
    return found


async def read_audit(folder: Path, keys: Keys, name: str) -> tuple[list[Entry], Anchor | None]:
    """The audit of a store, oldest line first, and its anchor; nothing is changed.

    Raises NoKeyring, NoKey, StoreFault.
    """
    path, key = folder / f"{name}.db", await _key(keys, name)
    # Read first: it may be moved on while the lines are read.
    anchor = await read_anchor(keys, name)
    rows = await aside(lambda: _under_lock(path, lambda: lines_in(_found(path), key)))
    return [entry_of(row) for row in rows], anchor


async def open_existing(folder: Path, keys: Keys, name: str) -> Store:
    """A store to write to. Raises NoKeyring, NoKey, StoreFault."""
    path, key = folder / f"{name}.db", await _key(keys, name)
    connection = await aside(lambda: _under_lock(path, lambda: _opened(path, key)))
    return store_of(path, key, connection, partial(Anchoring, keys, name, folder=folder))


async def _key(keys: Keys, name: str) -> bytes:
    key = await key_of(keys, name)
    if key is None:
        raise NoKey
    return key


def _files(folder: Path) -> list[str]:
    """In the order of their names. Not `glob`, to which a folder that cannot be read is an empty one."""
    try:
        return sorted(file.name for file in folder.iterdir())
    except FileNotFoundError:
        return []


def _found(path: Path) -> Path:
    """Where the lines of a store lie: see `fresh_of`."""
    fresh = fresh_of(path)
    return fresh if fresh.exists() and not path.exists() else path


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
