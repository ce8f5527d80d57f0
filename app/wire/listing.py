"""Replies as records: one, a list, or all pages of a list (api/README.md §10)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.core.unreadable import Unreadable
from app.errors import Broken, Uncertain
from app.wire.client import Client, Reply
from app.wire.envelope import rows_of
from app.wire.reader import Row, decode, unreadable

R = TypeVar("R")
Read = Callable[[Row], R | Unreadable]

# A directory that never ends would be asked for for ever.
_MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class Listing(Generic[R]):
    """What a list reply said.

    unreadable: rows that are no such record; they are shown, never dropped. total: how many there are at
    the server, None when it did not say.
    """

    records: tuple[R, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    total: int | None = None


def one(reply: Reply, read: Read[R], where: str) -> R:
    """The record in `data`. Raises Broken when it is none. where: its name in complaints."""
    record = read(Row(reply.value(), where))
    if isinstance(record, Unreadable):
        raise Broken("shape", where=record.complaint)
    return record


def made(reply: Reply, read: Read[R], where: str) -> R:
    """The record that an act brought. Raises Uncertain when there is none: the server may have acted."""
    try:
        return one(reply, read, where)
    except Broken as broken:
        raise Uncertain(str(broken)) from None


def listing(reply: Reply, read: Read[R], where: str) -> Listing[R]:
    """The records of a list in `data`. Raises Broken when it is no list."""
    records: list[R] = []
    unread: list[Unreadable] = []
    for index, raw in enumerate(rows_of(reply.data)):
        record = _read(bytes(raw), read, f"{where}[{index}]")
        if isinstance(record, Unreadable):
            unread.append(record)
        else:
            records.append(record)
    return Listing(tuple(records), tuple(unread), reply.total())


def _read(raw: bytes, read: Read[R], path: str) -> R | Unreadable:
    try:
        return read(Row(decode(raw), path))
    except ValueError:
        return unreadable(raw, f"{path} is no JSON")


async def every_page(
    client: Client,
    key: str,
    read: Read[R],
    query: Mapping[str, Any],
    *,
    limit: int,
    by_offset: bool = False,
    background: bool = False,
    **values: str,
) -> Listing[R]:
    """All pages of a list, until one is empty, brings nothing new, or is short and no more are announced
    (api/README.md §10).

    limit: rows a page; a server may give fewer. by_offset: the list counts rows with `start`; else pages
    from 1 with `page`. Raises Failure: half a list would be taken for the whole. Broken when there is no end.
    """
    records: list[R] = []
    unread: list[Unreadable] = []
    total: int | None = None
    last: Listing[R] | None = None
    for number in range(_MOST_PAGES):
        seen = len(records) + len(unread)
        place = {"start": seen} if by_offset else {"page": number + 1}
        question = {**query, **place, "limit": limit}
        reply = await client.get(key, question, background=background, repeat=True, first=False, **values)
        page = listing(reply, read, key)
        rows = len(page.records) + len(page.unreadable)
        total = page.total
        if not rows or (last and (page.records, page.unreadable) == (last.records, last.unreadable)):
            return Listing(tuple(records), tuple(unread), total)
        records += page.records
        unread += page.unreadable
        last = page
        if rows < limit and (total is None or seen + rows >= total):
            return Listing(tuple(records), tuple(unread), total)
    raise Broken("too_large")
