"""Replies as records: one, a list, or all pages of a list (api/README.md §10)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.core.unreadable import Unreadable
from app.errors import Broken
from app.wire.client import Client, Reply
from app.wire.envelope import rows_of
from app.wire.reader import Row, decode

R = TypeVar("R")
Read = Callable[[Row], R | Unreadable]

# A directory that never ends would be asked for for ever.
_MOST_PAGES = 50


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


def listing(reply: Reply, read: Read[R], where: str) -> Listing[R]:
    """The records of a list in `data`. Raises Broken when it is no list."""
    records: list[R] = []
    unreadable: list[Unreadable] = []
    for index, row in enumerate(rows(reply, where)):
        row.path = f"{where}[{index}]"
        record = read(row)
        if isinstance(record, Unreadable):
            unreadable.append(record)
        else:
            records.append(record)
    return Listing(tuple(records), tuple(unreadable), reply.total())


def rows(reply: Reply, where: str) -> list[Row]:
    """The objects of a list in `data`. Raises Broken when it is no list."""
    try:
        return [Row(decode(raw), where) for raw in rows_of(reply.data)]
    except ValueError:
        raise Broken("shape", where=where) from None


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
    """All pages of a list, until one is short, empty or brings nothing new (api/README.md §10).

    limit: rows a page. by_offset: the list counts rows with `start`; else pages from 1 with `page`. Raises
    Failure: half a list would be taken for the whole.
    """
    records: list[R] = []
    unreadable: list[Unreadable] = []
    total: int | None = None
    last: tuple[R, ...] | None = None
    for number in range(_MOST_PAGES):
        place = {"start": number * limit} if by_offset else {"page": number + 1}
        question = {**query, **place, "limit": limit}
        reply = await client.get(key, question, background=background, repeat=True, **values)
        page = listing(reply, read, key)
        if page.records == last:
            break
        records += page.records
        unreadable += page.unreadable
        total = page.total
        last = page.records
        if len(page.records) + len(page.unreadable) < limit:
            break
    return Listing(tuple(records), tuple(unreadable), total)
