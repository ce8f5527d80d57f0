"""Python's garbage is collected in the thread of the screen, and in no other.

A collection runs in whichever thread makes the last object too many, such as the store's. If it finds a
widget there, Qt deletes it in the wrong thread, and the program may crash.
"""

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 1000


class Garbage(QObject):
    """Collects by Python's own thresholds, as long as it lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        # What the start has loaded stays; looking through it again and again would hold up the screen.
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(collect)
        self._timer.start()


def collect() -> None:
    """Collects the oldest generation whose threshold is reached."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return
