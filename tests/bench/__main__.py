"""Prints ratios, not times: a busy machine slows yardstick and program alike."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from PySide6.QtWidgets import QApplication

from tests.bench import store, wire
from tests.bench.refresh import measure, read_list
from tests.bench.start import furnished
from tests.bench.steady import FOR_S
from ui.loop import Loop

STARTS = 9
STORED = 2_000
MOST_MS = 16.0
MOST_MIB = 64
MOST_START_MS = 30.0
# Visits, and the aim for the longest block of the screen, ms.
STEADY = {500: 16.0, 5_000: 33.0}


def timed(module: str, *arguments: str, home: str) -> tuple[float, ...]:
    """What one fresh process measures: milliseconds since it was begun, and what else it says."""
    out = subprocess.run(
        [sys.executable, "-m", f"tests.bench.{module}", *arguments],
        env={**os.environ, "BEGAN": repr(time.time()), "VESTIBULE_HOME": home},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout.split()
    return tuple(map(float, out))


def start_once(which: str, home: str) -> tuple[float, ...]:
    """(ms to the first painted window, longest block in ms) of one fresh process."""
    return timed("first_paint", which, home=home)


def starts() -> None:
    with tempfile.TemporaryDirectory() as home:
        for which in ("bare", "ours"):
            start_once(which, home)
        pairs = [(start_once("bare", home), start_once("ours", home)) for _ in range(STARTS)]
    bare, ours = median(pair[0][0] for pair in pairs), median(pair[1][0] for pair in pairs)
    block = median(pair[1][1] for pair in pairs)
    line("start to first painted window", ours / bare, 1.6, f"bare window {bare:.0f} ms, ours {ours:.0f} ms")
    print(f"{'':34}longest block from then until the sign-in can be used: {block:.0f} ms")


def stored_starts() -> None:
    """With yesterday's visits in the store against with none; the server does not answer in either."""
    with tempfile.TemporaryDirectory() as home:
        folders = {
            "full": furnished(Path(home) / "full", STORED),
            "empty": furnished(Path(home) / "empty", 0),
        }
        once = {
            which: lambda w=which, f=str(at): timed("start", w, f, home=f)[0] for which, at in folders.items()
        }
        full, empty = _in_turns(once["full"], once["empty"])
    beside = f"with {STORED:,} stored {full:.0f} ms, empty page with none {empty:.0f} ms"
    line("start to first painted row", full / empty, 1.3, beside)


def _in_turns(one: Callable[[], float], other: Callable[[], float]) -> tuple[float, float]:
    """The medians of both, measured alternately; the first of each only warms up."""
    pairs = [(one(), other()) for _ in range(STARTS + 1)][1:]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def stores() -> None:
    for what, ratio, beside in [*asyncio.run(store.keeping()), *store.opening()]:
        line(what, ratio, None, beside)


def refreshes() -> None:
    application = QApplication(sys.argv[:1])

    async def both() -> tuple[tuple[float, float, float], Any]:
        return await store.mirroring(), await measure(application)

    with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
        (block, idle, took_s), results = runner.run(both())
    held = "held" if block <= MOST_MS else "MISSED"
    print(
        f"{'longest block while 5,000 visits are stored':44}{block:6.1f} ms  aim {MOST_MS:g} {held}"
        f"        idle {idle:.1f} ms, all on disk in {took_s:.2f} s",
        flush=True,
    )
    aims = {"unchanged, same bytes": 0.3, "unchanged, other bytes": 0.3, "1 % changed": 0.5}
    for what, ratio, loads, block in results:
        line(
            f"refresh of 5,000: {what}",
            ratio,
            aims.get(what),
            f"json.loads {loads:.0f} ms, longest block {block:.1f} ms",
        )


def wires() -> None:
    for what, ratio, beside in wire.decoding():
        line(what, ratio, None, beside)
    for what, ratio, beside in asyncio.run(wire.requests()):
        line(what, ratio, 1.15, beside)
    for what, ratio, beside in asyncio.run(wire.transfers()):
        line(what, ratio, 1.1, beside)
    for what, mib in wire.memory():
        held = "held" if mib < MOST_MIB else "MISSED"
        print(f"{what:44}{mib:6.1f} MiB more memory, aim {MOST_MIB} {held}", flush=True)


def starting() -> None:
    with tempfile.TemporaryDirectory() as home:
        asked_ms, opened_ms, read_ms, rest_ms = timed("calls", home=home)
    for what, ours_ms, server_ms, most_ms in (
        ("click on Start call… to its question", asked_ms, read_ms, None),
        ("its Start call to the opener", opened_ms, rest_ms, MOST_START_MS),
    ):
        aim = "" if most_ms is None else f"aim {most_ms:g} {_held(ours_ms - server_ms <= most_ms)}"
        beside = f"all {ours_ms:.0f} ms, a bare client's requests {server_ms:.0f} ms"
        print(f"{what:44}{ours_ms - server_ms:6.1f} ms  {aim:18}{beside}", flush=True)


def _held(is_held: bool) -> str:
    return "held" if is_held else "MISSED"


def steadies() -> None:
    """A list that changes, against a bare window that idles, each in a process of its own."""
    with tempfile.TemporaryDirectory() as home:
        bare_s, _longest, bare_mib = timed("steady", "", home=home)
        for visits, most_ms in STEADY.items():
            listed = Path(home) / "list"
            listed.write_bytes(read_list(visits))
            spent_s, longest_ms, mib = timed("steady", str(listed), home=home)
            what = f"{visits:,} visits, 1 % others a second"
            cpu = f"{spent_s:.2f} s of CPU in {FOR_S} s, bare window {bare_s:.3f} s"
            print(
                f"{f'{what}: CPU':44}{(spent_s - bare_s) / FOR_S:6.1%} more of a core      {cpu}", flush=True
            )
            line(f"{what}: memory", mib / bare_mib, None, f"{mib:.0f} MiB, bare window {bare_mib:.0f} MiB")
            aim = f"aim {most_ms:g} {_held(longest_ms <= most_ms)}"
            print(f"{f'{what}: block':44}{longest_ms:6.1f} ms  {aim}", flush=True)


def line(what: str, ratio: float, aim: float | None, beside: str) -> None:
    against = "" if aim is None else f"aim {aim:g} {'held' if ratio <= aim else 'MISSED'}"
    print(f"{what:44}{ratio:6.2f} x   {against:18}{beside}", flush=True)


if __name__ == "__main__":
    # The refreshes last: Qt ends with them.
    parts = {
        "starts": starts,
        "stored_starts": stored_starts,
        "stores": stores,
        "wires": wires,
        "starting": starting,
        "steadies": steadies,
        "refreshes": refreshes,
    }
    for name in sys.argv[1:] or parts:
        parts[name]()
