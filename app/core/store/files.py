"""The file of a store and its journals, as they lie in their folder."""

import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

JOURNALS = ("-wal", "-shm")
# https://sqlite.org/fileformat2.html#the_write_ahead_log: the magic number, by byte order.
_WAL_BEGINS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_ALL = (*JOURNALS, "")


class Found(NamedTuple):
    """which: the file itself, whatever its name. size: in bytes, -1 for one that has lost its beginning."""

    which: tuple[int, int]
    size: int


Files = dict[str, Found]
"""What lies there, by the ending of its name; "" is the database."""


def files_at(path: Path | None) -> Files:
    """The file at `path` and its journals, as far as they are there; nothing for None."""
    found: Files = {}
    if path is None:
        return found
    for ending in _ALL:
        with suppress(FileNotFoundError):
            file = beside(path, ending)
            stat = file.stat()
            is_cut = not stat.st_size if not ending else ending == "-wal" and not _begins_well(file)
            found[ending] = Found((stat.st_dev, stat.st_ino), -1 if is_cut else stat.st_size)
    return found


def _begins_well(journal: Path) -> bool:
    """One that was cut while it was written to is as long as ever, and empty up to there.

    To read it is harmless: no lock lies on it (closing a file gives back all locks on it).
    """
    with journal.open("rb", buffering=0) as file:
        return file.read(4) in (b"", *_WAL_BEGINS)


def is_whole(before: Files, now: Files) -> bool:
    """Whether nobody has moved, deleted, replaced or cut one of them: in use they only grow."""
    return all(
        is_there(ending, before, now) and now[ending].size >= max(0, before[ending].size) for ending in before
    )


def is_there(ending: str, before: Files, now: Files) -> bool:
    """Whether it is the same file as before."""
    return ending in before and ending in now and before[ending].which == now[ending].which


def move_away(path: Path, endings: Iterable[str] = _ALL, why: str = "") -> Path:
    """Moves a file and its journals out of the way, nothing of it is deleted; its new path.

    why: stands in its name.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    to = path.with_name(f"{path.stem}.damaged-{why}{stamp}-{secrets.token_hex(2)}{path.suffix}")
    move(path, to, endings)
    return to


def move(path: Path, to: Path, endings: Iterable[str] = _ALL) -> None:
    """Gives a file and its journals another name."""
    for ending in endings:
        with suppress(FileNotFoundError):
            beside(path, ending).rename(beside(to, ending))


def beside(path: Path, ending: str) -> Path:
    """The file beside `path` whose name ends in `ending`."""
    return path.with_name(path.name + ending)
