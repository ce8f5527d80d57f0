"""`vestibule outbox`: what is kept here, with the server and without it."""

import json
from collections.abc import Callable

import pytest

from app.headless import outbox
from app.headless.command import Ended
from app.users.role import Role, rights_of
from tests.app.headless import commands
from tests.app.headless.kiosks import Kiosk, line, visits_of
from tests.practice import Practice
from tests.sessions import signed_in
from tests.until import until


async def asked(
    kiosk: Kiosk,
    *,
    retry: tuple[str, ...] = (),
    discard: tuple[str, ...] = (),
    send_anyway: tuple[str, ...] = (),
    wait_s: float = 10.0,
) -> tuple[int, dict[str, str]]:
    """The exit code, and where everything stands afterwards."""
    desk = await kiosk.open()
    try:
        code = await outbox.act(desk, retry, discard, wait_s, send_anyway=send_anyway)
        return code, {action.id: action.state for action in desk.outbox.actions}
    finally:
        await desk.close()


async def away(kiosk: Kiosk, *refs: str) -> None:
    """Check-ins are kept, and the server is gone."""
    await kiosk.known()
    kiosk.clinic.stop()
    assert (await kiosk.run(*(line(ref=ref, reason=ref) for ref in refs), wait_s=0))[0] == 5


async def test_it_is_listed_without_the_server(kiosk: Kiosk, capsys: pytest.CaptureFixture[str]) -> None:
    await away(kiosk, "r-1", "r-2")
    desk = await kiosk.open()
    capsys.readouterr()
    outbox.show(desk.outbox.actions, desk.rights, as_json=False)
    first, *rows, last = capsys.readouterr().out.splitlines()
    outbox.show(desk.outbox.actions, desk.rights, as_json=True)
    lines = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    await desk.close()
    outbox.show(desk.outbox.actions, rights_of(Role.MONITOR), as_json=False)
    outbox.show(desk.outbox.actions, rights_of(Role.MONITOR), as_json=True)
    wall = capsys.readouterr().out
    assert wall.count("check_in") == 4
    assert not [word for word in ("Okafor", "1984", "k7m2p") if word in wall]
    assert first.split() == ["STATE", "SINCE", "KIND", "WHOSE", "ID", "WHY"]
    assert [row.split()[0] for row in rows] == ["queued", "queued"]
    assert "check_in     Mira Okafor 1984-05-09, room k7m2p" in rows[0]
    assert "r-1" in rows[0]
    assert last == "2 not sent"
    assert lines[0] == {
        "id": "r-1",
        "kind": "check_in",
        "subject": lines[0]["subject"],
        "body": line(ref="r-1", reason="r-1"),
        "made_at": lines[0]["made_at"],
        "state": "queued",
        "sent_at": None,
        "is_doubtful": False,
        "verdict": "",
        "found": {},
        "words": "",
    }
    assert lines[0]["made_at"].endswith("Z")


async def test_who_is_not_known_sees_nothing(kiosk: Kiosk) -> None:
    await away(kiosk, "r")
    kiosk.given = type(kiosk.given)(username=kiosk.given.username, password="wrong")
    with pytest.raises(Ended) as ended:
        await kiosk.open()
    assert ended.value.code == 4


async def test_what_was_refused_is_tried_again(kiosk: Kiosk, clinic: Practice) -> None:
    clinic.weather("status", "intakes.create", status=400, message="Not now.")
    assert (await kiosk.run(line(ref="r")))[1].answers[-1]["words"] == "The server refused: Not now."
    assert await asked(kiosk, retry=("r",)) == (1, {"r": "refused"})
    clinic.clear()
    assert await asked(kiosk, retry=("r",)) == (0, {"r": "sent"})
    assert await asked(kiosk, retry=("r",)) == (1, {"r": "sent"})


async def test_what_no_look_can_tell_is_said_and_sent_once_a_person_wants_it(
    kiosk: Kiosk, back: Callable[[], Practice], capsys: pytest.CaptureFixture[str]
) -> None:
    await away(kiosk, "r")
    there = back()
    # The same patient has a visit whose intake nobody can read: it could be this one's.
    session = await signed_in(there, "front_desk")
    intake = await session.intakes.create("k7m2p", member_id="7301")
    await session.visit_acts.add_walkin(intake.id, "k7m2p", member_id="7301")
    await session.close()
    there.weather("status", status=404, match=f"/intakes/{intake.id}")
    before = visits_of(there)
    async with kiosk.running() as (run, _):
        run.feed(line(ref="r", reason="r"))
        await until(lambda: run.states()[-1:] == ["unknown"])
        assert run.answers[-1]["undecided"]
        assert "if it is not, send it anyway" in run.answers[-1]["words"]
    assert await asked(kiosk, retry=("r",), wait_s=0.5) == (5, {"r": "unknown"})
    assert visits_of(there) == before
    assert await asked(kiosk, send_anyway=("r",)) == (0, {"r": "sent"})
    assert len(visits_of(there) - before) == 1
    capsys.readouterr()
    assert await asked(kiosk, send_anyway=("r", "s")) == (1, {"r": "sent"})
    assert capsys.readouterr().err.splitlines() == [
        "vestibule: r is not one to decide on: it is looked for first. Use --retry.",
        "vestibule: There is no s in the outbox.",
    ]


async def test_without_the_server_what_is_tried_again_stays_kept(kiosk: Kiosk) -> None:
    await away(kiosk, "r")
    assert await asked(kiosk, retry=("r",), wait_s=0.2) == (5, {"r": "queued"})


async def test_one_is_discarded_for_good(kiosk: Kiosk, capsys: pytest.CaptureFixture[str]) -> None:
    await away(kiosk, "r-1", "r-2")
    assert await asked(kiosk, discard=("r-1",)) == (0, {"r-2": "queued"})
    capsys.readouterr()
    assert await asked(kiosk, discard=("r-1",), retry=("\x1b",)) == (1, {"r-2": "queued"})
    assert capsys.readouterr().err.splitlines() == [
        "vestibule: There is no r-1 in the outbox.",
        "vestibule: There is no   in the outbox.",
    ]


async def test_what_a_patient_typed_does_not_steer_the_terminal(
    kiosk: Kiosk, clinic: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic.weather("status", "intakes.create", status=400, message="\x1b[31mred\nnext")
    name = {"first_name": "Mira\x1b[1m", "last_name": "Okafor", "dob": "1984-05-09"}
    await kiosk.run(line(ref="r"), line(ref="s", patient=name))
    desk = await kiosk.open()
    outbox.show(desk.outbox.actions, desk.rights, as_json=False)
    await desk.close()
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert len(out.splitlines()) == 4


def test_as_a_process(clinic: Practice) -> None:
    code, out, err = commands.run(*commands.at(clinic, "outbox"), **commands.who(clinic))
    assert (code, out.splitlines()[-1]) == (0, "0 not sent")
    assert (
        err == "vestibule: Nothing is kept on this computer after closing: it has no keyring for the key.\n"
    )
    code, out, _ = commands.run(
        *commands.at(clinic, "outbox"), "--json", "--retry", "a", "--discard", "b", **commands.who(clinic)
    )
    assert (code, out) == (1, "")
    assert commands.run(*commands.at(clinic, "outbox"), "--wait", "x", **commands.who(clinic))[0] == 2
    assert commands.run(*commands.at(clinic, "outbox"), **commands.who(clinic, "wrong"))[0] == 3
    clinic.stop()
    code, _, err = commands.run(*commands.at(clinic, "outbox"), **commands.who(clinic))
    # What lies here for this person, nobody can tell without the server or a keyring.
    assert (code, err) == (4, "vestibule: Cannot sign in. The server cannot be reached.\n")
    code, _, err = commands.run(*commands.at(clinic, "checkin"), given="", **commands.who(clinic))
    assert (code, err) == (4, "vestibule: Cannot sign in. The server cannot be reached. Nothing was kept.\n")
