"""One program from its event loop to its end, with nothing left behind but its log."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app import log
from app.home import home
from app.log.recording import recorded
from app.log.unhandled import of_loop
from ui.loop import Loop
from ui.program import Program
from ui.qt_messages import qt_logged

# Work that blocks (looking up a host's name) gets two threads, not qasync's ten.
_THREADS = 2
_THREAD_ENDS_WITHIN_S = 0.1


def run_program(
    application: QApplication, make: Callable[[], Program], *, recorded_in: Path | None = None
) -> int:
    """Gives the application its event loop, runs one program, and leaves nothing behind but its log.

    recorded_in: the folder under which the log lies, `home()` if None.
    """
    programs: list[tuple[Program, asyncio.AbstractEventLoop]] = []

    def tell(error: BaseException) -> None:
        """In whatever thread it happened."""
        reference = log.fault(error)
        for program, loop in programs:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(program.tell_fault, reference)

    def loop() -> Loop:
        made = Loop(application)
        made.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="names"))
        return made

    async def main() -> int:
        program, running = make(), asyncio.get_running_loop()
        running.set_exception_handler(of_loop(tell))
        programs.append((program, running))
        try:
            return await program.run()
        finally:
            programs.clear()

    with (
        recorded(recorded_in or home(), tell),
        qt_logged(),
        asyncio.Runner(loop_factory=loop) as runner,
    ):
        code = runner.run(main())
    _leave(code)
    return code


def _leave(code: int) -> None:
    """Ends now if a thread still works or waits, as for a dead name server: Python would wait for it, or end
    it while it is in Qt, which aborts the process."""
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    for thread in others:
        # One that has just answered needs a moment to end.
        thread.join(_THREAD_ENDS_WITHIN_S)
    if any(thread.is_alive() for thread in others):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
