"""`vestibule tour`: every screen and state against a practice clinic, each as a picture."""

import asyncio
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import httpx
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QDialog

from app.checkin.check_in import check_in
from app.choices import Choices
from app.core.action import State
from app.core.connection import Light
from app.home import Preferences
from app.session import Session
from app.visits.record import Status, Type, Visit
from app.visits.sections import Section
from app.visits.waiting import Group, group, is_open
from ui.pages.queue_page import QueuePage
from ui.program import Program
from ui.start import run
from ui.theme.theme import Mode

_WITHIN_S = 15.0
# Offline comes after five polls without an answer; the tour need not wait longer for it.
_POLL_S = 1.0
_WALK_IN = {
    "ref": "tour",
    "member_id": "7301",
    "room": "k7m2p",
    "reason": "Dressing change",
    "type": "in_person",
}


class TourFailed(Exception):
    """A screen did not come to be; the text says which."""


def run_tour(
    out: Path, theme: Mode, scale: float, *, seed: int = 7, prefix: str = "", table: bool = False
) -> int:
    """Writes the pictures into `out`. scale: of the text. table: print the queue as a table, too."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    out.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    finished = False

    async def begin(program: Program) -> None:
        nonlocal finished
        try:
            await _Tour(program, out, prefix).run(seed, table=table)
            finished = True
        except Exception as error:  # noqa: BLE001 (whatever it is, the tour has failed and says so)
            failed.append(str(error) or type(error).__name__)
        finally:
            program.stop()

    preferences = Preferences(theme=theme, text_scale=float(scale), place="practice")
    with tempfile.TemporaryDirectory() as folder:
        code = run(Path(folder), preferences, begin=begin, open_link=_visited)
    for what in failed:
        print(f"vestibule: the tour stopped: {what}")
    if failed or not finished:
        return code or 1
    return code


def _visited(link: str) -> bool:
    """Stands in for the desktop's browser, which an offscreen tour has not: opens the call page itself."""
    with httpx.Client(follow_redirects=True, trust_env=False) as browser:
        return browser.get(link).status_code == 200


class _Tour:
    def __init__(self, program: Program, out: Path, prefix: str) -> None:
        self._program = program
        self._out = out
        self._prefix = prefix
        self._count = 0

    async def run(self, seed: int, *, table: bool) -> None:
        """All stations, in the order of a working day."""
        await self._sign_in()
        session = await self._program.open_practice_clinic(seed=seed, speed=0.0, poll_s=_POLL_S)
        await self._until(lambda: len(session.queue.visits) > 0 and len(session.rooms.providers) > 0, "queue")
        await session.queue.complete()
        if table:
            self._print_table()
        await self._take("queue")
        await self._visits()
        await self._list()
        await self._tools()
        await self._call()
        await self._weathers()
        await self._waiting_to_be_sent()
        await self._settings()
        await self._lock()

    # -- stations

    async def _sign_in(self) -> None:
        screen = self._program.window.sign_in
        self._program.window.show_sign_in()
        screen.fill(Preferences())
        await self._take("sign-in")
        screen.button.click()
        await self._take("sign-in-incomplete")
        screen.fill(
            Preferences(place="other", account="demo", api="http://example.org/api_v3/", username="ana")
        )
        screen.password.setText("invented")
        screen.button.click()
        await self._take("sign-in-other-address")
        screen.fill(Preferences(place="practice"))
        await self._take("sign-in-practice")

    async def _visits(self) -> None:
        now = self._session.clock.now()
        for name, wanted in (
            ("visit-waiting", lambda visit: group(visit, now) == Group.WAITING),
            (
                "visit-scheduled",
                lambda visit: visit.type == Type.SCHEDULED and visit.status == Status.CONFIRMED,
            ),
            ("visit-in-progress-elsewhere", lambda visit: visit.status == Status.IN_PROGRESS),
            ("visit-e-consult", lambda visit: group(visit, now) == Group.E_CONSULT),
        ):
            visit_id = self._find(wanted)
            if visit_id is not None:
                await self._select(visit_id)
                await self._take(name)

    async def _call(self) -> None:
        page = self._page
        now = self._session.clock.now()
        waiting = self._find(lambda visit: group(visit, now) == Group.WAITING and visit.provider is None)
        waiting = waiting or self._find(lambda visit: group(visit, now) == Group.WAITING)
        if waiting is None:
            raise TourFailed("nobody waits")
        await self._select(waiting)
        await self._act(page.visit.call_bar.start_button.click, "call-confirm")
        await self._until(lambda: self._status(waiting) == Status.IN_PROGRESS, "call")
        await self._until(page.visit.call_bar.finish_button.isVisible, "call")
        await self._take("call-open")
        await self._hand_over(waiting)
        await self._control("account", {"call.undo_s": 2})
        await self._session.learn()
        await self._act(page.visit.call_bar.finish_button.click, "finish-confirm")
        await self._until(self._session.finishing.ids, "finish")
        await self._take("finish-can-be-undone")
        await self._until(lambda: self._status(waiting) == Status.COMPLETED, "finish")
        await self._take("visit-finished")

    async def _hand_over(self, waiting: str) -> None:
        """Another patient is looked at while the call runs; then somebody is asked to whom it goes."""
        now = self._session.clock.now()
        other = self._find(lambda visit: group(visit, now) == Group.WAITING)
        if other is not None:
            await self._select(other)
            await self._take("call-beside-another-patient")
        row = self._page.strip.rows[waiting]
        row.hand_over_button.click()
        await self._until(lambda: self._question() is not None, "hand over")
        await self._take("hand-over")
        self._question().reject()
        await self._select(waiting)
        await self._until(self._page.visit.call_bar.finish_button.isEnabled, "hand over is over")
        self._page.visit.call_bar.numbers_button.click()
        await self._take("phone-numbers")
        self._question().reject()

    async def _list(self) -> None:
        """Somebody points at the list while others come; then the list is narrowed; then the day's end."""
        queue = self._page.queue
        queue.model.hold()
        await self._control("do", {"what": "arrive"})
        await self._until(queue.updates_bar.words, "an arrival")
        await self._take("list-held")
        queue.model.release()
        await self._take("list-with-marks")
        queue.filter_bar.field.setText("garc")
        await self._take("list-filtered")
        queue.filter_bar.show_all()
        queue.turn_section(Section.DONE)
        queue.table.scrollToBottom()
        await self._take("list-done-today")
        queue.turn_section(Section.DONE)

    async def _tools(self) -> None:
        """What opens over the list."""
        menu, place = self._program.window.menu, self._program.workplace
        menu.palette_wanted.emit()
        place.palette.field.setText("gar")
        await self._take("go-to")
        place.palette.dismiss()
        for name, wanted in (
            ("waits-today", menu.waits_wanted),
            ("keyboard", menu.keys_wanted),
            ("alert-test", menu.alerts_test_wanted),
        ):
            wanted.emit()
            await self._until(lambda: self._question() is not None, name)
            await self._take(name)
            self._question().reject()

    async def _weathers(self) -> None:
        queue = self._session.queue
        for name, rule, light in (
            ("server-fault", {"kind": "status", "status": 500}, Light.TROUBLE),
            ("not-permitted", {"kind": "status", "status": 403}, Light.TROUBLE),
            ("busy", {"kind": "status", "status": 429, "retry_after": 30}, Light.DELAYED),
            ("sign-in-page-of-the-network", {"kind": "html"}, Light.TROUBLE),
            ("offline", {"kind": "cut_before"}, Light.OFFLINE),
            ("signed-out", {"kind": "status", "status": 401}, Light.SIGNED_OUT),
        ):
            await self._weather({"match": "*", "times": None, **rule})
            queue.poller.restart()
            await self._until(lambda light=light: queue.connection.standing().light == light, name)
            await self._take(name)
            await self._weather({"clear": True})
            queue.poller.restart()
            await self._until(
                lambda: queue.connection.standing().light == Light.LIVE, f"recovery from {name}"
            )

    async def _waiting_to_be_sent(self) -> None:
        """The line is down: a check-in is kept, a note is half typed; then the line is back."""
        session, place = self._session, self._program.workplace
        await self._weather({"match": "*", "kind": "cut_before", "times": None})
        await session.outbox.keep(check_in(_WALK_IN, session.clock.now()))
        session.queue.poller.restart()
        await self._until(
            lambda: session.queue.connection.standing().light == Light.OFFLINE, "offline with work"
        )
        await self._take("kept-while-offline")
        place.check_in()
        await self._take("check-in")
        self._question().reject()
        place.show_outbox()
        await self._take("outbox")
        self._question().reject()
        await self._weather({"clear": True})
        session.reconnect()
        await self._until(lambda: session.outbox.actions.get(_WALK_IN["ref"]).state == State.SENT, "sending")
        place.show_outbox()
        await self._take("outbox-sent")
        self._question().reject()

    async def _settings(self) -> None:
        """What can be set; then one room alone is watched, and says so."""
        session, place = self._session, self._program.workplace
        place.show_settings()
        await self._until(lambda: session.clinic is not None, "settings")
        await self._take("settings")
        self._question().reject()
        room = next(room.code for room in session.rooms.rooms)
        session.choose(Choices(room=room))
        await self._until(lambda: not session.queue.is_partial, "one room")
        await self._take("one-room")
        session.choose(Choices())
        await self._until(lambda: not session.queue.is_partial, "all rooms")

    async def _lock(self) -> None:
        """Nobody is named while it is locked; the same visit is there afterwards."""
        shift = self._program.shift
        if shift is None:
            raise TourFailed("nobody is signed in")
        shift.lock.lock()
        await self._until(lambda: shift.is_locked, "lock")
        await self._take("locked")
        screen = shift.lock.screen
        screen.password.setText("wrong")
        screen.unlock_button.click()
        await self._until(screen.error, "wrong password")
        await self._take("locked-wrong-password")
        await self._until(screen.unlock_button.isEnabled, "unlock")
        screen.password.setText(self._program.practice.users[0].password)
        screen.unlock_button.click()
        await self._until(lambda: not shift.is_locked, "unlock")
        await self._take("unlocked")

    # -- steps

    @property
    def _session(self) -> Session:
        session = self._program.session
        if session is None:
            raise TourFailed("nobody is signed in")
        return session

    @property
    def _page(self) -> QueuePage:
        page = self._program.window.page
        if not isinstance(page, QueuePage):
            raise TourFailed("there is no queue page")
        return page

    def _find(self, wanted: Callable[[Visit], bool]) -> str | None:
        for visit_id in self._page.queue.model.ids():
            row = self._session.queue.visits.get(visit_id)
            if isinstance(row, Visit) and is_open(row) and wanted(row):
                return visit_id
        return None

    def _status(self, visit_id: str) -> int | None:
        row = self._session.queue.visits.get(visit_id)
        return row.status if isinstance(row, Visit) else None

    async def _select(self, visit_id: str) -> None:
        page = self._page
        page.queue.table.select(visit_id)
        await self._until(lambda: not page.visit.intake.state().startswith("Reading"), "intake")

    async def _act(self, press: Callable[[], None], picture: str) -> None:
        """Presses, takes a picture of the question that comes, and says yes to it."""
        press()
        await self._until(lambda: self._question() is not None, picture)
        await self._take(picture)
        self._question().accept()

    def _question(self) -> QDialog | None:
        dialogs = self._program.window.findChildren(QDialog)
        return next((dialog for dialog in dialogs if dialog.isVisible()), None)

    async def _weather(self, rule: dict[str, object]) -> None:
        await self._control("weather", rule)

    async def _control(self, what: str, rule: dict[str, object]) -> None:
        practice = self._program.practice
        address = f"{practice.portal}sandbox/{what}"
        async with httpx.AsyncClient(
            headers={"X-ApiToken": practice.admin_token}, trust_env=False
        ) as control:
            (await control.post(address, json=rule)).raise_for_status()

    async def _until(self, condition: Callable[[], object], what: str) -> None:
        try:
            async with asyncio.timeout(_WITHIN_S):
                while not condition():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise TourFailed(f'"{what}" did not come within {_WITHIN_S:.0f} s') from None

    async def _take(self, name: str) -> None:
        """A picture of the window with the question over it, once layout and painting are done."""
        await asyncio.sleep(0.05)
        window = self._program.window
        window.ticker.ticked.emit()
        await asyncio.sleep(0.05)
        picture = window.grab()
        question = self._question()
        if question is not None:
            _lay_over(picture, question.grab())
        self._count += 1
        path = self._out / f"{self._prefix}{self._count:02}-{name}.png"
        if not picture.save(str(path)):
            raise TourFailed(f"{path} could not be written")

    def _print_table(self) -> None:
        model = self._page.queue.model
        widths = (34, 52, 60, 30, 24)
        print(
            "  ".join(column.title.ljust(width) for column, width in zip(model.columns, widths, strict=True))
        )
        for visit_id in model.ids():
            row = self._session.queue.visits.get(visit_id)
            words = (column.words(row) for column in model.columns)
            print(
                "  ".join(
                    text[:width].ljust(width) for text, width in zip(words, widths, strict=True)
                ).rstrip()
            )
        print(f"\n{self._page.queue.counts()}")


def _lay_over(picture: QPixmap, dialog: QPixmap) -> None:
    painter = QPainter(picture)
    painter.fillRect(picture.rect(), QColor(0, 0, 0, 110))
    corner = picture.rect().center() - dialog.rect().center()
    painter.drawPixmap(QPoint(corner), dialog)
    painter.end()
