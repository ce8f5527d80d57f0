"""`python -m tests.desktop.sign_in_window API PORTAL ACCOUNT USERNAME`: signs in by the form, with the
password of the environment."""

import sys

from app.environ import taken
from app.home import Preferences, home
from ui.program import Program
from ui.start import run

_PASSWORD = taken("VESTIBULE_PASSWORD")


async def begin(program: Program) -> None:
    api, portal, account, username = sys.argv[1:]
    screen = program.window.sign_in
    program.window.show_sign_in()
    screen.fill(Preferences(place="other", api=api, portal=portal, account=account, username=username))
    screen.password.setText(_PASSWORD)
    screen.button.click()


if __name__ == "__main__":
    sys.exit(run(home(), Preferences(), begin=begin))
