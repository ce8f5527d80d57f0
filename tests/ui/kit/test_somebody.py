"""Somebody is at a window that is active and was used a short while ago."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.pointer import point_at, pointer_away
from ui.kit import somebody
from ui.kit.somebody import HERE_S, Somebody


@pytest.fixture(autouse=True)
def pointer(qtbot: QtBot) -> Iterator[None]:
    with pointer_away():
        yield


def test_input_counts_and_its_absence_does(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(somebody, "monotonic", lambda: now[0])
    window = QWidget()
    field = QLineEdit(window)
    qtbot.addWidget(window)
    here = Somebody(field)
    assert not here.is_here()
    window.resize(300, 200)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    assert here.is_here()
    now[0] += HERE_S
    assert not here.is_here()
    point_at(field, QPoint(3, 3))
    qtbot.waitUntil(here.is_here)
    now[0] += HERE_S
    assert not here.is_here()
    # A key in any window of the program is not one in this.
    other = QWidget()
    qtbot.addWidget(other)
    with qtbot.waitActive(other):
        other.show()
        other.activateWindow()
    point_at(other, QPoint(3, 3))
    assert not here.is_here()
