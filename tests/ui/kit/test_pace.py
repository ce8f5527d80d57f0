"""What must not be said too often is said once, and in time."""

import math
import random
from itertools import pairwise

from ui.kit.pace import Pace


def test_what_comes_alone_is_said_once_it_has_settled() -> None:
    pace = Pace(gap_s=5, settle_s=1)
    assert pace.ask(100.0) == 1.0
    assert not pace.is_due(100.9)
    assert pace.is_due(101.0)
    assert not pace.is_due(200.0)


def test_what_comes_together_is_due_with_the_first() -> None:
    pace = Pace(gap_s=5, settle_s=1)
    assert [pace.ask(at) for at in (100.0, 100.5, 101.0, 103.0)] == [1.0, 0.5, 0.0, 0.0]
    assert pace.is_due(103.0)


def test_the_next_waits_until_the_gap_has_passed() -> None:
    pace = Pace(gap_s=5, settle_s=1)
    pace.ask(100.0)
    assert pace.is_due(101.0)
    pace.said(101.0)
    assert pace.ask(102.0) == 4.0
    assert not pace.is_due(105.9)
    assert pace.is_due(106.0)


def test_what_came_to_nothing_makes_nobody_wait() -> None:
    pace = Pace(gap_s=5, settle_s=1)
    pace.ask(100.0)
    assert pace.is_due(101.0)
    assert pace.ask(101.5) == 1.0


def test_a_storm_is_heard_every_five_seconds_and_to_its_end() -> None:
    pace, dice, at = Pace(gap_s=5, settle_s=1), random.Random(7), 0.0
    said: list[float] = []
    asked = -math.inf
    while at < 120.0:
        if at < 100.0:
            pace.ask(at)
            asked = at
        if pace.is_due(at):
            pace.said(at)
            said.append(at)
        at += dice.uniform(0.05, 0.4)
    assert min(after - before for before, after in pairwise(said)) >= 5.0
    assert len(said) >= 18
    assert said[-1] >= asked
