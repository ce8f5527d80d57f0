"""Parts that keep their height where there is too little room."""

from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.kit.labels import label
from ui.kit.whole import Whole
from ui.theme.theme import Theme

LONG = "Abdulrahmanova-Konstantinopolskaya, Maximiliana Alexandra " * 3


def test_what_scrolls_gives_way_and_the_words_are_whole_at_any_width(theme: Theme, qtbot: QtBot) -> None:
    window, words, rest = QWidget(), label(LONG, "display", wrap=True), QScrollArea()
    rest.setMinimumHeight(10)
    whole = Whole()
    whole.column.addWidget(words)
    column = QVBoxLayout(window)
    column.addWidget(whole)
    column.addWidget(rest, 1)
    qtbot.addWidget(window)
    window.resize(900, 300)
    window.show()
    for width in (900, 400, 700):
        window.resize(width, 300)
        qtbot.waitUntil(lambda: words.height() >= words.heightForWidth(words.width()) > 30)
    words.setText("SHORT, Name")
    qtbot.waitUntil(lambda: rest.height() > 200)


def test_without_anything_to_show_it_takes_nothing(theme: Theme, qtbot: QtBot) -> None:
    words = label(LONG, wrap=True)
    whole = Whole()
    whole.column.addWidget(words)
    words.hide()
    qtbot.addWidget(whole)
    whole.show()
    qtbot.waitUntil(lambda: whole.minimumHeight() == 0)
