"""Prints ratios, not times: a busy machine slows yardstick and program alike."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from statistics import median

from PySide6.QtWidgets import QApplication

from tests.bench import wire
from tests.bench.refresh import measure
from ui.loop import Loop

STARTS = 9
MOST_MIB = 64


def start_once(which: str, home: str) -> tuple[float, float]:
    """(ms to the first painted window, longest block in ms) of one fresh process."""
    out = subprocess.run(
        [sys.executable, "-m", "tests.bench.first_paint", which],
        env={**os.environ, "BEGAN": repr(time.time()), "VESTIBULE_HOME": home},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.split()
    return float(out[0]), float(out[1])


def starts() -> None:
    with tempfile.TemporaryDirectory() as home:
        for which in ("bare", "ours"):
            start_once(which, home)
        pairs = [(start_once("bare", home), start_once("ours", home)) for _ in range(STARTS)]
    bare, ours = median(pair[0][0] for pair in pairs), median(pair[1][0] for pair in pairs)
    block = median(pair[1][1] for pair in pairs)
    line("start to first painted window", ours / bare, 1.6, f"bare window {bare:.0f} ms, ours {ours:.0f} ms")
    print(f"{'':34}longest block from then until the sign-in can be used: {block:.0f} ms")


def refreshes() -> None:
    application = QApplication(sys.argv[:1])
    with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
        results = runner.run(measure(application))
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


def line(what: str, ratio: float, aim: float | None, beside: str) -> None:
    against = "" if aim is None else f"aim {aim:g} {'held' if ratio <= aim else 'MISSED'}"
    print(f"{what:44}{ratio:6.2f} x   {against:18}{beside}", flush=True)


if __name__ == "__main__":
    # The refreshes last: Qt ends with them.
    parts = {"starts": starts, "wires": wires, "refreshes": refreshes}
    for name in sys.argv[1:] or parts:
        parts[name]()
