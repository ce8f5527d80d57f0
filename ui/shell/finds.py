"""What can be found in the palette: commands, patients in the queue, rooms."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.rooms.record import Room
from app.visits.record import Visit
from app.visits.waiting import QueueRow
from ui.kit import keys
from ui.kit.cell import Cell
from ui.kit.formats import day_text
from ui.kit.into_view import bring_into_view
from ui.shell.finding import folded

Look = Callable[[Any], tuple[Cell, Cell]]


class Kind(IntEnum):
    """In the order in which equals are listed."""

    COMMAND = 0
    PATIENT = 1
    ROOM = 2


@dataclass(frozen=True, slots=True)
class Find:
    """Something that can be found. text, rank: see `Findable`. what: what it stands for.

    look: its two cells, made when they are painted. choose: goes there; False when it is there no more.
    """

    id: str
    text: str
    rank: tuple[int, int]
    what: Any
    look: Look
    choose: Callable[[Any], bool]


Source = Callable[[], Iterable[Find]]


def patients(rows: Callable[[], Iterable[QueueRow]], look: Look, choose: Callable[[str], bool]) -> Source:
    """Those in the queue, in the order of `rows`; by name and date of birth. choose: selects a visit by id.

    Hand it in only for whoever may see identities (`Rights.identity`).
    """

    def chosen(visit: Visit) -> bool:
        return choose(visit.id)

    def source() -> Iterator[Find]:
        for number, row in enumerate(rows()):
            if isinstance(row, Visit) and row.member is not None:
                yield Find(f"visit {row.id}", _of(row), (Kind.PATIENT, number), row, look, chosen)

    return source


def _of(visit: Visit) -> str:
    member = visit.member
    if member is None:
        return ""
    born = day_text(member.born) if member.born else ""
    iso = member.born.isoformat() if member.born else ""
    return folded(member.family, member.given, member.full_name, born, iso)


def rooms(of: Callable[[], Iterable[Room]], choose: Callable[[str], None]) -> Source:
    """The clinic's rooms, by name and code. choose: shows the room of this code alone."""

    def look(room: Room) -> tuple[Cell, Cell]:
        return Cell(room.name or room.code, f"Room {room.code}", icon="door"), Cell("Show this room only")

    def chosen(room: Room) -> bool:
        choose(room.code)
        return True

    def source() -> Iterator[Find]:
        for number, room in enumerate(of()):
            text = folded(room.name, room.code, "room")
            yield Find(f"room {room.code}", text, (Kind.ROOM, number), room, look, chosen)

    return source


class Commands:
    """What the window can be told to do now, generated from its actions and keys.

    An action is done, but one marked DELIBERATE: `point_at` goes to its place in the menu. A button is gone
    to and never pressed, so that no call starts and nothing is finished by Enter here (requirements §3.8).
    What was chosen last comes first. without: the action that leads here.
    """

    def __init__(
        self, window: QWidget, menu: QMenu, point_at: Callable[[QAction], None], without: QAction
    ) -> None:
        self._window, self._menu, self._point_at, self._without = window, menu, point_at, without
        self._recent: list[str] = []

    def __call__(self) -> Iterator[Find]:
        """Those that are possible now."""
        seen: dict[str, keys.Bound] = {}
        for bound in (*_actions(self._menu), *keys.bound_in(self._window)):
            if bound.words and bound.by is not self._without and _is_possible(bound):
                # The action before the key that repeats it.
                seen.setdefault(bound.words, bound)
        for number, (words, bound) in enumerate(seen.items()):
            # Looks, which are chosen once, come after all others.
            is_look = isinstance(bound.by, QAction) and bound.by.isCheckable()
            place = number + len(seen) * is_look
            if words in self._recent:
                place = self._recent.index(words) - len(self._recent)
            rank = (Kind.COMMAND, place)
            yield Find(f"command {words}", folded(words), rank, bound, _command_look, self._chosen)

    def _chosen(self, bound: keys.Bound) -> bool:
        if not _is_possible(bound):
            return False
        self._recent = [bound.words, *(each for each in self._recent if each != bound.words)]
        if isinstance(bound.by, QAction):
            if bound.by.property(keys.DELIBERATE):
                self._point_at(bound.by)
            else:
                bound.by.trigger()
        elif bound.button is not None:
            bound.button.setFocus()
            bring_into_view(bound.button)
        else:
            bound.by.activated.emit()
        return True


def _actions(menu: QMenu, title: str = "") -> Iterator[keys.Bound]:
    """Those of a menu and of the menus in it, by whose title they are called: "Text size: 200%"."""
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _actions(inner, f"{keys.plain(action)}: ")
        elif not action.isSeparator():
            words = title + keys.plain(action)
            yield keys.Bound(keys.keys_of(action), words, action, menu, action.shortcutContext())


def _is_possible(bound: keys.Bound) -> bool:
    if not bound.by.isEnabled():
        return False
    if isinstance(bound.by, QAction):
        return bound.by.isVisible()
    if bound.button is not None:
        return bound.button.isVisible() and bound.button.isEnabled()
    return bound.owner.isVisible()


def _command_look(bound: keys.Bound) -> tuple[Cell, Cell]:
    if isinstance(bound.by, QAction):
        about = "Opens the menu there" if bound.by.property(keys.DELIBERATE) else ""
    else:
        about = "" if bound.button is None else "Goes to the button"
    return Cell(bound.words, wrap=True), Cell(bound.keys or about, about if bound.keys else "")
