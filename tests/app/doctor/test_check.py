"""Checks run at the same time, each within its own time, and are told in a fixed order."""

import asyncio
import re
import threading

import pytest

from app.core.aside import aside
from app.doctor.check import Check, run
from app.doctor.report import Finding, Said, fail, ok, skipped, warn


def check(name: str, said: Said, *after: str) -> Check:
    async def look() -> Said:
        return said

    return Check(name=name, look=look, after=after)


async def test_what_does_not_depend_on_each_other_runs_at_once_and_is_told_in_order() -> None:
    second_looks = asyncio.Event()
    told: list[str] = []

    async def first() -> Said:
        await second_looks.wait()
        return ok("")

    async def second() -> Said:
        second_looks.set()
        return ok("")

    await run(
        [Check(name="a", look=first), Check(name="b", look=second)], lambda found: told.append(found.name)
    )
    assert told == ["a", "b"]


async def test_a_finding_is_told_before_the_next_is_known() -> None:
    first_told = asyncio.Event()

    async def second() -> Said:
        await first_told.wait()
        return ok("")

    await run([check("a", ok("")), Check(name="b", look=second)], lambda _found: first_told.set())


@pytest.mark.parametrize(
    ("before", "state", "found"),
    [
        (ok(""), "ok", "reached"),
        (warn("", ""), "ok", "reached"),
        (skipped("not encrypted"), "ok", "reached"),
        (skipped("no credentials", bars=True), "skipped", "no credentials"),
        (fail("gone", "look"), "skipped", "a failed"),
    ],
)
async def test_what_is_barred_is_skipped_with_the_reason(before: Said, state: str, found: str) -> None:
    plan = [check("a", before), check("b", ok("reached"), "a"), check("c", ok("reached"), "b")]
    _, b, c = await run(plan, lambda _found: None)
    assert (b.said.state, b.said.found) == (c.said.state, c.said.found) == (state, found)
    assert (c.ms is None) == (state == "skipped")


async def test_one_that_goes_behind_another_waits_for_it_whatever_it_finds() -> None:
    order: list[str] = []

    async def first() -> Said:
        await asyncio.sleep(0)
        order.append("a")
        return fail("", "")

    async def second() -> Said:
        order.append("b")
        return ok("reached")

    plan = [Check(name="a", look=first), Check(name="b", look=second, behind=("a",))]
    _, b = await run(plan, lambda _found: None)
    assert (order, b.said.found) == (["a", "b"], "reached")


@pytest.mark.logs
async def test_one_that_hangs_fails_in_its_time_and_one_that_breaks_is_said_to() -> None:
    async def hangs() -> Said:
        await asyncio.Event().wait()
        return ok("")

    async def breaks() -> Said:
        raise KeyError("Mira Okafor")

    plan = [
        Check(name="a", look=hangs, within_s=0.01, late="Wait."),
        Check(name="b", look=breaks),
        check("c", ok("")),
    ]
    a, b, c = await run(plan, lambda _found: None)
    assert (a.said.state, a.said.found, a.said.advice) == ("fail", "no answer within 0.01 s", "Wait.")
    assert b.said.state == "fail"
    assert re.fullmatch(r"a fault of this program \(reference [0-9a-f]{4}\)", b.said.found)
    assert c.said.state == "ok"


async def test_nothing_goes_on_when_it_is_stopped() -> None:
    ended = asyncio.Event()

    async def hangs() -> Said:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return ok("")

    def stop(_found: Finding) -> None:
        raise KeyboardInterrupt

    plan = [check("a", ok("")), Check(name="b", look=hangs)]
    with pytest.raises(KeyboardInterrupt):
        await run(plan, stop)
    # The other was ended before it had begun, or while it hung.
    assert ended.is_set() or len(asyncio.all_tasks()) == 1


async def test_work_aside_brings_its_result_or_its_error() -> None:
    assert await aside(lambda: 7) == 7
    with pytest.raises(OSError, match="no"):
        await aside(_broken)


async def test_work_aside_that_hangs_holds_up_nobody() -> None:
    gate = threading.Event()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await aside(gate.wait)
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "aside"]
    assert thread.daemon
    gate.set()
    thread.join()


def _broken() -> int:
    raise OSError("no")
