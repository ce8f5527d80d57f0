"""Nothing is thrown away or left behind without its name being said."""

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.core.action import State
from tests.ui.outbox.actions import action
from ui.kit.ask import Question
from ui.outbox.paper import Paper
from ui.outbox.questions import close_question, discard_question, reset_question, sign_out_question
from ui.outbox.words import Described
from ui.theme.theme import Theme

MIRA = Described(
    "Check-in",
    "OKAFOR, Mira",
    "Born 09-May-1984 (42 y)",
    (("Reason", "<b>Cough</b>"),),
    "room General practice",
)


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def texts(question: Question) -> str:
    labels = [part.text() for part in question.findChildren(QLabel)]
    return "\n".join([*labels, *(paper.toPlainText() for paper in question.findChildren(Paper))])


@pytest.mark.parametrize("state", [State.QUEUED, State.UNKNOWN, State.REFUSED])
def test_discarding_names_the_patient_and_what_is_lost(theme: Theme, parent: QWidget, state: State) -> None:
    question = discard_question(theme, MIRA, action(state=state), parent)
    said = texts(question)
    for part in (
        "Discard this check-in?",
        MIRA.name,
        MIRA.born,
        "room General practice",
        "<b>Cough</b>",
        "lost",
    ):
        assert part in said
    assert ("look there before you do it again" in said) is (state == State.UNKNOWN)
    assert question.accept_button.text() == "Discard"
    assert question.focusWidget() is question.cancel_button
    assert not question.accept_button.isDefault()


def test_signing_out_says_that_what_is_kept_is_kept(theme: Theme, parent: QWidget) -> None:
    question = sign_out_question(theme, [MIRA, MIRA], True, parent)
    said = texts(question)
    assert "2 things are not at the server yet." in said
    assert "They stay on this computer, encrypted." in said
    assert MIRA.text in said
    assert (question.cancel_button.text(), question.accept_button.text()) == ("Stay signed in", "Sign out")
    assert question.accept_button.property("kind") == "primary"


def test_signing_out_without_a_keyring_says_that_it_is_lost(theme: Theme, parent: QWidget) -> None:
    question = sign_out_question(theme, [MIRA], False, parent)
    assert "1 thing is not at the server yet." in texts(question)
    assert "It will be lost" in texts(question)
    assert question.accept_button.property("kind") == "danger"


@pytest.mark.parametrize(("number", "said"), [(1, "It would be lost:"), (2, "They would be lost:")])
def test_removing_ones_data_counts_what_goes_with_it(
    theme: Theme, parent: QWidget, number: int, said: str
) -> None:
    words = texts(reset_question(theme, [MIRA] * number, True, parent))
    assert f"not at the server yet. {said}" in words
    assert "the list is read anew" in words
    assert "stays empty until the server answers" in texts(reset_question(theme, [], False, parent))


@pytest.mark.parametrize(("number", "said"), [(1, "Close and lose it"), (2, "Close and lose them")])
def test_closing_counts_what_goes_with_it(theme: Theme, parent: QWidget, number: int, said: str) -> None:
    assert close_question(theme, [MIRA] * number, parent).accept_button.text() == said


def test_hundreds_fit_a_screen(theme: Theme, parent: QWidget) -> None:
    question = sign_out_question(theme, [MIRA] * 300, True, parent)
    question.show()
    assert question.height() < 600
    assert texts(question).count(MIRA.text) == 300
