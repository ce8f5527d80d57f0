"""asyncio on the Qt event loop."""

import asyncio
import sys
from collections.abc import Awaitable
from typing import Any, TypeVar

from PySide6.QtWidgets import QApplication  # noqa: F401 (before qasync, which takes the Qt that is loaded)
from qasync import QEventLoop

T = TypeVar("T")


class Loop(QEventLoop):
    """asyncio on the Qt loop, without two faults of qasync 0.28.

    It does not install the hooks of async generators. And when a run is complete it handles one more round of
    events while no loop counts as running: a task that wakes in it fails with "no running event loop".
    """

    def run_until_complete(self, future: Awaitable[T]) -> T:
        """Runs until `future` is done."""
        task = asyncio.ensure_future(future, loop=self)
        task.add_done_callback(self._complete)
        try:
            self.run_forever()
        finally:
            task.remove_done_callback(self._complete)
        if not task.done():
            raise RuntimeError("Event loop stopped before Future completed.")
        return task.result()

    def _complete(self, _task: asyncio.Future[Any]) -> None:
        self.stop()

    def run_forever(self) -> Any:
        """Runs until stopped."""
        old = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(
            firstiter=self._asyncgen_firstiter_hook, finalizer=self._asyncgen_finalizer_hook
        )
        try:
            return super().run_forever()
        finally:
            sys.set_asyncgen_hooks(*old)
