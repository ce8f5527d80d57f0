"""The outbox panel: by keys alone, without losing the place, and nothing in it is markup."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QClipboard
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from shiboken6 import delete, isValid

from app.core.action import Action, State, Verdict
from app.core.collection import Collection
from app.rooms.record import Room
from app.users.role import EVERYTHING
from app.visits.waiting import QueueRow
from tests.sessions import fail
from tests.ui.conftest import question
from tests.ui.outbox.actions import CHECK_IN, MIRA, NOW, action, collection, one_of_each, without
from tests.ui.rest import at_rest
from tests.until import until
from ui.kit.ask import Question
from ui.kit.ticker import Ticker
from ui.outbox.descriptions import Descriptions
from ui.outbox.outbox_panel import OutboxPanel
from ui.theme.theme import Theme

CTRL = Qt.KeyboardModifier.ControlModifier


class Opened:
    """A panel over a window, with an outbox that notes what it is asked."""

    def __init__(self, theme: Theme, actions: Collection[Action]) -> None:
        self.window = QWidget()
        self.window.resize(1200, 800)
        self.window.show()
        self.actions = actions
        self.retried: list[str] = []
        self.sent_anyway: list[str] = []
        self.trouble = ""
        self.is_discarding = True
        self.visits: Collection[QueueRow] = Collection()
        rooms: Collection[Room] = Collection()
        self.ticker = Ticker(parent=self.window)
        self.panel = OutboxPanel(
            theme,
            self.ticker,
            actions,
            Descriptions(self.visits, rooms, lambda: NOW, lambda: EVERYTHING).describe,
            self._retry,
            self._send_anyway,
            self._discard,
            lambda: self.trouble,
            lambda: NOW,
            fail,
            self.window,
        )
        self.table, self.entry = self.panel.table, self.panel.entry
        self.panel.present()

    async def _retry(self, action_id: str) -> None:
        self.retried.append(action_id)

    async def _send_anyway(self, action_id: str) -> bool:
        self.sent_anyway.append(action_id)
        return True

    async def _discard(self, action_id: str) -> bool:
        await asyncio.sleep(0)
        if self.is_discarding:
            without(self.actions, action_id)
        return self.is_discarding

    async def ready(self) -> "Opened":
        await until(lambda: self.panel.isActiveWindow() and self.table.hasFocus())
        return self

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.panel.focusWidget(), key, modifiers)

    async def answered(self) -> None:
        await until(lambda: self.panel._asking is None or self.panel._asking.done())

    async def asked(self) -> Question:
        await until(lambda: question(self.panel) is not None)
        found = question(self.panel)
        assert isinstance(found, Question)
        return found


Open = Callable[[Collection[Action]], Opened]


@pytest.fixture
def clipboard(qapp: QApplication) -> Iterator[QClipboard]:
    """That of the tests' desktop outlives Python: nothing that Python has made may lie in it at the end."""
    yield QApplication.clipboard()
    QApplication.clipboard().clear()


@pytest.fixture
def panel(theme: Theme, qapp: QApplication) -> Iterator[Open]:
    made: list[Opened] = []

    def make(actions: Collection[Action]) -> Opened:
        made.append(Opened(theme, actions))
        return made[-1]

    yield make
    for each in made:
        each.panel.close_listeners()
        if isValid(each.window):
            delete(each.window)


async def test_newest_first_and_what_wants_a_person_is_selected(panel: Open) -> None:
    shown = await panel(one_of_each()).ready()
    assert shown.panel.model.ids() == ("sending", "unknown", "refused", "queued", "sent")
    assert shown.table.selected_id == "refused"
    assert shown.panel.counts() == "1 refused  ·  1 unknown  ·  2 to send  ·  1 sent"
    words = [shown.panel.model.data(shown.panel.model.index(row, 0)) for row in range(5)]
    assert [text.split(",")[0] for text in words] == ["Sending", "Unknown", "Refused", "To send", "Sent"]


async def test_a_clock_that_was_set_back_does_not_move_the_last_one_down(panel: Open) -> None:
    shown = await panel(collection(action("first", made_at=NOW), action("second", made_at=NOW))).ready()
    shown.actions.put(action("third", made_at=NOW - 3600))
    assert shown.panel.model.ids() == ("third", "second", "first")
    shown.actions.put(action("first", made_at=NOW, state=State.SENDING))
    assert shown.panel.model.ids() == ("third", "second", "first")


async def test_everything_has_arrived(panel: Open) -> None:
    shown = panel(collection())
    assert shown.panel._empty.isVisible()
    shown.actions.put(action())
    assert not shown.panel._empty.isVisible()


async def test_keys_alone_read_retry_and_discard(panel: Open, clipboard: QClipboard) -> None:
    shown = await panel(one_of_each()).ready()
    shown.key(Qt.Key.Key_R, CTRL)
    await until(lambda: shown.retried == ["refused"])
    shown.key(Qt.Key.Key_Down)
    assert shown.table.selected_id == "queued"
    assert shown.entry.retry_button.text() == "Send now"
    shown.key(Qt.Key.Key_Return)
    assert shown.entry.paper.hasFocus()
    shown.key(Qt.Key.Key_A, CTRL)
    shown.key(Qt.Key.Key_C, CTRL)
    copied = clipboard.mimeData()
    assert "Reason\nCough" in copied.text()
    assert not copied.hasHtml()
    shown.key(Qt.Key.Key_Delete)
    assert question(shown.panel) is None
    shown.table.setFocus()
    shown.key(Qt.Key.Key_Delete)
    asked = await shown.asked()
    QTest.keyClick(asked, Qt.Key.Key_Return, CTRL)
    await until(lambda: "queued" not in shown.actions)
    await until(lambda: shown.table.selected_id == "sent")
    assert shown.panel.focusWidget() is shown.table
    shown.key(Qt.Key.Key_Escape)
    assert not shown.panel.isVisible()


async def test_a_letter_alone_does_nothing(panel: Open) -> None:
    shown = await panel(one_of_each()).ready()
    for key in (Qt.Key.Key_R, Qt.Key.Key_D, Qt.Key.Key_T):
        shown.key(key)
    assert not shown.retried
    assert shown.table.selected_id == "refused"


async def test_tab_goes_round_without_a_trap(panel: Open) -> None:
    shown = await panel(one_of_each()).ready()
    seen = []
    for _ in range(6):
        shown.key(Qt.Key.Key_Tab)
        seen.append(shown.panel.focusWidget())
    stops = (shown.entry.retry_button, shown.entry.discard_button, shown.entry.paper, shown.table)
    assert all(stop in seen for stop in stops)


@pytest.mark.parametrize("state", [State.SENDING, State.SENT])
async def test_what_is_on_its_way_or_there_is_left_alone(panel: Open, state: State) -> None:
    shown = await panel(collection(action(state=state))).ready()
    shown.key(Qt.Key.Key_R, CTRL)
    shown.key(Qt.Key.Key_Delete)
    await asyncio.sleep(0)
    assert not shown.retried
    assert question(shown.panel) is None
    assert not shown.entry.retry_button.isEnabled()


async def test_keeping_it_discards_nothing(panel: Open) -> None:
    shown = await panel(one_of_each()).ready()
    shown.entry.discard_button.click()
    asked = await shown.asked()
    asked.cancel_button.click()
    await shown.answered()
    assert len(shown.actions) == 5


async def test_one_question_however_often_it_is_pressed(panel: Open) -> None:
    shown = await panel(one_of_each()).ready()
    for _ in range(3):
        shown.entry.discard_button.click()
    asked = await shown.asked()
    assert len([each for each in shown.panel.findChildren(Question) if each.isVisible()]) == 1
    asked.reject()
    await shown.answered()


async def test_what_changed_while_it_was_asked_about_is_kept(panel: Open) -> None:
    shown = await panel(collection(action())).ready()
    shown.entry.discard_button.click()
    asked = await shown.asked()
    shown.actions.put(action(state=State.UNKNOWN, sent_at=NOW))
    asked.accept_button.click()
    await until(shown.panel.notices.texts)
    assert "nothing was done" in shown.panel.notices.texts()[0]
    assert "a" in shown.actions


async def test_what_nobody_can_tell_is_sent_only_after_a_question(panel: Open) -> None:
    wanting = action(state=State.UNKNOWN, sent_at=NOW, verdict=Verdict.WANTED, words="No look can tell.")
    shown = await panel(collection(action("b"), wanting)).ready()
    assert shown.table.selected_id == "a"
    assert "Look at the clinic" in shown.entry.text()
    shown.entry.send_button.click()
    asked = await shown.asked()
    assert any(label.text() == "OKAFOR, Mira" for label in asked.findChildren(QLabel))
    asked.reject()
    await shown.answered()
    assert not shown.sent_anyway
    shown.entry.send_button.click()
    (await shown.asked()).accept_button.click()
    await until(lambda: shown.sent_anyway == ["a"])
    await shown.answered()
    shown.table.select("b")
    assert not shown.entry.send_button.isVisible()


async def test_what_cannot_be_discarded_is_said(panel: Open) -> None:
    shown = await panel(collection(action())).ready()
    shown.is_discarding = False
    shown.entry.discard_button.click()
    (await shown.asked()).accept_button.click()
    await until(shown.panel.notices.texts)
    assert "a" in shown.actions


async def test_closing_the_panel_answers_no(panel: Open) -> None:
    shown = await panel(collection(action())).ready()
    shown.entry.discard_button.click()
    asked = await shown.asked()
    shown.panel.reject()
    await shown.answered()
    assert not isValid(asked) or not asked.isVisible()
    assert "a" in shown.actions


async def test_focus_selection_and_reading_place_stay_while_things_change(panel: Open) -> None:
    long = action("long", body={"reason": "line\n" * 200}, state=State.UNKNOWN, made_at=NOW - 10)
    shown = await panel(collection(action("old"), long)).ready()
    paper = shown.entry.paper
    paper.setFocus()
    paper.verticalScrollBar().setValue(300)
    shown.actions.put(replace(long, state=State.QUEUED))
    shown.actions.put(action("new", made_at=NOW))
    shown.actions.put(replace(long, state=State.SENDING, sent_at=NOW))
    assert paper.hasFocus()
    assert paper.verticalScrollBar().value() == 300
    assert shown.table.selected_id == "long"
    assert shown.panel.model.ids() == ("new", "long", "old")


async def test_focus_on_a_button_that_ends_goes_to_the_text_not_to_the_next_button(panel: Open) -> None:
    shown = await panel(collection(action(state=State.REFUSED))).ready()
    shown.entry.retry_button.setFocus()
    shown.actions.put(action(state=State.SENDING))
    assert shown.entry.paper.hasFocus()


async def test_what_is_read_stays_when_it_is_put_away(panel: Open) -> None:
    shown = await panel(collection(action("b"), action(state=State.SENT))).ready()
    without(shown.actions, "a")
    assert "OKAFOR, Mira" in shown.entry.text()
    assert "no longer in the outbox" in shown.entry.text()
    assert shown.table.hasFocus()
    shown.key(Qt.Key.Key_Down)
    assert shown.table.selected_id == "b"


async def test_the_place_in_the_list_stays_while_others_go(panel: Open) -> None:
    shown = await panel(collection(*(action(f"a{n:03}", made_at=NOW - n) for n in range(200)))).ready()
    shown.table.select("a100")
    await asyncio.sleep(0)
    before = shown.table.visible_ids()[0]
    for number in range(20):
        without(shown.actions, f"a{number:03}")
    assert shown.table.visible_ids()[0] == before
    assert shown.table.selected_id == "a100"


HOSTILE = '<b>Bold</b><img src="file:///x"> & "more"'


async def test_markup_is_shown_as_it_was_typed(panel: Open) -> None:
    patient = {**MIRA, "last_name": "<i>Okafor</i>", "first_name": HOSTILE}
    odd = action(body={"patient": patient, "reason": HOSTILE}, state=State.REFUSED, words=HOSTILE)
    shown = await panel(collection(odd)).ready()
    assert HOSTILE in shown.entry.text()
    assert shown.entry.paper.toPlainText().count(HOSTILE) == 3
    labels = [*shown.panel.findChildren(QLabel)]
    assert all(each.textFormat() == Qt.TextFormat.PlainText for each in labels if each.text())
    tip = shown.panel.model.data(shown.panel.model.index(0, 1), Qt.ItemDataRole.ToolTipRole) or ""
    assert "<b>Bold" not in tip


async def test_both_texts_of_a_conflict_can_be_read_and_copied(panel: Open, clipboard: QClipboard) -> None:
    words = "Somebody else changed this meanwhile."
    found = {"theirs": {"diagnosis": "RSV"}}
    shown = await panel(
        collection(action(kind="note", state=State.REFUSED, words=words, found=found))
    ).ready()
    shown.key(Qt.Key.Key_Return)
    shown.key(Qt.Key.Key_A, CTRL)
    shown.key(Qt.Key.Key_C, CTRL)
    assert f"Why\n{words}\nDiagnosis\nYours\nFlu\nAt the server now\nRSV" in clipboard.text()


async def test_trouble_with_the_store_is_said_and_taken_back(panel: Open) -> None:
    shown = await panel(one_of_each()).ready()
    shown.trouble = "The disk is full."
    shown.ticker.ticked.emit()
    assert shown.panel.notices.texts() == ("The disk is full.",)
    shown.trouble = ""
    shown.ticker.ticked.emit()
    assert shown.panel.notices.texts() == ()


async def test_500_stay_fluid(panel: Open) -> None:
    shown = panel(collection(*(action(f"a{n:03}", made_at=NOW - n) for n in range(500))))
    await shown.ready()
    began = time.perf_counter()
    for number in range(100):
        shown.actions.put(action(f"a{number:03}", made_at=NOW - number, state=State.SENT, sent_at=NOW))
    shown.panel.repaint()
    each_ms = (time.perf_counter() - began) * 10
    assert each_ms < 8, f"{each_ms:.1f} ms for each of 100 changes among 500"


async def test_nothing_is_cut_at_200_percent_in_the_dark(panel: Open, theme: Theme) -> None:
    shown = await panel(one_of_each()).ready()
    theme.set_mode("dark")
    theme.set_scale(2.0)
    shown.panel.resize(1200, 900)
    await at_rest()
    for button in (shown.entry.retry_button, shown.entry.discard_button):
        assert button.width() >= button.sizeHint().width()
    for text in shown.entry.findChildren(QLabel):
        assert text.height() >= text.heightForWidth(text.width())
    within = shown.panel.rect()
    for part in (shown.table, shown.entry.paper, shown.entry.discard_button):
        corner = part.mapTo(shown.panel, QPoint(part.width() - 1, part.height() - 1))
        assert within.contains(corner)


@pytest.mark.parametrize(("scale", "size"), [(1.0, (640, 480)), (1.5, (720, 540)), (2.0, (800, 600))])
async def test_no_decision_is_made_under_a_name_that_is_cut(
    panel: Open, theme: Theme, scale: float, size: tuple[int, int]
) -> None:
    """PID-06, in the smallest windows."""
    body = {**CHECK_IN, "patient": {**MIRA, "last_name": "Von Hohenstein-Featherstonehaugh" * 2}}
    wanting = action(body=body, state=State.UNKNOWN, sent_at=NOW, verdict=Verdict.WANTED, words="Why.")
    shown = await panel(collection(wanting)).ready()
    theme.set_scale(scale)
    shown.panel.setMinimumSize(*size)
    shown.panel.resize(*size)
    await at_rest()
    for text in (shown.entry._name, shown.entry._born, shown.entry._meaning):
        assert text.height() >= text.heightForWidth(text.width()) > 0
    for button in (shown.entry.retry_button, shown.entry.send_button, shown.entry.discard_button):
        assert button.height() >= button.sizeHint().height()
    theme.set_scale(1.0)


async def test_the_sentence_has_the_width_of_the_entry(panel: Open) -> None:
    shown = await panel(one_of_each()).ready()
    shown.panel.resize(720, 480)
    await asyncio.sleep(0)
    assert shown.entry._meaning.width() >= shown.entry.width() * 0.8


async def test_every_control_has_a_name_and_no_patient_is_in_the_title(panel: Open) -> None:
    shown = await panel(one_of_each()).ready()
    assert shown.panel.windowTitle() == "Outbox"
    assert shown.table.accessibleName()
    assert shown.entry.paper.accessibleName()
    for button in (shown.entry.retry_button, shown.entry.discard_button):
        assert button.text()
        assert button.accessibleDescription()
        assert button.toolTip()
