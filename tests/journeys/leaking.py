"""`python -m tests.journeys.leaking`: a window in full use, until it is killed.

Its one line of standard input says where and as whom, and what is typed; nothing of it is an argument. When
everything has been looked at, typed and kept it says what its keyring holds, as one line.
"""

import asyncio
import json
import sys
from typing import Any

from PySide6.QtWidgets import QApplication

from app.checkin.check_in import check_in
from app.home import Preferences, home
from app.visits.note_edit import edit_note
from app.visits.record import Visit
from tests.keyrings import HeldKeys
from tests.until import until
from ui.pages.queue_page import QueuePage
from ui.program import Program
from ui.running import run_program
from ui.shell.window import Window
from ui.theme.theme import Theme


async def use(program: Program, keys: HeldKeys, told: dict[str, Any]) -> None:
    """Signs in, looks at every visit, types, keeps check-ins and notes that cannot be sent."""
    where = {name: told[name] for name in ("account", "api", "portal", "username")}
    screen = program.window.sign_in
    program.window.show_sign_in()
    screen.fill(Preferences(place="other", **where))
    screen.password.setText(told["password"])
    screen.button.click()
    await until(lambda: program.session is not None and len(program.session.queue.visits), within_s=20)
    session, page = program.session, program.window.page
    assert session is not None
    assert isinstance(page, QueuePage)
    await session.queue.complete()
    visits = [row for row in session.queue.visits if isinstance(row, Visit)]
    for visit in visits:
        page.queue.table.select(visit.id)
        if visit.intake_id:
            await session.intakes.read(visit.intake_id)
    for visit in visits[:20]:
        session.drafts.write(f"note|{visit.id}|diagnosis", told["draft"])
        if visit.member is not None and visit.room_code:
            line = {"member_id": visit.member.id, "room": visit.room_code, "reason": told["reason"]}
            await session.outbox.keep(check_in(line, session.clock.now()))
        note = edit_note(
            visit.id, {"diagnosis": ""}, {"diagnosis": told["note"]}, made_at=session.clock.now()
        )
        await session.outbox.keep(note)
    while len(await session.store.facts("visits")) < len(visits):  # noqa: ASYNC110 (the mirror tells nobody)
        await asyncio.sleep(0.05)
    sys.stdout.write(json.dumps(keys.held) + "\n")
    sys.stdout.flush()


def main() -> None:
    told, keys = json.loads(sys.stdin.readline()), HeldKeys()
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    theme = Theme("light")
    theme.apply(application)
    window = Window(theme)
    window.furnish(Preferences())
    window.show()

    async def begin(program: Program) -> None:
        await use(program, keys, told)

    run_program(application, lambda: Program(theme, window, home(), Preferences(), keys=keys, begin=begin))


if __name__ == "__main__":
    main()
