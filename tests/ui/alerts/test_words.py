"""What alerts say; outside the window only counts (NOT-01)."""

import itertools

import pytest

from app.alerts.record import Alarm, Priority
from app.alerts.self_test import SelfTest
from app.alerts.speaker import Why
from app.core.connection import Light
from ui.alerts.words import LOOKS, alarm_text, notification_text, pause_text, sound_text, tip_text
from ui.kit.formats import time_text

NOW = 1_780_000_000.0
GAP = "\N{NO-BREAK SPACE}"


def said(alarm: Alarm) -> str:
    return alarm_text(alarm).replace(GAP, " ")


@pytest.mark.parametrize(
    ("alarm", "text"),
    [
        (Alarm(patients=1), "1 patient came and nobody has said that they know."),
        (
            Alarm(patients=2, longest_s=260),
            "2 patients came and nobody has said that they know  ·  longest 4 min.",
        ),
        (Alarm(e_consults=1), "1 e-consult came and nobody has said that they know."),
        (
            Alarm(patients=2, e_consults=2, is_late=True),
            "2 patients and 2 e-consults came and nobody has said that they know  ·  too long.",
        ),
        (
            Alarm(patients=1, is_told_to_desk=True),
            "1 patient came and nobody has said that they know  ·  the front desk hears it, too.",
        ),
        (Alarm(lost=Light.OFFLINE), "The queue cannot be seen now. Vestibule goes on trying."),
        (
            Alarm(lost=Light.SIGNED_OUT, lost_waiting=3),
            "The queue cannot be seen: your sign-in has ended. Sign in again."
            " 3 waited when it was last read.",
        ),
    ],
)
def test_in_the_window(alarm: Alarm, text: str) -> None:
    assert said(alarm) == text


def test_every_notification_is_one_of_three_and_a_count() -> None:
    """However much the alarm knows."""
    kinds = itertools.product((0, 3), (0, 2), (None, 900), (True, False), (None, *Light))
    alarms = [
        Alarm(patients, e_consults, longest_s, Priority.HIGH, is_late, True, "48211", lost, 4)
        for patients, e_consults, longest_s, is_late, lost in kinds
        if patients or e_consults or lost
    ]
    assert {notification_text(alarm) for alarm in alarms} == {
        "A patient is waiting (3)",
        "A patient is waiting (5)",
        "An e-consult is waiting (2)",
        "The queue cannot be seen now",
    }
    assert all(set(tip_text(alarm)).isdisjoint("{}") and "48211" not in tip_text(alarm) for alarm in alarms)


def test_the_tray_s_tip() -> None:
    assert tip_text(Alarm()) == "Vestibule: nobody waits unnoticed"
    assert tip_text(Alarm(patients=2, paused_s=5)) == "Vestibule: 2 not acknowledged, sound paused"


@pytest.mark.parametrize(
    ("left_s", "text"), [(900.0, "15 min"), (899.2, "15 min"), (60.0, "1 min"), (59.0, "59 s"), (0.4, "1 s")]
)
def test_the_countdown_of_a_pause(left_s: float, text: str) -> None:
    assert pause_text(left_s) == f"Sound paused, on again in {text}"


def test_each_priority_has_a_word_a_tone_and_an_icon_of_its_own() -> None:
    for part in zip(*(LOOKS[priority] for priority in Priority), strict=True):
        assert len(set(part)) == 3


@pytest.mark.parametrize(
    ("tested", "fault", "text"),
    [
        (None, None, "Sound not tested"),
        (SelfTest(at=NOW), None, "Sound not tested"),
        (SelfTest(at=NOW, heard=False), None, "Sound: not heard"),
        (SelfTest(at=NOW, heard=True), None, f"Sound checked {time_text(NOW, NOW)}"),
        (SelfTest(at=NOW, heard=True), "no_device", "No sound device"),
        (SelfTest(at=NOW, heard=True), "silent", "Sound device does not play"),
    ],
)
def test_the_sound_in_the_status_bar(tested: SelfTest | None, fault: Why | None, text: str) -> None:
    assert sound_text(tested, fault, NOW)[0] == text
