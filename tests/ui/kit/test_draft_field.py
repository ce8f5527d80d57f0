"""What is typed comes back to the same field of the same record, and to no other."""

import random

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from tests.ui.kit.typed import Texts, type_over
from ui.kit.draft_field import DraftField, TextField, handed_on
from ui.kit.draft_line import NOT_SAVED, DraftLine
from ui.theme.theme import Theme

MARKUP = "<b>bold</b> & <img src=x>"
PLACE = "note|48211|diagnosis"


@pytest.fixture(params=[QLineEdit, QPlainTextEdit])
def field(request: pytest.FixtureRequest, qtbot: QtBot) -> TextField:
    made: TextField = request.param()
    qtbot.addWidget(made)
    made.show()
    return made


def undo(field: TextField) -> None:
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def test_every_change_is_kept_with_what_the_server_had(field: TextField) -> None:
    drafts = Texts()
    typed = DraftField(field, drafts)
    typed.bind(PLACE, "Cough")
    assert (typed.text, typed.is_draft, drafts) == ("Cough", False, {})
    type_over(field, "Cold")
    assert drafts == {PLACE: "Cold", f"{PLACE}|base": "Cough"}
    assert (typed.is_draft, typed.base) == (True, "Cough")


def test_a_draft_comes_back_to_its_field(field: TextField, qtbot: QtBot) -> None:
    drafts = Texts()
    DraftField(field, drafts).bind(PLACE, "Cough")
    type_over(field, MARKUP)
    again = type(field)()
    qtbot.addWidget(again)
    typed = DraftField(again, drafts)
    typed.bind(PLACE, "Cough")
    assert (typed.text, typed.is_draft, typed.is_outdated) == (MARKUP, True, False)


def test_a_draft_that_is_what_the_server_has_is_none(field: TextField) -> None:
    drafts = Texts()
    typed = DraftField(field, drafts)
    typed.bind(PLACE, "Cough")
    QTest.keyClicks(field, "x")
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert (drafts, typed.is_draft) == ({}, False)
    QTest.keyClicks(field, "x")
    typed.bind(PLACE, "xCough")
    assert (drafts, typed.is_draft, typed.text) == ({}, False, "xCough")


def test_nothing_typed_for_one_patient_is_ever_in_the_field_of_another(field: TextField) -> None:
    drafts = Texts()
    expected: dict[int, str | None] = dict.fromkeys(range(7))
    typed = DraftField(field, drafts)
    chance = random.Random(7)
    for _ in range(300):
        patient = chance.randrange(7)
        typed.bind(f"note|{patient}|diagnosis", f"server {patient}")
        draft = expected[patient]
        assert typed.text == (f"server {patient}" if draft is None else draft)
        if chance.random() < 0.5:
            expected[patient] = f"{patient} {chance.random()}"
            field.setFocus()
            type_over(field, expected[patient] or "")
        elif chance.random() < 0.3:
            undo(field)
            expected[patient] = None if typed.text == f"server {patient}" else typed.text
            assert not any(f"server {other}" in typed.text for other in range(7) if other != patient)
    places = {f"note|{patient}|diagnosis": text for patient, text in expected.items() if text is not None}
    assert {place: text for place, text in drafts.items() if not place.endswith("|base")} == places


def test_undo_does_not_bring_back_the_text_of_another_patient(field: TextField) -> None:
    drafts = Texts()
    typed = DraftField(field, drafts)
    typed.bind("note|1|diagnosis", "one")
    type_over(field, "typed for one")
    typed.bind("note|2|diagnosis", "two")
    for _ in range(5):
        undo(field)
    assert (typed.text, drafts.get("note|2|diagnosis")) == ("two", None)


def test_a_field_that_belongs_to_nobody_keeps_nothing(field: TextField) -> None:
    drafts = Texts()
    typed = DraftField(field, drafts)
    typed.bind(PLACE, "Cough")
    typed.unbind()
    assert typed.text == ""
    type_over(field, "lost on purpose")
    assert drafts == {}


def test_a_server_that_repeats_itself_does_not_disturb_typing(field: TextField) -> None:
    typed = DraftField(field, Texts())
    typed.bind(PLACE, "Cough")
    QTest.keyClick(field, Qt.Key.Key_End)
    QTest.keyClicks(field, " and co")
    typed.bind(PLACE, "Cough")
    QTest.keyClicks(field, "ld")
    assert typed.text == "Cough and cold"
    undo(field)
    assert typed.text != "Cough and cold"


def test_blanks_and_line_ends_of_the_server_are_no_change_of_ours(qtbot: QtBot) -> None:
    field, drafts = QPlainTextEdit(), Texts()
    qtbot.addWidget(field)
    typed = DraftField(field, drafts)
    typed.bind(PLACE, "one\r\ntwo\xa0three\u2028four")
    assert drafts == {}
    QTest.keyClicks(field, "x")
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert (drafts, typed.is_draft) == ({}, False)


def test_when_the_server_has_changed_both_are_kept_and_shown(theme: Theme, field: TextField) -> None:
    drafts = Texts()
    typed = DraftField(field, drafts)
    line = DraftLine(theme, "Diagnosis", typed, field)
    typed.bind(PLACE, "Cough")
    assert line.isHidden()
    type_over(field, "Cold")
    assert line.text() == NOT_SAVED
    typed.bind(PLACE, MARKUP)
    assert (typed.text, typed.is_outdated, typed.base) == ("Cold", True, "Cough")
    assert line.theirs.toPlainText() == MARKUP
    assert line.theirs.acceptRichText() is False
    line.mine_button.click()
    assert (typed.text, typed.is_outdated, typed.base) == ("Cold", False, MARKUP)


def test_taking_the_servers_text_can_be_undone(theme: Theme, field: TextField) -> None:
    drafts = Texts()
    typed = DraftField(field, drafts)
    line = DraftLine(theme, "Diagnosis", typed, field)
    typed.bind(PLACE, "Cough")
    type_over(field, "Cold")
    line.undo_button.click()
    assert (typed.text, drafts, line.isHidden()) == ("Cough", {}, True)
    field.setFocus()
    undo(field)
    assert (typed.text, drafts.get(PLACE)) == ("Cold", "Cold")


def test_a_draft_that_was_handed_on_is_dropped_unless_typing_went_on() -> None:
    drafts = Texts({PLACE: "Cold", f"{PLACE}|base": "Cough"})
    handed_on(drafts, PLACE, "Cold")
    assert drafts == {}
    drafts = Texts({PLACE: "Cold and fever", f"{PLACE}|base": "Cough"})
    handed_on(drafts, PLACE, "Cold")
    assert drafts == {PLACE: "Cold and fever", f"{PLACE}|base": "Cold"}


def test_another_draft_is_not_overwritten_by_a_proposal(field: TextField) -> None:
    typed = DraftField(field, Texts())
    typed.bind(PLACE, "Cough")
    assert typed.propose("Cold")
    assert (typed.text, typed.is_draft) == ("Cold", True)
    assert typed.propose("Cold")
    assert not typed.propose("Fever")
    assert typed.text == "Cold"


def test_whose_it_is_lies_beside_a_draft_and_goes_with_it(field: TextField) -> None:
    drafts = Texts()
    typed = DraftField(field, drafts)
    typed.bind(PLACE, "Cough", "of Mira")
    type_over(field, "Cold")
    assert drafts[f"{PLACE}|whose"] == "of Mira"
    typed.put_back()
    assert drafts == {}


def test_what_nobody_has_read_is_no_base(field: TextField) -> None:
    drafts = Texts()
    typed = DraftField(field, drafts)
    typed.bind(PLACE, None)
    type_over(field, "Cold")
    assert (drafts, typed.base, typed.is_outdated) == ({PLACE: "Cold"}, None, False)
    typed.bind(PLACE, "Cough")
    assert (typed.text, typed.base, typed.is_outdated) == ("Cold", None, True)
    typed.keep_mine()
    assert (typed.text, typed.base, typed.is_outdated) == ("Cold", "Cough", False)


def test_a_word_that_is_still_composed_stays_with_its_patient(
    field: TextField, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    drafts = Texts()
    typed = DraftField(field, drafts)
    typed.bind("note|1|diagnosis", "")
    field.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    composed = QInputMethodEvent("ka", [])
    QCoreApplication.sendEvent(field, composed)

    class Method:
        """As the desktop's: what is composed is committed when asked."""

        def commit(self) -> None:
            done = QInputMethodEvent()
            done.setCommitString("ka")
            QCoreApplication.sendEvent(field, done)

    monkeypatch.setattr(QGuiApplication, "inputMethod", Method)
    typed.bind("note|2|diagnosis", "")
    assert drafts.get("note|1|diagnosis") == "ka"
    assert (typed.text, drafts.get("note|2|diagnosis")) == ("", None)
