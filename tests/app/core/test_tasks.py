"""Tasks have an owner; failures are told at once; none is left."""

import asyncio

from app.core.tasks import Tasks
from tests.until import until


async def test_a_failure_is_reported_while_somebody_still_holds_the_task() -> None:
    told: list[BaseException] = []
    tasks = Tasks(told.append)

    async def fail() -> None:
        raise ValueError("x")

    held = tasks.start(fail(), "fail")
    await until(lambda: told)
    assert isinstance(told[0], ValueError)
    assert held.done()
    assert len(tasks) == 0


async def test_close_ends_what_runs_and_reports_no_cancellation() -> None:
    told: list[BaseException] = []
    tasks = Tasks(told.append)
    ended = []

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    tasks.start(wait(), "one")
    tasks.start(wait(), "two")
    await asyncio.sleep(0)
    await tasks.close()
    assert ended == [True, True]
    assert told == []
    assert len(tasks) == 0
