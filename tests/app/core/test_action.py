"""An action comes back from the disk as it went there."""

from dataclasses import replace

import pytest

from app.core.action import State, Verdict, from_bytes, new_action


@pytest.mark.parametrize("state", State)
def test_there_and_back(state: State) -> None:
    action = replace(
        new_action("note", "p\ud83d", {"text": "a\0b \ud83d 漢", "deep": [{"a": None}, 1.5]}, 7.25),
        state=state,
        sent_at=8.0,
        is_doubtful=True,
        verdict=Verdict.WANTED,
        found={"id": "1"},
        words="why",
    )
    assert from_bytes(action.to_bytes()) == action
    assert from_bytes(action.to_bytes()).state is state
    assert from_bytes(action.to_bytes()).verdict is Verdict.WANTED


def test_ids_are_fresh_and_a_mark_is_taken() -> None:
    ids = {new_action("note", "p", {}, 1.0).id for _ in range(100)}
    assert len(ids) == 100
    assert {len(bytes.fromhex(one)) for one in ids} == {16}
    assert new_action("note", "p", {}, 1.0, mark="mine").id == "mine"


def test_one_of_an_earlier_version_is_read() -> None:
    body = b'{"id":"x","kind":"note","subject":"p","body":{},"made_at":1.0,"state":"queued"}'
    assert from_bytes(body) == new_action("note", "p", {}, 1.0, mark="x")
