"""Which file is whose, its key, and what to do when it does not open."""

import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.core.aside import aside
from app.core.keys import Keys, NoKeyring
from app.core.store.database import rescued
from app.core.store.fault import StoreFault
from app.core.store.store import Store, open_file

_KEY_BYTES = 32


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
        key, is_new = await _key(keys, name)
    except NoKeyring:
        return Opened(await open_file(None), no_keyring=True)
    set_aside = None
    try:
        if is_new and await aside(path.exists):
            set_aside = SetAside(await aside(lambda: _move_away(path)), 0)
        return Opened(await open_file(path, key), set_aside=set_aside)
    except StoreFault as fault:
        if fault.reason != "damaged":
            return Opened(await open_file(None), fault=fault)
    try:
        damaged = await aside(lambda: _move_away(path))
        store = await open_file(path, key)
    except StoreFault as fault:
        return Opened(await open_file(None), fault=fault)
    return Opened(store, set_aside=SetAside(damaged, await store.take_over(lambda: rescued(damaged, key))))


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


def _move_away(path: Path) -> Path:
    """Moves a file and its journals out of the way; nothing of it is deleted. Raises StoreFault."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    to = path.with_name(f"{path.stem}.damaged-{stamp}-{secrets.token_hex(2)}{path.suffix}")
    try:
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + ending).rename(to.with_name(to.name + ending))
    except OSError:
        raise StoreFault("read_only") from None
    return to
