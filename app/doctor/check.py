"""Checks that run at the same time, each within its own time, and are told in a fixed order."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from app import log
from app.doctor.report import Finding, Said, fail, skipped

Tell = Callable[[Finding], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing to look at.

    after: names of the checks it builds on; when one of them bars it, it is skipped. behind: names of the
    checks that it lets go first, whatever they find. within_s: how long it may take. late: what to do when it
    takes longer.
    """

    name: str
    look: Callable[[], Awaitable[Said]]
    after: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    within_s: float = 5.0
    late: str = "Try again; if it stays so, send this report to support."


async def run(checks: Sequence[Check], tell: Tell) -> list[Finding]:
    """Runs all checks; tells each finding in the order of `checks` as soon as it is known."""
    tasks: dict[str, asyncio.Task[Finding]] = {}
    found = []
    try:
        for check in checks:
            tasks[check.name] = asyncio.create_task(_finding(check, tasks), name=check.name)
        for task in tasks.values():
            found.append(await task)
            tell(found[-1])
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
    return found


async def _finding(check: Check, tasks: Mapping[str, asyncio.Task[Finding]]) -> Finding:
    for name in (*check.after, *check.behind):
        earlier = await tasks[name]
        if earlier.said.bars and name in check.after:
            why = f"{earlier.name} failed" if earlier.failed else earlier.said.found
            return Finding(check.name, skipped(why, bars=True))
    began = time.monotonic()
    try:
        async with asyncio.timeout(check.within_s):
            said = await check.look()
    except TimeoutError:
        said = fail(f"no answer within {check.within_s:g} s", check.late)
    except Exception as error:  # noqa: BLE001 (one broken check must not hide what the others found)
        said = fail(f"a fault of this program (reference {log.fault(error)})", "Send this report to support.")
    return Finding(check.name, said, round(1000 * (time.monotonic() - began)))
