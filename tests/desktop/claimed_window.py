"""`python -m tests.desktop.claimed_window NAME`: the bare window of one person, as the program opens it.

Says "first", or what came of asking the first one to come to the front.
"""

import asyncio
import sys
from functools import partial

from PySide6.QtWidgets import QApplication

from app.home import home
from ui.loop import Loop
from ui.shell.instance import Instance, bring_to_front
from ui.shell.window import Window
from ui.theme.theme import Theme


def say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


async def main(window: Window) -> None:
    closed = asyncio.Event()
    window.closing.connect(closed.set)
    instance = Instance(sys.argv[1], home(), window)
    instance.raise_wanted.connect(partial(bring_to_front, window))
    if await instance.claim():
        window.setWindowTitle(f"{window.windowTitle()} {sys.argv[1]}")
        say("first")
        await closed.wait()
    else:
        say("raised" if await instance.ask_to_raise() else "not raised")
    instance.release()


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    theme = Theme("light")
    theme.apply(application)
    window = Window(theme)
    window.show()
    with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
        runner.run(main(window))
