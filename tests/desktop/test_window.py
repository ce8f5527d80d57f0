"""The program in a real window: what the desktop sees of it, and how it ends."""

import logging
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.sandbox.opening import open_clinic
from tests.desktop.machine import QUESTION, Display, Running, environment, until

log = logging.getLogger(__name__)

pytestmark = pytest.mark.desktop

# Issue 2, "Must show" 5.
ENDS_WITHIN_S = 2.0


@pytest.fixture
def demo(display: Display, tmp_path: Path) -> Iterator[Running]:
    """The demo with its question "Start this call?" open: a patient is on screen, twice."""
    env = environment(tmp_path, DISPLAY=display.name, QT_QPA_PLATFORM="xcb")
    with Running(["-m", "ui.main", "demo", "--seed", "7"], env, tmp_path) as running:
        display.ask_to_start_a_call()
        yield running


def test_no_window_title_names_a_patient(demo: Running, display: Display) -> None:
    titles = {title for title in display.titles().values() if title}
    assert titles == {"Vestibule", QUESTION}
    world = open_clinic(7, time.time(), None)
    names = {name for person in world.people.values() for name in (person.first_name, person.last_name)}
    assert len(names) > 10
    assert not [title for title in titles for name in names if name and name in title]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_even_with_a_question_open(demo: Running, number: signal.Signals) -> None:
    ends_cleanly(demo, lambda: demo.process.send_signal(number))


@pytest.mark.parametrize("how", ["the cross of the window", "Ctrl+Q"])
def test_the_person_closes_it(demo: Running, display: Display, how: str) -> None:
    display.press(display.window(QUESTION), "Escape")
    until(lambda: QUESTION not in display.titles().values(), "the end of the question")
    window = display.window("Vestibule")
    close = display.close if how != "Ctrl+Q" else lambda window: display.press(window, "ctrl+q")
    ends_cleanly(demo, lambda: close(window))


@pytest.mark.parametrize("how", ["the cross of the window", "Ctrl+Q in the question"])
def test_the_person_closes_it_with_a_question_open(demo: Running, display: Display, how: str) -> None:
    window, question = display.window("Vestibule"), display.window(QUESTION)
    if how == "the cross of the window":
        ends_cleanly(demo, lambda: display.close(window))
    else:
        ends_cleanly(demo, lambda: display.press(question, "ctrl+q"))


def test_its_practice_clinic_outlives_not_even_a_kill(demo: Running) -> None:
    clinic = demo.practice_clinic()
    began = time.monotonic()
    demo.process.kill()
    assert clinic.comes(ENDS_WITHIN_S), "the practice clinic lives on"
    log.info("the practice clinic ends after %.0f ms", 1000 * (time.monotonic() - began))


def ends_cleanly(demo: Running, act: Callable[[], object]) -> None:
    """In time, with exit code 0, without a word on stderr, and its practice clinic went before it."""
    clinic = demo.practice_clinic()
    took_s = demo.ends(act)
    log.info("ends after %.0f ms", 1000 * took_s)
    assert clinic.comes(0), "the practice clinic lives on"
    assert took_s < ENDS_WITHIN_S
    assert demo.process.wait(1) == 0
    assert demo.stderr() == ""
