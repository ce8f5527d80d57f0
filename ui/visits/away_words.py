"""The one notice after a gap: what happened while the queue could not be seen. Counts only, no names."""

from app.visits.away import WhileAway
from ui.kit.formats import span_text, time_text

# One, and several, in the order of what is to be done first.
_WORDS = {
    "came": ("1 patient came and waits", "{} patients came and wait"),
    "e_consults": ("1 new e-consult", "{} new e-consults"),
    "unclear": ("1 visit that cannot be placed", "{} visits that cannot be placed"),
    "started": ("1 call was started", "{} calls were started"),
    "completed": ("1 visit was finished", "{} visits were finished"),
    "left": ("1 left or was cancelled", "{} left or were cancelled"),
    "gone": ("1 is no longer listed", "{} are no longer listed"),
    "booked": ("1 new appointment", "{} new appointments"),
}


def away_text(away: WhileAway) -> str:
    """While you were away (10:02 to 10:12): 2 patients came and wait. Longest wait 41 min."""
    span = f"{time_text(away.since, away.until)} to {time_text(away.until, away.until)}"
    happened = ", ".join(
        words[0] if count == 1 else words[1].format(count)
        for name, words in _WORDS.items()
        if (count := getattr(away.counts, name))
    )
    longest = "" if away.longest_wait_s is None else f" Longest wait {span_text(away.longest_wait_s)}."
    return f"While you were away ({span}): {happened or 'nobody came, left or was called'}.{longest}"
