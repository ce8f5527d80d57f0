"""Views have names of their own, and nobody's search is kept in one."""

import pytest

from app.visits.filter import MINE, Filter
from app.visits.views import (
    LONGEST_NAME,
    MOST_VIEWS,
    SavedView,
    name_fault,
    renamed,
    saved,
    view_of,
    without,
)

ROOM = Filter(rooms={"k7m2p"})


def names(views: tuple[SavedView, ...]) -> list[str]:
    return [view.name for view in views]


def test_a_view_is_kept_without_its_search_in_order_of_names() -> None:
    views = saved((), "  Morning   round ", Filter(rooms={"k7m2p"}, text="okafor"))
    assert views == (SavedView(name="Morning round", filter=ROOM),)
    views = saved(views, "afternoon", MINE)
    assert names(views) == ["afternoon", "Morning round"]
    assert view_of(views, ROOM) == views[1]
    assert view_of(views, Filter(types={1})) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "missing"),
        ("   ", "missing"),
        ("x" * LONGEST_NAME, None),
        ("x" * (LONGEST_NAME + 1), "long"),
        ("ROUND", "taken"),
        (" round ", "taken"),
        ("everyone", "taken"),
        ("Mine", "taken"),
        ("Rounds", None),
    ],
)
def test_names_that_cannot_be(name: str, fault: str | None) -> None:
    views = saved((), "Round", ROOM)
    assert name_fault(name, views) == fault
    if fault is None:
        assert len(saved(views, name, MINE)) == 2
        return
    with pytest.raises(ValueError, match=fault):
        saved(views, name, MINE)
    others = saved(views, "Other", MINE)
    with pytest.raises(ValueError, match=fault):
        renamed(others, "Other", name)


def test_a_view_is_renamed_and_deleted() -> None:
    views = saved(saved((), "Round", ROOM), "Other", MINE)
    assert renamed(views, "Round", "round") == (views[0], SavedView(name="round", filter=ROOM))
    assert names(renamed(views, "Round", "A round")) == ["A round", "Other"]
    assert without(views, "Other") == (views[1],)


def test_there_is_an_end_to_them() -> None:
    views: tuple[SavedView, ...] = ()
    for number in range(MOST_VIEWS):
        views = saved(views, f"View {number}", ROOM)
    with pytest.raises(ValueError, match="many"):
        saved(views, "One more", ROOM)
