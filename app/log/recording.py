"""The log of one run: its file, its crashes, and the faults that nobody handled."""

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app import __version__
from app.log.crash import crashes_noted
from app.log.events import event
from app.log.file import logged
from app.log.unhandled import Tell, unhandled


@contextmanager
def recorded(home: Path, tell: Tell) -> Iterator[None]:
    """Meanwhile this process is recorded under `home`. tell: see `unhandled`."""
    with logged(home), crashes_noted(home):
        event("program.started", version=__version__, python=platform.python_version())
        try:
            with unhandled(tell):
                yield
        finally:
            event("program.ended")
