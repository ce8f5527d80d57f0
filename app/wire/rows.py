"""Turns the rows of a list reply into records, and does so only for rows that have changed."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import msgspec

R = TypeVar("R")

# Decoding gives the loop back after this long, so that no frame of 16 ms is missed.
_SLICE_S = 0.006


class RowMemory(Generic[R]):
    """Remembers the record of each row's bytes; equal bytes keep their record.

    read: makes a record from the bytes of one row; it never fails (a row that cannot be read is a record
    too).
    """

    def __init__(self, read: Callable[[bytes], R]) -> None:
        self._read = read
        self._known: dict[bytes, R] = {}

    async def records(self, rows: Iterable[msgspec.Raw]) -> list[R]:
        """The record of each row, in order."""
        known, kept, records = self._known, {}, []
        until = time.perf_counter() + _SLICE_S
        for row in rows:
            raw = bytes(row)
            record = known.get(raw)
            if record is None:
                record = self._read(raw)
                if time.perf_counter() > until:
                    await asyncio.sleep(0)
                    until = time.perf_counter() + _SLICE_S
            kept[raw] = record
            records.append(record)
        self._known = kept
        return records
