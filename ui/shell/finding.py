"""Finding by a few typed letters: which of many texts fit, and which of them fits best."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest
from typing import Protocol, TypeVar

from app.checkin.names import unaccented

_APARTS, _TOGETHERS = "-‐‑‒–—/.,:;()[]+&·…\t\n", "'’‘ʻʼ`´′"
_SIGNS = str.maketrans({**dict.fromkeys(_APARTS, " "), **dict.fromkeys(_TOGETHERS, "")})


class Findable(Protocol):
    """text: made by `folded`. rank: among those that fit equally well, the least comes first."""

    @property
    def text(self) -> str: ...
    @property
    def rank(self) -> tuple[int, int]: ...


F = TypeVar("F", bound=Findable)


def folded(*parts: str) -> str:
    """Without case, accents, apostrophes and hyphens, with a blank before each word: " sean obrien darcy"."""
    text = " ".join(parts)
    if not text.isascii():
        text = unaccented(text)
    return " " + " ".join(text.casefold().translate(_SIGNS).split())


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, as words that must all be found."""

    words: tuple[str, ...]

    def misses(self, text: str) -> tuple[int, bool] | None:
        """How badly a folded text fits: how many words begin none of its own, and whether its very beginning
        is another. None: it does not fit."""
        missed = 0
        for word in self.words:
            if word not in text:
                return None
            missed += f" {word}" not in text
        return missed, not (self.words and text.startswith(f" {self.words[0]}"))


def query_of(typed: str) -> Query:
    """What is asked for by `typed`; blank fits everything."""
    return Query(tuple(folded(typed).split()))


def best(query: Query, among: Iterable[F], most: int) -> tuple[list[F], int]:
    """The `most` that fit best, the best first, and how many fit at all."""
    fitting = [(misses, found) for found in among if (misses := query.misses(found.text)) is not None]
    first = nsmallest(most, fitting, key=lambda each: (each[0], each[1].rank))
    return [found for _misses, found in first], len(fitting)
