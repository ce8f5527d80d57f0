"""`vestibule checkin`: check-ins as JSON Lines on standard input, kept and sent like those of the window.

Exit codes: 0 everything sent, 1 some refused, 2 wrong use, 3 cannot sign in, 4 some not sent and not kept
either, 5 some not sent yet, or not known to be: they stay kept, and go out with the next run or the window.
Of several 4 comes first, then 1, then 5. What is on the disk stays there, whatever the code.
"""

import argparse
import asyncio
from contextlib import aclosing, suppress

from app.core.keys import Keys
from app.core.lines import OPEN
from app.core.store.fault import StoreFault
from app.core.store.opening import Opened
from app.core.tasks import Tasks
from app.credentials import profile_of
from app.headless.answers import Answers
from app.headless.command import (
    NOT_REACHABLE,
    NOT_YET_SENT,
    OK,
    REFUSED,
    WRONG_USE,
    Ended,
    asked_to_end,
    complain,
    fault,
    first,
    given,
    run,
)
from app.headless.desk import Desk, open_desk
from app.headless.pipes import Output, Read, lines, read_stdin, write_stdout
from app.headless.signing import SignIn, app_keys
from app.home import home
from app.sentences import NO_KEYRING, about_store, not_on_disk

# Ending takes under 2 s, whoever reads the last answers.
_LAST_ANSWERS_S = 1.0


def run_checkin(arguments: argparse.Namespace) -> int:
    """`vestibule checkin`."""
    return run(lambda: _run(SignIn(profile_of(arguments), given(), app_keys()), arguments.wait))


async def _run(sign_in: SignIn, wait_s: float) -> int:
    with asked_to_end() as stop:
        opening = asyncio.ensure_future(open_desk(sign_in, Keys(), home() / "stores"))
        await first(opening, stop.wait())
        if not opening.done():
            opening.cancel()
            await asyncio.gather(opening, return_exceptions=True)
            return OK
        try:
            desk = opening.result()
        except Ended as end:
            raise Ended(end.code, f"{end} Nothing was kept.") from None
        tell_of_store(desk.kept)
        try:
            return await check_in_lines(desk, read_stdin, Output(write_stdout), wait_s, stop)
        finally:
            await desk.close()


async def check_in_lines(desk: Desk, read: Read, output: Output, wait_s: float, stop: asyncio.Event) -> int:
    """Keeps each line that is read and sends it; the exit code.

    wait_s: how long to go on after the last line, while something is under way. stop: ends it at once. When
    nobody reads the answers, all lines are kept, and nothing that is on the disk is waited for. Raises Ended.
    """
    tasks, answers = Tasks(fault), Answers(desk, output.say)
    tasks.start(output.run(), "checkin.output")
    working = asyncio.ensure_future(desk.work())
    reading = asyncio.ensure_future(_read_all(read, answers))
    try:
        await first(working, reading, stop.wait())
        if reading.done():
            reading.result()
            settled = desk.until(lambda: answers.is_settled)
            await first(working, stop.wait(), _left_alone(desk, output), settled, within_s=wait_s)
        if working.done():
            working.result()
        return await _exit_code(desk, answers)
    finally:
        for task in (working, reading):
            task.cancel()
        await asyncio.gather(working, reading, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_ANSWERS_S):
                await output.drained()
        await tasks.close()


async def _left_alone(desk: Desk, output: Output) -> None:
    """Returns when nobody reads the answers and nothing is lost by leaving."""
    await output.gone.wait()
    await desk.until(lambda: desk.is_on_disk)


def tell_of_store(kept: Opened) -> None:
    """Says what somebody must know of where things are kept; again whenever that changes."""
    about = NO_KEYRING if kept.no_keyring else about_store(kept)
    if about:
        complain(about)

    def tell() -> None:
        if kept.store.trouble is not None:
            complain(not_on_disk(kept.store.trouble))

    kept.store.listen(tell)


async def _read_all(read: Read, answers: Answers) -> None:
    number = 0
    try:
        async with aclosing(lines(read)) as found:
            async for line in found:
                number += 1
                if line is None or line.strip():
                    await answers.take(number, line)
    except OSError:
        raise Ended(WRONG_USE, "Standard input cannot be read.") from None


async def _exit_code(desk: Desk, answers: Answers) -> int:
    if not answers.is_settled:
        what = (
            f"Check-ins not sent yet: {answers.waiting}." if answers.waiting else "Something is not sent yet."
        )
        lost = await _lost(desk)
        if lost:
            who = f"{lost} of them are" if lost < answers.waiting else "They are"
            raise Ended(NOT_REACHABLE, f"{what} {who} lost, since this computer could not keep them.")
        complain(f"{what} It is kept here, and goes out with the next run or the window.")
    if answers.was_refused:
        return REFUSED
    return OK if answers.is_settled else NOT_YET_SENT


async def _lost(desk: Desk) -> int:
    """How many are neither sent nor on the disk."""
    waiting = {action.id for action in desk.outbox.actions if action.state in OPEN}
    if desk.kept.store.is_kept:
        with suppress(StoreFault):
            on_disk, _ = await desk.kept.store.actions_and_behind()
            waiting -= {kept.id for kept in on_disk}
    return len(waiting)
