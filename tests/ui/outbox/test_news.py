"""Trouble is said once, and taken back when it is settled."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.core.action import Action, State, Verdict
from app.core.collection import Collection
from tests.ui.outbox.actions import action, collection
from ui.kit.notices import Notices
from ui.outbox.news import OutboxNews
from ui.theme.theme import Theme


class Told:
    """News of a collection, said without delay."""

    def __init__(self, qtbot: QtBot, theme: Theme, actions: Collection[Action]) -> None:
        self.notices = Notices(theme)
        qtbot.addWidget(self.notices)
        self.opened = 0
        self.actions = actions
        self.news = OutboxNews(self.notices, actions, self._open, self.notices, after_ms=0)
        self._qtbot = qtbot

    def _open(self) -> None:
        self.opened += 1

    def put(self, *changed: Action) -> tuple[str, ...]:
        for each in changed:
            self.actions.put(each)
        self._qtbot.waitUntil(lambda: not self.news._timer.isActive())
        return self.notices.texts()


@pytest.fixture
def told(qtbot: QtBot, theme: Theme) -> Told:
    return Told(qtbot, theme, collection(action()))


def refused(*ids: str) -> list[Action]:
    return [action(each, state=State.REFUSED) for each in ids]


def test_nothing_to_say_of_what_waits(told: Told) -> None:
    assert told.put(action("b")) == ()


def test_many_at_once_are_one_message(told: Told) -> None:
    (text,) = told.put(*refused(*(f"r{number}" for number in range(300))))
    assert text.startswith("300 check-ins were refused.")
    assert "Ctrl+Shift+O" in text
    assert len(told.notices.said()) == 1


def test_one_message_for_each_kind_of_trouble(told: Told) -> None:
    texts = told.put(*refused("r"), action("u", kind="note", state=State.UNKNOWN))
    assert [text.split(" ", 2)[1] for text in texts] == ["check-in", "visit"]
    assert [notice.tone() for notice in told.notices.notices()] == ["bad", "warn"]


def test_what_a_person_must_decide_is_said_apart_from_what_is_looked_for(told: Told) -> None:
    told.put(action("u", state=State.UNKNOWN))
    (text,) = told.put(action("u", state=State.UNKNOWN, verdict=Verdict.WANTED))
    assert "you to decide" in text
    assert told.put(action("u", state=State.SENT)) == ()


def test_it_goes_when_it_is_settled(told: Told) -> None:
    told.put(*refused("r", "s"))
    (text,) = told.put(action("r"))
    assert text.startswith("1 check-in was refused.")
    assert told.put(action("s", state=State.SENT)) == ()


def test_a_dismissed_one_comes_back_only_with_something_new(told: Told) -> None:
    told.put(*refused("r", "s"))
    told.notices.notices()[0].dismiss.click()
    assert told.put(action("s")) == ()
    (text,) = told.put(*refused("t"))
    assert text.startswith("2 check-ins")


def test_its_button_opens_the_outbox(told: Told) -> None:
    told.put(*refused("r"))
    told.notices.notices()[0].act.click()
    assert told.opened == 1


def test_what_was_left_from_yesterday_is_said_at_once(qtbot: QtBot, theme: Theme) -> None:
    left = Told(qtbot, theme, collection(*refused("r")))
    assert len(left.notices.texts()) == 1


def test_no_patient_in_a_notice(told: Told) -> None:
    (text,) = told.put(replace(refused("r")[0], words="Mira Okafor is unwell"))
    assert "Okafor" not in text
    assert "Mira" not in text


def test_the_end_takes_it_back(told: Told) -> None:
    told.put(*refused("r"))
    told.news.close()
    assert told.put(*refused("s")) == ()
