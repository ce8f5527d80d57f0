"""Who waits is told once a step, again until somebody acknowledges it, and not for ever (NOT-05, -06)."""

import pytest

from app.alerts.record import Priority, Step
from app.alerts.rules import AlertRules
from app.core.audit import Event
from app.core.unreadable import Unreadable
from app.users.role import Role
from app.visits.record import Status, Type
from tests.app.alerts.desk import COLLEAGUE, ME, Desk, person, priorities

LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH


def test_who_comes_is_told_at_once_and_again_at_the_set_gaps() -> None:
    desk = Desk()
    desk.come()
    [first] = desk.take()
    assert (first.priority, first.waiting, first.times) == (MEDIUM, 1, 1)
    assert desk.pass_(59) == []
    [again] = desk.pass_(1)
    assert again.times == 2


def test_a_burst_is_one_grouped_alert_that_counts_all() -> None:
    desk = Desk()
    for visit_id in "123":
        desk.come(visit_id)
        desk.pass_(4)
    assert len(desk.take()) == 1
    assert desk.alerts.alarm().patients == 3
    [again] = desk.pass_(60)
    assert again.waiting == 3


def test_after_the_window_somebody_else_is_told_of_by_themselves() -> None:
    desk = Desk()
    desk.come("1")
    desk.pass_(10)
    desk.come("2")
    assert [ring.waiting for ring in desk.take()] == [1, 2]


def test_each_gap_is_one_silence_however_many_wait() -> None:
    desk = Desk()
    desk.come("1")
    desk.pass_(30)
    desk.come("2")
    desk.take()
    assert desk.pass_(59) == []
    assert len(desk.pass_(1)) == 1


def test_the_steps_desk_urgent_and_late() -> None:
    desk = Desk(rules=AlertRules(repeat_s=900))
    desk.come()
    desk.take()
    assert desk.pass_(179) == []
    assert priorities(desk.pass_(1)) == [MEDIUM]
    assert desk.alerts.alarm().is_told_to_desk
    assert priorities(desk.pass_(120)) == [HIGH]
    assert priorities(desk.pass_(1200 - 300)) == [HIGH]
    assert desk.alerts.alarm().is_late
    assert desk.alerts.counts.escalated == 1


def test_nothing_repeats_for_ever() -> None:
    desk = Desk(rules=AlertRules(most=3))
    desk.come()
    desk.take()
    # The arrival and two steps, thrice each, and once more three when the wait is past its second limit.
    assert len(desk.pass_(3600)) <= 4 * 3
    assert desk.pass_(3600) == []
    assert desk.alerts.alarm().patients == 1


def test_acknowledging_stops_it_and_is_audited_and_looking_does_not() -> None:
    desk = Desk()
    desk.come()
    desk.alerts.alarm()
    assert len(desk.pass_(60)) == 1
    desk.alerts.acknowledge()
    assert desk.audit.lines == [(Event.ALERT_ACKNOWLEDGED, "1", "ok")]
    assert desk.pass_(600) == []
    assert not desk.alerts.alarm()


def test_who_is_acknowledged_and_then_waits_too_long_is_told_of_once_more() -> None:
    desk = Desk()
    desk.come()
    desk.pass_(2)
    desk.alerts.acknowledge()
    desk.take()
    assert priorities(desk.pass_(1200)) == [HIGH]
    desk.pass_(2)
    desk.alerts.acknowledge()
    desk.take()
    assert desk.pass_(3600) == []


def test_who_comes_as_somebody_presses_is_not_acknowledged_with_the_others() -> None:
    desk = Desk()
    desk.come("1")
    desk.pass_(11)
    desk.come("2")
    desk.alerts.acknowledge()
    assert desk.alerts.alarm().first_id == "2"
    assert [line[1] for line in desk.audit.lines] == ["1"]


def test_who_comes_right_after_an_acknowledgement_is_told_of() -> None:
    desk = Desk()
    desk.come("1")
    desk.pass_(2)
    desk.alerts.acknowledge()
    desk.come("2")
    assert len(desk.take()) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"status": Status.IN_PROGRESS},
        {"status": Status.CANCELLED},
        {"status": Status.COMPLETED},
        {"provider": person(COLLEAGUE)},
    ],
)
def test_it_stops_when_the_visit_is_started_closed_or_taken(change: dict[str, object]) -> None:
    desk = Desk()
    desk.come()
    desk.come(**change)
    desk.take()
    assert desk.pass_(600) == []
    assert desk.alerts.counts.taken == 1


def test_one_that_is_gone_from_the_list_is_no_alert_any_more() -> None:
    desk = Desk()
    desk.come()
    desk.visits.drop("1")
    assert not desk.alerts.alarm()


def test_one_that_is_handed_to_me_is_told_to_me() -> None:
    desk = Desk()
    desk.come(provider=person(COLLEAGUE))
    assert desk.take() == []
    desk.come(provider=person(ME))
    assert priorities(desk.take()) == [MEDIUM]


def test_an_e_consult_is_told_quietly_and_does_not_climb_by_time_alone() -> None:
    desk = Desk()
    desk.come(type=Type.E_CONSULT)
    assert priorities(desk.take()) == [LOW]
    assert set(priorities(desk.pass_(600))) == {LOW}
    assert desk.alerts.alarm().e_consults == 1
    assert set(priorities(desk.pass_(700))) == {MEDIUM}


def test_the_front_desk_hears_a_provider_s_patient_quietly_until_nobody_begins() -> None:
    desk = Desk(Role.FRONT_DESK)
    desk.come(provider=person(COLLEAGUE))
    assert priorities(desk.take()) == [LOW]
    assert priorities(desk.pass_(120)) == [LOW, LOW]
    assert priorities(desk.pass_(60)) == [MEDIUM]


def test_a_wall_board_hears_nothing() -> None:
    desk = Desk(Role.MONITOR)
    desk.come()
    assert desk.pass_(600) == []


@pytest.mark.parametrize("change", [{"type": Type.SCHEDULED}, {"status": Status.IN_PROGRESS}, {"status": 99}])
def test_who_does_not_wait_is_no_alert(change: dict[str, object]) -> None:
    desk = Desk()
    desk.come(**change)
    assert desk.pass_(600) == []


def test_a_row_that_cannot_be_read_is_no_alert() -> None:
    desk = Desk()
    desk.visits.put(Unreadable(id="1", complaint="?"))
    desk.answer()
    assert desk.pass_(600) == []


def test_what_a_row_leaves_out_is_waited_for() -> None:
    desk = Desk()
    desk.come(absent=frozenset({"provider"}))
    assert desk.pass_(5) == []
    desk.come(provider=person(COLLEAGUE))
    assert desk.pass_(60) == []


def test_what_a_row_leaves_out_is_not_waited_for_for_ever() -> None:
    desk = Desk()
    desk.come(type=None)
    assert not desk.alerts.alarm()
    assert len(desk.pass_(10)) == 1
    assert desk.alerts.alarm().patients == 1


def test_a_room_may_have_gaps_of_its_own() -> None:
    desk = Desk(rules=AlertRules(rooms={"k7m2p": {"repeat_s": 20}}))
    desk.come(room_code="k7m2p")
    desk.take()
    assert len(desk.pass_(20)) == 1


def test_a_start_that_cannot_be_true_makes_nobody_late() -> None:
    desk = Desk()
    desk.come(waited_s=3 * 86_400)
    assert priorities(desk.take()) == [MEDIUM]


def test_who_leaves_the_list_with_their_room_and_comes_back_is_known_still() -> None:
    desk = Desk()
    visit = desk.come()
    desk.pass_(2)
    desk.alerts.acknowledge()
    desk.visits.drop("1")
    desk.take()
    desk.visits.put(visit)
    assert desk.pass_(60) == []
    assert desk.alerts.counts.taken == 0


def test_what_was_acknowledged_in_an_earlier_run_is_not_told_again() -> None:
    desk = Desk(known={"1": Step.CAME})
    desk.come()
    assert desk.pass_(600) == []
    assert priorities(desk.pass_(600)) == [HIGH]


def test_what_is_acknowledged_is_kept_for_the_next_run_until_it_is_over() -> None:
    desk = Desk()
    desk.come()
    desk.pass_(2)
    desk.alerts.acknowledge()
    assert desk.kept == {"1": Step.CAME}
    desk.come(status=Status.IN_PROGRESS)
    assert desk.kept == {}
