"""`vestibule audit`: what was done at this workstation, for whoever looks after it (AUD-01, AUD-02).

Exit codes of both: 0 done, and nothing is missing as far as can be known, 2 wrong use, 4 no keyring, or
something that could not be opened or written. Of `verify` also, the gravest of all: 1 an audit does not
hold, or its file is gone, 6 one says itself that lines were lost, 7 one has no anchor to be compared with.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from app.core.audit import Event, first_fault, lost
from app.core.keys import Keys, NoKeyring
from app.core.operator import note
from app.core.store.anchor import Anchor, read_anchor
from app.core.store.chain import Entry
from app.core.store.existing import NoKey, names_in, read_audit, set_aside_in
from app.core.store.fault import FaultReason, StoreFault
from app.core.store.index import indexed
from app.headless.command import OK, WRONG_USE, Ended, complain, run, say
from app.home import home

DOES_NOT_HOLD, NOT_OPENED, LINES_LOST, NO_ANCHOR = 1, 4, 6, 7
_WHAT_TO_DO: Final = {
    DOES_NOT_HOLD: "Lines of an audit were changed or are gone. Keep a copy of {folder} and of this answer, "
    "and tell whoever answers for privacy at the clinic.",
    NOT_OPENED: "What was not opened was not checked.",
    LINES_LOST: "Lines were lost with a file that was damaged or taken away, and this stays so. Keep what is "
    "set aside in {folder}, and ask who was at this computer then.",
    NO_ANCHOR: "Without an anchor in the keyring nobody can tell whether the last lines were removed. It is "
    "there again once that person has signed in; ask who has changed the keyring.",
}
"""By exit code, the gravest first."""
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
    known = await _known(keys, folder)
    read = 0
    with _output(out) as put:
        for name in known.there:
            await _note_export(keys, folder, name)
        for name in known.all:
            if name not in known.there:
                complain(f"{name}: its file is gone.")
                continue
            try:
                entries, _ = await _read(keys, folder, name)
            except _NotOpened as why:
                complain(f"{name}: {why}")
                continue
            read += 1
            for entry in entries:
                if since is None or entry.at >= since.timestamp():
                    put(_as_json(name, entry))
    return OK if read == len(known.all) else NOT_OPENED


async def verify(keys: Keys, folder: Path) -> int:
    """Prints for each store whether its audit holds, and then what to do; the exit code. Raises Ended."""
    known = await _known(keys, folder)
    found: set[int] = set()
    for name in known.all:
        codes, verdict = await _verdict(keys, folder, name, known)
        found |= codes
        files = ", ".join(known.set_aside.get(name, ()))
        say(f"{name}: {verdict}{files and f' (set aside: {files})'}")
    told = [code for code in _WHAT_TO_DO if code in found]
    for code in told:
        complain(_WHAT_TO_DO[code].format(folder=folder))
    return told[0] if told else OK


class _NotOpened(Exception):
    """Why the audit of one store cannot be read, in words."""


class _Known(NamedTuple):
    """The stores of a folder. there: those with a file. noted: those that the keyring knows of."""

    there: list[str]
    set_aside: dict[str, list[str]]
    noted: set[str]

    @property
    def all(self) -> list[str]:
        return sorted({*self.there, *self.set_aside, *self.noted})


async def _known(keys: Keys, folder: Path) -> _Known:
    try:
        await keys.backend()
        # First: one that is made meanwhile has a file by then.
        noted = await indexed(keys, folder)
        known = _Known(names_in(folder), set_aside_in(folder), noted)
    except NoKeyring:
        raise Ended(NOT_OPENED, _NO_KEYRING) from None
    except OSError as error:
        raise Ended(NOT_OPENED, f"{folder} cannot be read: {error.strerror}.") from None
    if not known.all:
        complain(_NONE)
    return known


async def _verdict(keys: Keys, folder: Path, name: str, known: _Known) -> tuple[set[int], str]:
    """What is wrong with one store, by exit codes, and its line. Raises Ended."""
    if name not in known.there:
        return {DOES_NOT_HOLD}, await _missing(keys, name)
    try:
        entries, anchor = await _read(keys, folder, name)
    except _NotOpened as why:
        return {NOT_OPENED}, str(why)
    if fault := first_fault(entries, anchor):
        return {DOES_NOT_HOLD}, f"does not hold. {fault}"
    codes, said = set(), [f"holds, {_lines(len(entries))}"]
    if missing := lost(entries):
        codes.add(LINES_LOST)
        said.append(f"at least {missing} lost with a damaged file, as it says itself")
    # One that nobody has written to yet never had one.
    if anchor is None and (entries or name in known.noted):
        codes.add(NO_ANCHOR)
        said.append("no anchor in the keyring, so nobody can tell whether its last lines were removed")
    return codes, "; ".join(said)


async def _missing(keys: Keys, name: str) -> str:
    try:
        anchor = await read_anchor(keys, name)
    except NoKeyring:
        raise Ended(NOT_OPENED, _NO_KEYRING) from None
    return f"does not hold. Its file is gone{f', with {_lines(anchor.number)} at least' if anchor else ''}."


def _lines(count: int) -> str:
    return f"{count} line{'' if count == 1 else 's'}"


async def _read(keys: Keys, folder: Path, name: str) -> tuple[list[Entry], Anchor | None]:
    """Raises _NotOpened, Ended."""
    try:
        return await read_audit(folder, keys, name)
    except NoKey:
        raise _NotOpened("not opened, its key is not in the keyring.") from None
    except StoreFault as fault:
        raise _NotOpened(f"not opened, {_WHY[fault.reason]}.") from None
    except NoKeyring:
        raise Ended(NOT_OPENED, _NO_KEYRING) from None


async def _note_export(keys: Keys, folder: Path, name: str) -> None:
    """Of a store that cannot be read, reading it says so."""
    with suppress(NoKeyring, NoKey, StoreFault):
        fault = await note(keys, folder, name, Event.AUDIT_EXPORTED)
        if fault is not None:
            complain(f"{name}: this export could not be noted, {_WHY[fault.reason]}.")


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
