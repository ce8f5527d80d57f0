"""Present or gone: only what the server tells, and never our own silence for the patient's."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.visits.presence import Left, LostSignal, NotTold, Presence, Present, presence
from app.visits.record import CloseReason, Visit
from tests.app.visits.clinics import at
from tests.practice import START, Practice
from tests.until import until

NOW = 1_780_000_000.0


def visit(**values: Any) -> Visit:
    return Visit(**{"id": "1", "status": 10, "type": 1, "start": NOW - 3600, **values})


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, NotTold()),
        ({"last_alive": NOW}, Present(NOW)),
        ({"last_alive": NOW - 500}, Present(NOW - 500)),
        ({"last_alive": NOW - 501}, LostSignal(NOW - 501)),
        ({"status": 25, "last_alive": NOW - 900}, LostSignal(NOW - 900)),
        ({"status": 77, "last_alive": NOW - 10}, Present(NOW - 10)),
        ({"type": None, "last_alive": NOW - 10}, Present(NOW - 10)),
        # A sign of another visit, of a wrong clock, of nobody who must be there.
        ({"last_alive": NOW - 3601}, NotTold()),
        ({"last_alive": NOW + 61}, NotTold()),
        ({"last_alive": NOW + 60}, Present(NOW + 60)),
        ({"type": 2, "last_alive": NOW}, NotTold()),
        ({"type": 3, "last_alive": NOW}, NotTold()),
        ({"status": 40, "close_reason": "patient_exit_room", "actual_end": NOW - 60},
         Left(NOW - 60, CloseReason.PATIENT_EXIT_ROOM)),
        ({"status": 30, "close_reason": "call_ended", "last_alive": NOW}, Left(None, CloseReason.CALL_ENDED)),
        ({"status": 40, "last_alive": NOW}, NotTold()),
        ({"status": 40, "close_reason": "vanished"}, NotTold("vanished")),
        # A reason of an open visit closes nothing.
        ({"close_reason": "patient_exit_room", "last_alive": NOW}, Present(NOW)),
    ],
)  # fmt: skip
def test_what_is_told(values: dict[str, Any], found: Presence) -> None:
    assert presence(visit(**values), NOW) == found


def test_the_clinics_interval_counts() -> None:
    assert presence(visit(last_alive=NOW - 130), NOW, every_s=60) == LostSignal(NOW - 130)


def test_of_a_row_that_cannot_be_read_nothing_is_told() -> None:
    assert presence(Unreadable(id="u", complaint="x"), NOW) == NotTold()


@given(st.none() | st.floats(0, 4e9), st.floats(0, 4e9))
def test_a_signal_is_lost_only_after_a_sign(last_alive: float | None, now: float) -> None:
    found = presence(visit(start=None, last_alive=last_alive), now)
    assert not isinstance(found, LostSignal) or found.since == last_alive
    assert isinstance(found, NotTold) or last_alive is not None


def arrive(clinic: Practice) -> str:
    """Somebody whom nobody calls, in a clinic of short intervals: nobody loses patience meanwhile."""
    clinic.choose(api__interval__users_alive=100)
    return clinic.do("arrive", room="k7m2p", provider="612")["visit"]


def told_of(row: Visit | Unreadable, clinic: Practice) -> Presence:
    """Now. The session believes a clock that has jumped at its second answer only."""
    return presence(row, clinic.state()["now"], every_s=100)


@pytest.mark.parametrize("role", ["provider", "front_desk"])
async def test_the_practice_clinic_tells_who_is_there(clinic: Practice, role: str) -> None:
    came, gone = arrive(clinic), arrive(clinic)
    async with at(clinic, role) as session:

        async def told(visit_id: str) -> Presence:
            return told_of(await session.queue.read(visit_id), clinic)

        assert await told(came) == Present(START)
        clinic.advance(150)
        assert await told(came) == Present(START + 100)
        clinic.do("lose_signal", visit=came)
        clinic.advance(210)
        assert await told(came) == LostSignal(START + 100)
        clinic.do("regain_signal", visit=came)
        assert await told(came) == Present(START + 360)
        clinic.do("leave", visit=gone, reason="patient_end_call")
        assert await told(gone) == Left(START + 360, CloseReason.PATIENT_END_CALL)


async def test_the_list_tells_it_too(clinic: Practice) -> None:
    came = arrive(clinic)
    async with at(clinic) as session:
        session.start()
        visits = session.queue.visits
        await until(lambda: came in visits)

        def told() -> Presence:
            row = visits.get(came)
            assert row is not None
            return told_of(row, clinic)

        assert told() == Present(START)
        clinic.do("lose_signal", visit=came)
        clinic.advance(210)
        session.look()
        await until(lambda: isinstance(told(), LostSignal))
        clinic.do("regain_signal", visit=came)
        session.look()
        await until(lambda: told() == Present(START + 210))
