"""Whoever is looked for is found with the keyboard alone, and nobody is hidden without its being said."""

from collections.abc import Callable

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction, QColor
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.core.unreadable import Unreadable
from app.users.role import EVERYTHING, Rights, Role, rights_of
from app.visits.filter import EVERYONE, MINE, NO_PROVIDER, Filter, Finder
from app.visits.waiting import QueueRow
from tests.sessions import fail
from tests.ui.rest import rest
from tests.ui.visits.filtered import ME, OTHER, Filtered, collection_of, visit
from tests.ui.words import words_of
from ui.theme.theme import Theme
from ui.visits import filter_bar
from ui.visits.filter_bar import FilterBar

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support (raise|grab)")

UNREADABLE = Unreadable(id="u", complaint="id is missing")
Make = Callable[..., Filtered]
Key = Qt.Key


@pytest.fixture
def make(qtbot: QtBot, theme: Theme) -> Make:
    def shown(rights: Rights = EVERYTHING, width: int = 760, count: int = 18) -> Filtered:
        rows: list[QueueRow] = [*map(visit, range(count)), UNREADABLE]
        page = Filtered(theme, collection_of(rows), rights=rights)
        qtbot.addWidget(page, before_close_func=lambda page: page.close_listeners())
        page.resize(width, 420)
        page.show()
        qtbot.waitExposed(page)
        page.activateWindow()
        page.table.setFocus()
        rest(qtbot)
        return page

    return shown


def ids(page: Filtered, wanted: Filter) -> set[str]:
    """By the rules alone."""
    fits = Finder(ME, EVERYTHING).matching(wanted)
    return {row.id for row in page.visits if fits(row)}


def said(page: Filtered) -> str:
    return " ".join(page.bar.text().replace("\N{NO-BREAK SPACE}", " ").split())


def action(menu: QMenu, words: str) -> QAction:
    return next(each for each in menu.actions() if each.text().partition("\t")[0] == words)


def opened(menu: QMenu, *titles: str) -> QMenu:
    """The menu as it is when it is open, or one of its submenus."""
    menu.aboutToShow.emit()
    for title in titles:
        menu = action(menu, title).menu()
    return menu


# -- the search


def test_search_and_back_by_keys_alone(make: Make, qtbot: QtBot) -> None:
    page = make()
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    everybody = page.model.ids()
    qtbot.keyClick(page, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.focusWidget() is page.bar.field
    qtbot.keyClicks(page.bar.field, "garcia")
    assert set(page.model.ids()) == ids(page, Filter(text="garcia"))
    assert 0 < len(page.model.ids()) < len(everybody)
    qtbot.keyClick(page.bar.field, Key.Key_Down)
    assert page.focusWidget() is page.table
    qtbot.keyClick(page.table, Key.Key_Down)
    assert page.table.selected_id in page.model.ids()
    qtbot.keyClick(page, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.bar.field.selectedText() == "garcia"
    qtbot.keyClick(page.bar.field, Key.Key_Escape)
    assert page.bar.field.text() == ""
    assert page.focusWidget() is page.bar.field
    assert page.model.ids() == everybody
    qtbot.keyClick(page.bar.field, Key.Key_Escape)
    assert page.focusWidget() is page.table


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter])
def test_enter_in_the_search_opens_nobody(make: Make, qtbot: QtBot, key: Key) -> None:
    page = make()
    opens: list[object] = []
    page.table.opened.connect(opens.append)
    page.bar.field.setFocus()
    qtbot.keyClicks(page.bar.field, "okafor")
    qtbot.keyClick(page.bar.field, key)
    assert page.focusWidget() is page.table
    assert opens == []


def test_the_search_is_cleared_by_the_pointer_too(make: Make, qtbot: QtBot) -> None:
    page = make()
    button = page.bar.field.clear_button
    assert not button.isVisible()
    page.bar.field.setText("mira")
    rest(qtbot)
    assert button.isVisible()
    assert min(button.width(), button.height()) >= 24
    assert page.bar.field.rect().contains(button.geometry())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert page.bar.filter == EVERYONE
    assert not button.isVisible()


def test_whoever_arrives_while_it_is_filtered_is_counted(make: Make, qtbot: QtBot) -> None:
    page = make()
    page.bar.field.setText("okafor")
    before = page.model.ids()
    page.visits.put(visit(99, type=1, subtype=3))
    assert page.model.ids() == before
    page.visits.put(visit(100, type=1, subtype=3))
    assert visit(100).id in page.model.ids()
    hidden = [row for row in page.visits if row.id not in page.model.ids()]
    assert f"{len(page.model.ids())} of {len(page.visits)} shown, {len(hidden)} hidden" in said(page)


def test_a_held_list_is_filtered_at_once(make: Make) -> None:
    page = make()
    page.model.hold()
    page.bar.field.setText("okafor")
    assert set(page.model.ids()) == ids(page, Filter(text="okafor"))
    page.bar.show_all()
    assert len(page.model.ids()) == len(page.visits)


def test_roles_search_what_they_may_see(make: Make, qtbot: QtBot) -> None:
    desk = make(rights_of(Role.FRONT_DESK))
    assert "reason" not in desk.bar.field.placeholderText()
    wall = make(rights_of(Role.MONITOR))
    assert not wall.bar.field.isVisible()
    qtbot.keyClick(wall, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert not wall.bar.field.hasFocus()
    for page in (desk, wall):
        offered = [each.text() for each in opened(page.bar.filter_menu).actions() if each.isVisible()]
        assert "Mine" not in offered
        offered = [each.text() for each in opened(page.bar.views_menu).actions()]
        assert "Mine" not in offered


# -- the band


def test_a_band_says_whom_the_filter_hides_and_takes_it_away(make: Make, qtbot: QtBot) -> None:
    page = make()
    band = page.bar.band
    assert not band.isVisible()
    page.bar.filter_menu.chosen.emit(Filter(rooms={"k7m2p"}, mine=True))
    assert band.isVisible()
    shown, hidden = len(page.model.ids()), len(page.visits) - len(page.model.ids())
    words = f"Filtered: Room General Care, Mine · {shown} of 19 shown, {hidden} hidden, "
    assert said(page).startswith(words)
    assert said(page).endswith(" of them waiting")
    band.all_button.setFocus()
    qtbot.keyClick(band.all_button, Key.Key_Space)
    assert not band.isVisible()
    assert page.focusWidget() is page.table
    assert len(page.model.ids()) == 19


def test_its_key_shows_all_from_anywhere_and_keeps_the_focus(make: Make, qtbot: QtBot) -> None:
    page = make()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    page.bar.field.setFocus()
    page.bar.field.setText("okafor")
    qtbot.keyClick(page.bar.field, Key.Key_X, keys)
    assert page.bar.filter == EVERYONE
    assert page.bar.field.text() == ""
    assert page.focusWidget() is page.bar.field
    asked = len(page.asked)
    qtbot.keyClick(page.bar.field, Key.Key_X, keys)
    assert len(page.asked) == asked


def colour(page: Filtered) -> QColor:
    image = page.bar.band.grab().toImage()
    return image.pixelColor(image.width() // 2, 1)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_its_colour_is_strong_and_another_while_somebody_waits_unseen(
    make: Make, theme: Theme, mode: str, qtbot: QtBot
) -> None:
    theme.set_mode(mode)
    page = make()
    page.bar.set_filter(MINE)
    page.bar.set_counts(3, 4)
    rest(qtbot)
    assert colour(page) == QColor(theme.tokens.accent)
    for counts in ((3, 4, 1, 0), (3, 4, 0, 1)):
        page.bar.set_counts(*counts)
        assert colour(page) == QColor(theme.tokens.warn.fg)


def test_what_was_filtered_before_is_shown_and_announces_nothing(make: Make) -> None:
    page = make()
    wanted = Filter(text="okafor", mine=True)
    page.bar.set_filter(wanted)
    assert page.asked == []
    assert page.bar.field.text() == "okafor"
    assert page.bar.filter == wanted
    assert said(page).startswith("Filtered: Search “okafor”, Mine")


def test_a_screen_reader_is_told_once_when_the_typing_rests(
    make: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(filter_bar, "announce", lambda _speaker, text: told.append(text))
    page = make()
    qtbot.keyClicks(page.bar.field, "okafor")
    page.visits.put(visit(99))
    qtbot.waitUntil(lambda: bool(told))
    assert told == [page.bar.text()]
    page.bar.show_all()
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[1] == "Nothing is filtered"


# -- the menu


def test_marks_are_set_and_taken_without_the_menu_closing(make: Make, qtbot: QtBot) -> None:
    page = make()
    menu = page.bar.filter_menu
    qtbot.mouseClick(page.bar.filter_button, Qt.MouseButton.LeftButton)
    assert menu.isVisible()
    qtbot.keyClick(menu, Key.Key_Down)
    assert menu.activeAction().text() == "Mine"
    qtbot.keyClick(menu, Key.Key_Space)
    assert page.bar.filter == MINE
    qtbot.keyClick(menu, Key.Key_Return)
    assert page.bar.filter == EVERYONE
    rooms = action(menu, "Room").menu()
    rooms.popup(page.mapToGlobal(page.rect().center()))
    general = action(rooms, "General Care")
    qtbot.mouseClick(rooms, Qt.MouseButton.LeftButton, pos=rooms.actionGeometry(general).center())
    assert page.bar.filter == Filter(rooms={"k7m2p"})
    assert rooms.isVisible()
    assert rooms.title() == "Room (1)"
    both = action(rooms, "Pediatrics && Family")
    qtbot.mouseClick(rooms, Qt.MouseButton.LeftButton, pos=rooms.actionGeometry(both).center())
    assert page.bar.filter == Filter(rooms={"k7m2p", "q4r8t"})
    rooms.close()
    menu.close()


def test_everything_can_be_chosen_and_taken_back(make: Make) -> None:
    page = make()
    menu = page.bar.filter_menu
    for titles, words, wanted in (
        (("Provider",), "No provider yet", Filter(providers={NO_PROVIDER})),
        (("Provider",), "Dr. Ben Ode", Filter(providers={OTHER})),
        (("Room",), "Pediatrics && Family", Filter(rooms={"q4r8t"})),
        (("Visit type",), "Walk-in", Filter(types={1})),
        (("Video, phone, in person",), "Phone", Filter(subtypes={2})),
    ):
        action(opened(menu, *titles), words).trigger()
        assert page.bar.filter == wanted
        assert set(page.model.ids()) == ids(page, wanted)
        action(menu, "Show all").trigger()
        assert page.bar.filter == EVERYONE


def test_what_nobody_names_any_more_can_be_taken_back(make: Make) -> None:
    page = make()
    page.bar.set_filter(Filter(rooms={"gone"}, types={77}))
    gone = action(opened(page.bar.filter_menu, "Room (1)"), "gone")
    assert gone.isChecked()
    gone.trigger()
    assert page.bar.filter == Filter(types={77})


def test_choosing_keeps_what_is_searched(make: Make) -> None:
    page = make()
    page.bar.field.setText("okafor")
    action(opened(page.bar.filter_menu), "Mine").trigger()
    assert page.bar.filter == Filter(text="okafor", mine=True)
    page.bar.field.setText("mira")
    assert page.bar.filter == Filter(text="mira", mine=True)


# -- for everybody


def test_every_part_has_a_name_that_begins_with_what_is_seen(make: Make) -> None:
    page = make()
    page.bar.field.setText("okafor")
    for part in (page.bar.filter_button, page.bar.views_button, page.bar.band.all_button):
        name = QAccessible.queryAccessibleInterface(part).text(QAccessible.Text.Name)
        assert name.startswith(part.text())
    assert page.bar.field.accessibleName() == "Find in the queue"
    assert page.bar.field.clear_button.accessibleName() == "Clear the search"
    assert "Ctrl+Shift+X" in page.bar.band.all_button.accessibleDescription()


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [480, 640, 760])
def test_nothing_is_cut_in_a_narrow_window_or_in_large_text(
    make: Make, theme: Theme, scale: float, width: int, qtbot: QtBot
) -> None:
    theme.set_scale(scale)
    page = make(width=width)
    assert page.minimumSizeHint().width() <= width
    page.bar.filter_menu.chosen.emit(Filter(rooms={"k7m2p", "q4r8t"}, mine=True, text="okafor"))
    rest(qtbot)
    bar = page.bar
    assert page.width() == width
    for part in (bar.filter_button, bar.views_button, bar.band.all_button):
        assert part.width() >= part.sizeHint().width()
        assert part.height() >= 24
        assert page.rect().contains(part.rect().translated(part.mapTo(page, part.rect().topLeft())))
    words = bar.band._words
    assert words.height() >= words.heightForWidth(words.width())
    assert bar.field.width() >= bar.field.fontMetrics().averageCharWidth() * 16
    assert bar.band.geometry().bottom() < page.table.geometry().top()


def test_nothing_of_a_search_is_left_when_it_is_taken_away(make: Make) -> None:
    page = make()
    page.bar.field.setText("okafor")
    assert "okafor" in words_of(page.bar)
    page.bar.show_all()
    assert "okafor" not in words_of(page.bar)


def test_without_rooms_the_menu_says_so(theme: Theme, qtbot: QtBot) -> None:
    bar = FilterBar(theme, filter_bar.Names, fail)
    qtbot.addWidget(bar)
    (only,) = opened(bar.filter_menu, "Room").actions()
    assert not only.isEnabled()
    assert msgspec.structs.asdict(bar.filter) == msgspec.structs.asdict(EVERYONE)
