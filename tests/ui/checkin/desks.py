"""A check-in form of one session, and hands that type into it."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.checkin.check_in import check_in
from app.core.action import Action
from app.core.unreadable import Unreadable
from app.session import Session
from app.users.record import Person
from app.users.user import UserType
from app.visits.waiting import is_open
from tests.practice import Practice
from tests.sessions import fail, signed_in
from tests.until import until
from ui.checkin.check_in_form import CheckInForm
from ui.theme.theme import Theme

CTRL = Qt.KeyboardModifier.ControlModifier


class Desk:
    """The front desk with its form open over a window.

    asked: what the server was asked to search for, in order.
    """

    def __init__(self, theme: Theme, session: Session, clinic: Practice) -> None:
        self.session, self.clinic = session, clinic
        self.asked: list[str] = []
        self.answered: list[str] = []
        self.window = QWidget()
        self.form = CheckInForm(
            theme,
            session.drafts,
            self.keep,
            session.outbox.actions,
            session.rooms.rooms,
            self.search,
            self.read,
            self.known,
            session.clock.now,
            fail,
            self.window,
        )
        self.window.show()

    async def keep(self, values: dict[str, Any]) -> Action:
        return await self.session.outbox.keep(check_in(values, self.session.clock.now()))

    async def search(self, words: str) -> Sequence[Person]:
        self.asked.append(words)
        found = await self.session.users.search(words, types=(UserType.MEMBER,))
        self.answered.append(words)
        return [user.person for user in found.records]

    async def read(self, person_id: str) -> Person:
        return (await self.session.users.read(person_id)).person

    def known(self) -> Iterable[Person]:
        for row in self.session.queue.visits:
            if not isinstance(row, Unreadable) and is_open(row) and row.member is not None:
                yield row.member

    async def present(self) -> None:
        """As by Ctrl+N."""
        self.form.present()
        await until(self.form.isActiveWindow)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key into whatever has the focus."""
        QTest.keyClick(self.form.focusWidget() or self.form, key, modifier)

    def type(self, text: str) -> None:
        """Text into whatever has the focus."""
        QTest.keyClicks(self.form.focusWidget(), text)

    async def find(self, words: str) -> None:
        """Searches and waits for the server's answer and the dates of birth."""
        self.form.pick.search.field.setFocus()
        self.form.pick.search.field.selectAll()
        self.type(words)
        await until(lambda: words in self.answered)
        await until(lambda: not self.form.pick.search.state().startswith("Searching"))

    async def choose(self, words: str) -> None:
        """By keyboard alone: type, down, Enter."""
        await self.find(words)
        self.press(Qt.Key.Key_Return)
        self.press(Qt.Key.Key_Return)
        await until(lambda: (person := self.form.pick.person()) is not None and person.born)

    def choose_room(self, number: int = 0) -> None:
        room = self.form.visit.room
        room.setFocus()
        self.press(Qt.Key.Key_Home)
        for _ in range(number):
            self.press(Qt.Key.Key_Down)
        self.press(Qt.Key.Key_Down)
        self.press(Qt.Key.Key_Up)

    def check_in(self) -> None:
        """By key."""
        self.press(Qt.Key.Key_Return, CTRL)

    def actions(self) -> list[Action]:
        return list(self.session.outbox.actions)


@asynccontextmanager
async def desk(theme: Theme, clinic: Practice, session: Session | None = None) -> AsyncIterator[Desk]:
    """A form over a session of the front desk's; closed afterwards."""
    own = session or await signed_in(clinic, "front_desk")
    await own.rooms.load()
    made = Desk(theme, own, clinic)
    try:
        yield made
    finally:
        made.form.close_listeners()
        made.window.deleteLater()
        if session is None:
            await own.close()
        await until(
            lambda: not [task for task in asyncio.all_tasks() if task.get_name().startswith("checkin.")]
        )
