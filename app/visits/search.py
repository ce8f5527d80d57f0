"""Finding a visit by what somebody remembers of its patient: name, birth date, phone, reason, number."""

import re
from collections.abc import Iterator, Sequence

from app.checkin.names import fold
from app.users.role import Rights
from app.visits.record import Visit

Needle = tuple[str, ...]
"""Spellings of which one must be found."""

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SHORT = 3
# Before each written form of a birth date. Folding leaves no control character in what is typed or told.
_DAY = "\x01"
_YEAR = r"((?:18|19|20)\d\d|\d\d)(?!\d)"
_DATE = re.compile(
    rf"(?<!\d)(?P<iso>(\d{{4}})[-/.](\d\d?)[-/.](\d\d?)(?!\d))"
    rf"|(?<!\d)(?P<numbers>(\d\d?)[-/.](\d\d?)[-/.]{_YEAR})"
    rf"|(?<!\d)(?P<day_first>(\d\d?)[-/. ]*([a-z]{{3,9}})[-/., ]*{_YEAR})"
    rf"|(?<![a-z])(?P<month_first>([a-z]{{3,9}})[-/. ]*(\d\d?)[-/., ]+{_YEAR})"
)
_US_DIGITS = 10
_LONGEST_COUNTRY_CODE = 3
_SHORTEST_WITH_COUNTRY = 9
# Twice as many visits as a list is promised to hold.
_MOST_KEPT = 20_000
# Most of what is searched is ASCII, for which this is `fold`, ten times faster.
_ASCII = {code: fold(chr(code)) or " " for code in range(128)} | {ord(sign): "" for sign in "'`"}


def needles_of(text: str) -> tuple[Needle, ...]:
    """What must be found for `text`: each word, in any place and order, as part of a word too. Case, accents
    and punctuation do not count. A date finds who was born on it, however it is written; 05/09/1984 is both
    9 May and 5 September."""
    needles: list[Needle] = []

    def take(found: re.Match[str]) -> str:
        spellings = _birth_spellings(found)
        if not spellings:
            return found.group()
        # It may stand in the reason, too.
        needles.append((*spellings, _folded(found.group())))
        return " "

    rest = _DATE.sub(take, text.lower())
    for word in _folded(rest).split():
        if not word.startswith("+"):
            needles.append((word,))
        elif spellings := _phone_spellings(word.lstrip("+")):
            needles.append(spellings)
    return tuple(needles)


class Haystacks:
    """All that a visit is found by, folded: keyed by its id and good for the one record it was made of, so
    that a keystroke folds nothing and a changed visit is folded anew (a struct cannot be referred to weakly).
    Holds what was searched through since the last `forget`, a bounded number, in memory alone.

    rights: what they do not hold is not searched.
    """

    def __init__(self, rights: Rights) -> None:
        self._rights = rights
        self._kept: dict[str, tuple[Visit, str]] = {}

    def has(self, visit: Visit, needles: Sequence[Needle]) -> bool:
        """Whether every one of them is in the visit."""
        kept = self._kept.get(visit.id)
        if kept is None or kept[0] is not visit:
            kept = self._keep(visit)
        found_in = kept[1]
        for needle in needles:
            if needle[0] not in found_in and not any(each in found_in for each in needle[1:]):
                return False
        return True

    def forget(self) -> None:
        """Nothing is searched for any more."""
        self._kept.clear()

    def _keep(self, visit: Visit) -> tuple[Visit, str]:
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        kept = self._kept[visit.id] = (visit, " ".join(_parts(visit, self._rights)))
        return kept


def _parts(visit: Visit, rights: Rights) -> Iterator[str]:
    yield visit.id
    if rights.reason and visit.reason:
        yield _folded(visit.reason)
    if not rights.identity:
        return
    phones = [visit.intake.phone] if visit.intake else []
    if visit.member is not None:
        member = visit.member
        yield member.id
        yield _folded(f"{member.given} {member.family} {member.full_name}")
        phones.append(member.phone)
        if member.born is not None:
            year, month, day = f"{member.born:%Y %m %d}".split()
            name = _MONTHS[member.born.month - 1]
            # Apart for whoever is still typing, then whole.
            yield f"{day} {name} {year}"
            yield from (f"{_DAY}{form}" for form in (year + month + day, month + day + year))
            yield from (f"{_DAY}{form}" for form in (day + month + year, day + name[:_SHORT] + year))
    for phone in phones:
        digits = "".join(filter(str.isdecimal, phone))
        yield f"1{digits}" if len(digits) == _US_DIGITS else digits


def _folded(text: str) -> str:
    return " ".join(text.translate(_ASCII).split()) if text.isascii() else fold(text)


def _birth_spellings(found: re.Match[str]) -> Needle:
    """The written forms in which a birth date is kept; none when it is no date after all."""
    groups = [group for group in found.groups() if group is not None][1:]
    if found["iso"]:
        year, month, day = groups
        return (f"{_DAY}{year}{month:0>2}{day:0>2}",)
    first, second, year = groups
    if found["numbers"]:
        stem = f"{first:0>2}{second:0>2}"
    else:
        day, word = (first, second) if found["day_first"] else (second, first)
        if not any(name.startswith(word) for name in _MONTHS):
            return ()
        stem = f"{day:0>2}{word[:_SHORT]}"
    # Two digits are a short year, or the beginning of one that is being typed.
    years = (year,) if len(year) > 2 else (year, f"19{year}", f"20{year}")
    return tuple(f"{_DAY}{stem}{each}" for each in years)


def _phone_spellings(digits: str) -> Needle:
    """Of a word after a plus sign: with its country code, and without, since most are kept without."""
    if len(digits) < _SHORTEST_WITH_COUNTRY:
        return (digits,) if len(digits) > _LONGEST_COUNTRY_CODE else ()
    return tuple(digits[cut:] for cut in range(_LONGEST_COUNTRY_CODE + 1))
