"""`python -m tests.ui.shell.another_start NAME FOLDER`: a second start, which does what it is told on stdin.

Words: claim, ask, release. Answers each with a line; says "raise" when it is asked to come to the front.
Ends with its input.
"""

import asyncio
import sys
import threading
from pathlib import Path

from PySide6.QtWidgets import QApplication

from ui.loop import Loop
from ui.shell.instance import Instance


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


async def obey(instance: Instance) -> None:
    loop, words = asyncio.get_running_loop(), asyncio.Queue[str]()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(words.put_nowait, line.strip())
        loop.call_soon_threadsafe(words.put_nowait, "")

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    while word := await words.get():
        match word:
            case "claim":
                say(await instance.claim())
            case "ask":
                say(await instance.ask_to_raise())
            case "release":
                say(instance.release())
    # A thread that is still in Qt when Python ends aborts the process.
    reader.join()
    instance.release()


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    instance = Instance(sys.argv[1], Path(sys.argv[2]))
    instance.raise_wanted.connect(lambda: say("raise"))
    with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
        runner.run(obey(instance))
