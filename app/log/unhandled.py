"""Faults nobody handled: of a slot, a thread, a task, a destructor. Told by reference, never in words."""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from app.log.events import fault

Tell = Callable[[BaseException], object]


@contextmanager
def unhandled(tell: Tell) -> Iterator[None]:
    """Meanwhile such a fault is told without its words.

    tell: handed each one, in whatever thread it happened; it logs it.
    """
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook

    def of_thread(what: threading.ExceptHookArgs) -> None:
        if what.exc_value is not None and not isinstance(what.exc_value, SystemExit):
            tell(what.exc_value)

    def of_program(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.__excepthook__(kind, error, traceback)
        else:
            tell(error)

    def of_destructor(what: "sys.UnraisableHookArgs") -> None:
        if what.exc_value is not None:
            # Whatever it was has gone already: nobody can do anything about it.
            fault(what.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = of_program, of_thread, of_destructor
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def of_loop(tell: Tell) -> Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]:
    """The exception handler of an event loop."""

    def handle(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        tell(context.get("exception") or Complaint())

    return handle


class Complaint(RuntimeError):
    """The event loop complains, and has no exception: such as of a task that was dropped while it ran."""
