"""A whole window in a process of its own: whatever fails in it is told by a reference, and by no words."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.app.log.logs import lines, text

NEEDLE = "Zubizarreta"
WITHIN_S = 40
FAILS = f"""
import asyncio, gc, json, sys, threading, warnings
from PySide6.QtCore import QTimer, qWarning
from app.home import Preferences, home
from tests.until import until
from ui.kit import tasks
from ui.start import run

class Dies:
    def __del__(self):
        raise OSError("{NEEDLE}")

async def begin(program):
    try:
        await fail_in_every_way(program)
    finally:
        program.stop()

async def fail_in_every_way(program):
    patient, notices = "{NEEDLE}", program.window.notices
    said = []
    async def told(what):
        await until(lambda: list(notices.texts()) != said)
        said[:] = notices.texts()
        print(json.dumps([what, said]), flush=True)
    def slot():
        raise KeyError(patient)
    async def fails():
        raise ValueError(patient)
    QTimer.singleShot(0, slot)
    await told("slot")
    threading.Thread(target=slot, name=patient).start()
    await told("thread")
    task = asyncio.create_task(fails(), name=patient)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()
    await told("task")
    tasks.run(program.window, fails(), busy=None, name="x", report=program._fault)
    await told("work")
    Dies()
    qWarning(f"QPainter::begin: {{patient}}")
    qWarning(patient)
    warnings.warn(patient)

run(home(), Preferences(), begin=begin)
"""


def test_every_kind_of_fault_is_told_by_its_reference_alone(own_home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", FAILS],
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN_S,
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = dict(json.loads(line) for line in done.stdout.splitlines())
    assert list(said) == ["slot", "thread", "task", "work"]
    pattern = r"A part of Vestibule failed \(reference ([0-9a-f]{4})\) and starts again\."
    references = [re.match(pattern, texts[0])[1] for texts in said.values()]
    faults = lines(own_home, "fault")
    assert [line["reference"] for line in faults][:4] == references
    assert [line["type"].removeprefix("builtins.") for line in faults] == [
        "KeyError", "KeyError", "ValueError", "ValueError", "OSError",
    ]  # fmt: skip
    told = [(line.get("category"), line.get("method")) for line in lines(own_home, "qt")]
    assert told == [("default", "QPainter::begin"), ("default", None)]
    assert [line["logger"] for line in lines(own_home, "library")] == ["py.warnings"]
    assert NEEDLE not in text(own_home) + done.stdout


CRASHES = f"""
import ctypes
from app.home import Preferences, home
from ui.start import run

async def begin(program):
    patient = "{NEEDLE}"
    program.window.setWindowTitle(patient)
    ctypes.string_at(0)

run(home(), Preferences(), begin=begin)
"""


def test_a_window_that_crashes_leaves_places_in_the_code(own_home: Path) -> None:
    died = subprocess.run(
        [sys.executable, "-c", CRASHES], capture_output=True, text=True, check=False, timeout=WITHIN_S
    )
    assert died.returncode == -11
    left = (own_home / "logs" / "crash.txt").read_text()
    assert "Segmentation fault" in left
    assert NEEDLE not in left + died.stdout + died.stderr + text(own_home)
