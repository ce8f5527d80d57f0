"""A refresh of 5,000 visits, from bytes in hand to a shown table's model, against `json.loads`."""

import json
import time
from collections.abc import Mapping
from statistics import median
from typing import Any

import httpx
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.core.clock import ServerClock, SystemClock
from app.visits.queue import Queue
from app.wire.client import Reply
from app.wire.envelope import data_of, rows_of
from tests.practice import Practice
from ui.kit.ticker import Ticker
from ui.theme.theme import Theme
from ui.visits.queue_source import QueueSource
from ui.visits.queue_table import QueueTable

VISITS = 5_000
CHANGED = 50
ROUNDS = 15


class Hand:
    """In place of the client: the bytes of the next answer are in hand already."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    async def get(self, _key: str, _query: Mapping[str, Any] | None = None, **_options: Any) -> Reply:
        return Reply(data_of(200, self.body, None, needs_data=True), self.body)


class Gaps:
    """The longest time that the GUI thread did not come back to its event loop."""

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self._timer = QTimer(interval=0)
        self._timer.timeout.connect(self._ticked)

    def start(self) -> None:
        self.longest_ms, self._last = 0.0, time.perf_counter()
        self._timer.start()

    def stop(self) -> float:
        self._ticked()
        self._timer.stop()
        return self.longest_ms

    def _ticked(self) -> None:
        now = time.perf_counter()
        self.longest_ms, self._last = max(self.longest_ms, (now - self._last) * 1000), now


def read_list(visits: int) -> bytes:
    """The answer of a practice clinic with so many open visits."""
    clinic = Practice(visits=visits)
    user = clinic.user("front_desk")
    login = httpx.post(
        f"{clinic.api}users/login", json={name: user[name] for name in ("username", "password")}
    )
    token = login.json()["data"]["token"]["token"]
    body = httpx.get(f"{clinic.api}visits", headers={"X-ApiToken": token}, timeout=60).content
    clinic.close()
    return body


def bodies() -> tuple[bytes, bytes, bytes]:
    """An answer with 5,000 open visits; the same rows in other bytes; the same with 1 % of them changed."""
    body = read_list(VISITS)
    rows = json.loads(body)["data"]
    step = len(rows) // CHANGED
    for number in range(CHANGED):
        rows[number * step]["modified"] = 1_780_000_001 + number
    changed = iter(rows)
    raw = data_of(200, body, None, needs_data=True)
    parts = [bytes(row) for row in rows_of(raw)]
    other = b'{"total_count":1,"data":[' + b",".join(parts) + b"]}"
    for number, row in enumerate(changed):
        if number % step == 0 and number // step < CHANGED:
            parts[number] = json.dumps(row).encode()
    return body, other, b'{"data":[' + b",".join(parts) + b"]}"


async def measure(application: QApplication) -> list[tuple[str, float, float, float]]:
    """(what, ratio to json.loads, ms of json.loads, longest block in ms) of each kind of refresh."""
    same, other, changed = bodies()
    hand = Hand(same)
    clock = ServerClock(SystemClock())
    clock.observe(1_780_000_000)
    queue = Queue(hand, clock, 10.0, "", no_rooms)  # type: ignore[arg-type]
    theme = Theme("light")
    theme.apply(application)
    table = QueueTable(theme, Ticker(), QueueSource(visits=queue.visits, now=clock.now), raised)
    table.resize(900, 800)
    table.show()
    gaps = Gaps()
    loads = median([_loads(same) for _ in range(ROUNDS)])
    lines = [("first reading", *await _timed(queue, gaps, loads))]
    assert table.model.rowCount() >= VISITS
    for what, cycle in (
        ("unchanged, same bytes", (same,)),
        ("unchanged, other bytes", (other, same)),
        ("1 % changed", (changed, same)),
    ):
        results = []
        for number in range(ROUNDS):
            hand.body = cycle[number % len(cycle)]
            results.append(await _timed(queue, gaps, loads))
        lines.append((what, median(r[0] for r in results), loads, max(r[2] for r in results)))
    table.close_listeners()
    return lines


async def _timed(queue: Queue, gaps: Gaps, loads: float) -> tuple[float, float, float]:
    gaps.start()
    began = time.perf_counter()
    await queue.poller.once()
    took = (time.perf_counter() - began) * 1000
    assert queue.connection.standing().failure is None
    return took / loads, loads, gaps.stop()


async def no_rooms() -> list[str]:
    return []


def _loads(body: bytes) -> float:
    began = time.perf_counter()
    json.loads(body)
    return (time.perf_counter() - began) * 1000


def raised(error: BaseException) -> None:
    raise error
