"""`python -m tests.desktop.broker_window API PORTAL ACCOUNT`: signs in in the browser, by the form."""

import sys

from app.home import Preferences, home
from ui.program import Program
from ui.start import run


async def begin(program: Program) -> None:
    api, portal, account = sys.argv[1:]
    screen = program.window.sign_in
    program.window.show_sign_in()
    screen.fill(
        Preferences(
            place="other", api=api, portal=portal, account=account, broker=f"{portal}broker", way="browser"
        )
    )
    screen.button.click()


if __name__ == "__main__":
    sys.exit(run(home(), Preferences(), begin=begin))
