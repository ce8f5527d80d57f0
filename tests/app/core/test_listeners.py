"""Who is told of a change, and who no longer is."""

from app.core.listeners import Listeners


def test_all_are_told_in_order_and_those_that_stopped_are_not() -> None:
    listeners: Listeners[str] = Listeners()
    told: list[str] = []
    stop = listeners.add(lambda word: told.append(f"first {word}"))
    listeners.add(lambda word: told.append(f"second {word}"))
    listeners.tell("a")
    stop()
    stop()
    listeners.tell("b")
    assert told == ["first a", "second a", "second b"]


def test_who_goes_while_being_told_takes_nobody_with_it() -> None:
    listeners: Listeners[[]] = Listeners()
    told: list[str] = []
    stop = listeners.add(lambda: (told.append("first"), stop()))
    listeners.add(lambda: told.append("second"))
    listeners.tell()
    listeners.tell()
    assert told == ["first", "second", "second"]
