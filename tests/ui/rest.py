"""Until the screen is at rest, by turns of the event loop and not by time."""

import asyncio

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

# What is laid out may have its parent laid out in the next turn, and that its own.
_TURNS = 8


def rest(qtbot: QtBot) -> None:
    """Returns when what is posted now has been laid out and painted, and what came of it as well.

    A zero timer fires when the events posted before it have been handled (Qt: QTimer).
    """
    for _ in range(_TURNS):
        timer = QTimer(singleShot=True)
        with qtbot.waitSignal(timer.timeout):
            timer.start(0)


async def at_rest() -> None:
    """The same for an `async def` test, whose loop takes its turns by such timers."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)
