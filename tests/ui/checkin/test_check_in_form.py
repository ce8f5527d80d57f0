"""Checking in by keyboard at a practice clinic: fast, twice never, the wrong patient never."""

import asyncio
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit

from app.core.action import Action, State
from app.users.record import Person
from tests.practice import Practice
from tests.sessions import sending
from tests.ui.checkin.desks import Desk, desk
from tests.ui.rest import at_rest
from tests.until import until
from ui.theme.theme import Theme

MARKUP = "<b>bold</b> & <img src=x>"

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def write_new(at: Desk, first: str, last: str, born: str) -> None:
    """By keyboard: a patient who is not in the list."""
    at.form.pick.new_button.setFocus()
    at.press(Qt.Key.Key_Space)
    for text in (first, last, born):
        at.type(text)
        at.press(Qt.Key.Key_Tab)


async def test_a_patient_is_checked_in_by_keyboard_alone(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        await at.choose("Okafor")
        name, born, more, _warning = at.form.identity.texts()
        assert (name, born) == ("OKAFOR, Mira", "Born 09-May-1984 (42 y)")
        assert "Patient 7301" in more
        at.choose_room()
        at.form.visit.reason.setFocus()
        at.type("Cough")
        at.press(Qt.Key.Key_Tab)
        at.press(Qt.Key.Key_V)
        at.form.visit.reason.setFocus()
        at.check_in()
        await until(lambda: len(at.actions()) == 1)
        body = at.actions()[0].body
        assert (body["member_id"], body["patient"]["dob"]) == ("7301", "1984-05-09")
        assert (body["reason"], body["type"]) == ("Cough", "video")
        await until(at.form.notices.texts)
        assert at.form.notices.texts() == ("OKAFOR, Mira: kept, not at the server yet.",)
        assert at.form.pick.search.field.hasFocus()
        assert (at.form.pick.person(), at.form.visit.reason.toPlainText()) == (None, "")
        assert at.session.drafts.places("checkin|") == []
        async with sending(at.session.outbox):
            await until(lambda: at.actions()[0].state == State.SENT)
        assert at.form.notices.texts() == ("OKAFOR, Mira: checked in.",)
        visit = await at.session.queue.read(at.actions()[0].found["visit_id"])
        assert visit.member is not None
        intake = await at.session.intakes.read(visit.intake_id)
        assert (visit.member.id, intake.reason) == ("7301", "Cough")


async def test_typing_and_enter_in_the_search_choose_nobody(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        await at.find("Okafor")
        at.press(Qt.Key.Key_Return)
        assert at.form.pick.person() is None
        at.check_in()
        assert at.form.pick.error().startswith("Search for the patient")
        assert at.actions() == []


async def test_an_outdated_search_is_dropped(qapp: QApplication, theme: Theme, clinic: Practice) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        clinic.weather("latency", "users.list", seconds=0.5, times=1)
        at.type("Oka")
        await until(lambda: at.asked == ["Oka"])
        clinic.clear()
        at.form.pick.search.field.clear()
        at.type("Ruiz")
        await until(lambda: "Ruiz" in at.answered)
        assert "Oka" not in at.answered
        assert not any("OKAFOR" in row for row in at.form.pick.search.rows())


async def test_fewer_than_three_letters_ask_nobody(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        at.form.pick.search._pause.setInterval(0)
        at.type("Ok")
        await at_rest()
        assert (at.asked, at.form.pick.search.rows()) == ([], [])
        at.type("a")
        await until(lambda: at.asked == ["Oka"])


async def test_offline_those_of_the_queue_are_found(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        at.session.queue.visits.put(await at.session.queue.read("48211"))
        await at.present()
        clinic.weather("cut_before")
        at.type("mira oka")
        assert at.form.pick.search.rows()[0].startswith("OKAFOR, Mira\nBorn 09-May-1984")
        await until(lambda: "Only patients of the queue are shown." in at.form.pick.search.state())
        at.press(Qt.Key.Key_Down)
        at.press(Qt.Key.Key_Return)
        assert at.form.identity.texts()[0] == "OKAFOR, Mira"
        assert at.form.identity.texts()[3] == "This patient is in the queue already."


async def test_a_new_patient_is_said_back_in_words(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        write_new(at, "Jane", "Smith", "04/05/1972")
        assert at.form.pick.new.understood() == "Born 5 April 1972 (54 y)"
        assert at.form.identity.texts()[:2] == ("SMITH, Jane", "Born 05-Apr-1972 (54 y)")
        at.choose_room()
        at.check_in()
        await until(lambda: len(at.actions()) == 1)
        assert at.actions()[0].body["patient"] == {
            "first_name": "Jane",
            "last_name": "Smith",
            "dob": "1972-04-05",
        }


async def test_what_is_missing_is_said_beside_its_field(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        write_new(at, "", "", "31/12/1972")
        at.form.visit.location.setFocus()
        at.type("Oregon")
        at.check_in()
        assert at.form.pick.new.error("first_name") == "Enter the name."
        assert "Month first" in at.form.pick.new.error("born")
        assert at.form.visit.error("room") == "Choose the waiting room."
        assert at.form.visit.error("location") == "A state is two letters, such as OR."
        assert at.form.pick.new.fields["first_name"].hasFocus()
        assert at.actions() == []


async def test_a_second_press_while_the_first_is_being_kept_does_nothing(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        write_new(at, "Jane", "Smith", "04/05/1972")
        at.choose_room()
        for _ in range(3):
            at.check_in()
            at.form.submit()
        await until(at.form.notices.texts)
        assert len(at.actions()) == 1


async def test_escape_keeps_what_was_typed_and_the_next_time_asks(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        await at.choose("Okafor")
        at.form.visit.reason.setFocus()
        at.type("Cough")
        at.choose_room(1)
        room = at.form.visit.room.currentData()
        at.press(Qt.Key.Key_Escape)
        assert not at.form.isVisible()
        await at.present()
        assert at.form.bar.text().startswith("Unfinished check-in from ")
        assert at.form.identity.texts()[0] == ""
        assert at.form.visit.reason.toPlainText() == ""
        at.check_in()
        assert at.actions() == []
        at.press(Qt.Key.Key_Return)
        assert at.form.identity.texts()[0] == "OKAFOR, Mira"
        assert at.form.visit.reason.toPlainText() == "Cough"
        assert at.form.visit.room.currentData() == room


async def test_starting_anew_forgets_the_unfinished_one(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        write_new(at, "Jane", "Smith", "04/05/1972")
        at.press(Qt.Key.Key_Escape)
        await at.present()
        at.press(Qt.Key.Key_Tab)
        assert at.form.bar.anew_button.hasFocus()
        at.press(Qt.Key.Key_Return)
        assert (at.form.pick.mode, at.session.drafts.places("checkin|")) == ("search", [])
        at.press(Qt.Key.Key_Escape)
        await at.present()
        assert at.form.bar.text() == ""


async def test_a_lock_takes_no_letter_of_a_search_nor_what_was_chosen_with_it(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        at.choose_room(1)
        room = at.form.visit.room.currentData()
        await at.find("Okaf")
        # As when it locks.
        at.form.close_listeners()
        at.form.hide()
        async with desk(theme, clinic, at.session) as later:
            later.form.present(asks=False)
            search = later.form.pick.search
            assert (search.field.text(), later.form.visit.room.currentData()) == ("Okaf", room)
            await until(lambda: "Okaf" in later.answered)
            search.field.setFocus()
            later.type("or")
            assert search.field.text() == "Okafor"
            await until(lambda: any("OKAFOR, Mira" in row for row in search.rows()))


async def test_a_search_that_a_sign_out_cut_off_is_offered_and_one_that_was_closed_is_not(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        await at.find("Okaf")
        at.form.hide()
        await at.present()
        assert at.form.bar.text().startswith("Unfinished check-in from ")
        at.press(Qt.Key.Key_Return)
        assert at.form.pick.search.field.text() == "Okaf"
        at.press(Qt.Key.Key_Escape)
        await at.present()
        assert (at.form.bar.text(), at.form.pick.search.field.text()) == ("", "")


async def test_a_search_of_before_is_not_made_again_for_somebody_who_is_chosen(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        await at.choose("Okafor")
        at.form.hide()
        before = len(at.asked)
        at.form.present(asks=False)
        assert at.form.identity.texts()[0] == "OKAFOR, Mira"
        assert not at.form.pick.search._pause.isActive()
        assert len(at.asked) == before


async def test_a_form_of_a_new_program_goes_on_where_the_crashed_one_was(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        write_new(at, "Jane", MARKUP, "04/05/1972")
        at.form.visit.phone.setFocus()
        at.type("5035550177")
        async with desk(theme, clinic, at.session) as later:
            await later.present()
            later.press(Qt.Key.Key_Return)
            assert later.form.identity.texts()[0] == f"{MARKUP.upper()}, Jane"
            assert later.form.visit.phone.text() == "5035550177"
            labels = [each for each in later.form.findChildren(QLabel) if MARKUP.upper() in each.text()]
            assert labels
            assert all(each.textFormat() == Qt.TextFormat.PlainText for each in labels)


async def test_a_check_in_that_was_kept_before_the_crash_is_not_offered_again(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        write_new(at, "Jane", "Smith", "04/05/1972")
        at.choose_room()
        drafts, on_disk = at.session.drafts, {}
        keep = at.form._check_in

        async def noted(values: dict[str, Any]) -> Action:
            on_disk.update({place: drafts.text(place) for place in drafts.places("checkin|")})
            return await keep(values)

        at.form._check_in = noted
        at.check_in()
        await until(at.form.notices.texts)
        # The disk had the action, and not yet that the draft is gone.
        for place, text in on_disk.items():
            drafts.write(place, text)
        async with desk(theme, clinic, at.session) as later:
            await later.present()
            assert later.form.bar.text() == ""
            assert later.form.pick.person() is None


async def test_a_refusal_stays_while_the_next_patient_is_checked_in(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        async with sending(at.session.outbox):
            write_new(at, "Nobody", "Known", "04/05/1972")
            at.choose_room()
            at.check_in()
            await until(lambda: at.actions() and at.actions()[0].state == State.REFUSED)
            await until(lambda: any("not checked in" in text for text in at.form.notices.texts()))
            assert "No patient of this name" in at.form.notices.texts()[0]
            await at.choose("Okafor")
            at.check_in()
            await until(lambda: "OKAFOR, Mira: checked in." in at.form.notices.texts())
        assert at.form.notices.texts()[0].startswith("KNOWN, Nobody: not checked in.")


async def test_a_discarded_check_in_is_said_to_be_kept_no_longer(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        write_new(at, "Jane", "Smith", "04/05/1972")
        at.choose_room()
        at.check_in()
        await until(at.form.notices.texts)
        assert await at.session.outbox.discard(at.actions()[0].id)
        assert at.form.notices.texts() == ()


async def test_what_holds_a_check_in_up_is_said(qapp: QApplication, theme: Theme, clinic: Practice) -> None:
    async with desk(theme, clinic) as at:
        clinic.weather("status", "*", status=401)
        await at.present()
        write_new(at, "Jane", "Smith", "04/05/1972")
        at.choose_room()
        async with sending(at.session.outbox):
            at.check_in()
            await until(lambda: at.actions() and at.actions()[0].words)
        assert at.form.notices.texts() == (
            f"SMITH, Jane: kept, not at the server yet. {at.actions()[0].words}",
        )


async def test_tab_goes_the_way_that_is_seen(qapp: QApplication, theme: Theme, clinic: Practice) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        write_new(at, "Jane", "Smith", "04/05/1972")
        seen = [at.form.focusWidget()]
        while True:
            at.press(Qt.Key.Key_Tab)
            if at.form.focusWidget() in seen:
                break
            seen.append(at.form.focusWidget())
        patient, visit = at.form.pick, at.form.visit
        assert seen == [
            patient.new.fields["phone"],
            patient.list_button,
            *(visit.room, visit.reason, visit.way, visit.phone, visit.location),
            *(at.form.close_button, at.form.check_in_button),
            *(patient.new.fields[name] for name in ("first_name", "last_name", "born")),
        ]


async def test_the_last_room_comes_first(qapp: QApplication, theme: Theme, clinic: Practice) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        assert at.form.visit.room.count() > 1
        assert at.form.visit.room.currentData() is None
        at.choose_room(1)
        room = at.form.visit.room.currentData()
        write_new(at, "Jane", "Smith", "04/05/1972")
        at.check_in()
        await until(at.form.notices.texts)
        assert (at.form.visit.room.currentData(), at.form.visit.room.itemData(0)) == (room, room)


async def test_another_patient_takes_nothing_over_from_the_one_before(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        slow = asyncio.Event()

        async def late(person_id: str) -> Person:
            await slow.wait()
            return Person(id=person_id, given="Mira", family="Okafor", born=date(1984, 5, 9))

        at.form.pick._read = late
        at.form.pick.search.chosen.emit(Person(id="7301", full_name="Mira Okafor"))
        at.choose_room()
        at.check_in()
        assert "still being read" in at.form.pick.error()
        at.form.pick.change_button.click()
        other = Person(id="7302", given="A", family="Other", born=date(1990, 1, 2))
        at.form.pick.search.chosen.emit(other)
        slow.set()
        for _ in range(5):
            await asyncio.sleep(0)
        assert at.form.identity.texts()[0] == "OTHER, A"
        at.check_in()
        await until(lambda: len(at.actions()) == 1)
        assert at.actions()[0].body["member_id"] == "7302"


async def test_larger_text_puts_the_sides_one_above_the_other(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        await at.present()
        size = at.form.size()
        assert at.form.visit.mapTo(at.form, QPoint()).x() > at.form.pick.mapTo(at.form, QPoint()).x()
        theme.set_scale(1.6)
        at.form.resize(size)
        at.form.setMinimumSize(1, 1)
        await until(
            lambda: at.form.visit.mapTo(at.form, QPoint()).x() == at.form.pick.mapTo(at.form, QPoint()).x()
        )


async def test_everything_has_a_name_and_fits_at_200_per_cent_in_the_dark(
    qapp: QApplication, theme: Theme, clinic: Practice
) -> None:
    async with desk(theme, clinic) as at:
        theme.set_scale(2.0)
        theme.set_mode("dark")
        await at.present()
        write_new(at, "Jane", "Smith", "04/05/1972")
        for kind in (QLineEdit, QPlainTextEdit, QComboBox):
            for field in at.form.findChildren(kind):
                buddies = [each for each in at.form.findChildren(QLabel) if each.buddy() is field]
                assert field.accessibleName() or buddies, field
        assert at.form._body.minimumSizeHint().width() <= at.form._scroll.viewport().width()
        assert at.form.check_in_button.visibleRegion().boundingRect().size() == at.form.check_in_button.size()
