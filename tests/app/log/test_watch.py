"""What happens to a session, as events: codes and states, and nothing of what came or was typed."""

from pathlib import Path

import pytest

from app.checkin.check_in import check_in
from app.core.action import State
from app.errors import Broken, Failure, NotOffered, Offline, Refused, SignedOut, Uncertain
from app.log.file import logged
from app.log.watch import failure_fields, watched
from app.visits.record import Visit
from tests.app.log.logs import lines, text
from tests.practice import Practice
from tests.sessions import sending, signed_in
from tests.until import until

WORDS = "Okafor is not known here"


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (Offline("timeout", WORDS), {"kind": "offline", "reason": "timeout"}),
        (Uncertain(WORDS), {"kind": "uncertain"}),
        (SignedOut(WORDS), {"kind": "signed_out"}),
        (Refused(403, WORDS), {"kind": "refused", "status": 403}),
        (NotOffered("visits.get", WORDS), {"kind": "not_offered", "key": "visits.get"}),
        (Broken("status", status=503, where=WORDS), {"kind": "broken", "reason": "status", "status": 503}),
    ],
)
def test_a_failure_is_told_by_its_codes(failure: Failure, told: dict[str, object]) -> None:
    assert failure_fields(failure) == told


async def test_a_session_in_bad_weather(clinic: Practice, tmp_path: Path) -> None:
    session = await signed_in(clinic)
    with logged(tmp_path):
        stop = watched(session)
        await session.queue.poller.once()
        clinic.weather("status", "visits.list", status=503, times=9)
        await session.queue.poller.once()
        clinic.clear()
        visit = next(row for row in session.queue.visits if isinstance(row, Visit) and row.member)
        assert visit.member is not None
        line = {"member_id": visit.member.id, "room": clinic.room, "reason": WORDS}
        action = await session.outbox.keep(check_in(line, session.clock.now()))
        async with sending(session.outbox):
            await until(lambda: session.outbox.actions.get(action.id).state == State.SENT)
        stop()
        await session.queue.poller.once()
    await session.close()
    assert [line["light"] for line in lines(tmp_path, "connection.changed")] == ["live", "trouble"]
    (failed,) = lines(tmp_path, "poll.failed")
    assert (failed["key"], failed["kind"], failed["status"]) == ("visits.list", "broken", 503)
    assert lines(tmp_path)[0]["url"] == "http://127.0.0.1/api_v3/"
    assert lines(tmp_path)[-1]["event"] == "session.closed"
    states = lines(tmp_path, "action.changed")
    assert [line["state"] for line in states] == ["queued", "sending", "sent"]
    assert {line["act"] for line in states} == {"check_in"}
    assert len({line["id"] for line in states}) == 1
    assert WORDS not in text(tmp_path)
    assert action.id not in text(tmp_path)
