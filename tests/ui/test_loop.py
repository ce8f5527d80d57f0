"""Our event loop on Qt's."""

import asyncio
from collections.abc import AsyncIterator

from PySide6.QtWidgets import QApplication

from ui.program import Loop


def test_tasks_left_at_the_end_are_cancelled_with_a_loop_running(qapp: QApplication) -> None:
    """qasync alone wakes them once more with no loop running, and their clean-up fails."""
    ended = []

    async def lingering() -> None:
        try:
            while True:
                await asyncio.sleep(0)
        finally:
            asyncio.get_running_loop()
            ended.append(True)

    async def main() -> None:
        for _ in range(5):
            asyncio.create_task(lingering())
        await asyncio.sleep(0.01)

    with asyncio.Runner(loop_factory=lambda: Loop(qapp)) as runner:
        runner.run(main())
    assert ended == [True] * 5


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
        await asyncio.sleep(0.01)

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
        try:
            runner.run(fail())
        except ValueError as error:
            assert str(error) == "x"
        else:
            raise AssertionError("no error came")
