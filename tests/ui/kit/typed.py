"""Drafts in memory, and hands that type."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget


class Texts(dict[str, str]):
    """Drafts as a dictionary, to be looked into."""

    def text(self, place: str) -> str | None:
        return self.get(place)

    def write(self, place: str, text: str) -> None:
        self[place] = text

    def drop(self, place: str) -> None:
        self.pop(place, None)


def type_over(field: QWidget, text: str) -> None:
    """Selects everything and types over it."""
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)
