"""What the screen says of the waits of a day: numbers and what they stand for, never a name."""

from collections.abc import Sequence
from typing import NamedTuple

from app.visits.product_limit import LEAST, Quantile
from app.visits.waits import Figures, Outcome, Waits
from ui.kit.formats import listed, span_text, time_text, zone_note

HOW_COUNTED = (
    "Somebody who still waits, or left, counts as waiting at least that long. "
    "Appointments count from when their patient comes."
)
_TOO_FEW = "too few"
_NO_BREAK = "\N{NO-BREAK SPACE}"
_COUNTED = (
    (Outcome.SEEN, "seen"),
    (Outcome.WAITING, "still waiting"),
    (Outcome.LEFT, "left without being seen"),
    (Outcome.CANCELLED, "cancelled before being seen"),
    (Outcome.ENDED, "left or cancelled, the server does not say which"),
    (Outcome.NOT_TOLD, "in a state that is not known"),
)
_ALWAYS = (Outcome.SEEN, Outcome.WAITING, Outcome.LEFT)


class TableColumn(NamedTuple):
    """A column of the figures. tip: what its title means."""

    title: str
    tip: str


_WAITS = (
    TableColumn("Median", "Half of them are seen within this time"),
    TableColumn("9 of 10", "Nine of ten of them are seen within this time"),
)
_COLUMNS = {
    Outcome.SEEN: TableColumn("Seen", "Taken into a visit, or finished"),
    Outcome.WAITING: TableColumn("Waiting", "Still waiting"),
    Outcome.LEFT: TableColumn("Left unseen", "Left without being seen"),
    Outcome.CANCELLED: TableColumn("Cancelled", "Cancelled before being seen, not by the patient"),
    Outcome.ENDED: TableColumn("Left or cancelled", "The server does not say which"),
    Outcome.NOT_TOLD: TableColumn("Not known", "In a state that is not known"),
}


def quantile_text(found: Quantile | None) -> str:
    """12 min; at least 31 min where it is not reached yet; too few."""
    if found is None:
        return _TOO_FEW
    return f"at least {span_text(found.seconds)}" if found.is_least else span_text(found.seconds)


def counts_line(waits: Waits, zone: str) -> str:
    """Today, since 00:00 (America/Los Angeles time): 41 came · 33 seen · 5 still waiting ...

    zone: the clinic's, which is named while this computer's clock shows another time (TIM-01).
    """
    counts, note = waits.whole.counts, zone_note(zone, waits.since)
    since = time_text(waits.since, waits.since) + (f" ({note})" if note else "")
    parts = [f"{waits.whole.came} came"]
    parts += [f"{counts[each]} {words}" for each, words in _COUNTED if counts[each] or each in _ALWAYS]
    # A line is broken between two of these alone.
    whole = listed(part.replace(" ", _NO_BREAK) for part in parts)
    return f"Today, since {since}: {whole}"


def waits_line(figures: Figures) -> str:
    """Median wait 12 min, 9 of 10 within 31 min. Of less than LEAST it is not told: it would be chance."""
    median, ninth = figures.median, figures.ninth
    if not figures.came:
        return "Nobody has come yet."
    if median is None or ninth is None:
        return f"Median wait: {_TOO_FEW} to tell, below {LEAST}."
    within = (
        f"9 of 10: {quantile_text(ninth)}" if ninth.is_least else f"9 of 10 within {quantile_text(ninth)}"
    )
    return f"Median wait {quantile_text(median)}, {within}"


def notes(waits: Waits) -> list[str]:
    """What the figures leave out, a sentence each."""
    told = (
        (waits.earlier, "{} who came before that still wait{s}."),
        (waits.whole.untimed, "Of {} who came it is not known how long they waited."),
        (waits.unmet, "{} appointment{p} took place of which it is not known when the patient came."),
        (waits.uncounted, "{} visit{p} could not be counted: the server does not tell enough."),
    )
    return [
        words.format(count, s="s" if count == 1 else "", p="" if count == 1 else "s")
        for count, words in told
        if count
    ]


def table_columns(waits: Waits) -> list[TableColumn]:
    """Those of `table_row`; what nobody came to has none."""
    return [TableColumn("Came", "All who came"), *(_COLUMNS[each] for each in _told(waits)), *_WAITS]


def table_row(figures: Figures, waits: Waits) -> Sequence[str]:
    """A row of figures, under `table_columns`."""
    counts = (str(figures.counts[each]) for each in _told(waits))
    return [str(figures.came), *counts, quantile_text(figures.median), quantile_text(figures.ninth)]


def _told(waits: Waits) -> list[Outcome]:
    return [each for each in _COLUMNS if each in _ALWAYS or waits.whole.counts[each]]
