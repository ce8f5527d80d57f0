"""Every control on every screen has its own name, with its visible words in it, and Tab comes to it in sight
(A11-01, A11-02, A11-09)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QMenu

from app.session import Session
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.ui.accessible import controls, faults, windows
from tests.ui.conftest import question
from tests.ui.hands import walk
from tests.ui.programs import at_work, queue_page
from tests.until import until
from ui.pages.queue_page import QueuePage
from ui.program import Program
from ui.shell.window import Window
from ui.visits.updates_bar import UpdatesBar
from ui.workplace import Workplace

ME, MINE, SHARED = "612", "48211", "48212"

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support (raise|grab)")


@dataclass
class At:
    """A provider at work."""

    program: Program
    session: Session
    clinic: Practice
    page: QueuePage

    @property
    def window(self) -> Window:
        return self.program.window

    @property
    def place(self) -> Workplace:
        assert self.program.workplace is not None
        return self.program.workplace

    async def selects(self, visit_id: str) -> None:
        assert self.page.queue.table.select(visit_id)
        await until(self.page.visit.intake.answers)

    async def calls(self) -> None:
        """A visit of theirs is in progress, and shown."""
        self.clinic.do("take", visit=MINE, provider=ME)
        await self.session.queue.poller.once()
        await self.selects(MINE)
        await until(self.page.visit.call_bar.finish_button.isVisible)

    async def asked(self) -> None:
        await until(lambda: question(self.window))


async def at_the_queue(at: At) -> None:
    at.page.queue.turn_section(next(iter(at.page.queue._folded)))


async def with_news(at: At) -> None:
    """Somebody came, somebody left, something changed; an alert stands."""
    await at.selects(SHARED)
    at.clinic.do("arrive")
    at.clinic.do("cancel", visit=MINE)
    await at.session.queue.poller.once()
    await until(lambda: at.page.queue.left_line.text() and at.page.findChild(UpdatesBar).isVisible())
    assert not at.program.shift.alerting.banner.isHidden()


async def filtered(at: At) -> None:
    at.page.queue.filter_bar.field.setText("cough")
    await until(at.page.queue.filter_bar.text)


async def at_a_visit(at: At) -> None:
    await at.selects(SHARED)
    for editor in at.page.visit._editors:
        editor.editor.set_open(True)


async def in_two_calls(at: At) -> None:
    await at.calls()
    at.clinic.do("take", visit=SHARED, provider=ME)
    await at.session.queue.poller.once()
    await until(lambda: len(at.page.strip.rows) == 2)


async def starting(at: At) -> None:
    await at.selects(SHARED)
    at.page.visit.call_bar.start_button.click()
    await at.asked()


async def finishing(at: At) -> None:
    await at.calls()
    at.page.visit.call_bar.finish_button.click()
    await at.asked()


async def handing_over(at: At) -> None:
    await at.calls()
    at.page.visit.call_bar.hand_over_button.click()
    await at.asked()


async def at_the_numbers(at: At) -> None:
    await at.selects(SHARED)
    at.page.visit.call_bar.numbers_button.click()
    await at.asked()


async def in_the_palette(at: At) -> None:
    at.window.menu.palette_wanted.emit()
    await until(at.place.palette.isVisible)
    at.place.palette.field.setText("call")


async def at_the_keys(at: At) -> None:
    at.window.menu.keys_wanted.emit()
    await at.asked()


async def at_the_waits(at: At) -> None:
    at.window.menu.waits_wanted.emit()
    await at.asked()


async def trying_alerts(at: At) -> None:
    at.window.menu.alerts_test_wanted.emit()
    await at.asked()


async def in_the_settings(at: At) -> None:
    at.window.menu.settings_wanted.emit()
    await at.asked()


async def in_the_outbox(at: At) -> None:
    at.place.show_outbox()
    await at.asked()


async def checking_in(at: At) -> None:
    at.place.check_in()
    await at.asked()


async def in_the_menu(at: At) -> None:
    at.window.menu._menu.popup(at.window.mapToGlobal(QPoint(10, 10)))


async def in_the_filter(at: At) -> None:
    menu = at.page.queue.filter_bar.filter_menu
    menu.popup(at.window.mapToGlobal(QPoint(10, 10)))
    for each in menu.findChildren(QMenu):
        each.popup(at.window.mapToGlobal(QPoint(40, 40)))


async def in_the_views(at: At) -> None:
    at.page.queue.filter_bar.views_menu.popup(at.window.mapToGlobal(QPoint(10, 10)))


async def arranging(at: At) -> None:
    at.page.queue.table.customContextMenuRequested.emit(QPoint(10, 10))


async def saying_the_own_state(at: At) -> None:
    at.place._own_state.list.popup(at.window.mapToGlobal(QPoint(10, 10)))


async def told(at: At) -> None:
    for number in range(2):
        at.window.notices.say(f"OKAFOR, Mira: told {number}", "bad", key=str(number), action=("Show", print))


async def locked(at: At) -> None:
    at.window.menu.lock_wanted.emit()
    await until(lambda: at.program.shift.is_locked)


async def signed_out(at: At) -> None:
    at.window.menu.sign_out_wanted.emit()
    await until(at.window.sign_in.isVisible)


PLACES: dict[str, Callable[[At], Awaitable[None]]] = {
    each.__name__: each
    for each in (
        at_the_queue, with_news, filtered, at_a_visit, in_two_calls, starting, finishing, handing_over,
        at_the_numbers, in_the_palette, at_the_keys, at_the_waits, trying_alerts, in_the_settings,
        in_the_outbox, checking_in, in_the_menu, in_the_filter, in_the_views, arranging,
        saying_the_own_state, told, locked, signed_out,
    )
}  # fmt: skip


@pytest.mark.parametrize("where", PLACES)
async def test_every_control_has_its_own_name_and_tab_comes_to_it(
    program: Callable[..., Program], clinic: Practice, where: str
) -> None:
    started = program(keys=HeldKeys())
    started.window.activateWindow()
    async with at_work(started, clinic) as session:
        page = await queue_page(started)
        await session.queue.complete()
        await PLACES[where](At(started, session, clinic, page))
        assert sum(len(controls(window)) for window in windows()) > 3
        assert faults() == []
        # Of a list Qt itself takes care: there are arrows, and no Tab.
        for window in windows():
            if isinstance(window, QMenu):
                window.close()
        await until(lambda: QApplication.focusWidget() is not None)
        _stops, wrong = await walk()
        assert wrong == []
