"""A queue that is looked at while it changes: `python -m tests.bench.steady LIST`, "" for a bare window.

LIST: a file with the server's answer. Prints CPU seconds and the longest turn of the event loop (ms) of
`FOR_S`, and the memory of the process (MiB). An answer comes each second, and in each 1 % of the visits are
others: a provider takes one, a call begins, one leaves and another comes, a reason is told.
"""

import asyncio
import json
import resource
import sys
import time
from itertools import count, cycle
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractEventDispatcher
from PySide6.QtWidgets import QApplication, QWidget

from ui.loop import Loop

FOR_S = 30
NOW = 1_780_000_000
_EACH = 100
_SIZE = (900, 800)


class Turns:
    """The longest turn of the event loop: so long nobody is heard. Costs nothing while the loop waits.

    In this thread's own time: what else the machine does is not the program's.
    """

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self._began: float | None = None
        loop = QAbstractEventDispatcher.instance()
        loop.awake.connect(self._begin)
        loop.aboutToBlock.connect(self._end)

    def begin_again(self) -> None:
        """What this turn did so far was not of what is measured."""
        self._began = time.thread_time()

    def _begin(self) -> None:
        self._end()
        self._began = time.thread_time()

    def _end(self) -> None:
        if self._began is not None:
            self.longest_ms = max(self.longest_ms, (time.thread_time() - self._began) * 1000)
            self._began = None


class Clinic:
    """The bytes of a list in which visits change. rows: each one's bytes."""

    def __init__(self, rows: list[bytes]) -> None:
        self._rows = rows
        self._turns, self._new_ids = count(), count(900_000)

    def body(self) -> bytes:
        return b'{"data":[' + b",".join(self._rows) + b"]}"

    def change(self) -> None:
        """One visit of each hundred, another one each time."""
        acts = cycle((self._taken, self._begun, self._followed, self._told))
        for number in range(next(self._turns) % _EACH, len(self._rows), _EACH):
            row = json.loads(self._rows[number])
            next(acts)(row)
            self._rows[number] = json.dumps(row).encode()

    def _taken(self, row: dict[str, Any]) -> None:
        row["provider_id"] = "613" if str(row.get("provider_id")) == "612" else "612"

    def _begun(self, row: dict[str, Any]) -> None:
        row.update(status=25, actual_start=_start_of(row) + 600)

    def _followed(self, row: dict[str, Any]) -> None:
        """One leaves, and another one comes half a minute after them."""
        row.update(id=str(next(self._new_ids)), status=10, actual_start=None, start=_start_of(row) + 30)

    def _told(self, row: dict[str, Any]) -> None:
        row["intake"] = {**(row.get("intake") or {}), "reason_for_visit": f"Cough {row['id']}"}


def _start_of(row: dict[str, Any]) -> int:
    """A list may leave it out."""
    return int(row.get("start") or NOW)


async def looked_at(application: QApplication, body: bytes) -> tuple[float, float]:
    """(CPU seconds, longest turn in ms) with the visits of an answer."""
    # Not for the bare window: what these take is part of what is measured.
    from app.core.clock import ServerClock, SystemClock
    from app.visits.queue import Queue
    from app.wire.envelope import data_of, rows_of
    from tests.bench.refresh import Hand, no_rooms, raised
    from ui.kit.ticker import Ticker
    from ui.theme.theme import Theme
    from ui.visits.queue_source import QueueSource
    from ui.visits.queue_table import QueueTable

    clinic = Clinic([bytes(row) for row in rows_of(data_of(200, body, None, needs_data=True))])
    clock = ServerClock(SystemClock())
    clock.observe(NOW)
    hand = Hand(clinic.body())
    queue = Queue(hand, clock, 10.0, "", no_rooms)  # type: ignore[arg-type]
    theme = Theme("light")
    theme.apply(application)
    ticker = Ticker()
    table = QueueTable(theme, ticker, QueueSource(visits=queue.visits, now=clock.now), raised)
    table.resize(*_SIZE)
    table.show()
    await queue.poller.once()
    table.set_loaded()
    await asyncio.sleep(2)
    turns, spent = Turns(), 0.0
    for _ in range(FOR_S):
        clinic.change()
        hand.body = clinic.body()
        turns.begin_again()
        began, cpu = time.perf_counter(), time.process_time()
        await queue.poller.once()
        await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - began)))
        spent += time.process_time() - cpu
    assert queue.connection.standing().failure is None
    table.close_listeners()
    return spent, turns.longest_ms


async def bare() -> tuple[float, float]:
    """The same of a window without anything in it."""
    window = QWidget()
    window.resize(*_SIZE)
    window.show()
    await asyncio.sleep(2)
    turns, cpu = Turns(), time.process_time()
    await asyncio.sleep(FOR_S)
    return time.process_time() - cpu, turns.longest_ms


def main() -> None:
    application = QApplication(sys.argv[:1])
    made = looked_at(application, Path(sys.argv[1]).read_bytes()) if sys.argv[1] else bare()
    with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
        spent, longest = runner.run(made)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{spent:.3f} {longest:.1f} {memory:.1f}", flush=True)


if __name__ == "__main__":
    main()
