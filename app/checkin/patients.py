"""Who is meant: exactly one patient by name and birth date, or a plain no (two identifiers)."""

import unicodedata
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Protocol

from app.checkin.names import fold, unaccented
from app.checkin.record import CheckIn, Patient
from app.core.action import Unfit
from app.errors import Broken, SignedOut
from app.users.record import Person
from app.users.user import User, UserType
from app.wire.listing import Listing

Register = Callable[[Patient, str], Awaitable[str]]
"""Makes an account for a patient; answers their user id. The same code makes the same user, never a second.
Raises Failure."""

MOST_NAMESAKES = 20
"""Profiles that are read to tell people of one name apart."""
_SHORTEST = 3  # characters that a search wants (api/users.md §3)
_COLUMNS = ("id", "first_name", "last_name", "full_name", "type")


class People(Protocol):
    """Where people are found: `app.users.users.Users`."""

    async def search(
        self, words: str = "", *, types: Sequence[int] = (), columns: Sequence[str] = ()
    ) -> Listing[User]: ...

    async def read(self, user_id: str = "-") -> User: ...


async def search_patients(people: People, words: str, columns: Sequence[str] = ()) -> Listing[User]:
    """Patients by name or e-mail; where nobody is written so, once more without the accents. Raises Failure.

    A server may search letter by letter. columns: see `Users.search`.
    """
    words = unicodedata.normalize("NFC", words)
    found = await people.search(words, types=(UserType.MEMBER,), columns=columns)
    bare = unicodedata.normalize("NFC", unaccented(words))
    if found.records or found.unreadable or bare == words or len(bare) < _SHORTEST:
        return found
    return await people.search(bare, types=(UserType.MEMBER,), columns=columns)


class Patients:
    """Finds the patient of a check-in, or makes their account.

    register: with the clinic's app key (`app.auth.sso`); None: patients must be known already.
    """

    def __init__(self, people: People, register: Register | None = None) -> None:
        self._people = people
        self._register = register

    async def find(self, asked: CheckIn, code: str) -> str:
        """The user id of the one patient that is meant. Raises Failure, Unfit.

        code: of the account, if one is made.
        """
        if asked.member_id:
            return await self._checked(asked.member_id, asked.patient)
        patient = _named(asked)
        found, undated = await self._look(patient)
        if len(found) > 1:
            raise Unfit(f"{len(found)} patients have this name and birth date. Say which one by member_id.")
        if found:
            return found[0].id
        if undated:
            raise Unfit("A patient of this name has no known birth date. Say by member_id who is meant.")
        if self._register is None:
            raise Unfit("No patient of this name and birth date is known. Check both, or give member_id.")
        try:
            return await self._register(patient, code)
        except SignedOut:
            # The key is not accepted; the person who sends this is signed in all the same.
            raise Unfit("No such patient is known, and the clinic's app key may not register one.") from None

    async def known(self, asked: CheckIn) -> list[str]:
        """The ids of all whom a check-in may have meant, without making anybody. Raises Failure, Unfit."""
        if asked.member_id:
            return [asked.member_id]
        return [user.id for user in (await self._look(_named(asked)))[0]]

    async def _checked(self, member_id: str, patient: Patient | None) -> str:
        user = await self._people.read(member_id)
        if not _may_be_patient(user):
            raise Unfit("member_id is not a patient's.")
        if patient and not (_is_named(user.person, patient) and user.person.born in (None, patient.born)):
            raise Unfit("member_id belongs to somebody of another name or birth date.")
        return member_id

    async def _look(self, patient: Patient) -> tuple[list[User], bool]:
        """All of this name and birth date; and whether somebody has the name, but no known birth date."""
        profiles: dict[str, User] = {}
        is_clear = True
        for words in _questions(patient):
            rows = await search_patients(self._people, words, _COLUMNS)
            is_clear &= not rows.unreadable and (rows.total or 0) <= len(rows.records)
            for row in rows.records:
                if row.id not in profiles and _is_named(row.person, patient):
                    if len(profiles) == MOST_NAMESAKES:
                        raise Unfit("Too many patients have this name. Say by member_id who is meant.")
                    profiles[row.id] = await self._people.read(row.id)
            named = [user for user in profiles.values() if _is_named(user.person, patient)]
            found = [user for user in named if user.person.born == patient.born and _may_be_patient(user)]
            if found:
                return found, False
        if not is_clear:
            raise Broken("partial", where="users.list")
        return [], any(user.person.born is None for user in named)


def _named(asked: CheckIn) -> Patient:
    if asked.patient is None:
        raise Unfit("patient or member_id is missing: who is checked in.")
    return asked.patient


def _questions(patient: Patient) -> Iterator[str]:
    """What is searched for until somebody is found: of a name, one part may be written as it was typed."""
    texts = (patient.name, patient.last_name, patient.first_name, patient.email)
    words = dict.fromkeys(unicodedata.normalize("NFC", text) for text in texts if len(text) >= _SHORTEST)
    if not words:
        raise Unfit("This name is too short to search for. Say by member_id who is meant.")
    yield from words


def _is_named(person: Person, patient: Patient) -> bool:
    if person.given or person.family:
        ours, theirs = (patient.first_name, patient.last_name), (person.given, person.family)
        return [fold(name) for name in ours] == [fold(name) for name in theirs]
    return fold(person.full_name) == fold(patient.name)


def _may_be_patient(user: User) -> bool:
    """A patient or a guest, as far as the server tells."""
    return user.type in (None, UserType.MEMBER, UserType.GUEST)
