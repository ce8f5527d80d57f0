"""The menu in which somebody chooses whose visits they see."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.users.role import Rights
from app.visits.filter import EVERYONE, NO_PROVIDER, Filter
from ui.kit.keys import shown
from ui.visits.filter_band import SHOW_ALL_KEYS
from ui.visits.filter_words import MINE, NOBODY_YET, SUBTYPES, TYPES, Names

_ANSWERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)

_FIELDS = {
    "providers": "Provider",
    "rooms": "Room",
    "types": "Visit type",
    "subtypes": "Video, phone, in person",
}


class _Checks(QMenu):
    """Stays open while its marks are set and taken: whoever chooses three rooms opens it once."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._set(self.actionAt(event.position().toPoint())):
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _ANSWERS or not self._set(self.activeAction()):
            super().keyPressEvent(event)

    def _set(self, action: QAction | None) -> bool:
        if action is None or not action.isCheckable() or not action.isEnabled():
            return False
        action.trigger()
        return True


class FilterMenu(_Checks):
    """Made anew from `names` whenever it is opened. chosen: the filter that somebody has put together."""

    chosen = Signal(object)

    def __init__(self, names: Callable[[], Names], rights: Rights, parent: QWidget) -> None:
        super().__init__(parent)
        self._names = names
        self._filter = EVERYONE
        self._mine = self.addAction(MINE)
        self._mine.setCheckable(True)
        self._mine.triggered.connect(self._toggle_mine)
        # Whoever takes no calls has no visits.
        self._mine.setVisible(rights.calls)
        self._menus = {name: _Checks(title, self) for name, title in _FIELDS.items()}
        for menu in self._menus.values():
            self.addMenu(menu)
        self.addSeparator()
        # The band owns the key: it is there whenever there is anything to remove.
        self._all = self.addAction(f"Show all\t{shown(SHOW_ALL_KEYS)}")
        self._all.triggered.connect(lambda: self._choose(EVERYONE))
        self.aboutToShow.connect(self._fill)

    def show_filter(self, wanted: Filter) -> None:
        """What is marked when it is opened next."""
        self._filter = wanted

    def _fill(self) -> None:
        names = self._names()
        offered: dict[str, list[tuple[str | int, str]]] = {
            "providers": [(NO_PROVIDER, NOBODY_YET), *_by_name(names.providers)],
            "rooms": _by_name(names.rooms),
            "types": list(TYPES.items()),
            "subtypes": list(SUBTYPES.items()),
        }
        self._mine.setChecked(self._filter.mine)
        for name, menu in self._menus.items():
            menu.clear()
            self._offer(menu, name, _with_unnamed(offered[name], getattr(self._filter, name)))
        self._say()

    def _offer(self, menu: QMenu, name: str, options: Iterable[tuple[str | int, str]]) -> None:
        for value, words in options:
            action = menu.addAction(_plain(words))
            action.setCheckable(True)
            action.setChecked(value in getattr(self._filter, name))
            action.triggered.connect(partial(self._toggle, name, value))
        if menu.isEmpty():
            menu.addAction("None is known yet").setEnabled(False)

    def _say(self) -> None:
        for name, menu in self._menus.items():
            count = len(getattr(self._filter, name))
            menu.setTitle(f"{_FIELDS[name]} ({count})" if count else _FIELDS[name])
        self._all.setEnabled(not self._filter.is_empty)

    def _toggle(self, name: str, value: str | int, _checked: bool = False) -> None:
        changed = getattr(self._filter, name) ^ {value}
        self._choose(msgspec.structs.replace(self._filter, **{name: changed}))

    def _toggle_mine(self, checked: bool) -> None:
        self._choose(msgspec.structs.replace(self._filter, mine=checked))

    def _choose(self, wanted: Filter) -> None:
        self._filter = wanted
        self._say()
        self.chosen.emit(wanted)


def _by_name(names: Mapping[str, str]) -> list[tuple[str | int, str]]:
    return sorted(names.items(), key=lambda option: option[1].casefold())


def _with_unnamed(
    options: list[tuple[str | int, str]], chosen: Iterable[str | int]
) -> list[tuple[str | int, str]]:
    """What is chosen can be taken back, also when nobody names it any more."""
    known = {value for value, _words in options}
    return [*options, *((value, str(value)) for value in sorted(set(chosen) - known, key=str))]


def _plain(words: str) -> str:
    """Qt reads "&" as a mnemonic, and what follows a tab as a key."""
    return " ".join(words.replace("&", "&&").split())
