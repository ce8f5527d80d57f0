"""How dates, times, spans, names and phone numbers are written (requirements.md §3.4 and §3.5).

Plain functions: no record, no Qt. Dates have the month as a word whatever the desktop's language is. Times
are those of the clinic (TIM-01), as every screen of one program shows them: `show_times_in`.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo

from app.core.day import zone_named

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ADULT_FROM_YEARS = 2
_DOT = "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}·  "
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400


class _Shown:
    """In which zone times are written; None: this machine's."""

    zone: tzinfo | None = None


def show_times_in(zone: str) -> None:
    """From now on. zone: an IANA name; "", or one that nobody knows, for this machine's own."""
    _Shown.zone = zone_named(zone)


def zone_note(zone: str, now: float) -> str:
    """Los Angeles time; "" while a clock on this machine's wall shows the same. now: Unix s."""
    there = zone_named(zone)
    if there is None or _at(now, there).utcoffset() == _at(now, None).utcoffset():
        return ""
    return f"{_place(zone)} time".replace(" ", "\N{NO-BREAK SPACE}")


def time_there(zone: str, now: float) -> str:
    """17:05 (New York); "" where the clinic's clock shows the same, and for a zone that nobody knows."""
    there = zone_named(zone)
    if there is None or _at(now, there).utcoffset() == _at(now, _Shown.zone).utcoffset():
        return ""
    return f"{_at(now, there):%H:%M} ({_place(zone)})"


def _place(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _at(moment: float, zone: tzinfo | None) -> datetime:
    return datetime.fromtimestamp(moment, UTC).astimezone(zone)


def day_of(moment: float) -> date:
    """The day at the clinic."""
    return _at(moment, _Shown.zone).date()


def _clock(then: datetime) -> str:
    """14:05; with the name of its time in the one hour of a year that comes twice."""
    # Of this machine's zone `then` knows one distance to UTC alone.
    wall = then if _Shown.zone is not None else then.replace(tzinfo=None)
    first, second = (_offset(wall.replace(fold=fold)) for fold in (0, 1))
    return f"{then:%H:%M}" if first == second else f"{then:%H:%M} {then:%Z}"


def _offset(wall: datetime) -> timedelta | None:
    return (wall if wall.tzinfo is not None else wall.astimezone()).utcoffset()


def listed(parts: Iterable[str]) -> str:
    """2 waiting  ·  1 missed; empty ones are left out. No line that is broken begins with the dot."""
    return _DOT.join(filter(None, parts))


def day_text(day: date) -> str:
    """08-Apr-1972 (DSP-01)."""
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year:04}"


def time_text(moment: float, now: float) -> str:
    """14:05 at the clinic; with its day when that is not today's. Both in Unix s."""
    then = _at(moment, _Shown.zone)
    clock = _clock(then)
    return clock if then.date() == day_of(now) else f"{day_text(then.date())} {clock}"


def age_text(born: date, today: date) -> str:
    """42 y; months under two years, weeks and days for the youngest."""
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if born > today:
        return "check date"
    if months >= 12 * _ADULT_FROM_YEARS:
        return f"{months // 12} y"
    if months >= 3:
        return f"{months} mo"
    days = (today - born).days
    return f"{days // 7} wk" if days >= 14 else f"{days} d"


def born_text(born: date | None, now: float) -> str:
    """Born 08-Apr-1972 (54 y); now: Unix s."""
    if born is None:
        return "Born: not known"
    return f"Born {day_text(born)} ({age_text(born, day_of(now))})"


def span_text(seconds: float) -> str:
    """Whole units, zero parts left out: "under 1 min", 18 min, 1 hr 5 min, 2 d."""
    whole = int(max(0.0, seconds))
    if whole < _MINUTE_S:
        return "under 1 min"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min"
    if whole < _DAY_S:
        minutes = whole % _HOUR_S // _MINUTE_S
        return f"{whole // _HOUR_S} hr" + (f" {minutes} min" if minutes else "")
    return f"{whole // _DAY_S} d"


def ago_text(seconds: float) -> str:
    """Age of facts: seconds while they are few."""
    return f"{int(seconds)} s" if seconds < _MINUTE_S else span_text(seconds)


def name_text(family: str, given: str, full: str = "") -> str:
    """OKAFOR, Mira; the full name as it is when the server names no family name."""
    if family and given:
        return f"{family.upper()}, {given}"
    return full or family.upper() or given or "Name not known"


def phone_text(phone: str) -> str:
    """(503) 555-0117 for ten US digits, with or without the leading 1; anything else as it came."""
    digits = "".join(character for character in phone if character.isdigit())
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    plain = all(character.isdigit() or character in "+-(). " for character in phone)
    if not plain or len(digits) != 10 or (phone.startswith("+") and not phone.startswith("+1")):
        return phone
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
