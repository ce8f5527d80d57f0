"""SIGKILL at each point of an attempt: never sent twice, never lost. A file is the server."""

import asyncio
import os
import signal
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from app.core.action import Action, Attempt, Facts, State, new_action
from app.core.audit import Audit
from app.core.clock import ServerClock, SystemClock
from app.core.outbox import Outbox
from app.core.store.store import Store, open_file
from tests.forked import forks, running
from tests.until import until

__all__ = ["forks"]

KEY = bytes(32)
POINTS = ["kept", "claiming", "claimed", "learnt", "beyond recall", "delivered", "answered", "arrived"]
SUBJECTS = 6


class FileAct:
    """Delivers into a file, one line each; ends the program at a point of the first attempt of p0."""

    def __init__(self, server: Path, point: str = "") -> None:
        self._server, self._point = server, point

    async def send(self, action: Action, attempt: Attempt) -> Facts:
        self.at("claimed", action)
        await attempt.learnt(member="m")
        self.at("learnt", action)
        await attempt.beyond_recall()
        self.at("beyond recall", action)
        with self._server.open("ab", buffering=0) as out:
            out.write(f"{action.id}\n".encode())
        self.at("delivered", action)
        await asyncio.sleep(0)
        self.at("answered", action)
        return {"visit": "v"}

    async def settle(self, action: Action) -> Facts | None:
        return {"visit": "v"} if delivered(self._server)[action.id] else None

    def at(self, point: str, action: Action | None = None) -> None:
        if point == self._point and (action is None or action.subject == "p0"):
            os.kill(os.getpid(), signal.SIGKILL)


def delivered(server: Path) -> Counter[str]:
    return Counter(server.read_text().split())


def outbox_of(store: Store, act: FileAct, in_doubt_s: float = 0.05) -> Outbox:
    acts = {"checkin": act}

    def report(error: BaseException) -> None:
        raise error

    clock = ServerClock(SystemClock())
    audit = Audit(store, "612", clock)
    return Outbox(store, acts, clock, str, report, in_doubt_s=in_doubt_s, audit=audit)


def _send_until_killed(folder: Path, point: str, says: Connection) -> None:
    async def main() -> None:
        store = await open_file(folder / "a.db", KEY)
        act = FileAct(folder / "server", point)
        outbox = outbox_of(store, act)
        await outbox.load()
        if not outbox.actions.all():
            # The first to send, whoever else is waiting for it.
            await outbox._sender.take()
            for number in range(SUBJECTS * 2):
                action = new_action("checkin", f"p{number % SUBJECTS}", {}, 1.0, mark=f"a{number}")
                await outbox.keep(action)
                says.send(action.id)
        act.at("kept")
        claim, note = store.claim_action, store.note

        async def claiming(action_id: str, state: str, *rest: Any) -> bool:
            if state == State.SENDING and action_id == "a0":
                act.at("claiming")
            return await claim(action_id, state, *rest)

        def noting(at: float, who: str, what: str, subject: str, outcome: str) -> None:
            note(at, who, what, subject, outcome)
            # What has not the form of an id gets a stand-in.
            if (subject, outcome) == (store.stand_in("a0"), "sent"):
                act.at("arrived")

        store.claim_action, store.note = claiming, noting  # type: ignore[method-assign]
        task = asyncio.ensure_future(outbox.run())
        await until(lambda: all(action.state == State.SENT for action in outbox.actions))
        task.cancel()
        await asyncio.wait([task])
        await store.close()
        says.send("done")

    asyncio.run(main())


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_each_arrives_exactly_once(tmp_path: Path, forks, point: str) -> None:
    server = tmp_path / "server"
    server.touch()
    with running(forks, _send_until_killed, tmp_path, point) as (process, hears):
        ids = [hears.recv() for _ in range(SUBJECTS * 2)]
        process.join(20)
        assert process.exitcode == -signal.SIGKILL
    arrived = delivered(server)
    assert arrived["a0"] == (point in POINTS[POINTS.index("delivered") :])
    assert set(arrived.values()) <= {1}
    # Once more at the same point: what stands where it stood is tried again there.
    with running(forks, _send_until_killed, tmp_path, point) as (process, _):
        process.join(20)
    assert set(delivered(server).values()) <= {1}
    with running(forks, _send_until_killed, tmp_path, "") as (process, hears):
        assert hears.recv() == "done"
        process.join(20)
        assert process.exitcode == 0
    assert delivered(server) == Counter(ids)


@pytest.mark.parametrize("point", ["claimed", "beyond recall", "delivered"])
async def test_another_process_takes_over_from_one_that_was_killed(tmp_path: Path, forks, point: str) -> None:
    server = tmp_path / "server"
    server.touch()
    store = await open_file(tmp_path / "a.db", KEY)
    outbox = outbox_of(store, FileAct(server))
    with running(forks, _send_until_killed, tmp_path, point) as (process, hears):
        ids = [await asyncio.to_thread(hears.recv) for _ in range(SUBJECTS * 2)]
        task = asyncio.ensure_future(outbox.run())
        await asyncio.to_thread(process.join, 20)
        assert process.exitcode == -signal.SIGKILL
        # A few seconds: who sends is looked at every two.
        await until(lambda: [action.state for action in outbox.actions] == [State.SENT] * len(ids), 8)
    assert delivered(server) == Counter(ids)
    task.cancel()
    await asyncio.wait([task])
    await store.close()
