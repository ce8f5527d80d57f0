"""What is said of a filter: what it asks for, and first of all who is not seen because of it."""

import pytest

from app.core.unreadable import Unreadable
from app.rooms.record import Room
from app.users.record import Person
from app.users.role import EVERYTHING, Role, rights_of
from app.visits.filter import EVERYONE, NO_PROVIDER, Filter, Tally
from app.visits.record import Visit
from tests.ui.visits.filtered import ME, OTHER, PROVIDERS, ROOMS
from ui.visits.filter_words import (
    Names,
    band_text,
    filter_text,
    find_text,
    names_of,
    nobody_fits_text,
    tally_text,
)

NAMES = names_of(ROOMS, PROVIDERS, (), ME)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (EVERYONE, ""),
        (Filter(rooms={"k7m2p"}, mine=True), "Room General Care, Mine"),
        (Filter(rooms={"k7m2p", "q4r8t"}), "Room General Care or Pediatrics & Family"),
        (Filter(rooms={"gone"}), "Room gone"),
        (Filter(rooms={"a", "b", "c", "d"}), "4 rooms"),
        (Filter(mine=True, providers={OTHER, NO_PROVIDER}), "Mine or Dr. Ben Ode or No provider yet"),
        (Filter(providers={"99"}), "Provider 99"),
        (Filter(types={1, 2}, subtypes={3}), "Appointment or Walk-in, Video"),
        (Filter(types={77}), "Type 77"),
        (Filter(text="  mira   knee "), "Search “mira knee”"),
        (Filter(text="x" * 31), f"Search “{'x' * 30}…”"),
    ],
)
def test_what_a_filter_asks_for(wanted: Filter, words: str) -> None:
    assert filter_text(wanted, NAMES) == words


@pytest.mark.parametrize(
    ("tally", "words"),
    [
        (Tally(4, 14, 3, 0), "4 of 18 shown, 14 hidden, 3 of them waiting"),
        (Tally(4, 14, 3, 1), "4 of 18 shown, 14 hidden, 3 of them waiting, 1 unclear"),
        (Tally(4, 14, 0, 2), "4 of 18 shown, 14 hidden, 2 of them unclear"),
        (Tally(4, 14, 0, 0), "4 of 18 shown, 14 hidden"),
        (Tally(18, 0, 0, 0), "all 18 shown"),
        (Tally(0, 0, 0, 0), "nobody is here now"),
    ],
)
def test_whom_it_hides(tally: Tally, words: str) -> None:
    assert tally_text(tally) == words


def test_the_band_says_both_and_nothing_where_nothing_is_filtered() -> None:
    tally = Tally(4, 14, 3, 0)
    said = band_text(Filter(rooms={"k7m2p"}, mine=True), NAMES, tally).replace("\N{NO-BREAK SPACE}", " ")
    counts = "4 of 18 shown, 14 hidden, 3 of them waiting"
    assert " ".join(said.split()) == f"Filtered: Room General Care, Mine · {counts}"
    assert band_text(EVERYONE, NAMES, tally) == ""


def test_an_empty_list_says_that_the_filter_made_it_so() -> None:
    assert nobody_fits_text(Tally(0, 14, 3, 0)) == "Nobody here fits the filter. 14 are hidden."
    assert nobody_fits_text(Tally(0, 1, 1, 0)) == "Nobody here fits the filter. 1 is hidden."
    assert nobody_fits_text(Tally(0, 0, 0, 0)) == ""


def test_names_come_from_wherever_they_are_known() -> None:
    rows = (
        Visit(id="1", room_code="k7m2p", room_name="Of the visit", provider=Person(id="9")),
        Visit(id="2", room_code="x1", room_name="Annex", provider=Person(id="8", given="Eve", family="Poe")),
        Visit(id="3", room_code="x2", provider=Person(id=ME, given="Ana", family="Ruiz")),
        Visit(id="4", room_code="x1"),
        Visit(id="5"),
        Unreadable(id="u", complaint="id is missing"),
    )
    names = names_of((*ROOMS, Room(code="x3"), Room(code="x1")), (*PROVIDERS, Person(id="8")), rows, ME)
    assert names == Names(
        {
            "k7m2p": "General Care",
            "q4r8t": "Pediatrics & Family",
            "x1": "Annex",
            "x2": "x2",
            "x3": "x3",
        },
        {OTHER: "Dr. Ben Ode", "8": "Eve Poe", "9": "Provider 9"},
    )


def test_the_search_promises_what_it_may_go_through() -> None:
    assert find_text(EVERYTHING) == "Find by name, born, phone, reason, number"
    assert find_text(rights_of(Role.FRONT_DESK)) == "Find by name, born, phone, number"
