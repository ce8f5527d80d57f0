"""Filters that somebody has given a name, to have them again."""

from typing import Annotated, Literal

import msgspec

from app.visits.filter import Filter

LONGEST_NAME = 40
MOST_VIEWS = 20

NameFault = Literal["missing", "long", "taken"]

# What every list offers without being asked. Nobody's own view may pass for one of them.
_BUILT_IN = ("everyone", "mine")


class SavedView(msgspec.Struct, frozen=True, kw_only=True):
    """name: unique, whatever its case. filter: without a text, see `Filter.lasting`."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
    filter: Filter


Views = Annotated[tuple[SavedView, ...], msgspec.Meta(max_length=MOST_VIEWS)]


def tidy(name: str) -> str:
    """A name as it is kept: blanks at its ends and double ones are slips."""
    return " ".join(name.split())


def name_fault(name: str, views: tuple[SavedView, ...], *, but: str = "") -> NameFault | None:
    """Why a view cannot have this name; None when it can. but: the view that is to be renamed."""
    wanted = tidy(name)
    if not wanted:
        return "missing"
    if len(wanted) > LONGEST_NAME:
        return "long"
    others = {view.name.casefold() for view in views if view.name != but}
    return "taken" if wanted.casefold() in others.union(_BUILT_IN) else None


def saved(views: tuple[SavedView, ...], name: str, wanted: Filter) -> tuple[SavedView, ...]:
    """With one more view. Raises ValueError when the name cannot be, or there are `MOST_VIEWS` already."""
    fault = name_fault(name, views)
    if fault is not None or len(views) >= MOST_VIEWS:
        raise ValueError(fault or "too many views")
    return _sorted((*views, SavedView(name=tidy(name), filter=wanted.lasting)))


def renamed(views: tuple[SavedView, ...], before: str, name: str) -> tuple[SavedView, ...]:
    """With another name for one of them. Raises ValueError when it cannot be."""
    fault = name_fault(name, views, but=before)
    if fault is not None:
        raise ValueError(fault)
    return _sorted(
        tuple(
            msgspec.structs.replace(view, name=tidy(name)) if view.name == before else view for view in views
        )
    )


def without(views: tuple[SavedView, ...], name: str) -> tuple[SavedView, ...]:
    """Without the one of this name."""
    return tuple(view for view in views if view.name != name)


def view_of(views: tuple[SavedView, ...], wanted: Filter) -> SavedView | None:
    """The view that is shown now, if what is shown is one of them."""
    return next((view for view in views if view.filter == wanted), None)


def _sorted(views: tuple[SavedView, ...]) -> tuple[SavedView, ...]:
    return tuple(sorted(views, key=lambda view: view.name.casefold()))
