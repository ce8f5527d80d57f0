"""Our event loop on Qt's."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.rest import at_rest
from tests.until import until
from ui.loop import Loop


def test_tasks_left_at_the_end_never_run_without_a_running_loop(qapp: QApplication) -> None:
    """qasync alone wakes them once more while no loop counts as running."""
    lost: list[RuntimeError] = []
    tasks = []

    async def lingering() -> None:
        while True:
            try:
                asyncio.get_running_loop()
            except RuntimeError as error:
                lost.append(error)
            await asyncio.sleep(0)

    async def main() -> None:
        tasks.extend(asyncio.create_task(lingering()) for _ in range(5))
        await at_rest()

    with asyncio.Runner(loop_factory=lambda: Loop(qapp)) as runner:
        runner.run(main())
    assert lost == []
    assert all(task.cancelled() for task in tasks)


def test_an_async_generator_that_is_left_early_is_closed(qapp: QApplication) -> None:
    closed = []

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0)
            closed.append(True)

    async def main() -> None:
        async for _ in numbers():
            break
        await until(lambda: closed)

    with asyncio.Runner(loop_factory=lambda: Loop(qapp)) as runner:
        runner.run(main())
    assert closed == [True]


def test_a_result_and_an_error_come_through(qapp: QApplication) -> None:
    async def answer() -> int:
        return 42

    async def fail() -> None:
        raise ValueError("x")

    with asyncio.Runner(loop_factory=lambda: Loop(qapp)) as runner:
        assert runner.run(answer()) == 42
        with pytest.raises(ValueError, match="x"):
            runner.run(fail())
