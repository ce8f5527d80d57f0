"""What the commands without a window have in common: how they begin, what they print, how they end."""

import asyncio
import contextlib
import io
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from app import log
from app.credentials import SET_THEM, Given, WrongUse, credentials
from app.errors import Failure, Refused, SignedOut
from app.home import home
from app.log.recording import recorded
from app.log.unhandled import FAULT, of_loop

OK, REFUSED, WRONG_USE, CANNOT_SIGN_IN, NOT_REACHABLE, NOT_YET_SENT = 0, 1, 2, 3, 4, 5
INTERRUPTED = 130


class Ended(Exception):
    """A command that ends early. code: its exit code; the text goes to standard error."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class ReaderGone(Exception):
    """Nobody reads the output any more: no error, an end."""


def run(begin: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Runs one command; its exit code. What ends it early is one sentence on standard error."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Half a character, which some JSON holds, must not end the command.
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    with recorded(home(), fault):
        return _code(begin)


def _code(begin: Callable[[], Coroutine[Any, Any, int]]) -> int:
    async def main() -> int:
        asyncio.get_running_loop().set_exception_handler(of_loop(fault))
        return await begin()

    try:
        return asyncio.run(main())
    except WrongUse as wrong:
        complain(str(wrong))
        return WRONG_USE
    except Ended as end:
        complain(str(end))
        return end.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except ReaderGone:
        return OK
    except Exception as error:  # noqa: BLE001 (a traceback would show what was read: its reference is told)
        fault(error)
        return FAULT


def given() -> Given:
    """The credentials of the environment. Raises WrongUse when one cannot sign in with them."""
    found = credentials()
    if not found.is_complete:
        raise WrongUse(f"{SET_THEM} to sign in.")
    return found


def exit_code(failure: Failure) -> int:
    """3 when it is about who we are, 4 when it is about the server."""
    about_us = isinstance(failure, SignedOut) or (isinstance(failure, Refused) and failure.status == 403)
    return CANNOT_SIGN_IN if about_us else NOT_REACHABLE


def sign_in_code(failure: Failure) -> int:
    """The same for a sign-in, where the server may also call what we are wrong."""
    is_wrong = isinstance(failure, Refused) and failure.status == 400
    return CANNOT_SIGN_IN if is_wrong else exit_code(failure)


def say(text: str) -> None:
    """One line of output. Raises ReaderGone when nobody reads it."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise ReaderGone from None


def complain(text: str) -> None:
    """One sentence on standard error."""
    print(f"vestibule: {text}", file=sys.stderr, flush=True)


def fault(error: BaseException) -> None:
    """A fault of ours: logged, and told by its reference, without any record's content."""
    complain(f"a fault of this program (reference {log.fault(error)})")


def plain(text: str) -> str:
    """Without control characters: what a patient typed must not steer the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


async def first(
    *things: Coroutine[Any, Any, Any] | asyncio.Future[Any], within_s: float | None = None
) -> None:
    """Returns when the first of them ends, or the time is over. Futures go on, coroutines are ended."""
    futures = [asyncio.ensure_future(thing) for thing in things]
    try:
        await asyncio.wait(futures, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        own = [future for future, thing in zip(futures, things, strict=True) if future is not thing]
        for future in own:
            future.cancel()
        await asyncio.gather(*own, return_exceptions=True)


@contextlib.contextmanager
def asked_to_end() -> Iterator[asyncio.Event]:
    """Set by Ctrl-C or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        # Windows has no signal handlers on the loop: there Ctrl-C raises KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in numbers:
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)
