"""How long to wait before asking again."""

# api/README.md §7: back off 1, 2, 4 ... 60 s with jitter.
FIRST_BACKOFF_S = 1.0
LONGEST_BACKOFF_S = 60.0


def backoff_s(failures: int, retry_after: float | None, chance: float) -> float:
    """Seconds to wait after `failures` failures in a row.

    retry_after: the server's own wish in seconds, which is obeyed. chance: 0 to 1, spreads the
    workstations of a clinic so that they do not all come back at once.
    """
    if retry_after is not None:
        return max(retry_after, FIRST_BACKOFF_S) + chance
    longest = min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * (1 << min(failures - 1, 10)))
    return longest * (1 + chance) / 2
