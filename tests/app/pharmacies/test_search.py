"""What may be asked of each source, and how (api/pharmacy.md)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pharmacies.search import Search, Unsearchable, clinic_query, registry_query


@pytest.mark.parametrize(
    ("search", "query"),
    [
        ({"name": " Har "}, {"q": "Har"}),
        ({"name": "Har*"}, {"q": "Har"}),
        ({"city": "Salem", "state": "or"}, {"city": "Salem", "state": "OR"}),
        ({"zip": "9"}, {"zip": "9"}),
        ({"zip": "02190-0001"}, {"zip": "02190"}),
        ({"near": (44.9, -123.0)}, {"lat": 44.9, "lng": -123.0, "radius": 10.0}),
        ({"near": (44.9, -123.0), "radius": 2.5}, {"lat": 44.9, "lng": -123.0, "radius": 2.5}),
        ({"city": "Salem", "mail_order": False}, {"city": "Salem", "mail_order": 0}),
        ({"city": "Salem", "mail_order": True}, {"city": "Salem", "mail_order": 1}),
    ],
)
def test_how_the_clinic_is_asked(search: dict[str, Any], query: dict[str, Any]) -> None:
    assert clinic_query(Search(**search)) == query


@pytest.mark.parametrize(
    ("search", "reason"),
    [
        ({}, "empty"),
        ({"mail_order": True}, "empty"),
        ({"state": "OR"}, "state_alone"),
        ({"name": "x"}, "name"),
        ({"name": "*"}, "name"),
        ({"city": "Sal*"}, "city"),
        ({"zip": "97x"}, "zip"),
        ({"zip": "973011"}, "zip"),
        ({"zip": "٩٧٣٠١"}, "zip"),
        ({"city": "Salem", "state": "Oregon"}, "state"),
        ({"near": (91.0, 0.0)}, "point"),
        ({"near": (0.0, float("nan"))}, "point"),
        ({"near": (0.0, 0.0), "radius": 0.0}, "point"),
    ],
)
def test_what_the_clinic_is_not_asked(search: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unsearchable) as raised:
        clinic_query(Search(**search))
    assert raised.value.reason == reason


@pytest.mark.parametrize(
    ("search", "query"),
    [
        ({"name": "Har"}, {"organization_name": "har*"}),
        ({"name": "Møller's & Søn #3*"}, {"organization_name": "moller's & son #3*"}),
        ({"city": "Salem", "state": "or"}, {"city": "salem", "state": "OR"}),
        ({"city": "Sal*"}, {"city": "sal*"}),
        ({"zip": "97301"}, {"postal_code": "97301"}),
        ({"zip": "97301-0042"}, {"postal_code": "97301"}),
        ({"zip": "973"}, {"postal_code": "973*"}),
        ({"zip": "973*"}, {"postal_code": "973*"}),
        ({"zip": "97301", "near": (1.0, 1.0), "mail_order": True}, {"postal_code": "97301"}),
    ],
)
def test_how_the_directory_is_asked(search: dict[str, Any], query: dict[str, Any]) -> None:
    assert registry_query(Search(**search)) == query


@pytest.mark.parametrize(
    ("search", "reason"),
    [
        ({}, "empty"),
        ({"near": (44.9, -123.0)}, "empty"),
        ({"state": "OR"}, "state_alone"),
        ({"name": "x*"}, "name"),
        ({"name": "´´"}, "name"),
        ({"name": "a*b"}, "characters"),
        ({"name": "tom=jerry"}, "characters"),
        ({"name": "薬局"}, "characters"),
        ({"city": "S*"}, "city"),
        ({"zip": "9"}, "zip"),
    ],
)
def test_what_the_directory_is_not_asked(search: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unsearchable) as raised:
        registry_query(Search(**search))
    assert raised.value.reason == reason


@given(st.text(max_size=6), st.text(max_size=6), st.text(max_size=3), st.text(max_size=7))
def test_whatever_is_typed_is_a_question_that_may_be_put_or_unsearchable(
    name: str, city: str, state: str, digits: str
) -> None:
    search = Search(name=name, city=city, state=state, zip=digits)
    try:
        query = registry_query(search)
    except Unsearchable:
        return
    assert set(query) - {"state"}
    for value in query.values():
        assert value.isascii()
        assert len(value.partition("*")[0]) >= 2
        assert value.partition("*")[2] == ""
