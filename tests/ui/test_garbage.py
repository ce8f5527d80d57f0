"""Garbage is collected in the thread of the screen alone."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from ui.garbage import Garbage, collect


class Knot:
    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def garbage(qapp: QApplication) -> Iterator[Garbage]:
    parent = QObject()
    yield Garbage(parent)
    gc.unfreeze()


def many_objects() -> list[list[object]]:
    return [[] for _ in range(5 * gc.get_threshold()[0])]


def test_no_other_thread_collects(garbage: Garbage) -> None:
    knot = weakref.ref(Knot())
    thread = threading.Thread(target=many_objects)
    thread.start()
    thread.join()
    assert knot() is not None


def test_the_screens_thread_collects_when_there_is_much(garbage: Garbage) -> None:
    gc.collect()
    knot = weakref.ref(Knot())
    collect()
    assert knot() is not None
    kept = many_objects()
    collect()
    assert kept
    assert knot() is None
