"""A program that is killed loses nothing that was typed more than a quarter of a second before."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from app.core.drafts import Drafts
from app.core.store.store import open_file

KEY = b"k" * 32
PLACE = "note|48225|disposition"

TYPES = """
import asyncio, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from app.core.drafts import Drafts
from app.core.store.store import open_file
from tests.ui.kit.typed import type_over
from ui.kit.draft_field import DraftField
from ui.loop import Loop

application = QApplication([])

async def main():
    store = await open_file(Path(sys.argv[1]), b"k" * 32)
    field = QPlainTextEdit()
    field.show()
    DraftField(field, Drafts(store)).bind("note|48225|disposition", "Home")
    type_over(field, "typed by hand")
    print(flush=True)
    while True:
        await asyncio.sleep(0.1)

with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
    runner.run(main())
"""


async def kept(path: Path, within_s: float = 5.0) -> dict[str, str | None]:
    """What another program finds in the drafts, as soon as it finds anything."""
    store = await open_file(path, KEY)
    try:
        drafts = Drafts(store)
        for _ in range(round(within_s / 0.005)):
            await drafts.load()
            if drafts.places(PLACE):
                break
            await asyncio.sleep(0.005)
        return {place: drafts.text(place) for place in drafts.places("")}
    finally:
        await store.close()


def test_what_was_typed_survives_a_killed_program(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    child = subprocess.Popen(
        [sys.executable, "-c", TYPES, str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": "."},
    )
    try:
        assert child.stdout is not None
        child.stdout.readline()
        asyncio.run(kept(path))
    finally:
        child.kill()
        child.communicate(timeout=5)
    assert asyncio.run(kept(path)) == {PLACE: "typed by hand", f"{PLACE}|base": "Home"}
