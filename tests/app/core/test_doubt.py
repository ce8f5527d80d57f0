"""What has left may still be carried out, for a while that no clock of the server's changes."""

from dataclasses import replace

from app.core.action import Action
from app.core.clock import ServerClock
from app.core.doubt import Doubt
from tests.clocks import HandClock

KEPT = Action(id="a", kind="note", subject="p1", body={}, made_at=0.0)
SENT = replace(KEPT, sent_at=1.0)
LASTS_S = 45.0


def of(hand: HandClock) -> Doubt:
    return Doubt(ServerClock(hand), LASTS_S)


def test_doubt_lasts_from_when_it_left_whatever_the_clock_on_the_wall_says() -> None:
    hand = HandClock()
    doubt = of(hand)
    doubt.left("a")
    hand.set_wall(0.0)
    assert doubt.left_s(KEPT) == LASTS_S
    hand.advance(LASTS_S - 1)
    assert doubt.left_s(KEPT) == 1
    hand.advance(2)
    assert doubt.left_s(KEPT) == 0


def test_what_was_answered_is_in_no_doubt() -> None:
    doubt = of(HandClock())
    doubt.left("a")
    doubt.is_over("a")
    assert doubt.left_s(KEPT) == 0


def test_what_another_process_sent_is_in_doubt_from_now_on() -> None:
    hand = HandClock()
    doubt = of(hand)
    assert doubt.left_s(SENT) == LASTS_S
    hand.advance(20)
    assert doubt.left_s(SENT) == LASTS_S - 20


def test_what_left_untold_may_be_any() -> None:
    doubt = of(HandClock())
    doubt.begin([KEPT, replace(SENT, id="b")], untold_s=40.0)
    assert doubt.left_s(KEPT) == LASTS_S - 40
    assert doubt.left_s(replace(SENT, id="b")) == LASTS_S
    assert doubt.left_s(replace(KEPT, id="c")) == 0


def test_what_is_forgotten_is_not_sure() -> None:
    doubt = of(HandClock())
    doubt.sure.add("a")
    doubt.left("a")
    doubt.forget("a")
    assert (doubt.sure, doubt.left_s(KEPT)) == (set(), 0)
