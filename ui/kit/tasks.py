"""Starts a coroutine for a widget: once at a time, never orphaned, its failure told at once."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

_BUSY = "busy"


def run(
    owner: QWidget,
    work: Coroutine[Any, Any, Any],
    *,
    busy: QWidget | None,
    name: str,
    report: Callable[[BaseException], None],
) -> asyncio.Task[Any] | None:
    """Runs `work` until it ends or `owner` goes, from any slot.

    busy: the control that started it: disabled meanwhile, then given back the focus it had. While it is
    busy a second call closes its coroutine and returns None. name: of the task, without patient data.
    report: told of the exception that `work` ends with; being cancelled is none.
    """
    if busy is not None and busy.property(_BUSY):
        work.close()
        return None
    task = asyncio.get_running_loop().create_task(work, name=name)
    _Running(owner, task, busy, report)
    return task


class _Running(QObject):
    """One task of a widget; its parent keeps it, and with it the task."""

    def __init__(
        self,
        owner: QWidget,
        task: asyncio.Task[Any],
        busy: QWidget | None,
        report: Callable[[BaseException], None],
    ) -> None:
        super().__init__(owner)
        self._task = task
        self._busy = busy
        self._report = report
        self._had_focus = busy is not None and busy.window().focusWidget() is busy
        owner.destroyed.connect(self._cancel)
        self._disable()
        # The task holds this method, this method holds the task: neither is collected before the end.
        task.add_done_callback(self._ended)

    def _cancel(self) -> None:
        self._task.cancel()

    def _disable(self) -> None:
        if self._busy is None:
            return
        # Otherwise Qt hands the focus to the next control, and a second Enter would press that one.
        if self._had_focus:
            self._busy.clearFocus()
        self._busy.setProperty(_BUSY, True)
        self._busy.setEnabled(False)

    def _enable(self) -> None:
        busy = self._busy
        if busy is None or not isValid(busy):
            return
        busy.setProperty(_BUSY, False)
        busy.setEnabled(True)
        if self._had_focus and busy.window().focusWidget() is None:
            busy.setFocus()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._enable()
        if isValid(self):
            self.deleteLater()
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(error)
