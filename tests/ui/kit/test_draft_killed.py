"""A program that is killed loses nothing that was typed more than a quarter of a second before."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from app.core.drafts import Drafts
from app.core.store.store import open_file

KEY = b"k" * 32
PLACE = "note|48225|disposition"

TYPES = """
import asyncio, os, signal, sys
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
    await asyncio.sleep(0.25)  # Typed so long ago it is on the disk: that is what is promised.
    os.kill(os.getpid(), signal.SIGKILL)

with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
    runner.run(main())
"""


async def kept(path: Path) -> dict[str, str | None]:
    """What another program finds in the drafts."""
    store = await open_file(path, KEY)
    try:
        drafts = Drafts(store)
        await drafts.load()
        return {place: drafts.text(place) for place in drafts.places("")}
    finally:
        await store.close()


def test_what_was_typed_survives_a_killed_program(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    environment = {**os.environ, "PYTHONPATH": "."}
    child = subprocess.run([sys.executable, "-c", TYPES, str(path)], env=environment, timeout=60, check=False)
    assert child.returncode == -signal.SIGKILL
    assert asyncio.run(kept(path)) == {PLACE: "typed by hand", f"{PLACE}|base": "Home"}
