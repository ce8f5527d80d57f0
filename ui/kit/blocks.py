"""Arithmetic of rows: runs of neighbours, and which rows have to move."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any


def blocks(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Runs of neighbouring rows as (first, last). rows: ascending, each once."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def moves(
    order: list[Any], changed: Sequence[tuple[Any, Any]], most: int
) -> list[tuple[int, int, Any]] | None:
    """The steps that bring changed entries to their places in a sorted list; None if more than `most` move.

    order: distinct entries, ascending; left as it is. changed: (old entry, new entry).
    Each step is (row it leaves, row it takes, new entry) as rows are at that step; equal rows are no move.
    """
    trial, steps, moving = list(order), [], 0
    # Rising entries from the last on, falling ones from the first on: entries that only shift together stay.
    rising = sorted((pair for pair in changed if pair[1] > pair[0]), key=_new, reverse=True)
    falling = sorted((pair for pair in changed if pair[1] < pair[0]), key=_new)
    for old, new in (*rising, *falling):
        source, place = bisect_left(trial, old), bisect_left(trial, new)
        place -= place > source
        moving += place != source
        if moving > most:
            return None
        del trial[source]
        trial.insert(place, new)
        steps.append((source, place, new))
    return steps


def _new(pair: tuple[Any, Any]) -> Any:
    return pair[1]
