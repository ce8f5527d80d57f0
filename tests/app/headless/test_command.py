"""A fault of a command: one line with the reference under which the log tells where it was."""

import re
import subprocess
import sys
from pathlib import Path

from tests.app.log.logs import lines, text

NEEDLE = "Zubizarreta"
FAILS = f"""
import asyncio, gc, sys, threading
from app.headless.command import run

async def fails():
    patient = "{NEEDLE}"
    async def alone():
        raise KeyError(patient)
    asyncio.create_task(alone(), name=patient)
    await asyncio.sleep(0.01)
    gc.collect()
    thread = threading.Thread(target=lambda: [][patient], name=patient)
    thread.start()
    thread.join()
    raise ValueError(f"{{patient}} is not readable")

sys.exit(run(fails))
"""


def test_it_is_told_by_its_reference_and_logged_without_its_words(own_home: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FAILS], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (70, "")
    told = re.findall(r"^vestibule: a fault of this program \(reference ([0-9a-f]{4})\)$", done.stderr, re.M)
    assert len(told) == len(done.stderr.splitlines()) == 3
    faults = lines(own_home, "fault")
    assert [line["reference"] for line in faults] == told
    assert [line["type"] for line in faults] == [
        "builtins.KeyError",
        "builtins.TypeError",
        "builtins.ValueError",
    ]
    assert all(line["frames"] for line in faults)
    assert NEEDLE not in text(own_home)
    assert [line["event"] for line in lines(own_home)][-1] == "program.ended"
