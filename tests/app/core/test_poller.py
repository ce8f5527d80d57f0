"""One question at a time; a late answer never wins; backing off."""

import asyncio
from itertools import pairwise

import pytest

from app.core.clock import ServerClock
from app.core.connection import Connection, Light
from app.core.poller import Poller, backoff_s
from app.errors import Failure, Offline, Refused
from tests.clocks import HandClock
from tests.until import until


class Server:
    """Answers when the test says so."""

    def __init__(self) -> None:
        self.answers: list[asyncio.Future[str]] = []
        self.out = 0
        self.most_out = 0

    async def ask(self) -> str:
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.answers.append(answer)
        self.out += 1
        self.most_out = max(self.most_out, self.out)
        try:
            return await answer
        finally:
            self.out -= 1


class Polled:
    def __init__(self) -> None:
        self.server = Server()
        self.taken: list[str] = []
        self.connection = Connection(ServerClock(HandClock()), 10)
        self.poller = Poller(self.server.ask, self.taken.append, self.connection, 3600.0, chance=lambda: 0.0)

    async def asked(self, times: int) -> asyncio.Future[str]:
        await until(lambda: len(self.server.answers) >= times)
        return self.server.answers[times - 1]


async def test_an_answer_is_taken_and_the_next_question_waits() -> None:
    polled = Polled()
    run = asyncio.create_task(polled.poller.run())
    (await polled.asked(1)).set_result("first")
    await until(lambda: polled.taken == ["first"])
    assert polled.connection.standing().light == Light.LIVE
    polled.poller.wake()
    (await polled.asked(2)).set_result("second")
    await until(lambda: polled.taken == ["first", "second"])
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)


async def test_while_a_question_is_out_none_is_sent() -> None:
    polled = Polled()
    run = asyncio.create_task(polled.poller.run())
    first = await polled.asked(1)
    for _ in range(10):
        polled.poller.wake()
        await asyncio.sleep(0)
    assert len(polled.server.answers) == 1
    first.set_result("first")
    await polled.asked(2)
    assert polled.server.most_out == 1
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)


async def test_a_failure_is_told_and_nothing_is_taken() -> None:
    polled = Polled()
    once = asyncio.create_task(polled.poller.once())
    (await polled.asked(1)).set_exception(Offline("cut"))
    assert await once == pytest.approx(0.5)
    assert polled.taken == []
    assert isinstance(polled.connection.standing().failure, Offline)


async def test_failures_in_a_row_wait_longer_until_a_success() -> None:
    polled = Polled()
    waits = []
    for turn, failure in enumerate([Offline(), Offline(), Refused(429, retry_after=7.0), None, Offline()], 1):
        once = asyncio.create_task(polled.poller.once())
        answer = await polled.asked(turn)
        if failure is None:
            answer.set_result("back")
        else:
            answer.set_exception(failure)
        waits.append(await once)
    assert waits == [0.5, 1.0, 7.0, 3600.0, 0.5]


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_backoff_grows_to_a_minute_and_obeys_the_server(chance: float) -> None:
    waits = [backoff_s(failures, None, chance) for failures in range(1, 200)]
    assert all(early <= late for early, late in pairwise(waits))
    assert max(waits) <= 60.0
    assert backoff_s(1, 30.0, chance) >= 30.0


def test_every_failure_has_a_retry_after() -> None:
    assert Failure().retry_after is None


async def run(polled: Polled) -> "asyncio.Task[None]":
    return asyncio.create_task(polled.poller.run(), name="test.poll")


async def ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_restart_abandons_the_question_that_is_out() -> None:
    polled = Polled()
    task = await run(polled)
    first = await polled.asked(1)
    polled.poller.restart()
    (await polled.asked(2)).set_result("second")
    assert first.cancelled()
    await until(lambda: polled.taken == ["second"])
    assert polled.server.most_out == 1
    assert polled.connection.standing().failure is None
    await ended(task)


@pytest.mark.parametrize("late", ["answer", "failure"])
async def test_what_an_abandoned_question_brings_all_the_same_is_dropped(late: str) -> None:
    polled = Polled()
    task = await run(polled)
    first = await polled.asked(1)
    first.set_result("late") if late == "answer" else first.set_exception(Offline("cut"))
    polled.poller.restart()
    (await polled.asked(2)).set_result("fresh")
    await until(lambda: polled.taken)
    assert polled.taken == ["fresh"]
    assert polled.connection.standing().failure is None
    await ended(task)


async def test_a_restart_asks_at_once_after_many_failures_and_backs_off_from_the_start() -> None:
    polled = Polled()
    for turn in range(1, 8):
        once = asyncio.create_task(polled.poller.once())
        (await polled.asked(turn)).set_exception(Offline())
        await once
    task = await run(polled)
    (await polled.asked(8)).set_exception(Offline())
    await until(lambda: polled.server.out == 0)
    polled.poller.restart()
    (await polled.asked(9)).set_exception(Offline())
    # Half a second, not a minute, until the next.
    await polled.asked(10)
    await ended(task)


async def test_ten_restarts_leave_one_question_and_no_task() -> None:
    polled = Polled()
    task = await run(polled)
    for turn in range(1, 11):
        await polled.asked(turn)
        polled.poller.restart()
        polled.poller.restart()
    await polled.asked(11)
    assert polled.server.out == polled.server.most_out == 1
    await ended(task)
    assert polled.server.out == 0


async def test_being_ended_while_a_restart_is_under_way_ends() -> None:
    polled = Polled()
    task = await run(polled)
    await polled.asked(1)
    polled.poller.restart()
    await ended(task)
    assert task.cancelled()
    polled.poller.restart()  # nothing is out any more: no harm


async def test_a_server_that_asks_to_wait_is_not_woken_before() -> None:
    polled = Polled()
    task = await run(polled)
    (await polled.asked(1)).set_exception(Refused(429, retry_after=600))
    await until(lambda: polled.connection.standing().failure is not None)
    polled.poller.wake()
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(polled.server.answers) == 1
    polled.poller.restart()
    await polled.asked(2)
    await ended(task)


async def test_a_wake_from_before_the_server_asked_to_wait_is_forgotten() -> None:
    polled = Polled()
    task = await run(polled)
    first = await polled.asked(1)
    polled.poller.wake()
    first.set_exception(Refused(429, retry_after=600))
    await until(lambda: polled.connection.standing().failure is not None)
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(polled.server.answers) == 1
    await ended(task)
