"""The queue speaks: counts alone, seldom, removals too, and what an alert has said not again (A11-08)."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import ui.visits.queue_voice as voice_module
from app.core.clock import ServerClock
from app.core.unreadable import Unreadable
from app.errors import Offline
from app.visits.away import Counts
from app.visits.queue import Queue
from app.visits.record import Status, Type, Visit
from tests.clocks import HandClock
from tests.until import until
from ui.visits.queue_voice import QueueVoice, news_words, spoken_span, waiting_words

NOW = 1_780_000_000.0
SETTLE_S, GAP_S = 0.02, 0.1


def visit(name: str, minutes: float = 10, **values: Any) -> Visit:
    """A walk-in that waits."""
    plain = {"status": Status.PENDING, "type": Type.WALK_IN, "start": NOW - 60 * minutes}
    return Visit(id=name, **{**plain, **values})


class Heard:
    """A queue that speaks, and what was heard; its time is the test's."""

    def __init__(self, speaker: QWidget, said: list[str]) -> None:
        self.said, self.hand = said, HandClock(NOW)
        clock = ServerClock(self.hand)
        self.queue = Queue(None, clock, 5.0, "", None)  # type: ignore[arg-type]  # nothing is asked here
        self.voice = QueueVoice(speaker, self.queue, clock)

    def shows(self, *records: Visit | Unreadable) -> None:
        """The server's answer."""
        self.queue.visits.replace({record.id: record for record in records})
        self.queue.connection.succeeded()

    async def hears(self, seconds: float = SETTLE_S) -> list[str]:
        """What is said as soon as so much time has passed."""
        count = len(self.said)
        self.hand.advance(seconds)
        await until(lambda: len(self.said) > count)
        return self.said[count:]

    async def hears_nothing(self, seconds: float = SETTLE_S) -> None:
        """So much time passes, and nothing is left to be said."""
        count = len(self.said)
        self.hand.advance(seconds)
        await until(lambda: not self.voice._timer.isActive())
        assert self.said[count:] == []


@pytest.fixture
def heard(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    said: list[str] = []
    monkeypatch.setattr(voice_module, "announce", lambda _speaker, text: said.append(text))
    monkeypatch.setattr(voice_module, "_SETTLE_S", SETTLE_S)
    monkeypatch.setattr(voice_module, "GAP_S", GAP_S)
    QAccessible.setActive(True)
    speaker = QWidget()
    qtbot.addWidget(speaker)
    made = Heard(speaker, said)
    yield made
    made.voice.close()
    QAccessible.setActive(False)


async def test_somebody_comes_and_somebody_goes(heard: Heard) -> None:
    heard.shows(visit("1", 26), visit("2"))
    heard.shows(visit("1", 26), visit("2"), visit("3", 0))
    assert await heard.hears() == ["1 new patient waiting. 3 waiting, longest 26 minutes."]
    heard.shows(visit("2"), visit("3", 0, status=Status.IN_PROGRESS))
    assert await heard.hears(GAP_S) == [
        "1 call was started. 1 is no longer listed. 1 waiting, longest 10 minutes."
    ]
    heard.shows(visit("2", status=Status.CANCELLED), visit("3", 0, status=Status.COMPLETED))
    assert await heard.hears(GAP_S) == ["1 visit was finished. 1 left or was cancelled. Nobody is waiting."]


async def test_what_is_there_at_the_start_is_no_news(heard: Heard) -> None:
    heard.shows(visit("1"), visit("2"))
    await heard.hears_nothing()


async def test_what_this_computer_kept_is_no_news_either(heard: Heard) -> None:
    heard.queue.restore({"1": visit("1")}, NOW - 60)
    heard.shows(visit("2"))
    await heard.hears_nothing()


async def test_many_changes_are_one_sentence_about_how_it_is_now(heard: Heard) -> None:
    heard.shows()
    for number in range(1, 8):
        heard.shows(*[visit(str(each), each) for each in range(number)])
    heard.shows(*[visit(str(each), each) for each in range(4)])
    assert await heard.hears() == ["4 new patients waiting. 4 waiting, longest 3 minutes."]


async def test_the_second_sentence_waits(heard: Heard) -> None:
    heard.shows()
    heard.shows(visit("1"))
    await heard.hears()
    heard.shows(visit("1"), visit("2"))
    heard.hand.advance(GAP_S - 0.01)
    heard.shows(visit("1"), visit("2"), visit("3"))
    assert len(heard.said) == 1
    assert await heard.hears(0.02) == ["2 new patients waiting. 3 waiting, longest 10 minutes."]


async def test_who_came_and_went_meanwhile_was_never_there(heard: Heard) -> None:
    heard.shows(visit("1"))
    heard.shows(visit("1"), visit("2"))
    heard.shows(visit("1"))
    await heard.hears_nothing()


@pytest.mark.parametrize(
    "after",
    [
        visit("1", reason="Cough"),
        visit("1", minutes=9),
        visit("1", urgent=True),
    ],
)
async def test_what_moves_nobody_is_not_said(heard: Heard, after: Visit) -> None:
    heard.shows(visit("1"))
    heard.shows(after)
    await heard.hears_nothing()


async def test_time_alone_says_nothing(heard: Heard) -> None:
    heard.shows(visit("1"))
    await heard.hears_nothing(3600)


async def test_whom_an_alert_tells_of_is_counted_and_not_told_again(heard: Heard) -> None:
    heard.shows(visit("1"))
    heard.shows(visit("1"), visit("2"))
    heard.voice.arrivals_told()
    heard.shows(visit("1"), visit("2"), visit("3"))
    assert await heard.hears() == ["1 new patient waiting. 3 waiting, longest 10 minutes."]
    heard.shows(visit("1"), visit("2"), visit("3"), visit("4"))
    heard.voice.arrivals_told()
    assert await heard.hears(GAP_S) == ["4 waiting, longest 10 minutes."]
    # That they go is told by nobody else.
    heard.shows(visit("1"), visit("3", status=Status.IN_PROGRESS), visit("4"))
    assert await heard.hears(GAP_S) == [
        "1 call was started. 1 is no longer listed. 2 waiting, longest 10 minutes."
    ]


async def test_whose_alert_comes_before_the_queue_has_spoken(heard: Heard) -> None:
    """Which of the two hears of a change first is nobody's business."""
    heard.shows(visit("1"))
    stop = heard.queue.visits.listen(lambda _change: heard.voice.arrivals_told())
    heard.shows(visit("1"), visit("2"))
    stop()
    assert await heard.hears() == ["2 waiting, longest 10 minutes."]


async def test_what_was_told_in_another_way_is_not_said_again(heard: Heard) -> None:
    heard.shows(visit("1"))
    heard.shows(visit("1"), visit("2"))
    heard.voice.rest()
    await heard.hears_nothing()


async def test_an_outage_is_not_a_queue_without_patients(heard: Heard) -> None:
    heard.shows(visit("1"))
    heard.queue.connection.failed(Offline("cut"))
    await heard.hears_nothing(60)
    heard.shows()
    assert await heard.hears() == ["1 is no longer listed. Nobody is waiting."]


async def test_another_room_is_no_coming_and_going(heard: Heard) -> None:
    heard.shows(visit("1", room_code="a"), visit("2", room_code="b"))
    heard.queue.watch_room("b")
    assert await heard.hears() == ["1 waiting, longest 10 minutes."]


async def test_who_comes_into_a_room_that_was_chosen_before_is_news(heard: Heard) -> None:
    heard.shows(visit("1", room_code="a"))
    heard.queue.watch_room("a")
    heard.queue.connection.succeeded()
    heard.shows(visit("1", room_code="a"), visit("2", 0, room_code="a"))
    assert await heard.hears() == ["1 new patient waiting. 2 waiting, longest 10 minutes."]


async def test_nobody_is_told_before_the_room_is_read(heard: Heard) -> None:
    heard.queue.watch_room("b")
    heard.shows(visit("2", room_code="b"))
    heard.queue.watch_room("")
    heard.queue.visits.replace({"2": visit("2", room_code="b"), "3": visit("3", 30, room_code="a")})
    heard.hand.advance(1)
    await until(lambda: heard.voice._timer.remainingTime() <= 1)
    assert heard.said == []
    heard.queue.is_partial = False
    assert await heard.hears() == ["2 waiting, longest 30 minutes."]


async def test_without_a_screen_reader_nothing_is_collected(heard: Heard) -> None:
    QAccessible.setActive(False)
    heard.shows(visit("1"))
    heard.shows(visit("2"))
    await heard.hears_nothing()
    assert not heard.voice._before


async def test_closed_it_is_silent(heard: Heard) -> None:
    heard.shows(visit("1"))
    heard.shows(visit("1"), visit("2"))
    heard.voice.close()
    heard.shows()
    await heard.hears_nothing()


async def test_no_name_is_spoken(heard: Heard) -> None:
    heard.shows()
    heard.shows(visit("1", reason="Cough"), Unreadable(id="x", complaint="Mira Okafor"))
    assert await heard.hears() == [
        "1 new patient waiting. 1 visit that cannot be placed. 1 waiting, longest 10 minutes."
    ]


def test_the_words_of_every_count() -> None:
    assert news_words(Counts()) == ""
    assert news_words(Counts(booked=3)) == ""
    said = news_words(Counts(came=1, e_consults=2, unclear=1, started=2, completed=1, left=2, gone=1))
    assert said.count(".") == 7
    assert waiting_words([], NOW) == "Nobody is waiting."


@pytest.mark.parametrize(
    ("seconds", "spoken"),
    [
        (-5, "under 1 minute"),
        (59, "under 1 minute"),
        (60, "1 minute"),
        (26 * 60, "26 minutes"),
        (3600, "1 hour"),
        (3900, "1 hour 5 minutes"),
        (7260, "2 hours 1 minute"),
    ],
)
def test_spans_are_spoken_in_whole_words(seconds: float, spoken: str) -> None:
    assert spoken_span(seconds) == spoken
