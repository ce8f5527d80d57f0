"""What somebody narrows their list to, and which visits fit it. Plain functions over records.

A filter hides patients, so in doubt a row is shown: an unreadable row, and a visit of which the server does
not tell what is filtered by, or tells it in a number that nobody could have chosen. A search is another
matter: it hides whatever does not contain its words, and `tally` says what that was.
"""

from collections.abc import Callable, Iterable
from typing import Annotated, NamedTuple

import msgspec

from app.core.unreadable import Unreadable
from app.users.role import Rights
from app.visits.record import Subtype, Type, Visit
from app.visits.search import Haystacks, needles_of
from app.visits.waiting import Group, QueueRow, group, is_e_consult, is_open

Matches = Callable[[QueueRow], bool]
_Test = Callable[[Visit], bool]

NO_PROVIDER = ""
"""Among `Filter.providers`: visits that nobody has taken or been given yet."""

MOST_CHOSEN = 500
LONGEST_TEXT = 200

_Id = Annotated[str, msgspec.Meta(max_length=128)]
_Ids = Annotated[frozenset[_Id], msgspec.Meta(max_length=MOST_CHOSEN)]
_Numbers = Annotated[frozenset[int], msgspec.Meta(max_length=MOST_CHOSEN)]

_TYPES, _SUBTYPES = frozenset(Type), frozenset(Subtype)


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """A visit fits that is in one of the rooms, with one of the providers or mine, of one of the types, of
    one of the subtypes, and has every word of the text. What is empty asks for nothing.

    rooms: codes. providers: ids, and `NO_PROVIDER`. types, subtypes: the server's numbers (api/visits.md §1).
    text: as typed; it may be a patient's name, see `lasting`.
    """

    rooms: _Ids = frozenset()
    providers: _Ids = frozenset()
    types: _Numbers = frozenset()
    subtypes: _Numbers = frozenset()
    mine: bool = False
    text: Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)] = ""

    @property
    def is_empty(self) -> bool:
        """Whether everybody is shown."""
        return self.lasting == EVERYONE and not self.text.strip()

    @property
    def lasting(self) -> "Filter":
        """Without its text. Only this is kept for another day: whoever comes in the morning to yesterday's
        search would not see who waits."""
        return msgspec.structs.replace(self, text="")


EVERYONE = Filter()
MINE = Filter(mine=True)


class Tally(NamedTuple):
    """How many rows a filter shows and hides. hidden_waiting, hidden_unclear: of the hidden ones; the unclear
    ones could not be read, or are in a state that nobody knows."""

    shown: int
    hidden: int
    hidden_waiting: int
    hidden_unclear: int


class Finder:
    """Finds the visits of a filter, for one person. me_id: their id. rights: theirs; another role, another
    finder."""

    def __init__(self, me_id: str, rights: Rights) -> None:
        self._me_id = me_id
        self._haystacks = Haystacks(rights)

    def matching(self, wanted: Filter) -> Matches:
        """Tells of a row whether it fits; made once for a filter, asked for every row."""
        needles = needles_of(wanted.text)
        if not needles:
            self._haystacks.forget()
        tests = _tests(wanted, self._me_id)
        has = self._haystacks.has

        def fits(row: QueueRow) -> bool:
            if isinstance(row, Unreadable):
                return not needles
            for test in tests:
                if not test(row):
                    return False
            return not needles or has(row, needles)

        return fits


def tally(rows: Iterable[QueueRow], matches: Matches, now: float) -> Tally:
    """rows: all that the list would show without a filter. now: the server's time, Unix s."""
    shown = hidden = waiting = unclear = 0
    for row in rows:
        if matches(row):
            shown += 1
            continue
        hidden += 1
        # Over is neither of the two.
        place = group(row, now) if is_open(row) else None
        waiting += place == Group.WAITING
        unclear += place == Group.UNCLEAR
    return Tally(shown, hidden, waiting, unclear)


def _tests(wanted: Filter, me_id: str) -> list[_Test]:
    tests: list[_Test] = []
    if wanted.rooms:
        tests.append(lambda visit: visit.room_code is None or visit.room_code in wanted.rooms)
    if wanted.providers or wanted.mine:
        whose = wanted.providers | {me_id} if wanted.mine else wanted.providers
        tests.append(lambda visit: _is_with(visit, whose))
    if wanted.types:
        tests.append(
            lambda visit: (
                visit.type not in _TYPES
                or visit.type in wanted.types
                or (Type.E_CONSULT in wanted.types and is_e_consult(visit))
            )
        )
    if wanted.subtypes:
        tests.append(
            lambda visit: (
                visit.subtype not in _SUBTYPES
                or visit.subtype in wanted.subtypes
                or (Subtype.E_CONSULT in wanted.subtypes and is_e_consult(visit))
            )
        )
    return tests


def _is_with(visit: Visit, whose: frozenset[str]) -> bool:
    if visit.provider is not None:
        return visit.provider.id in whose
    return NO_PROVIDER in whose or not _tells_provider(visit)


def _tells_provider(visit: Visit) -> bool:
    """null says that there is none; silence, and what cannot be read, say nothing."""
    if "provider" in visit.absent:
        return False
    return not any(path.startswith(("visit.provider", "visit.intake.provider")) for path in visit.unread)
