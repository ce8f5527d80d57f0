"""What an answer costs the screen (QUE-02): as ratios of one run, in this thread's own time."""

from collections.abc import Callable
from random import Random
from time import thread_time

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from app.visits.filter import Filter
from app.visits.record import Visit
from app.visits.waiting import QueueRow, is_open, queue_key
from tests.ui.visits.filtered import NOW, PROVIDERS
from tests.ui.visits.queues import Clinic, Desk, booked, waiting
from ui.theme.theme import Theme

ROWS, MANY, FEW = 5_000, 1_000, 50
# Measured: 4 and 0.4. A pass looks once at every row.
MOST_PASSES_OF_MANY, MOST_PASSES_OF_FEW = 12, 2


def spent(act: Callable[[], object]) -> float:
    began = thread_time()
    act()
    return thread_time() - began


def someone(number: int) -> Visit:
    """Names as a clinic has them: few are alike."""
    row = booked(number, number % 300) if number % 5 == 0 else waiting(number, number % 200)
    member = msgspec.structs.replace(row.member, family=f"{number * 7919 % 104_729:x}".translate(_LETTERS))
    return msgspec.structs.replace(row, member=member)


_LETTERS = str.maketrans("0123456789abcdef", "bcdfghjklmnprstv")


def changed(rows: dict[str, QueueRow], count: int, dice: Random) -> dict[str, QueueRow]:
    """So many of them are others: a reason, a provider, a state, a time."""
    made = dict(rows)
    for visit_id in dice.sample(list(made), count):
        row = made[visit_id]
        values = dice.choice(
            (
                {"reason": f"{dice.random()}"},
                {"provider": dice.choice(PROVIDERS)},
                {"status": dice.choice((10, 20, 25)), "actual_start": NOW - 60},
                {"start": NOW - dice.randrange(9000)},
            )
        )
        made[visit_id] = msgspec.structs.replace(row, **values)
    return made


@pytest.mark.timeout(120)
@pytest.mark.parametrize("is_narrowed", [False, True])
def test_an_update_costs_a_few_passes_over_the_rows(qtbot: QtBot, theme: Theme, *, is_narrowed: bool) -> None:
    clinic, dice = Clinic(*map(someone, range(ROWS))), Random(3)
    desk = Desk(theme, clinic)
    qtbot.addWidget(desk)
    desk.resize(760, 640)
    desk.show()
    if is_narrowed:
        desk.queue.filtering.narrow(desk.model, Filter(providers=frozenset({PROVIDERS[0].id, ""})))
    rows = list(clinic.visits)
    plain = min(spent(lambda: [(is_open(row), queue_key(row, NOW)) for row in rows]) for _ in range(9))

    def update(count: int) -> float:
        answer = changed(dict(clinic.visits.all()), count, dice)
        return spent(lambda: clinic.visits.replace(answer))

    many = min(update(MANY) for _ in range(5))
    few = min(update(FEW) for _ in range(7))
    passed = min(spent(lambda: desk.at(clinic.now + 10)) for _ in range(3))
    desk.close_listeners()
    assert many < MOST_PASSES_OF_MANY * plain
    assert few < MOST_PASSES_OF_FEW * plain
    # Time moves few, and looks at no others.
    assert passed < plain
