"""The calls that run: always in sight, each under its own patient's name, and what can be done with them."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel

from app.core.audit import Event
from app.visits.record import Status, Visit
from tests.ui.conftest import Open, Opened
from tests.until import until
from ui.calls.call_row import CallRow
from ui.calls.questions import FinishQuestion, HandOverQuestion
from ui.calls.words import patient_text

ME, COLLEAGUE, THIRD = "612", "613", "614"
MINE, SHARED = "48211", "48212"
OKAFOR, GARCIA = "OKAFOR, Mira", "GARCÍA NÚÑEZ, María José"
NAME = "Samuel Okonkwo-Reyes"


async def start(opened: Opened, visit_id: str = SHARED) -> CallRow:
    """A call that was opened here; its row."""
    await opened.select(visit_id)
    opened.page.visit.call_bar.start_button.click()
    (await opened.asked()).accept()
    await until(lambda: opened.clinic.status(visit_id) == 25)
    await until(lambda: not opened.page.acts.acting)
    return opened.page.strip.rows[visit_id]


async def learns(opened: Opened, **settings: object) -> None:
    opened.clinic.choose(**settings)
    await opened.session.learn()


def said(opened: Opened) -> str:
    return "\n".join(opened.window.notices.texts())


async def polled(opened: Opened, visit_id: str = SHARED) -> None:
    """What happened there is known here."""
    await opened.session.queue.read(visit_id)


def is_right(opened: Opened) -> bool:
    """Whether each row names its own visit's patient, to eyes and to screen readers, and no other."""
    for visit_id, row in opened.page.strip.rows.items():
        name = patient_text(opened.visit(visit_id).member)
        others = {patient_text(v.member) for v in opened.session.queue.visits if isinstance(v, Visit)} - {
            name
        }
        heard = row.finish_button.accessibleName() + row.checks["identity"].accessibleName()
        if not row.words().startswith(name) or heard.count(name) != 2:
            return False
        if any(other in row.words() + heard for other in others):
            return False
    return True


async def test_it_is_in_sight_whoever_is_selected(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        strip = opened.page.strip
        assert not strip.isVisible()
        row = await start(opened)
        await opened.select(MINE)
        assert strip.isVisible()
        assert row.words().startswith(GARCIA)
        assert "In call for under 1 min" in row.words()
        row.show_button.click()
        assert opened.page.shown_id == SHARED


async def test_a_call_of_mine_that_was_started_elsewhere_has_a_row(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        opened.clinic.do("take", visit=SHARED, provider=ME)
        opened.clinic.do("take", visit=MINE, provider=COLLEAGUE)
        await polled(opened)
        await polled(opened, MINE)
        await until(lambda: tuple(opened.page.strip.rows) == (SHARED,))
        row = opened.page.strip.rows[SHARED]
        # Nothing is known of its page, and it was not checked here.
        assert row.up_button.isHidden()
        assert all(box.isHidden() for box in row.checks.values())
        assert not row.rejoin_button.isHidden()
        opened.clinic.do("finish", visit=SHARED)
        await polled(opened)
        await until(lambda: not opened.page.strip.rows)


async def test_whether_it_is_up_is_asked_once(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        row = await start(opened)
        assert "Did the call open?" in row.words()
        row.up_button.click()
        await until(row.up_button.isHidden)
        assert "Did the call open?" not in row.words()


async def test_another_program_that_comes_up_at_once_is_the_call(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        row = await start(opened)
        QApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
        await until(row.up_button.isHidden)


async def test_one_that_comes_up_later_is_not(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        row = await start(opened)
        opened.clinic.advance(60)
        await until(
            lambda: opened.session.clock.now() > opened.session.calls.opened.get(SHARED).again_at + 15
        )
        QApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
        assert not row.up_button.isHidden()


async def test_what_is_checked_is_kept_and_told_to_the_audit(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        row = await start(opened)
        row.checks["identity"].click()
        row.checks["callback"].click()
        row.checks["callback"].click()
        # Painted anew it says the same.
        row.show_visit(opened.visit(SHARED))
        assert [box.isChecked() for box in row.checks.values()] == [True, False, False]
        told = [e for e in await opened.session.store.audit() if e.what == Event.CALL_CHECKED]
        assert [(e.subject, e.outcome) for e in told] == [
            (SHARED, "identity"),
            (SHARED, "callback"),
            (SHARED, "callback_undone"),
        ]


async def test_a_clinic_may_do_without_the_list(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await learns(opened, call__checklist=False)
        row = await start(opened)
        assert all(box.isHidden() for box in row.checks.values())
        row.finish_button.click()
        question = await opened.asked()
        assert not any("Not ticked off" in each.text() for each in question.findChildren(QLabel))


async def test_two_calls_each_under_their_own_name(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await start(opened)
        await opened.select(MINE)
        opened.page.visit.call_bar.start_button.click()
        question = await opened.asked()
        warned = [each.text() for each in question.findChildren(QLabel)]
        assert f"You are in a call with {GARCIA} now." in warned
        # Two have this name.
        question.accept()
        await until(lambda: set(opened.page.strip.rows) == {MINE, SHARED})
        for visit_id in (SHARED, MINE, "48213"):
            opened.page.queue.table.select(visit_id)
            assert is_right(opened)
        opened.clinic.do("patch", visit=SHARED, set={"first_name": "Other"})
        await polled(opened)
        assert is_right(opened)
        opened.clinic.do("finish", visit=MINE)
        await polled(opened, MINE)
        await until(lambda: set(opened.page.strip.rows) == {SHARED})
        assert is_right(opened)


async def test_one_of_two_with_the_same_name_is_warned_of(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await opened.select(SHARED)
        opened.page.visit.call_bar.start_button.click()
        question = await opened.asked()
        warned = [each.text() for each in question.findChildren(QLabel)]
        assert "Another patient has this name: born 17-Feb-1996." in warned


async def test_bar_and_strip_ask_once_for_one_visit(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        row = await start(opened)
        bar, links = opened.page.visit.call_bar, len(opened.links)
        for _ in range(10):
            bar.start_button.click()
            row.rejoin_button.click()
            bar.finish_button.click()
            row.hand_over_button.click()
        question = await opened.asked()
        shown = [each for each in opened.window.findChildren(QDialog) if each.isVisible()]
        assert shown == [question]
        question.accept()
        await until(lambda: not opened.page.acts.acting)
        assert len(opened.links) == links + 1


async def test_another_act_brings_the_question_that_stands_to_the_front(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        row = await start(opened)
        row.finish_button.click()
        question = await opened.asked()
        opened.window.activateWindow()
        await until(lambda: not question.isActiveWindow())
        opened.page.visit.call_bar.start_button.click()
        await until(question.isActiveWindow)
        assert question.windowTitle() == "Finish this visit?"


async def test_finishing_counts_down_goes_on_in_the_note_and_can_be_taken_back(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        row = await start(opened)
        await opened.select(MINE)
        row.checks["identity"].click()
        row.finish_button.click()
        question = await opened.asked()
        assert isinstance(question, FinishQuestion)
        words = [each.text() for each in question.findChildren(QLabel)]
        assert GARCIA in words
        assert "Not ticked off: Location, Call-back." in words
        question.findChild(QComboBox).setCurrentText("Home, no follow-up")
        question.accept()
        await until(lambda: row.words().startswith(f"{GARCIA}") and "Finishing in" in row.words())
        assert row.rejoin_button.isHidden()
        assert row.finish_button.isHidden()
        # The right patient's note, though another was in sight.
        assert opened.page.shown_id == SHARED
        editor = opened.page.visit.notes.editor
        await until(lambda: editor.row("disposition").draft.text == "Home, no follow-up")
        places = opened.session.drafts.places("")
        assert f"note|{SHARED}|disposition" in places
        assert not any(MINE in place for place in places)
        row.undo_button.click()
        await until(lambda: not row.finish_button.isHidden())
        assert opened.clinic.asked("visits.close") == 0


async def test_another_disposition_that_is_typed_stays_and_is_said(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        row = await start(opened)
        editor = opened.page.visit.notes.editor
        editor.set_open(True)
        await until(editor.row("disposition").field.isEnabled)
        editor.row("disposition").field.setPlainText("To the emergency room")
        row.finish_button.click()
        question = await opened.asked()
        question.findChild(QComboBox).setCurrentText("Home, no follow-up")
        question.accept()
        await until(lambda: "You chose: Home, no follow-up." in said(opened))
        assert editor.row("disposition").draft.text == "To the emergency room"


async def test_why_a_visit_is_not_finished_is_said_and_its_row_is_back(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        await learns(opened, call__undo_s=0)
        row = await start(opened)
        opened.clinic.weather("cut_before", "visits.close", times=1)
        row.finish_button.click()
        (await opened.asked()).accept()
        await until(lambda: "The visit was not finished." in said(opened))
        assert said(opened).startswith(f"{GARCIA}: ")
        await until(lambda: not row.finish_button.isHidden())
        # The next act's good news does not cover it.
        await opened.select(MINE)
        opened.session.finishing.begin(opened.visit(SHARED), 0)
        await until(lambda: "the visit is finished" in said(opened))
        assert "The visit was not finished." in said(opened)


async def test_a_call_that_was_opened_and_not_told_can_be_told_from_its_row(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        opened.clinic.weather("status", "visits.inprogress", status=500, times=1)
        await opened.select(SHARED)
        opened.page.visit.call_bar.start_button.click()
        (await opened.asked()).accept()
        await until(lambda: SHARED in opened.page.strip.rows and not opened.page.acts.acting)
        row = opened.page.strip.rows[SHARED]
        assert "The server does not know of it" in row.words()
        row.report_button.click()
        await until(lambda: opened.clinic.status(SHARED) == 25)
        await until(row.report_button.isHidden)
        assert "the server knows of the call now" in said(opened)


async def test_handing_over_asks_to_whom_and_nobody_is_chosen_for_you(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        row = await start(opened)
        row.hand_over_button.click()
        question = await opened.asked()
        assert isinstance(question, HandOverQuestion)
        assert GARCIA in [each.text() for each in question.findChildren(QLabel)]
        box = question.findChild(QComboBox)
        people = [box.itemText(index) for index in range(box.count())]
        assert not any("Noor Haddad" in each for each in people)
        assert all(
            each.endswith(("(available)", "(away)", "(not known whether available)")) for each in people
        )
        assert not question.accept_button.isEnabled()
        QTest.keyClick(question, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert question.isVisible()
        box.setCurrentIndex(next(i for i, each in enumerate(people) if NAME in each))
        question.accept()
        await until(lambda: SHARED not in opened.page.strip.rows)
        assert f"{GARCIA} is with {NAME}" in said(opened)
        assert opened.clinic.status(SHARED) == 25


async def test_a_call_that_goes_to_somebody_else_by_itself_is_said(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        await start(opened)
        opened.clinic.do("assign", visit=SHARED, provider=COLLEAGUE)
        await polled(opened)
        await until(lambda: SHARED not in opened.page.strip.rows)
        assert f"{GARCIA}: this visit is with Dr. {NAME}, DO now." in said(opened)


async def test_a_call_stays_in_sight_while_another_room_is_watched(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        row = await start(opened)
        opened.session.queue.watch_room("t4c8q")
        await until(lambda: opened.session.queue.visits.get(SHARED) is None)
        assert opened.page.strip.rows[SHARED] is row
        assert row.words().startswith(GARCIA)
        assert row.show_button.isHidden()
        row.finish_button.click()
        question = await opened.asked()
        question.findChild(QComboBox).setCurrentText("Home, no follow-up")
        question.accept()
        # No other patient's note takes it.
        await until(lambda: "You chose: Home, no follow-up." in said(opened))
        assert not [each for each in opened.session.drafts.places("") if "disposition" in each]


async def test_a_start_that_nobody_else_can_see_is_said(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        opened.clinic.do("assign", visit=SHARED, provider=COLLEAGUE)
        await polled(opened)
        opened.clinic.weather("status", "visits.assign", status=403)
        await opened.select(SHARED)
        opened.page.visit.call_bar.start_button.click()
        question = await opened.asked()
        words = [each.text() for each in question.findChildren(QLabel)]
        assert any(each.startswith("Assigned to ") and each.endswith("takes it over.") for each in words)
        question.accept()
        await until(lambda: "Others may start it, too" in said(opened))
        assert NAME in said(opened)
        assert opened.visit(SHARED).status == Status.IN_PROGRESS


async def test_a_telephone_visit_opens_its_numbers_and_nothing_else(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        opened.clinic.do("patch", visit=SHARED, set={"subtype": 2})
        await polled(opened)
        await opened.select(SHARED)
        bar = opened.page.visit.call_bar
        assert bar.start_button.text() == "Start phone visit…"
        bar.start_button.click()
        question = await opened.asked()
        assert question.windowTitle() == "Start this phone visit?"
        question.accept()
        await until(lambda: opened.clinic.status(SHARED) == 25)
        await until(lambda: [d.windowTitle() for d in questions(opened)] == ["Phone numbers"])
        row = opened.page.strip.rows[SHARED]
        assert row.up_button.isHidden()
        assert "By telephone" in row.words()
        assert row.rejoin_button.text() == "Call again…"
        assert opened.links == []


def questions(opened: Opened) -> list[QDialog]:
    return [each for each in opened.window.findChildren(QDialog) if each.isVisible()]


async def test_many_calls_leave_the_list_in_sight(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        for _ in range(6):
            opened.clinic.do(
                "take", visit=opened.clinic.do("arrive", room=opened.clinic.room)["visit"], provider=ME
            )
        await opened.session.queue.poller.once()
        await until(lambda: len(opened.page.strip.rows) >= 6)
        await until(lambda: opened.page.strip.height() <= 0.35 * opened.window.height())
