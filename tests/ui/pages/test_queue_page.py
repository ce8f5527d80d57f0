"""The queue page over a live practice clinic."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.core.connection import Light
from tests.ui.conftest import Open
from tests.until import until
from ui.kit.facts import Value
from ui.theme.theme import Theme

MINE = "48211"
MARKUP = "48212"


async def test_a_change_at_the_clinic_is_on_screen_within_one_poll(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        arrived = opened.clinic.do("arrive", room=opened.clinic.room)["visit"]
        await until(lambda: opened.page.queue.model.row_of(arrived) >= 0, within_s=2.5)
        opened.clinic.do("leave", visit=arrived)
        await until(lambda: opened.page.queue.model.row_of(arrived) < 0, within_s=2.5)


async def test_the_counts_say_who_is_there(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        said = opened.page.queue.counts().replace("\N{NO-BREAK SPACE}", " ")
        assert said.startswith("6 waiting  ·  longest 26 min  ·  2 in progress")


async def test_the_selected_visit_is_shown_whole(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await opened.select(MINE)
        name, born, more = opened.page.visit.banner.texts()
        assert (name, born) == ("OKAFOR, Mira", "Born 09-May-1984 (42 y)")
        assert "(503) 555-0101" in more
        grid = opened.page.visit.facts.grid
        assert {name: grid.text(name) for name in ("reason", "room", "provider", "number")} == {
            "reason": "Cough",
            "room": "General Care",
            "provider": "Dr. Noor Haddad, MD",
            "number": MINE,
        }
        assert ("Allergies", "Penicillin, Latex") in opened.page.visit.intake.answers()
        assert opened.page.visit.intake.state() == ""


async def test_looking_changes_nothing_on_the_server(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        opened.clinic.forget()
        before = opened.clinic.state()["visits"]
        for visit_id in opened.page.queue.model.ids():
            await opened.select(visit_id)
        assert {entry["method"] for entry in opened.clinic.log()} == {"GET"}
        assert opened.clinic.state()["visits"] == before


async def test_markup_is_shown_letter_by_letter(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        markup = "<img src=x onerror=alert(1)><b>bold</b> &amp; <a href='x'>link</a>"
        arrived = opened.clinic.do(
            "arrive", room=opened.clinic.room, reason=markup, answers={f"custom_{markup}": [markup]}
        )["visit"]
        await until(lambda: opened.page.queue.model.row_of(arrived) >= 0)
        await opened.select(arrived)
        assert opened.page.visit.facts.grid.text("reason") == markup
        assert any(
            markup in question and markup in answer for question, answer in opened.page.visit.intake.answers()
        )
        data_labels = [label for label in opened.page.findChildren(QLabel) if markup in label.text()]
        assert data_labels
        assert all(label.textFormat() == Qt.TextFormat.PlainText for label in data_labels)
        assert all(not value.acceptRichText() for value in opened.page.findChildren(Value))


async def test_selection_and_scroll_survive_any_update(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        table = opened.page.queue.table
        opened.window.resize(1200, 420)
        await opened.select(MINE)
        table.verticalScrollBar().setValue(60)
        top = table.visible_ids()[1]
        offset = table.rowViewportPosition(opened.page.queue.model.row_of(top))
        changed = []
        opened.session.queue.visits.listen(changed.append)
        opened.clinic.do("take", visit=MARKUP, provider="613")
        await until(lambda: changed)
        assert table.selected_id == MINE
        assert opened.page.shown_id == MINE
        assert table.rowViewportPosition(opened.page.queue.model.row_of(top)) == offset


async def test_a_visit_that_leaves_the_queue_stays_in_sight_until_another_is_chosen(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        await opened.select(MINE)
        opened.clinic.do("cancel", visit=MINE)
        await until(lambda: opened.page.queue.model.row_of(MINE) < 0)
        assert opened.page.queue.table.selected_id is None
        assert opened.page.shown_id == MINE
        assert opened.page.visit.banner.texts()[0] == "OKAFOR, Mira"
        assert opened.page.visit.call_bar.why_not() == "This visit is over."
        assert not opened.page.visit.call_bar.start_button.isVisible()


async def test_an_unreadable_row_can_be_selected_and_offers_no_call(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        opened.clinic.do("patch", visit=MINE, unset=["id", "_id"])
        await until(lambda: any(key.startswith("unreadable") for key in opened.page.queue.model.ids()))
        unreadable = next(key for key in opened.page.queue.model.ids() if key.startswith("unreadable"))
        opened.page.queue.table.select(unreadable)
        assert opened.page.visit.banner.texts()[2] == "visit.id is missing"
        assert not opened.page.visit.call_bar.isVisible()
        assert not opened.page.visit.intake.isVisible()


async def test_an_intake_that_cannot_be_read_says_so_and_shows_what_came(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        opened.clinic.weather("status", "intakes.get", status=500)
        await opened.select(MINE)
        assert opened.page.visit.intake.state().startswith("The whole intake could not be read.")
        assert ("Reason for visit", "Cough") in opened.page.visit.intake.answers()


async def test_an_intake_that_comes_late_is_never_shown_under_another_patient(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        opened.clinic.weather("latency", "intakes.get", seconds=0.3, times=1)
        opened.page.queue.table.select(MINE)
        await opened.select(MARKUP)
        answers = opened.page.visit.intake.answers()
        await until(lambda: len(opened.session.intakes.intakes) >= 1)
        assert opened.page.visit.intake.answers() == answers
        assert ("Allergies", "Penicillin, Latex") not in answers


@pytest.mark.parametrize(
    ("kind", "details", "light", "words"),
    [
        ("status", {"status": 401}, Light.SIGNED_OUT, "Signed out"),
        ("status", {"status": 403}, Light.TROUBLE, "does not permit"),
        ("status", {"status": 404}, Light.TROUBLE, "does not have or offer"),
        ("status", {"status": 429, "retry_after": 1}, Light.DELAYED, "asks us to wait for 1 s"),
        ("status", {"status": 500}, Light.TROUBLE, "a fault of its own (500)"),
        ("html", {}, Light.TROUBLE, "something other than its API"),
        ("truncated", {}, Light.TROUBLE, "something other than its API"),
        ("code_in_200", {"code": 403}, Light.TROUBLE, "does not permit"),
        ("redirect", {"to": "http://127.0.0.2:9/"}, Light.TROUBLE, "to another address"),
        ("cut_before", {}, Light.DELAYED, "broke off"),
    ],
)
async def test_every_weather_is_one_clear_state_and_the_list_stays(
    qapp: QApplication, open_queue: Open, kind: str, details: dict[str, object], light: Light, words: str
) -> None:
    async with open_queue() as opened:
        standing = opened.session.queue.connection.standing
        rows = opened.page.queue.model.ids()
        opened.clinic.weather(kind, "*", **details)
        opened.session.queue.poller.wake()
        await until(lambda: standing().light == light)
        opened.window.ticker.ticked.emit()
        assert words in opened.window.status.text()
        assert "as of" in opened.window.status.text()
        assert opened.page.queue.model.ids() == rows
        opened.clinic.clear()
        await until(lambda: standing().light == Light.LIVE)
        opened.window.ticker.ticked.emit()
        assert opened.window.status.text().startswith("Live: Updated")


async def test_enter_goes_to_the_visit_and_starts_nothing(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        opened.window.activateWindow()
        await opened.select(MINE)
        opened.page.queue.table.setFocus()
        opened.clinic.forget()
        for _ in range(3):
            QTest.keyClick(opened.page.queue.table, Qt.Key.Key_Return)
        assert opened.page.visit.call_bar.start_button.hasFocus()
        assert opened.question() is None
        assert not [entry for entry in opened.clinic.log() if entry["method"] == "POST"]


async def test_keys_work_at_once(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        assert opened.page.queue.table.hasFocus()
        QTest.keyClick(opened.page.queue.table, Qt.Key.Key_Down)
        assert opened.page.shown_id == opened.page.queue.model.ids()[0]


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
async def test_no_window_is_too_small_for_the_name_and_a_row(
    qapp: QApplication, open_queue: Open, theme: Theme, scale: float
) -> None:
    """PID-06: no call is started under a name that is cut."""
    async with open_queue() as opened:
        theme.set_scale(scale)
        # As on a screen that is no larger.
        opened.window.setMinimumSize(640, 480)
        opened.window.resize(640, 480)
        opened.window.notices.say("While you were away 3 patients came and wait, and 1 left. " * 3, "info")
        await opened.select(MINE)
        banner, table, bar = opened.page.visit.banner, opened.page.queue.table, opened.page.visit.call_bar
        await until(lambda: banner.height() >= banner.heightForWidth(banner.width()) > 90)
        await until(lambda: bar.height() >= bar.sizeHint().height() > 0)
        assert table.viewport().height() >= table.rowHeight(0)
        table.setFocus()
        QTest.keyClick(table, Qt.Key.Key_Return)
        wanted = min(banner.height(), opened.page.height() - 1)
        await until(lambda: banner.visibleRegion().boundingRect().height() >= wanted)


async def test_typing_is_never_out_of_sight(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        opened.window.resize(700, 480)
        opened.window.notices.say("While you were away 3 patients came and wait, and 1 left. " * 3, "info")
        opened.window.activateWindow()
        await opened.select(MINE)
        field = opened.page.visit.intake_editor.editor
        field.go_in()
        focused = opened.window.focusWidget()
        assert focused is not None
        await until(lambda: focused.visibleRegion().boundingRect().height() >= min(focused.height(), 30))


async def test_old_facts_are_marked_as_last_known(qapp: QApplication, open_queue: Open) -> None:
    """QUE-01: a wait that nobody has confirmed does not look like one."""
    async with open_queue() as opened:
        assert "Last known" not in opened.page.queue.counts()
        opened.clinic.weather("status", "*", status=500, times=None)
        opened.session.queue.poller.wake()
        await until(lambda: opened.page.queue.counts().startswith("Last known 20:2"))
        opened.clinic.clear()
        opened.session.queue.poller.restart()
        await until(lambda: "Last known" not in opened.page.queue.counts())
