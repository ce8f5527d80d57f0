"""The first answer, sleep, outages and pauses: one summary, no flood, nobody forgotten (NOT-07, ALM-02)."""

import pytest

from app.alerts.record import Priority
from app.alerts.rules import AlertRules
from app.core.audit import Event
from app.core.connection import Light
from app.errors import Broken, SignedOut
from app.visits.record import Status
from tests.app.alerts.desk import Desk, priorities

MEDIUM, HIGH = Priority.MEDIUM, Priority.HIGH


def test_those_who_wait_when_the_session_begins_are_one_alert() -> None:
    desk = Desk(reads=False)
    desk.visits.replace({name: desk.visit(name, waited_s=60) for name in "12345"})
    assert desk.rings == []
    desk.answer()
    [ring] = desk.rings
    assert (ring.waiting, ring.is_summary) == (5, True)
    assert len(desk.pass_(60)) == 1


def test_those_who_were_read_before_it_begins_are_a_summary_too() -> None:
    desk = Desk(begins=False)
    desk.visits.put(desk.visit())
    desk.answer()
    desk.rings.clear()
    desk.alerts.begin()
    assert [(ring.waiting, ring.is_summary) for ring in desk.rings] == [(1, True)]


def test_what_was_kept_on_this_computer_is_told_of_when_the_server_confirms_it() -> None:
    desk = Desk(reads=False)
    desk.visits.put(desk.visit())
    desk.connection.restore(desk.clock.now() - 60)
    assert desk.rings == []
    desk.answer()
    assert len(desk.rings) == 1


def test_after_sleep_there_is_one_summary() -> None:
    desk = Desk()
    desk.come("1")
    desk.pass_(5)
    desk.take()
    desk.hand.advance(2 * 3600)
    desk.alerts.look()
    assert desk.take() == []
    desk.visits.replace({name: desk.visit(name, waited_s=60) for name in "23456"})
    desk.answer()
    [ring] = desk.take()
    assert (ring.waiting, ring.is_summary, ring.is_lost) == (5, True, False)


def test_a_queue_that_is_not_seen_is_an_alarm_within_two_missed_polls_and_ends_by_itself() -> None:
    desk = Desk()
    for _ in range(2):
        assert desk.pass_(10, answers=False) == []
        desk.fail()
    [lost] = desk.pass_(1, answers=False)
    assert (lost.priority, lost.is_lost) == (MEDIUM, True)
    assert desk.alerts.alarm().lost == Light.OFFLINE
    desk.answer()
    assert desk.alerts.alarm().lost is None
    assert desk.pass_(30) == []


def test_it_is_loudest_while_patients_wait_and_they_are_not_told_of_besides() -> None:
    desk = Desk()
    desk.come()
    desk.pass_(2)
    desk.take()
    desk.fail()
    desk.fail()
    rings = desk.pass_(150, answers=False)
    assert set(priorities(rings)) == {HIGH}
    assert all(ring.is_lost for ring in rings)
    assert desk.alerts.alarm().lost_waiting == 1
    desk.answer()
    assert [ring.is_summary for ring in desk.rings[-1:]] == [True]


def test_a_question_that_hangs_is_as_much_as_two_that_fail() -> None:
    desk = Desk()
    assert [ring.is_lost for ring in desk.pass_(31, answers=False)] == [True]


def test_one_failure_is_none() -> None:
    desk = Desk()
    desk.pass_(10, answers=False)
    desk.fail()
    assert desk.pass_(11, answers=False) == []


@pytest.mark.parametrize(
    ("failure", "light"), [(SignedOut(), Light.SIGNED_OUT), (Broken("shape"), Light.TROUBLE)]
)
def test_it_says_why(failure: Exception, light: Light) -> None:
    desk = Desk()
    desk.pass_(10, answers=False)
    desk.fail(failure)  # type: ignore[arg-type]
    desk.fail(failure)  # type: ignore[arg-type]
    desk.pass_(12, answers=False)
    assert desk.alerts.alarm().lost == light


def test_the_alarm_of_an_unseen_queue_can_be_acknowledged_and_stays_in_sight() -> None:
    desk = Desk()
    desk.fail()
    desk.fail()
    desk.pass_(21, answers=False)
    desk.alerts.acknowledge()
    assert desk.audit.lines == [(Event.ALERT_ACKNOWLEDGED, "", "not_seen")]
    assert desk.pass_(600, answers=False) == []
    alarm = desk.alerts.alarm()
    assert (alarm.lost, alarm.is_lost_known) == (Light.OFFLINE, True)
    desk.answer()
    desk.fail()
    desk.fail()
    assert len(desk.pass_(22, answers=False)) == 1


def test_an_unseen_queue_is_not_told_for_ever() -> None:
    desk = Desk(rules=AlertRules(most=4))
    assert len(desk.pass_(7200, answers=False)) == 4


def test_a_pause_is_quiet_shows_what_stands_and_ends_by_itself() -> None:
    desk = Desk()
    desk.alerts.pause()
    desk.come()
    assert [ring.is_quiet for ring in desk.take()] == [True]
    assert (desk.alerts.alarm().patients, desk.alerts.alarm().paused_s) == (1, 900)
    desk.pass_(10)
    assert desk.alerts.alarm().paused_s == 890
    desk.come(status=Status.CANCELLED)
    desk.pass_(890)
    assert desk.alerts.alarm().paused_s == 0
    desk.come("2")
    assert [ring.is_quiet for ring in desk.rings[-1:]] == [False]


@pytest.mark.parametrize("sounds", [True, False])
def test_what_the_clinic_marks_sounds_in_a_pause(sounds: bool) -> None:
    desk = Desk(rules=AlertRules(urgent_when_paused=sounds))
    desk.come(waited_s=1195)
    desk.alerts.pause()
    desk.take()
    assert [ring.is_quiet for ring in desk.pass_(6)] == [not sounds]


def test_a_pause_can_be_ended_and_both_stand_in_the_audit() -> None:
    desk = Desk()
    desk.alerts.pause()
    desk.alerts.resume()
    assert desk.alerts.alarm().paused_s == 0
    assert [line[2] for line in desk.audit.lines] == ["ok", "ended"]


def test_the_shift_s_counts_are_audited_without_names() -> None:
    desk = Desk()
    desk.come("1")
    desk.pass_(2)
    desk.alerts.acknowledge()
    desk.come("2")
    desk.come("2", status=Status.IN_PROGRESS)
    desk.come("3")
    desk.pass_(301)
    desk.alerts.close()
    assert desk.audit.lines[-1] == (Event.ALERTS_COUNTED, "", "shown_5_known_1_taken_1_urgent_1")
    assert len(desk.audit.lines[-1][2]) <= 40
    desk.take()
    desk.come("4")
    assert desk.take() == []
