"""A fault in a question is told once, and the question is answered all the same."""

from ui.kit.guarded import Guarded


def test_each_question_fails_aloud_once() -> None:
    told: list[BaseException] = []
    guarded = Guarded(told.append)
    assert [guarded.ask("word", "?", int, "x") for _ in range(3)] == ["?"] * 3
    assert guarded.ask("word", "?", int, "7") == 7
    assert guarded.ask("key", None, int, "x") is None
    assert len(told) == 2
    guarded.renew("key")
    guarded.ask("key", None, int, "x")
    assert len(told) == 3


def test_nobody_need_be_told() -> None:
    assert Guarded().ask("word", "?", int, "x") == "?"
