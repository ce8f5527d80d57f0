"""Something is said to assistive technology without moving the focus (A11-08)."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(speaker: QWidget, text: str) -> None:
    """A screen reader says `text` when it has finished what it is saying. It is spoken, and kept nowhere."""
    event = QAccessibleAnnouncementEvent(speaker, text)
    event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
    QAccessible.updateAccessibility(event)
