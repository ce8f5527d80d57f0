"""`vestibule checkin` on a disk without room: all is sent from memory, and what is said of it is true."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.store import thread
from tests.app.core.store.test_disk import disk, filled
from tests.app.headless.kiosks import Kiosk, line, visits_of
from tests.practice import Practice
from tests.until import until

__all__ = ["disk"]
LONG = "y" * 20_000


@pytest.fixture
def kiosk(disk: Path, clinic: Practice, monkeypatch: pytest.MonkeyPatch) -> Kiosk:
    monkeypatch.setattr(thread, "AGAIN_S", 0.02)
    return Kiosk(disk / "stores", clinic)


async def test_what_a_full_disk_did_not_take_goes_out_when_the_server_is_back(
    kiosk: Kiosk, disk: Path, clinic: Practice, back: Callable[[], Practice]
) -> None:
    await kiosk.known()
    clinic.stop()
    async with kiosk.running() as (run, work):
        filled(disk)
        run.feed(*(line(ref=f"r-{number}", reason=LONG) for number in range(3)))
        await until(lambda: len(run.answers) == 3)
        assert {answer["on_disk"] for answer in run.answers} == {False}
        there = back()
        before = visits_of(there)
        run.end()
        assert await work == 0
        assert [run.states(number) for number in (1, 2, 3)] == [["kept", "sent"]] * 3
        assert len(visits_of(there) - before) == 3
    (disk / "filling").unlink()
    code, later = await kiosk.run(*(line(ref=f"r-{number}", reason=LONG) for number in range(3)))
    assert (code, len(visits_of(there) - before)) == (0, 3)
    assert {answer.get("visit_id") for answer in later.answers} >= visits_of(there) - before


async def test_what_has_left_stays_unknown_over_a_new_sign_in_on_a_full_disk(
    kiosk: Kiosk, disk: Path, clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.headless.desk._CONFIRM_EVERY_S", 0.05)
    async with kiosk.running() as (run, work):
        run.feed(line(ref="before"))
        await until(lambda: run.states(1) == ["kept", "sent"])
        filled(disk)
        before = visits_of(clinic)
        # It arrives, and cannot be read.
        clinic.weather("status", "visits.get", status=503)
        run.feed(line(ref="after", reason=LONG))
        await until(lambda: "unknown" in run.states(2))
        first = run.desk._sessions[-1]
        clinic.forget()
        for key in ("users.list", "users.get", "auth.refresh"):
            clinic.weather("status", key, status=401)
        await until(lambda: clinic.asked("auth.login"))
        clinic.clear()
        clinic.weather("status", "visits.get", status=503)
        await until(lambda: run.desk._sessions[-1] is not first)
        await until(lambda: run.desk.outbox is run.desk._sessions[-1].outbox)
        clinic.clear()
        await until(lambda: "sent" in run.states(2))
        assert "refused" not in run.states(2)
        assert len(visits_of(clinic) - before) == 1
        run.end()
        assert await work == 0
