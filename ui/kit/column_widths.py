"""How columns share the width of a table."""

from collections.abc import Sequence
from typing import NamedTuple


class Wish(NamedTuple):
    """What a column asks for. least: px. weight: share of the rest. priority: 0 stays, largest goes first."""

    least: int
    weight: float
    priority: int


def widths(wishes: Sequence[Wish], available: int) -> list[int]:
    """Width in px of each column, 0 for one that must be hidden; together exactly `available`.

    When even the columns that always stay do not fit, they shrink in proportion: cutting words is better than
    hiding a column that identifies a patient.
    """
    shown = _shown(wishes, available)
    least = sum(wishes[number].least for number in shown)
    spare = available - least
    total = sum(wishes[number].weight for number in shown) or 1.0
    result = [0] * len(wishes)
    for number in shown:
        wish = wishes[number]
        share = spare * wish.weight / total if spare >= 0 else spare * wish.least / least
        result[number] = max(1, int(wish.least + share))
    if shown:
        heaviest = max(shown, key=lambda number: wishes[number].weight)
        result[heaviest] = max(1, result[heaviest] + available - sum(result))
    return result


def _shown(wishes: Sequence[Wish], available: int) -> list[int]:
    shown = list(range(len(wishes)))
    for priority in sorted({wish.priority for wish in wishes if wish.priority > 0}, reverse=True):
        if sum(wishes[number].least for number in shown) <= available:
            break
        shown = [number for number in shown if wishes[number].priority != priority]
    return shown
