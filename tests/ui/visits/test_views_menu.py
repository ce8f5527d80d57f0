"""Views are kept, renamed and deleted by their owner, after a question that names what is kept."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from app.visits.filter import EVERYONE, MINE, Filter
from app.visits.views import LONGEST_NAME, MOST_VIEWS, SavedView, saved
from tests.ui.conftest import question
from tests.ui.rest import at_rest
from tests.ui.visits.filtered import Filtered, collection_of, visit
from tests.until import until
from ui.theme.theme import Theme
from ui.visits.views_question import NameQuestion

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support (raise|grab)")

ROOM = Filter(rooms=frozenset({"k7m2p"}))
ROUND = SavedView(name="Round", filter=ROOM)


@pytest.fixture
def page(qapp: QApplication, theme: Theme) -> Iterator[Filtered]:
    made = Filtered(theme, collection_of(map(visit, range(12))))
    made.show()
    yield made
    made.close_listeners()
    made.hide()
    made.deleteLater()


def offered(page: Filtered) -> list[QAction]:
    """The menu as it is when it is open."""
    page.bar.views_menu.aboutToShow.emit()
    return [each for each in page.bar.views_menu.actions() if not each.isSeparator()]


def act(page: Filtered, beginning: str) -> QAction:
    return next(each for each in offered(page) if each.text().startswith(beginning))


async def asked(page: Filtered, beginning: str) -> NameQuestion:
    act(page, beginning).trigger()
    await until(lambda: question(page) is not None)
    found = question(page)
    assert found is not None
    return found


async def test_a_view_is_saved_and_had_again(page: Filtered) -> None:
    told: list[object] = []
    page.bar.views_changed.connect(told.append)
    assert not act(page, "Save as").isEnabled()
    page.bar.filter_menu.chosen.emit(Filter(rooms=ROOM.rooms, text="okafor"))
    dialog = await asked(page, "Save as")
    assert dialog.focusWidget() is dialog.field
    assert "Room General Care" in dialog._text.text()
    assert "okafor" not in dialog._text.text()
    QTest.keyClicks(dialog.field, " Round ")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    await until(lambda: told)
    assert told == [(ROUND,)]
    assert page.bar.views == (ROUND,)
    act(page, "Everyone").trigger()
    assert page.bar.filter == EVERYONE
    assert len(page.model.ids()) == 12
    act(page, "Round").trigger()
    assert page.bar.filter == ROOM
    assert act(page, "Round").isChecked()
    assert not act(page, "Everyone").isChecked()
    assert not act(page, "Save as").isEnabled()
    assert page.asked[-1] == ROOM


async def test_a_name_that_cannot_be_is_told_while_it_is_typed(page: Filtered) -> None:
    page.bar.set_views((ROUND,))
    page.bar.filter_menu.chosen.emit(Filter(types=frozenset({1})))
    dialog = await asked(page, "Save as")
    assert not dialog.accept_button.isEnabled()
    for name, words in (
        ("ROUND", "There is a view of this name already."),
        ("mine", "There is a view of this name already."),
        ("x" * (LONGEST_NAME + 9), f"That is too long: {LONGEST_NAME} characters at most."),
        ("  ", "A view needs a name."),
    ):
        dialog.field.setText(name)
        assert dialog.error() == words
        assert not dialog.accept_button.isEnabled()
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)
        assert dialog.isVisible()
    dialog.field.setText("Walk-ins")
    assert dialog.error() == ""
    assert dialog.accept_button.isEnabled()
    dialog.reject()
    await at_rest()
    assert page.bar.views == (ROUND,)


async def test_the_view_that_is_shown_is_renamed_and_deleted(page: Filtered) -> None:
    page.bar.set_views((ROUND,))
    for beginning in ("Rename", "Delete"):
        assert not act(page, beginning).isEnabled()
    act(page, "Mine").trigger()
    assert page.bar.filter == MINE
    assert not act(page, "Rename").isEnabled()
    act(page, "Round").trigger()
    dialog = await asked(page, "Rename “Round”")
    assert dialog.field.selectedText() == "Round"
    QTest.keyClicks(dialog.field, "Morning & noon")
    dialog.accept_button.click()
    await until(lambda: page.bar.views == (SavedView(name="Morning & noon", filter=ROOM),))
    assert act(page, "Morning && noon").isChecked()
    deletion = await asked(page, "Delete “Morning && noon”")
    QTest.keyClick(deletion, Qt.Key.Key_Return)
    deletion.accept_button.click()
    await until(lambda: page.bar.views == ())
    assert page.bar.filter == ROOM


async def test_more_than_can_be_kept_are_not_offered(page: Filtered) -> None:
    views: tuple[SavedView, ...] = ()
    for number in range(MOST_VIEWS):
        views = saved(views, f"View {number}", ROOM)
    page.bar.set_views(views)
    page.bar.filter_menu.chosen.emit(MINE)
    page.bar.filter_menu.chosen.emit(Filter(types=frozenset({1})))
    assert not act(page, "Save as").isEnabled()
    assert "Delete one first" in act(page, "Save as").toolTip()


async def test_a_view_shows_everybody_it_asks_for_whatever_was_searched(page: Filtered) -> None:
    page.bar.set_views((ROUND,))
    page.bar.field.setText("okafor")
    act(page, "Round").trigger()
    assert page.bar.filter == ROOM
    assert page.bar.field.text() == ""


async def test_a_question_goes_with_its_page(page: Filtered) -> None:
    page.bar.filter_menu.chosen.emit(ROOM)
    dialog = await asked(page, "Save as")
    dialog.field.setText("Round")
    page.bar.close_questions()
    await until(lambda: not isValid(dialog))
    assert page.bar.views == ()
