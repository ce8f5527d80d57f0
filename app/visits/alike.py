"""When two names are the same, or so alike that one patient is taken for the other (PID-07, PAL-0540).

Case, accents, hyphens, nicknames in brackets and "Jr." do not make two names of one; nor does it matter which
of them somebody took for the family name.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from jellyfish import damerau_levenshtein_distance, metaphone

from app.users.record import Person

Likeness = Literal["same", "similar"]

BEGINS: Final = 3
"""Letters in which two given names begin alike."""
# A typo in a shorter name makes another one: Al and Ed, Bo and Jo.
_SHORTEST_TYPO = 3
# One consonant alone is no sound to know somebody by: Lee and Lou.
_SHORTEST_SOUND = 2
_NICKNAME = re.compile(r"\([^)]*\)|\[[^\]]*\]|\"[^\"]*\"|“[^”]*”|«[^»]*»")
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
# Letters that no decomposition of Unicode leads to the plain one.
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


@dataclass(frozen=True, slots=True)
class Called:
    """A person as their name is compared.

    family, given: folded, "" when not known. keys: whoever shares one of them has the same name.
    """

    person: Person
    family: str
    given: str
    keys: frozenset[str]


def fold(text: str) -> str:
    """The letters, marks and digits of a text, without case and accents."""
    if text.isascii():
        return "".join(filter(str.isalnum, text.lower()))
    # Twice: what a decomposition brings may have a case, and a plain letter an accent, of its own.
    for _ in range(2):
        apart = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
        text = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return "".join(sign for sign in text if unicodedata.category(sign)[0] in "LMN")


def called(person: Person) -> Called | None:
    """How a person is called; None when the server named nothing."""
    family, given = person.family, person.given
    if not (family and given) and person.full_name:
        family, given = _split(person.full_name)
    given_words, family_words = _words(given), _words(family)
    family, given = "".join(family_words), "".join(given_words)
    if not (family or given):
        return None
    keys = " ".join(sorted((*given_words, *family_words))), " ".join(sorted((family, given)))
    return Called(person, family, given, frozenset(keys))


def likeness(one: Called, other: Called) -> Likeness | None:
    """How like each other two people are called; None: nobody would take one for the other.

    Similar: the same family name, and given names that begin or sound alike, or the same date of birth, as
    twins have; or the same given name, and family names that sound alike or are one typo apart.
    """
    if not one.keys.isdisjoint(other.keys):
        return "same"
    if one.family and one.family == other.family:
        is_similar = _are_twins(one, other) or _begin_alike(one, other) or _near(one.given, other.given)
    else:
        is_similar = one.given != "" and one.given == other.given and _near(one.family, other.family)
    return "similar" if is_similar else None


def _are_twins(one: Called, other: Called) -> bool:
    return one.person.born is not None and one.person.born == other.person.born


def _begin_alike(one: Called, other: Called) -> bool:
    """An initial, or no given name at all, may be anybody's whose name begins so."""
    length = min(BEGINS, len(one.given), len(other.given))
    return one.given[:length] == other.given[:length]


def _near(one: str, other: str) -> bool:
    """One typo apart, or alike to the ear."""
    if min(len(one), len(other)) >= _SHORTEST_TYPO and damerau_levenshtein_distance(one, other) <= 1:
        return True
    sound = metaphone(one)
    return len(sound) >= _SHORTEST_SOUND and sound == metaphone(other)


def _words(text: str) -> tuple[str, ...]:
    """The folded words of a part of a name, without nicknames, and without the generation at its end."""
    if text.isascii() and text.isalpha():
        return (text.lower(),)  # as most are, and a list has thousands
    words = [word for word in map(fold, _NICKNAME.sub(" ", text).split()) if word]
    if len(words) > 1 and words[-1] in _GENERATIONS:
        words.pop()
    if not words and text.strip():
        # Of signs alone, or a nickname alone: it is all there is to go by.
        words = [fold(text) or " ".join(text.casefold().split())]
    return tuple(words)


def _split(full: str) -> tuple[str, str]:
    """Family and given name, where the server told them as one text."""
    family, comma, given = full.partition(",")
    if comma:
        return family, given
    given, _, family = full.strip().rpartition(" ")
    return family, given
