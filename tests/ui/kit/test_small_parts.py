"""Ticker, form, facts, chip, labels, notices."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QScrollArea, QTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from ui.kit.chip import Chip
from ui.kit.facts import NOT_KNOWN, FactGrid
from ui.kit.form import Form
from ui.kit.labels import ElidedLabel, label
from ui.kit.notices import Notices
from ui.kit.plain import plain_tip
from ui.kit.ticker import Ticker
from ui.theme.theme import Theme

MARKUP = "<b>bold</b> & <img src=x>"


def test_the_ticker_runs_only_while_somebody_watches(qtbot: QtBot) -> None:
    ticker = Ticker(10)
    one, two = QWidget(), QWidget()
    for widget in (one, two):
        qtbot.addWidget(widget)
        ticker.watch(widget)
    assert not ticker.running()
    with qtbot.waitSignals([ticker.ticked] * 3):
        one.show()
    two.show()
    one.hide()
    assert ticker.running()
    two.hide()
    assert not ticker.running()


def test_a_deleted_watcher_stops_the_ticker(qtbot: QtBot) -> None:
    ticker, widget = Ticker(10), QWidget()
    ticker.watch(widget)
    widget.show()
    delete(widget)
    assert not ticker.running()


def test_a_form_ties_label_field_and_error(theme: Theme, qtbot: QtBot) -> None:
    form = Form(theme)
    qtbot.addWidget(form)
    user = form.add("user", "&User name", QLineEdit(), "As in the portal")
    code = form.add("code", "Code", QLineEdit())
    assert next(each for each in form.findChildren(QLabel) if each.text() == "&User name").buddy() is user
    assert user.accessibleDescription() == "As in the portal"
    form.set_error("code", MARKUP)
    assert form.error("code") == MARKUP
    assert code.accessibleDescription() == MARKUP
    assert code.property("wrong")
    form.focus_first_error()
    assert form.focusWidget() is code
    form.clear_errors()
    assert not code.property("wrong")
    form.set_error("user", "No")
    form.set_error("user", None)
    assert user.accessibleDescription() == "As in the portal"


def test_facts_are_whole_plain_and_say_when_not_known(theme: Theme, qtbot: QtBot) -> None:
    grid = FactGrid(theme)
    qtbot.addWidget(grid)
    mail = grid.add("mail", "E-mail")
    grid.add("room", "Room", hide_unknown=True)
    assert grid.text("mail") == NOT_KNOWN
    assert not grid._values["room"].isVisibleTo(grid)
    grid.set("room", "Blue")
    assert grid._values["room"].isVisibleTo(grid)
    grid.set("mail", MARKUP)
    assert grid.text("mail") == MARKUP
    assert mail.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse


def test_a_long_word_breaks_and_stays_visible(theme: Theme, qtbot: QtBot) -> None:
    area, grid = QScrollArea(), FactGrid(theme)
    qtbot.addWidget(area)
    value = grid.add("mail", "E-mail")
    page = QWidget()
    column = QVBoxLayout(page)
    column.addWidget(grid)
    column.addStretch(1)
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.resize(320, 300)
    area.show()
    grid.set("mail", "x" * 300)
    qtbot.waitUntil(
        lambda: value.height() >= value.document().size().height() > 4 * value.fontMetrics().height()
    )
    assert page.width() <= area.viewport().width()
    theme.set_scale(2.0)
    qtbot.waitUntil(lambda: value.height() >= value.document().size().height())


def test_a_chip_takes_no_room_without_a_word(theme: Theme, qtbot: QtBot) -> None:
    chip = Chip(theme, "Live", "good", "live")
    qtbot.addWidget(chip)
    assert chip.accessibleName() == "Live"
    wide = chip.sizeHint().width()
    chip.set("Offline for some time", "warn")
    assert chip.sizeHint().width() > wide
    chip.set("")
    assert chip.sizeHint().width() == 0


def test_labels_are_plain_and_cut_ones_keep_their_text(theme: Theme, qtbot: QtBot) -> None:
    cut = ElidedLabel(MARKUP)
    qtbot.addWidget(cut)
    assert label(MARKUP).textFormat() == cut.textFormat() == Qt.TextFormat.PlainText
    cut.resize(20, 20)
    assert cut.text() == MARKUP
    assert "<img" not in cut.toolTip()
    assert "<b>" not in plain_tip(MARKUP)


def test_notices_stand_replace_and_go(theme: Theme, qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    field, notices = QLineEdit(), Notices(theme)
    column = QVBoxLayout(host)
    column.addWidget(notices)
    column.addWidget(field)
    host.show()
    field.setFocus()
    pressed: list[int] = []
    notices.say("Offline", "warn", key="link", action=("Try again", lambda: pressed.append(1)))
    notices.say(MARKUP, "bad")
    notices.say("Offline, 2 min", "warn", key="link", action=("Try again", lambda: pressed.append(2)))
    assert notices.texts() == ("Offline, 2 min", MARKUP)
    assert host.focusWidget() is field
    notices.notices()[0].act.click()
    assert pressed == [2]
    notices.say("Offline, 2 min", "warn", key="link")
    assert notices.said() == ("Offline", MARKUP, "Offline, 2 min")
    notices.notices()[1].dismiss.click()
    notices.clear("link")
    notices.clear("unknown")
    assert notices.texts() == ()
    assert notices.isHidden()


def test_a_notice_shows_markup_as_letters(theme: Theme, qtbot: QtBot) -> None:
    notices = Notices(theme)
    qtbot.addWidget(notices)
    notices.say(MARKUP)
    texts = [each for each in notices.findChildren(QLabel) if each.text()]
    assert {each.textFormat() for each in texts} == {Qt.TextFormat.PlainText}


def test_no_fact_is_a_stop_for_the_tab_key(theme: Theme, qapp: QApplication) -> None:
    grid = FactGrid(theme)
    grid.add("a", "A")
    assert all(not each.focusPolicy() & Qt.FocusPolicy.TabFocus for each in grid.findChildren(QTextEdit))


def test_good_news_goes_by_itself_and_not_its_successor(qtbot: QtBot, theme: Theme) -> None:
    notices = Notices(theme)
    qtbot.addWidget(notices)
    notices.say("short", "good", key="call", for_s=0.02)
    notices.say("long", "warn", key="call")
    notices.say("other", "good", key="other", for_s=0.02)
    qtbot.waitUntil(lambda: notices.texts() == ("long",))
    assert notices.said() == ("short", "long", "other")
