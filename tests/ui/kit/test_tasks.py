"""A started coroutine runs once, is never orphaned, and its failure is told at once."""

import asyncio
import gc

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QWidget
from shiboken6 import delete

from tests.until import until
from ui.kit import tasks


class Panel(QWidget):
    """A button that starts something slow."""

    def __init__(self) -> None:
        super().__init__()
        self.row = QHBoxLayout(self)
        self.button = QPushButton("Start")
        self.other = QPushButton("Other")
        self.row.addWidget(self.button)
        self.row.addWidget(self.other)
        self.button.clicked.connect(self.start)
        self.runs = 0
        self.ended = 0
        self.errors: list[BaseException] = []
        self.gate = asyncio.Event()
        self.failure: Exception | None = None

    def start(self) -> None:
        tasks.run(self, self.work(), busy=self.button, name="work", report=self.errors.append)

    async def work(self) -> None:
        self.runs += 1
        try:
            await self.gate.wait()
            if self.failure:
                raise self.failure
        finally:
            self.ended += 1


async def test_three_quick_presses_run_once(qapp: QApplication) -> None:
    panel = Panel()
    for _ in range(3):
        panel.start()
    await until(lambda: panel.runs)
    assert not panel.button.isEnabled()
    panel.gate.set()
    await until(panel.button.isEnabled)
    assert (panel.runs, panel.ended) == (1, 1)
    panel.start()
    await until(lambda: panel.ended == 2)


async def test_a_refused_coroutine_is_closed(qapp: QApplication, recwarn) -> None:
    panel = Panel()
    panel.start()
    assert tasks.run(panel, panel.work(), busy=panel.button, name="again", report=panel.errors.append) is None
    panel.gate.set()
    await until(lambda: panel.ended)
    gc.collect()
    assert not [warning for warning in recwarn if "never awaited" in str(warning.message)]


async def test_the_focus_comes_back_and_goes_nowhere_else_meanwhile(qapp: QApplication) -> None:
    panel = Panel()
    panel.button.setFocus()
    QTest.keyClick(panel.button, Qt.Key.Key_Space)
    await until(lambda: panel.runs)
    assert panel.focusWidget() is not panel.other
    panel.gate.set()
    await until(lambda: panel.ended)
    await until(lambda: panel.focusWidget() is panel.button)


async def test_a_focus_that_was_moved_stays_where_it_is(qapp: QApplication) -> None:
    panel = Panel()
    panel.button.setFocus()
    panel.start()
    await until(lambda: panel.runs)
    panel.other.setFocus()
    panel.gate.set()
    await until(panel.button.isEnabled)
    assert panel.focusWidget() is panel.other


async def test_a_deleted_owner_ends_its_work(qapp: QApplication) -> None:
    panel = Panel()
    errors, gate = panel.errors, panel.gate
    task = tasks.run(panel, panel.work(), busy=panel.button, name="work", report=errors.append)
    await until(lambda: panel.runs)
    delete(panel)
    await until(task.done)
    gate.set()
    assert task.cancelled()
    assert errors == []


async def test_an_error_is_told_once_and_at_once(qapp: QApplication) -> None:
    panel = Panel()
    panel.failure = ValueError("no")
    panel.start()
    panel.gate.set()
    await until(panel.button.isEnabled)
    assert panel.errors == [panel.failure]


async def test_work_without_a_control_may_run_twice(qapp: QApplication) -> None:
    panel = Panel()
    for _ in range(2):
        tasks.run(panel, panel.work(), busy=None, name="work", report=panel.errors.append)
    gc.collect()
    panel.gate.set()
    await until(lambda: panel.ended == 2)


async def test_nothing_is_left_on_a_long_lived_owner(qapp: QApplication) -> None:
    panel = Panel()
    panel.gate.set()
    for _ in range(5):
        panel.start()
        await until(panel.button.isEnabled)
    await until(lambda: not panel.findChildren(tasks._Running))
