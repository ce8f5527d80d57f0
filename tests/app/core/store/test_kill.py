"""SIGKILL in the middle of writing: what was acknowledged is there, and the file is whole."""

import asyncio
import random
import time
from multiprocessing.connection import Connection
from pathlib import Path

from app.core.store.database import connect
from app.core.store.store import open_file
from tests.forked import everything, forks, running

__all__ = ["forks"]

KEY = bytes(32)
ROUNDS = 120


def _write_until_killed(path: Path, turn: int, says: Connection) -> None:
    async def main() -> None:
        store = await open_file(path, KEY)
        number = 0
        while True:
            number += 1
            name = f"{turn}-{number}"
            store.add_action(name, "queued", name.encode() * 50)
            store.save_action(name, "sending", name.encode() * 60)
            store.put_draft("note", name)
            facts = asyncio.ensure_future(
                store.keep_facts("visits", 1.0, lambda name=name: [(name, bytes(2000))])
            )
            await store.flush()
            says.send(name)
            await facts

    asyncio.run(main())


def test_what_was_acknowledged_outlives_sigkill(tmp_path: Path, forks) -> None:
    chance = random.Random(4)
    acknowledged: list[str] = []
    for turn in range(ROUNDS):
        path = tmp_path / f"{turn // 10}.db"
        with running(forks, _write_until_killed, path, turn) as (process, hears):
            acknowledged.append(hears.recv())
            time.sleep(chance.random() * 0.01)  # When it is killed is what is tried here.
            process.kill()
            acknowledged += everything(hears)
        if turn % 10 == 9:
            connection = connect(path, KEY)  # Checks every page.
            rows = dict(connection.execute("select cast(id as text), body from actions"))
            draft = connection.execute("select cast(text as text) from drafts").fetchone()[0]
            states = set(connection.execute("select state from actions"))
            connection.close()
            assert len(acknowledged) >= 10
            assert not [name for name in acknowledged if rows.get(name) != name.encode() * 60]
            assert states == {("sending",)}
            # Typed last, or acknowledged last if the end came in between.
            assert int(draft.split("-")[1]) >= int(acknowledged[-1].split("-")[1])
            acknowledged.clear()
