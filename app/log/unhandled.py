"""Faults nobody handled: of a slot, a thread, a task, a destructor, the program. Told by reference alone."""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from app.log.events import fault

Tell = Callable[[BaseException], object]

FAULT = 70
"""The exit code of a program that a fault has ended (sysexits.h: EX_SOFTWARE)."""


@contextmanager
def unhandled(tell: Tell) -> Iterator[None]:
    """Meanwhile such a fault is told without its words. One that leaves the block ends the program: FAULT.

    tell: handed each one, in whatever thread it happened; it logs it. What fails later, on the way out, is
    told by `fault` alone, where Python's own hooks would print it.
    """
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook, threading.excepthook, sys.unraisablehook = _hooks(tell)
    try:
        yield
    except Exception as error:  # noqa: BLE001 (Python would print a traceback, with its words)
        _surely(tell, error)
        raise SystemExit(FAULT) from None
    except SystemExit as end:
        # Python would print any other code.
        if end.code is None or isinstance(end.code, int):
            raise
        _surely(tell, end)
        raise SystemExit(FAULT) from None
    finally:
        pythons = sys.__excepthook__, threading.__excepthook__, sys.__unraisablehook__
        later = zip(before, pythons, _hooks(fault), strict=True)
        hooks: Any = [ours if hook is python else hook for hook, python, ours in later]
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def of_loop(tell: Tell) -> Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]:
    """The exception handler of an event loop."""

    def handle(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        _surely(tell, context.get("exception") or Complaint())

    return handle


class Complaint(RuntimeError):
    """The event loop complains, and has no exception: such as of a task that was dropped while it ran."""


def _hooks(tell: Tell) -> tuple[Any, Any, Any]:
    """Those of the program, of threads, and of what cannot be raised."""

    def of_program(
        _kind: type[BaseException], error: BaseException, _traceback: TracebackType | None
    ) -> None:
        # Ctrl-C ends the process as it should; it may have come while something with words was handled.
        if not isinstance(error, KeyboardInterrupt):
            _surely(tell, error)

    def of_thread(what: threading.ExceptHookArgs) -> None:
        if what.exc_value is not None and not isinstance(what.exc_value, SystemExit):
            _surely(tell, what.exc_value)

    def of_destructor(what: "sys.UnraisableHookArgs") -> None:
        if what.exc_value is not None:
            # Whatever it was has gone already: nobody can do anything about it.
            fault(what.exc_value)

    return of_program, of_thread, of_destructor


def _surely(tell: Tell, error: BaseException) -> None:
    """Python prints both faults, in words, when a hook of it fails."""
    try:
        tell(error)
    except Exception as another:  # noqa: BLE001 (such as a window or an output that has gone)
        fault(error)
        fault(another)
