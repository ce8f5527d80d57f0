"""A filter shows whom it is asked for, and in doubt everybody else: nobody is hidden by what is not known."""

import json
from typing import Any

import pytest

from app.core.unreadable import Unreadable
from app.users.record import Person
from app.users.role import EVERYTHING
from app.visits.filter import EVERYONE, MINE, NO_PROVIDER, Filter, Finder, Tally, tally
from app.visits.record import Visit, read_visit

NOW = 1_780_000_000.0
ME, OTHER = "612", "613"
UNREADABLE = Unreadable(id="u", complaint="id is missing")


def visit(**values: Any) -> Visit:
    told = {"id": "1", "status": 10, "type": 1, "subtype": 3, "start": NOW - 600, "room_code": "k7m2p"}
    return Visit(**{**told, "provider": Person(id=ME), **values})


def fits(wanted: Filter, row: Visit | Unreadable) -> bool:
    return Finder(ME, EVERYTHING).matching(wanted)(row)


@pytest.mark.parametrize(
    ("wanted", "values", "is_shown"),
    [
        (EVERYONE, {}, True),
        (Filter(rooms={"k7m2p"}), {}, True),
        (Filter(rooms={"other", "k7m2p"}), {}, True),
        (Filter(rooms={"other"}), {}, False),
        (Filter(providers={ME}), {}, True),
        (Filter(providers={OTHER}), {}, False),
        (Filter(providers={NO_PROVIDER}), {}, False),
        (Filter(providers={NO_PROVIDER}), {"provider": None}, True),
        (MINE, {}, True),
        (MINE, {"provider": Person(id=OTHER)}, False),
        (MINE, {"provider": None}, False),
        (Filter(mine=True, providers={NO_PROVIDER}), {}, True),
        (Filter(mine=True, providers={NO_PROVIDER}), {"provider": None}, True),
        (Filter(mine=True, providers={NO_PROVIDER}), {"provider": Person(id=OTHER)}, False),
        (Filter(types={1}), {}, True),
        (Filter(types={2, 3}), {}, False),
        (Filter(subtypes={3}), {}, True),
        (Filter(subtypes={1, 2}), {}, False),
        (Filter(types={3}), {"subtype": 4}, True),
        (Filter(subtypes={4}), {"type": 3, "subtype": 3}, True),
        (Filter(rooms={"k7m2p"}, types={1}, subtypes={3}, mine=True), {}, True),
        (Filter(rooms={"k7m2p"}, types={2}), {}, False),
        (Filter(rooms={"other"}, types={1}), {}, False),
    ],
)
def test_a_visit_fits_every_kind_that_is_asked_for(
    wanted: Filter, values: dict[str, Any], is_shown: bool
) -> None:
    assert fits(wanted, visit(**values)) is is_shown


STRICT = Filter(rooms={"none"}, providers={"none"}, types={10}, subtypes={1})


def test_what_is_not_known_hides_nobody() -> None:
    assert fits(STRICT, UNREADABLE)
    assert not fits(STRICT, visit())
    bare = json.dumps({"id": "1", "status": "10"}).encode()
    assert fits(STRICT, read_visit(bare))
    garbled = json.dumps({"id": "1", "type": {}, "subtype": "x", "room_code": {}, "provider": 5}).encode()
    row = read_visit(garbled)
    assert isinstance(row, Visit)
    assert any(path.startswith("visit.provider") for path in row.unread)
    assert fits(STRICT, row)


@pytest.mark.parametrize("values", [{"type": 77, "subtype": None}, {"type": None, "subtype": 77}])
def test_a_number_that_nobody_could_have_chosen_hides_nobody(values: dict[str, Any]) -> None:
    assert fits(Filter(types={2}, subtypes={1}), visit(**values))


def test_null_says_that_there_is_no_provider_and_silence_does_not() -> None:
    told = {"id": "1", "type": 1}
    null = read_visit(json.dumps({**told, "provider_id": None}).encode())
    silent = read_visit(json.dumps(told).encode())
    assert not fits(MINE, null)
    assert fits(MINE, silent)
    assert fits(Filter(providers={NO_PROVIDER}), null)


def test_a_search_hides_what_cannot_be_read_and_it_is_counted() -> None:
    rows = [
        visit(id="1", reason="Cough"),
        visit(id="2", reason="Rash"),
        visit(id="3", reason="Rash", status=25),
        visit(id="4", reason="Rash", status=77),
        visit(id="5", reason="Rash", status=30),
        UNREADABLE,
    ]
    finder = Finder(ME, EVERYTHING)
    assert tally(rows, finder.matching(Filter(text="cough")), NOW) == Tally(1, 5, 1, 2)
    assert tally(rows, finder.matching(EVERYONE), NOW) == Tally(6, 0, 0, 0)
    assert tally(rows, finder.matching(Filter(text=" - ")), NOW) == Tally(6, 0, 0, 0)
    assert tally([], finder.matching(MINE), NOW) == Tally(0, 0, 0, 0)


def test_text_and_filter_are_asked_for_together() -> None:
    wanted = Filter(rooms={"k7m2p"}, text="cough")
    assert fits(wanted, visit(reason="Cough"))
    assert not fits(wanted, visit(reason="Cough", room_code="other"))
    assert not fits(wanted, visit(reason="Rash"))


def test_what_is_kept_for_another_day_has_no_text() -> None:
    wanted = Filter(rooms={"k7m2p"}, mine=True, text="okafor")
    assert wanted.lasting == Filter(rooms={"k7m2p"}, mine=True)
    assert Filter(text="okafor").lasting.is_empty
    assert Filter(text="  ").is_empty
    assert not Filter(text="o").is_empty
    assert not MINE.is_empty
