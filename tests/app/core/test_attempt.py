"""A try goes on only as long as the action is its own."""

import pytest

from app.core.action import Action, State, new_action
from app.core.attempt import Attempt, Overtaken


def attempt(*, moves: bool = True, may_send: bool = True) -> tuple[Attempt, list[tuple[Action, Action]]]:
    moved: list[tuple[Action, Action]] = []

    async def move(before: Action, after: Action) -> bool:
        moved.append((before, after))
        return moves

    async def asked() -> bool:
        return may_send

    return Attempt(new_action("note", "p", {}, 1.0), lambda: 7.0, move, asked), moved


async def test_what_it_learns_and_that_it_leaves_is_written_down() -> None:
    one, moved = attempt()
    await one.learnt(member="m")
    await one.beyond_recall(room="r")
    assert [before for before, _ in moved][1] == moved[0][1]
    assert one.action == moved[1][1]
    assert (one.action.found, one.action.sent_at, one.action.is_doubtful) == (
        {"member": "m", "room": "r"},
        7.0,
        True,
    )
    assert one.action.state == State.QUEUED


async def test_it_ends_when_somebody_else_has_moved_the_action() -> None:
    one, _ = attempt(moves=False)
    before = one.action
    with pytest.raises(Overtaken):
        await one.learnt(member="m")
    with pytest.raises(Overtaken):
        await one.beyond_recall()
    assert one.action == before


async def test_it_ends_when_somebody_else_may_send() -> None:
    one, _ = attempt(may_send=False)
    await one.learnt(member="m")
    with pytest.raises(Overtaken):
        await one.beyond_recall()
