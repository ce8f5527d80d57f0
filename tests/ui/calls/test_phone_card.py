"""By telephone: who it is, what to dial, one launch of many presses, and never by Enter."""

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout
from pytestqt.qtbot import QtBot

from app.users.record import Person
from app.visits.meeting import Meeting
from app.visits.record import Visit
from ui.calls.phone_card import PhoneCard
from ui.theme.theme import Theme

NOW = 1_780_000_000.0
NUMBERS = {"GB": ("+44 (0)20 7946 0123",), "US": ("+1.555.010.0199",)}


def visit(phone: str = "+15035550117", **meeting: Any) -> Visit:
    member = Person(id="7301", family="Okafor", given="Mira", born=date(1984, 5, 9), phone=phone)
    told = {"pin": "604417", "phone_numbers": NUMBERS, **meeting}
    return Visit(id="48211", subtype=2, member=member, meeting=Meeting(id="a__jitsi", **told))


class Opened:
    """A card in a dialog that has a button of its own for Enter, over a desktop that notes what it opens."""

    def __init__(self, qtbot: QtBot, theme: Theme, of: Visit, *, opens: bool = True) -> None:
        self.links: list[str] = []
        self.dialled: list[str] = []

        def note(link: str) -> bool:
            self.links.append(link)
            return opens

        self.card = PhoneCard(theme, of, "US", NOW, note)
        self.card.dialled.connect(self.dialled.append)
        self.dialog = QDialog()
        column = QVBoxLayout(self.dialog)
        column.addWidget(self.card)
        qtbot.addWidget(self.dialog)
        self.dialog.show()

    def button(self, name: str) -> QPushButton:
        return next(
            button for button in self.card.findChildren(QPushButton) if button.accessibleName() == name
        )

    def names(self) -> list[str]:
        return [button.accessibleName() for button in self.card.findChildren(QPushButton)]

    def words(self) -> list[str]:
        return [line.text() for line in self.card.findChildren(QLabel) if not line.isHidden()]


def test_who_it_is_and_every_number(qtbot: QtBot, theme: Theme) -> None:
    opened = Opened(qtbot, theme, visit())
    words = opened.words()
    assert words[:2] == ["OKAFOR, Mira", "Born 09-May-1984 (42 y)"]
    assert words[2].startswith("Dial hands a number to")
    assert words[3:5] == ["Patient's phone", "(503) 555-0117"]
    assert words[-3:] == ["US (555) 010-0199", "GB +44 (0)20 7946 0123", "PIN 604417"]
    assert opened.names() == [
        "Dial the patient's phone",
        "Copy the patient's phone",
        "Dial the dial-in US (555) 010-0199",
        "Copy the dial-in US (555) 010-0199",
        "Dial the dial-in GB +44 (0)20 7946 0123",
        "Copy the dial-in GB +44 (0)20 7946 0123",
        "Copy the PIN",
    ]


def test_ten_presses_are_one_launch(qtbot: QtBot, theme: Theme) -> None:
    opened = Opened(qtbot, theme, visit())
    for name in ["Dial the patient's phone"] * 10 + ["Dial the dial-in US (555) 010-0199"]:
        opened.button(name).click()
    assert opened.links == ["tel:+15035550117"]
    assert opened.dialled == ["48211"]
    assert opened.card.said() == "Handed to this computer's telephone program."
    qtbot.waitUntil(lambda: not opened.card._pause.isActive())
    opened.button("Dial the dial-in GB +44 (0)20 7946 0123").click()
    assert opened.links[1:] == ["tel:+442079460123"]


def test_enter_never_dials_but_a_deliberate_press_does(qtbot: QtBot, theme: Theme) -> None:
    opened = Opened(qtbot, theme, visit())
    button = opened.button("Dial the patient's phone")
    button.setFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        QTest.keyClick(button, key)
    assert opened.links == []
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert opened.links == ["tel:+15035550117"]


def test_a_desktop_that_cannot_dial(qtbot: QtBot, theme: Theme) -> None:
    opened = Opened(qtbot, theme, visit(), opens=False)
    opened.button("Dial the patient's phone").click()
    assert "by hand" in opened.card.said()
    assert opened.dialled == []


def test_what_is_copied(qtbot: QtBot, theme: Theme) -> None:
    opened = Opened(qtbot, theme, visit())
    for name, text in (("Copy the patient's phone", "+15035550117"), ("Copy the PIN", "604417")):
        opened.button(name).click()
        assert QGuiApplication.clipboard().text() == text
        assert opened.card.said().startswith("Copied.")
    assert opened.links == []


@pytest.mark.parametrize("phone", ["*31#5035550117", "911", "ask for Mira"])
def test_what_is_no_plain_number_is_read_and_not_dialled(qtbot: QtBot, theme: Theme, phone: str) -> None:
    opened = Opened(qtbot, theme, visit(phone, phone_numbers={}))
    assert opened.names() == ["Copy the patient's phone"]
    assert phone in opened.words()
    assert "Not a plain number: read it, and dial it by hand." in opened.words()


def test_what_is_not_known_is_said(qtbot: QtBot, theme: Theme) -> None:
    opened = Opened(qtbot, theme, Visit(id="1"))
    assert opened.words()[:2] == ["Name not known", "Born: not known"]
    assert any(line.startswith("Not known.") for line in opened.words())
    assert opened.names() == []


def test_a_meeting_that_is_over_and_one_without_a_pin(qtbot: QtBot, theme: Theme) -> None:
    over = Opened(qtbot, theme, visit(expiry=NOW - 60, pin=""))
    assert any(line.startswith("The meeting was over at ") for line in over.words())
    assert "You and the patient both call one of these numbers." in over.words()
    assert not any("PIN" in line for line in over.words())
