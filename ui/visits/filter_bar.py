"""Finding people in the queue: a search, a filter, views; and whom they hide."""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QPushButton, QWidget

from app.users.role import EVERYTHING, Rights
from app.visits.filter import EVERYONE, Filter, Tally
from app.visits.views import SavedView
from ui.kit.announce import announce
from ui.kit.whole import Whole
from ui.theme.theme import Theme
from ui.theme.tokens import Space
from ui.visits.filter_band import FilterBand
from ui.visits.filter_field import FilterField
from ui.visits.filter_menu import FilterMenu
from ui.visits.filter_words import EVERYBODY, Names, band_text, filter_text, find_text
from ui.visits.views_menu import ViewsMenu

_NOBODY = Tally(0, 0, 0, 0)
# Below this much of the search in sight, the buttons go under it.
_FIELD_CHARS = 20
# Not every letter that is typed is worth a sentence (A11-08).
_TOLD_AFTER_MS = 700


class FilterBar(Whole):
    """One row above the list, and under it the band while anything is filtered.

    names: what can be chosen, asked when a menu opens and when a filter is put into words. rights: of whoever
    looks; without identity there is nothing to search. report: told of every fault of our own.
    changed: the `Filter`, by whoever is here; answer it with `set_counts`. views_changed: the saved views.
    left: the keyboard goes on to the list.
    """

    changed = Signal(object)
    views_changed = Signal(object)
    left = Signal()

    def __init__(
        self,
        theme: Theme,
        names: Callable[[], Names],
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
        *,
        rights: Rights = EVERYTHING,
    ) -> None:
        super().__init__(parent)
        self._theme, self._names = theme, names
        self._filter, self._tally, self._names_now = EVERYONE, _NOBODY, Names()
        self.field = FilterField(theme, find_text(rights), self)
        self.field.setVisible(rights.identity)
        self.filter_menu = FilterMenu(names, rights, self)
        self.views_menu = ViewsMenu(theme, self._described, rights, report, self)
        self.filter_button = _button("Filter", "Filter: room, provider, type", self.filter_menu, self)
        self.views_button = _button("Views", "Views: saved filters", self.views_menu, self)
        self.band = FilterBand(theme, self)
        self.field.textChanged.connect(self._typed)
        self.field.left.connect(self.left)
        self.filter_menu.chosen.connect(self._choose)
        self.views_menu.chosen.connect(self._choose)
        self.views_menu.views_changed.connect(self.views_changed)
        self.band.all_wanted.connect(self.show_all)
        self._tell_soon = QTimer(self, singleShot=True, interval=_TOLD_AFTER_MS)
        self._tell_soon.timeout.connect(self._tell)
        self._lay_out()
        theme.changed.connect(self._restyle)
        self._restyle()

    # -- what is filtered

    @property
    def filter(self) -> Filter:
        """What the list is narrowed to; `Filter.lasting` of it may be kept."""
        return self._filter

    def set_filter(self, wanted: Filter) -> None:
        """Shows a filter that was chosen before. Announces nothing."""
        before, self._filter = self._filter, wanted
        self.field.show_text(wanted.text)
        self.filter_menu.show_filter(wanted)
        self.views_menu.show_filter(wanted)
        if wanted.lasting != before.lasting:
            self.refresh_names()
        self._say()

    def show_all(self) -> None:
        """Removes filter and search."""
        had_focus = self.band.all_button.hasFocus()
        self._choose(EVERYONE)
        if had_focus:
            self.left.emit()

    def set_counts(self, shown: int, hidden: int, hidden_waiting: int = 0, hidden_unclear: int = 0) -> None:
        """See `Tally`."""
        self._tally = Tally(shown, hidden, hidden_waiting, hidden_unclear)
        self._say()

    def refresh_names(self) -> None:
        """Rooms or providers have other names than before."""
        self._names_now = Names() if self._filter.lasting.is_empty else self._names()
        self._say()

    def text(self) -> str:
        """What the band says, "" while nothing is filtered."""
        return self.band.text()

    # -- views

    @property
    def views(self) -> tuple[SavedView, ...]:
        """The saved ones."""
        return self.views_menu.views

    def set_views(self, views: tuple[SavedView, ...]) -> None:
        """Offers them."""
        self.views_menu.set_views(views)

    def close_questions(self) -> None:
        """The page goes."""
        self.views_menu.close_questions()

    # -- what is chosen

    def _typed(self, text: str) -> None:
        self._choose(msgspec.structs.replace(self._filter, text=text))

    def _choose(self, wanted: Filter) -> None:
        before = self._filter
        self.set_filter(wanted)
        if wanted != before:
            self.changed.emit(wanted)
            self._tell_soon.start()

    # -- what is said

    def _tell(self) -> None:
        announce(self, self.text() or EVERYBODY)

    def _described(self, wanted: Filter) -> str:
        return filter_text(wanted, self._names())

    def _say(self) -> None:
        tally = self._tally
        text = band_text(self._filter, self._names_now, tally)
        self.band.say(text, hides_waiting=bool(tally.hidden_waiting or tally.hidden_unclear))

    # -- look

    def _lay_out(self) -> None:
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self.filter_button)
        self._buttons.addWidget(self.views_button)
        self._buttons.addStretch(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.addWidget(self.field, 1)
        self._row.addLayout(self._buttons)
        self.column.addLayout(self._row)
        self.column.addWidget(self.band)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the buttons stand under the search."""
        super().resizeEvent(event)
        self._turn()

    def minimumSizeHint(self) -> QSize:
        """As narrow as it may be with its buttons under the search."""
        return QSize(
            self._buttons_width() + 2 * self._theme.px(Space.large), super().minimumSizeHint().height()
        )

    def _turn(self) -> None:
        field = self.field.fontMetrics().averageCharWidth() * _FIELD_CHARS
        fits = self.width() >= field + self._buttons_width() + 4 * self._theme.px(Space.large)
        ways = QBoxLayout.Direction
        wanted = ways.LeftToRight if fits else ways.TopToBottom
        if self._row.direction() != wanted:
            self._row.setDirection(wanted)

    def _buttons_width(self) -> int:
        buttons = (self.filter_button, self.views_button)
        return sum(button.sizeHint().width() for button in buttons) + self._theme.px(Space.small)

    def _restyle(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(Space.large), 0, px(Space.large), px(Space.small))
        self._row.setSpacing(px(Space.small))
        self._buttons.setSpacing(px(Space.small))
        self._turn()


def _button(text: str, name: str, menu: QMenu, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    # The visible word begins the name (A11-09).
    button.setAccessibleName(name)
    button.setProperty("menu", True)
    button.setMenu(menu)
    return button
