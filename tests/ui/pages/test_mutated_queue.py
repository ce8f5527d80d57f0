"""The queue page under mutations of its replies: it stays up, and comes back whole."""

import asyncio

import pytest
from PySide6.QtWidgets import QApplication

from app.wire.gate import Gate
from tests.app.mutations import Mutator
from tests.app.replay import Question, Recorder, Replay
from tests.ui.conftest import Open
from tests.until import until

SEED = 3
MUTATIONS = 75
"""In each of four runs."""


@pytest.mark.parametrize("run", range(4))
async def test_mutated_lists_details_and_intakes_do_no_harm(
    qapp: QApplication, open_queue: Open, monkeypatch: pytest.MonkeyPatch, run: int
) -> None:
    monkeypatch.setattr("app.wire.client.TRIES", 1)
    async with open_queue() as opened:
        session, page = opened.session, opened.page
        await session.stop()
        client = session._client
        noted: dict[Question, bytes] = {}
        recorder = Recorder(client._transport, noted)
        client._transport, client._gate = recorder, Gate(per_s=1e9)
        await session.queue.poller.once()
        visits = page.queue.model.ids()
        for visit_id in visits[:6]:
            await session.queue.read(visit_id)
            await opened.select(visit_id)
        replay = Replay(dict(noted))
        client._transport = replay
        for count in range(MUTATIONS):
            question = list(noted)[count // 2 % len(noted)] if count % 2 else next(iter(noted))
            replay.spoilt = (question, Mutator(f"{SEED} {run} {count}").mutate(noted[question]))
            await session.queue.poller.once()
            shown = page.queue.model.ids()
            if shown and count % 5 == 0:
                page.queue.table.select(shown[count % len(shown)])
            await asyncio.sleep(0)
            if count % 15 == 0:
                assert not opened.window.grab().isNull()
        replay.spoilt = (("", ()), b"")
        await session.queue.poller.once()
        await session.queue.complete()
        await until(lambda: page.queue.model.ids() == visits)
        await opened.select(visits[0])
        assert page.visit.intake.answers()
        await recorder.close()
