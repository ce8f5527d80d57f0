"""`python -m tests.desktop.practice_window`: the window on a practice clinic; says on stdout which one."""

import sys

import msgspec

from app.home import Preferences, home
from ui.program import Program
from ui.start import run


async def begin(program: Program) -> None:
    await program.open_practice_clinic(seed=7, speed=0.0)
    sys.stdout.write(msgspec.json.encode(program.practice).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(run(home(), Preferences(), begin=begin))
