"""Who is meant, at a real practice clinic: exactly one, or a sentence."""

from datetime import date
from typing import Any

import pytest

from app.auth.sso import AppKeys
from app.checkin.patients import MOST_NAMESAKES, Patients, search_patients
from app.checkin.record import read_check_in
from app.core.action import Unfit
from app.errors import Broken, Refused
from app.session import registering
from app.users.record import Person
from app.users.user import User
from app.wire.listing import Listing
from tests.app.checkin.desks import OKAFOR, OLD, STRANGER, YOUNG, Desk, desk_at, line, twin_of
from tests.practice import Practice


@pytest.fixture
def clinic(shared_clinic: Practice) -> Practice:
    """One clinic for all: none minds what another did."""
    return shared_clinic


async def found(desk: Desk, **changes: Any) -> str:
    return await Patients(desk.session.users).find(read_check_in(line(**changes)), "code")


@pytest.mark.parametrize(
    ("patient", "member_id"),
    [
        (OKAFOR, "7301"),
        ({**OKAFOR, "first_name": "MIRA", "last_name": "okafor "}, "7301"),
        (OLD, "7302"),
        (YOUNG, "7303"),
        ({**YOUNG, "first_name": "MARI\u0301A JOSE\u0301"}, "7303"),
        ({**YOUNG, "first_name": "Maria Jose", "last_name": "GARCÍA NÚÑEZ"}, "7303"),
        ({**YOUNG, "last_name": "Garcia Nunez"}, "7303"),
        ({"first_name": "Suharto", "last_name": "", "dob": "1968-08-01"}, "7304"),
        ({"first_name": "Seán", "last_name": "O’Brien D’Arcy", "dob": "1979-03-22"}, "7305"),
        ({"first_name": "晓明", "last_name": "王", "dob": "2001-01-01"}, "7310"),
        # None of its letters as they are written there, but the address is.
        (
            {
                "first_name": "Jurgen",
                "last_name": "Muller-Ludenscheidt",
                "dob": "1958-10-03",
                "email": "patient.7313@example.test",
            },
            "7313",
        ),
    ],
)
async def test_a_name_as_somebody_types_it(clinic: Practice, patient: dict[str, Any], member_id: str) -> None:
    async with desk_at(clinic) as desk:
        assert await found(desk, patient=patient) == member_id


async def test_a_name_that_is_written_without_its_accents_there_is_found(clinic: Practice) -> None:
    patient = {"first_name": "Zoe", "last_name": "Sorensen-Nunez", "dob": "2001-01-02"}
    typed = {**patient, "first_name": "Zoë", "last_name": "Sørensen-Núñez"}
    async with desk_at(clinic) as desk:
        member_id = await twin_of(clinic, patient, "plain-1")
        assert await found(desk, patient=typed) == member_id
        # Who they are is told by all of the name, and by the birth date, as ever.
        for wrong in ({"dob": "2001-01-03"}, {"first_name": "Zoé Á"}):
            with pytest.raises(Unfit, match="No patient of this name and birth date is known"):
                await found(desk, patient={**typed, **wrong})
        clinic.forget()
        rows = await search_patients(desk.session.users, "so\u0301rensen-nú")
        assert member_id in {user.id for user in rows.records}


async def test_only_where_nobody_is_found_it_is_asked_once_more_without_the_accents(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        for words, times in (("García", 1), ("Okafor", 1), ("Nobödy", 2), ("Nobody", 1)):
            clinic.forget()
            await search_patients(desk.session.users, words)
            assert (words, clinic.asked("users.list")) == (words, times)


async def test_nobody_is_taken_by_half(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        for wrong in ({"dob": "1984-05-10"}, {"first_name": "Mir"}, {"last_name": "Haddad"}, STRANGER):
            with pytest.raises(Unfit, match="No patient of this name and birth date is known"):
                await found(desk, patient={**OKAFOR, **wrong})
        with pytest.raises(Unfit, match="No patient"):  # a provider
            await found(desk, patient={"first_name": "Noor", "last_name": "Haddad", "dob": "1984-05-09"})


async def test_a_number_is_held_against_the_name(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        assert await found(desk, patient=..., member_id="7301") == "7301"
        assert await found(desk, patient=YOUNG, member_id=7303) == "7303"
        for wrong in ({"patient": OLD}, {"patient": OKAFOR}):
            with pytest.raises(Unfit, match="another name or birth date"):
                await found(desk, member_id="7303", **wrong)
        with pytest.raises(Unfit, match="not a patient's"):
            await found(desk, patient=..., member_id="612")
        with pytest.raises(Refused):
            await found(desk, patient=..., member_id="1")


async def test_of_two_alike_neither_is_taken(clinic: Practice) -> None:
    patient = {"first_name": "Ana", "last_name": "Twin", "dob": "2001-01-02"}
    async with desk_at(clinic) as desk:
        first = await twin_of(clinic, patient, "twin-1")
        assert await found(desk, patient=patient) == first
        second = await twin_of(clinic, patient, "twin-2")
        with pytest.raises(Unfit, match="2 patients have this name and birth date"):
            await found(desk, patient=patient)
        assert await found(desk, patient=patient, member_id=second) == second


async def test_somebody_without_a_birth_date_is_not_made_a_second_time(clinic: Practice) -> None:
    patient = {"first_name": "No", "last_name": "Birthdate", "dob": "2001-01-02"}
    async with desk_at(clinic) as desk:
        await twin_of(clinic, {**patient, "dob": ""}, "undated-1")
        register = registering(desk.session._client, AppKeys(key=clinic.api_key, secret=clinic.api_secret))
        with pytest.raises(Unfit, match="has no known birth date"):
            await Patients(desk.session.users, register).find(read_check_in(line(patient=patient)), "code")


async def test_a_name_that_is_too_short_is_not_searched_for(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        clinic.forget()
        with pytest.raises(Unfit, match="too short"):
            await found(desk, patient={"first_name": "", "last_name": "王", "dob": "2001-01-01"})
        assert clinic.asked("users.list") == 0


class Namesakes:
    """A clinic where everybody has one name."""

    reads = 0

    async def search(self, words: str = "", **_: Any) -> Listing[User]:
        ids = range(MOST_NAMESAKES + 1)
        return Listing(tuple(User(person=Person(id=str(number), full_name="Mira Okafor")) for number in ids))

    async def read(self, user_id: str = "-") -> User:
        self.reads += 1
        return User(person=Person(id=user_id, given="Mira", family="Okafor", born=date(2000, 1, 1)))


async def test_not_every_namesake_of_a_large_clinic_is_read() -> None:
    people = Namesakes()
    with pytest.raises(Unfit, match="Too many patients have this name"):
        await Patients(people).find(read_check_in(line()), "code")
    assert people.reads == MOST_NAMESAKES


async def test_a_list_with_a_row_that_is_nobody_does_not_say_that_nobody_is_there(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        clinic.weather("wrong_json", "users.list", body={"data": [{"full_name": "Mira Okafor"}]})
        with pytest.raises(Broken):
            await found(desk)


async def test_a_key_that_is_not_accepted_signs_nobody_out(clinic: Practice) -> None:
    async with desk_at(clinic) as desk:
        wrong = AppKeys(key="wrong", secret="wrong")
        patients = Patients(desk.session.users, registering(desk.session._client, wrong))
        with pytest.raises(Unfit, match="app key may not register"):
            await patients.find(read_check_in(line(patient=STRANGER)), "code")
