"""`vestibule audit`: what was done at this workstation, for whoever looks after it (AUD-01, AUD-02).

Exit codes: 0 done and all hold, 1 the audit of a store does not hold, 2 wrong use, 4 no keyring, a store that
could not be opened, or a file that could not be written.
"""

import argparse
import json
import os
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.core.audit import Audit, Event, first_fault, lost
from app.core.clock import ServerClock, SystemClock
from app.core.keys import Keys, NoKeyring
from app.core.store.anchor import Anchor
from app.core.store.chain import NOBODY, Entry
from app.core.store.existing import NoKey, names_in, open_existing, read_audit
from app.core.store.fault import FaultReason, StoreFault
from app.headless.command import OK, WRONG_USE, Ended, complain, run, say
from app.home import home

DOES_NOT_HOLD, NOT_OPENED = 1, 4
_NO_KEYRING = "This computer has no keyring that answers, so no audit is kept here, or none can be opened."
_NONE = "No audit is kept on this computer yet."
_WHY: Final[dict[FaultReason, str]] = {
    "full": "there is no room on the disk",
    "read_only": "Vestibule may not read or write its folder",
    "damaged": "the file is damaged; it is mended when its owner signs in",
    "newer": "it was written by a newer version of Vestibule",
    "failed": "the disk does not answer, or another process holds the file",
}


def run_export(arguments: argparse.Namespace) -> int:
    """`vestibule audit export`."""
    return run(lambda: export(Keys(), home() / "stores", arguments.since, arguments.out))


def run_verify(_arguments: argparse.Namespace) -> int:
    """`vestibule audit verify`."""
    return run(lambda: verify(Keys(), home() / "stores"))


async def export(keys: Keys, folder: Path, since: datetime | None, out: Path | None) -> int:
    """Prints all lines of all stores, or writes them to a new file; the exit code. Raises Ended.

    since: leaves out what was done before. It is noted in each store, and that line comes along.
    """
    names = await _names(keys, folder)
    read = 0
    with _output(out) as put:
        for name in names:
            await _note_export(keys, folder, name)
        async for name, entries, _ in _read(keys, folder, names):
            read += 1
            for entry in entries:
                if since is None or entry.at >= since.timestamp():
                    put(_as_json(name, entry))
    return OK if read == len(names) else NOT_OPENED


async def verify(keys: Keys, folder: Path) -> int:
    """Prints whether the audit of each store holds; the exit code. Raises Ended."""
    names = await _names(keys, folder)
    read, is_sound = 0, True
    async for name, entries, anchor in _read(keys, folder, names):
        read += 1
        fault = first_fault(entries, anchor)
        is_sound = is_sound and fault is None
        say(f"{name}: {_sound(entries, anchor) if fault is None else f'does not hold. {fault}'}")
    if not is_sound:
        return DOES_NOT_HOLD
    return OK if read == len(names) else NOT_OPENED


def _sound(entries: list[Entry], anchor: Anchor | None) -> str:
    said = [f"holds, {len(entries)} line{'' if len(entries) == 1 else 's'}"]
    if missing := lost(entries):
        said.append(f"at least {missing} lost with a damaged file, as it says itself")
    if anchor is None:
        said.append("no anchor in the keyring, so nobody can tell whether its last lines were removed")
    return "; ".join(said)


async def _names(keys: Keys, folder: Path) -> list[str]:
    try:
        await keys.backend()
    except NoKeyring:
        raise Ended(NOT_OPENED, _NO_KEYRING) from None
    names = names_in(folder)
    if not names:
        complain(_NONE)
    return names


async def _read(
    keys: Keys, folder: Path, names: list[str]
) -> AsyncGenerator[tuple[str, list[Entry], Anchor | None], None]:
    """Those that can be read; of each other it is said why not. Raises Ended."""
    for name in names:
        try:
            entries, anchor = await read_audit(folder, keys, name)
        except NoKey:
            complain(f"{name}: not opened, its key is not in the keyring.")
        except StoreFault as fault:
            complain(f"{name}: not opened, {_WHY[fault.reason]}.")
        except NoKeyring:
            raise Ended(NOT_OPENED, _NO_KEYRING) from None
        else:
            yield name, entries, anchor


async def _note_export(keys: Keys, folder: Path, name: str) -> None:
    """Of a store that cannot be read, reading it says so."""
    try:
        store = await open_existing(folder, keys, name)
    except (NoKeyring, NoKey, StoreFault):
        return
    try:
        Audit(store, _operator(), ServerClock(SystemClock())).note(Event.AUDIT_EXPORTED)
        await store.flush()
    except StoreFault as fault:
        complain(f"{name}: this export could not be noted, {_WHY[fault.reason]}.")
    finally:
        await store.close()


def _operator() -> str:
    """Who runs the command, as the operating system numbers them."""
    return f"uid-{os.getuid()}" if hasattr(os, "getuid") else NOBODY


@contextmanager
def _output(path: Path | None) -> Iterator[Callable[[str], None]]:
    """Where the lines go: standard output, or a new file, which stays only when it is whole. Raises Ended."""
    if path is None:
        yield say
        return
    file = _new_file(path)
    try:
        with os.fdopen(file, "w", encoding="utf-8", errors="replace") as writer:
            yield lambda text: print(text, file=writer)
            writer.flush()
            os.fsync(file)
    except OSError as error:
        path.unlink()
        raise Ended(NOT_OPENED, f"{path} cannot be written: {error.strerror}.") from None
    except BaseException:
        path.unlink()
        raise


def _new_file(path: Path) -> int:
    """A file that only its owner may read. Raises Ended."""
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Ended(WRONG_USE, f"{path} is there already; it was left as it is.") from None
    except OSError as error:
        raise Ended(WRONG_USE, f"{path} cannot be written: {error.strerror}.") from None


def _as_json(name: str, entry: Entry) -> str:
    at = datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps(
        {
            "store": name,
            "number": entry.number,
            "at": at,
            "who": entry.who,
            "what": entry.what,
            "subject": entry.subject,
            "outcome": entry.outcome,
            "seal": entry.seal,
        },
        ensure_ascii=False,
    )
