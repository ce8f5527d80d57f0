"""A typed date of birth: understood in one way only, or not at all (DSP-01)."""

import re
from datetime import date

from ui.kit.formats import age_text

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WITH_WORD = re.compile(r"(\d{1,2})[-./ ]*([A-Za-z]{3,9})[-./, ]*(\d{4})")
_WORD_FIRST = re.compile(r"([A-Za-z]{3,9})[-./ ]*(\d{1,2})[-./, ]+(\d{4})")
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_OLDEST_YEARS = 130

HINT = "09-MAY-1984 or 05/09/1984 (month first)"


class WrongBirth(Exception):
    """What was typed is no date of birth; the text says why, for people."""


def read_birth(typed: str, today: date) -> date:
    """The date that was typed: DD-MMM-YYYY, MM/DD/YYYY or YYYY-MM-DD. Raises WrongBirth."""
    text = typed.strip()
    if not text:
        raise WrongBirth("Enter the date of birth.")
    parts = _parts(text)
    if parts is None:
        raise WrongBirth(f"Type it as {HINT}, the year with four digits.")
    year, month, day = parts
    try:
        born = date(year, month, day)
    except ValueError:
        raise WrongBirth("There is no such day. Month first, or the month as a word.") from None
    if born > today:
        raise WrongBirth("This day is still to come.")
    if today.year - born.year > _OLDEST_YEARS:
        raise WrongBirth("Nobody is that old. Check the year.")
    return born


def birth_words(born: date, today: date) -> str:
    """9 May 1984 (42 y): with the month in full, so that day and month cannot be confused."""
    return f"{born.day} {_MONTHS[born.month - 1]} {born.year} ({age_text(born, today)})"


def _parts(text: str) -> tuple[int, int, int] | None:
    """Year, month and day; a month that is no word is 0."""
    if found := _WITH_WORD.fullmatch(text):
        return int(found[3]), _month(found[2]), int(found[1])
    if found := _WORD_FIRST.fullmatch(text):
        return int(found[3]), _month(found[1]), int(found[2])
    if found := _US.fullmatch(text):
        return int(found[3]), int(found[1]), int(found[2])
    if found := _ISO.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    return None


def _month(word: str) -> int:
    """1 to 12 for a month or its beginning, 0 for another word."""
    matches = (number for number, name in enumerate(_MONTHS, 1) if name.lower().startswith(word.lower()))
    return next(matches, 0)
