"""The product limit (Kaplan and Meier, 1958): how long waits are when some have not ended yet.

Leaving out whoever still waits makes a clinic look quicker the longer its patients wait. Here a wait that has
not ended counts as "at least so long": it stays among those who wait until that moment, and only then drops
out. Without such waits the quantiles are the plain ones: the smallest wait within which that share was seen.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

LEAST: Final = 5
"""Waits from which a quantile is told: of fewer it is chance."""
# Shares are multiplied as floats, whose error is far below one patient's share of any queue.
_ROUNDING = 1e-9


class Wait(NamedTuple):
    """seconds: whole, not negative. is_over: the patient was seen then; else they waited at least so long."""

    seconds: int
    is_over: bool


class Quantile(NamedTuple):
    """seconds: of a wait. is_least: it is not reached yet, all that is known is that it is at least this."""

    seconds: int
    is_least: bool = False


def quantiles(waits: Sequence[Wait], *shares: float) -> list[Quantile | None]:
    """The waits within which each of `shares` (between 0 and 1) of the patients is seen; None of fewer than
    LEAST waits.

    Where one is not reached: at least the longest wait so far. Of waits of the same length those that ended
    come first.
    """
    if len(waits) < LEAST:
        return [None] * len(shares)
    ordered = sorted((wait.seconds, not wait.is_over) for wait in waits)
    found: list[Quantile | None] = [Quantile(ordered[-1][0], is_least=True)] * len(shares)
    missing = sorted((share, place) for place, share in enumerate(shares))
    unseen = 1.0
    for at_risk, (seconds, is_open) in zip(range(len(ordered), 0, -1), ordered, strict=True):
        unseen *= 1 if is_open else 1 - 1 / at_risk
        while missing and unseen <= 1 - missing[0][0] + _ROUNDING:
            found[missing.pop(0)[1]] = Quantile(seconds)
    return found
