"""`vestibule support`: shows the support bundle, and writes it where one says.

Exit codes: 0 done, 1 the file could not be written, 2 wrong use, 130 stopped by Ctrl-C.
"""

import argparse

from app.credentials import profile_of
from app.headless.command import OK, Ended, complain, run, say
from app.home import home
from app.profile import Profile
from app.support.bundle import bundle, write

NOT_WRITTEN = 1


def run_support(arguments: argparse.Namespace) -> int:
    """`vestibule support`. What it prints is the whole content of the file."""
    return run(lambda: _support(arguments))


async def _support(arguments: argparse.Namespace) -> int:
    is_chosen = arguments.profile is not None or arguments.api is not None
    profile: Profile | None = profile_of(arguments) if is_chosen else None
    text = await bundle(home(), profile)
    say(text.removesuffix("\n"))
    if arguments.out is not None:
        try:
            write(arguments.out, text)
        except FileExistsError:
            raise Ended(NOT_WRITTEN, "there is such a file already; it was left as it is.") from None
        except OSError as error:
            raise Ended(NOT_WRITTEN, f"the file could not be written: {error.strerror}.") from None
        complain("written as shown; nothing has been sent.")
    return OK
