"""What is left when the process dies of a signal: the places in the code, written by Python's faulthandler.

The next start puts them into the log. `crash.txt` is shared: each process adds at its end.
"""

import faulthandler
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path

from app.log.code import Place
from app.log.events import event
from app.log.file import logs_in, made_folder

_NAME = "crash.txt"
_LARGEST_BYTES = 200_000
_SIGNALS = {
    "Segmentation fault": "SIGSEGV",
    "Aborted": "SIGABRT",
    "Bus error": "SIGBUS",
    "Illegal instruction": "SIGILL",
    "Floating-point exception": "SIGFPE",
}
_FATAL = re.compile(r"^Fatal Python error: (.*)$", re.MULTILINE)
_FRAME = re.compile(r'^  File "([^"\n]*)", line (\d{1,7})', re.MULTILINE)


@contextmanager
def crashes_noted(home: Path) -> Iterator[None]:
    """Logs the crashes of earlier runs under `home`; meanwhile a crash of this one is noted there."""
    path = logs_in(home) / _NAME
    try:
        made_folder(path.parent)
        kept = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError:
        yield
        return
    # One that was on before (Python's -X faulthandler, the tests') is not turned off.
    is_ours = not faulthandler.is_enabled()
    try:
        _tell(kept)
        if is_ours:
            faulthandler.enable(kept)
        yield
    finally:
        if is_ours:
            faulthandler.disable()
        os.close(kept)


def _tell(kept: int) -> None:
    with suppress(OSError):
        os.lseek(kept, 0, os.SEEK_SET)
        text = os.read(kept, _LARGEST_BYTES).decode("utf-8", "replace")
        for crash in _crashes(text):
            event("program.crashed", **crash)
        os.ftruncate(kept, 0)


def _crashes(text: str) -> Iterator[dict[str, object]]:
    starts = [found.start() for found in _FATAL.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        report = text[start:end]
        fatal = _FATAL.match(report)
        thread = report.partition("Current thread")[2].partition("\n\n")[0]
        # The innermost first; the log has it last.
        found: list[Place] = [(file, int(line)) for file, line in _FRAME.findall(thread)][::-1]
        signal = {} if fatal is None or fatal[1] not in _SIGNALS else {"signal": _SIGNALS[fatal[1]]}
        yield {"frames": found, **signal}
