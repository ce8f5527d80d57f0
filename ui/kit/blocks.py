"""Arithmetic of rows: runs of neighbours, and the fewest rows that have to move."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence


def blocks(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Runs of neighbouring rows as (first, last). rows: ascending, each once."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def fewest_moves(order: Sequence[int]) -> list[int]:
    """The rows that must move for rows 0..n-1 to stand in `order`; the others keep their sequence.

    order: a permutation, for each new row the old one. Result in the order of `order`.
    """
    first, end = 0, len(order)
    while first < end and order[first] == first:
        first += 1
    while end > first and order[end - 1] == end - 1:
        end -= 1
    staying = _longest_rising(order[first:end])
    return [row for row in order[first:end] if row not in staying]


def _longest_rising(values: Sequence[int]) -> set[int]:
    """The members of one longest rising subsequence; values are distinct."""
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for value in values:
        place = bisect_left(tails, value)
        before[value] = tails[place - 1] if place else None
        tails[place : place + 1] = [value]
    member = tails[-1] if tails else None
    rising = set()
    while member is not None:
        rising.add(member)
        member = before[member]
    return rising
