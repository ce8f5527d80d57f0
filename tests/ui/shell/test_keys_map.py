"""F1: every key has its words, and no two of them mean two things in the same place (A11-01, A11-11)."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMainWindow, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.session import Session
from tests.practice import Practice
from tests.ui.programs import at_work, queue_page
from tests.ui.rest import at_rest
from tests.until import until
from ui.kit import keys
from ui.kit.ask import Question
from ui.kit.side_window import SideWindow
from ui.program import Program
from ui.shell import keys_map
from ui.shell.keys_map import DECLARED, PLACE_OF, KeysMap, Line, lines, place_of
from ui.shell.window import Window
from ui.theme.theme import Theme

ME, MINE = "612", "48211"
CTRL = Qt.KeyboardModifier.ControlModifier

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support (raise|grab)")

MakeProgram = Callable[..., Program]


@asynccontextmanager
async def everything_open(program: Program, clinic: Practice) -> AsyncIterator[Session]:
    """A provider at work with a visit in progress; every window of the program has been made."""
    async with at_work(program, clinic) as session:
        page = await queue_page(program)
        await session.queue.complete()
        clinic.do("take", visit=MINE, provider=ME)
        await session.queue.poller.once()
        assert page.queue.table.select(MINE)
        await until(page.visit.call_bar.finish_button.isVisible)
        window, place = program.window, program.workplace
        assert place is not None
        place.check_in()
        place.show_outbox()
        place.show_settings()
        window.menu.support_wanted.emit()
        await until(program._support.screen.save_button.isEnabled)
        page.visit.notes.editor.set_open(True)
        page.visit.call_bar.start_button.click()
        await until(lambda: window.findChildren(Question))
        yield session


def windows() -> list[QWidget]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, QMainWindow | QDialog)]


def bound() -> list[keys.Bound]:
    return [each for window in windows() for each in keys.bound_in(window)]


def all_of(kind: type) -> list[keys.Bound]:
    return [each for each in bound() if isinstance(each.by, kind)]


def meets(one: keys.Bound, other: keys.Bound) -> bool:
    """Whether there is a place of the keyboard where both would be meant; Qt does neither then."""
    near = (keys.Context.WidgetShortcut, keys.Context.WidgetWithChildrenShortcut)
    if keys.Context.ApplicationShortcut in (one.context, other.context):
        return True
    if one.owner.window() is not other.owner.window():
        return False
    if one.context not in near or other.context not in near:
        return True
    return one.owner is other.owner or any(
        each.context == near[1] and each.owner.isAncestorOf(beside.owner)
        for each, beside in ((one, other), (other, one))
    )


def takes(each: keys.Bound) -> bool:
    """Whether it takes the keys itself, and does not only name what does."""
    return not isinstance(each.by, QAction) or not each.by.shortcut().isEmpty()


async def test_every_key_has_words_and_one_meaning(
    qapp: QApplication, program: MakeProgram, clinic: Practice
) -> None:
    started = program()
    async with everything_open(started, clinic):
        found = bound()
        assert len(found) > 15
        nameless = [(each.keys, type(each.owner).__name__) for each in found if not each.words]
        assert nameless == []
        clashes = [
            (one.keys, one.words, other.words)
            for one, other in combinations(filter(takes, found), 2)
            if one.keys == other.keys and one.by is not other.by and meets(one, other)
        ]
        assert clashes == []
        mapped = {(key, line.words) for line in lines() for key in line.keys}
        assert {(each.keys, each.words) for each in found} <= mapped
        for key, _words in mapped:
            assert QKeySequence(key).count() == 1, key


async def test_no_key_is_a_single_sign(qapp: QApplication, program: MakeProgram, clinic: Practice) -> None:
    started = program()
    async with everything_open(started, clinic):
        assert [each.keys for each in bound() if re.fullmatch(r"(Shift\+)?.", each.keys)] == []


async def test_places_and_what_is_declared_are_those_of_the_program(
    qapp: QApplication, program: MakeProgram, clinic: Practice
) -> None:
    started = program()
    async with everything_open(started, clinic):
        kinds = {
            kind.__name__
            for window in windows()
            for part in (window, *window.findChildren(QWidget))
            for kind in type(part).__mro__
        }
        assert set(PLACE_OF) - kinds == {"LockScreen"}
        assert place_of(started.window.page.visit.call_bar.start_button) == keys_map.CALL
        assert place_of(started.window.page.visit.notes.editor.body) == keys_map.VISIT
        assert place_of(started.window.page.queue.table) == keys_map.QUEUE
        assert place_of(started.window.status) == keys_map.EVERYWHERE
        live = {(each.keys, each.words) for each in bound() if place_of(each.owner) == keys_map.CHECK_IN}
        assert ("Ctrl+Return", "Check in") in live
        assert Line(keys_map.CHECK_IN, ("Ctrl+Return",), "Check in") in DECLARED
        started.window.menu.lock_wanted.emit()
        await until(lambda: started.shift.is_locked)
        assert place_of(started.shift.lock.screen.unlock_button) == keys_map.LOCK


async def test_f1_shows_it_from_every_window_and_the_lock_hides_it(
    qapp: QApplication, program: MakeProgram, clinic: Practice
) -> None:
    started = program()
    async with at_work(started, clinic):
        await queue_page(started)
        started.workplace.check_in()
        form = started.workplace._check_in
        await until(form.isActiveWindow)
        QTest.keyClick(form, Qt.Key.Key_F1)
        await until(lambda: started.window.findChild(KeysMap) is not None)
        shown = started.window.findChild(KeysMap)
        assert shown.isVisible()
        assert {"Everywhere", "Queue", "Visit", "Call", "Check-in", "Outbox", "Lock"} <= {
            line.place for line in shown.shown()
        }
        started.window.menu.lock_wanted.emit()
        await until(lambda: started.shift.is_locked)
        assert not shown.isVisible()


@pytest.fixture
def shown(window: Window, theme: Theme) -> KeysMap:
    made = KeysMap(theme, window)
    made.present()
    return made


async def test_a_few_letters_find_a_key_or_what_it_does(qapp: QApplication, shown: KeysMap) -> None:
    every = shown.shown()
    shown.field.setText("ctrl l")
    assert [line.words for line in shown.shown() if line.keys == ("Ctrl+L",)] == ["Lock now"]
    assert len(shown.shown()) < len(every)
    shown.field.setText("LOCK")
    assert {line.keys for line in shown.shown()} >= {("Ctrl+L",)}
    visible = {head.text() for head in shown._heads.values() if not head.isHidden()}
    assert visible == {line.place for line in shown.shown()}
    shown.field.setText("zzz")
    assert shown.shown() == []
    assert shown._count.text() == "No key fits. Type fewer letters."
    shown.field.clear()
    assert shown.shown() == every


async def test_opened_again_it_tells_of_new_keys(qapp: QApplication, shown: KeysMap, window: Window) -> None:
    shown.field.setText("lock")
    shown.hide()
    keys.shortcut("Ctrl+Alt+Shift+X", "Do something new", window, lambda: None)
    shown.present()
    assert shown.field.text() == ""
    assert Line("Everywhere", ("Ctrl+Alt+Shift+X",), "Do something new") in shown.shown()


async def test_nothing_is_cut_at_200_per_cent(qapp: QApplication, theme: Theme, shown: KeysMap) -> None:
    theme.set_scale(2.0)
    shown.resize(shown.minimumSize())
    await at_rest()
    for _line, _text, (chips, words) in shown._rows:
        assert words.height() >= words.heightForWidth(words.width())
        assert chips.width() >= chips.minimumSizeHint().width()
        assert words.mapTo(shown, words.rect().topRight()).x() <= shown.width()


async def test_arrows_scroll_while_one_types(qapp: QApplication, shown: KeysMap) -> None:
    shown.resize(shown.minimumSize())
    await at_rest()
    bar = shown._scroll.verticalScrollBar()
    assert bar.maximum() > 0
    QTest.keyClick(shown.field, Qt.Key.Key_PageDown)
    assert bar.value() > 0


# -- the words of a key


def words_of(window: QWidget) -> dict[str, str]:
    return {each.keys: each.words for each in keys.bound_in(window)}


def test_a_key_has_the_words_it_was_given_or_those_of_what_names_it(qtbot: QtBot) -> None:
    window, pressed = QWidget(), []
    qtbot.addWidget(window)
    button = QPushButton("Tell the &front desk", window)
    button.clicked.connect(lambda: pressed.append("button"))
    keys.shortcut("Ctrl+1", "Said when it was made", window, lambda: pressed.append("shortcut"))
    keys.press(button, "Ctrl+2", window)
    QAction("Refresh\tCtrl+3", window)
    action = QAction("&Outbox\tCtrl+4", window)
    window.addAction(action)
    keys.shortcut("Ctrl+4", "", window, lambda: None)
    keys.shortcut("Ctrl+5", "", window, lambda: None)
    assert words_of(window) == {
        "Ctrl+1": "Said when it was made",
        "Ctrl+2": "Tell the front desk",
        "Ctrl+4": "Outbox",
        "Ctrl+5": "",
    }
    assert (button.toolTip(), button.accessibleDescription()) == ("Ctrl+2", "Ctrl+2")
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_1, CTRL)
    QTest.keyClick(window, Qt.Key.Key_2, CTRL)
    assert pressed == ["shortcut", "button"]


def test_keys_of_another_window_are_its_own(qtbot: QtBot, theme: Theme, window: Window) -> None:
    side = SideWindow(theme, 300, 300, window)
    QLineEdit(side)
    keys.shortcut("Ctrl+9", "Beside", side, lambda: None)
    assert "Ctrl+9" not in words_of(window)
    end = keys.shown(QKeySequence.StandardKey.Quit)  # "" where the desktop has no such key
    assert words_of(side) == {"Ctrl+9": "Beside"} | dict.fromkeys(filter(None, [end]), "Quit")
