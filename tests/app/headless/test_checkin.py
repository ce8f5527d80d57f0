"""`vestibule checkin`: every line is kept, sent once, and told of."""

import pytest

from app.auth.sso import AppKeys
from app.headless.pipes import LONGEST
from tests.app.headless.kiosks import STRANGER, Kiosk, line, visits_of
from tests.practice import Practice
from tests.until import until


async def test_a_check_in_is_kept_and_sent(kiosk: Kiosk, clinic: Practice) -> None:
    before = visits_of(clinic)
    code, run = await kiosk.run(line(ref="r-1"))
    kept, sent = run.answers
    assert code == 0
    assert kept == {"at": kept["at"], "line": 1, "ref": "r-1", "id": "r-1", "state": "kept", "on_disk": True}
    assert kept["at"] == "2026-05-28T20:26:40Z"
    assert sent == {**sent, "line": 1, "ref": "r-1", "id": "r-1", "state": "sent"}
    assert visits_of(clinic) - before == {sent["visit_id"]}


async def test_lines_are_handled_as_they_come(kiosk: Kiosk) -> None:
    async with kiosk.running() as (run, work):
        run.feed(line())
        await until(lambda: run.states(1) == ["kept", "sent"])
        run.feed(b"", line(patient={"first_name": "Ida", "last_name": "Nobody", "dob": "1950-01-01"}))
        await until(lambda: run.states(3) == ["kept", "refused"])
        assert not work.done()
        run.end()
        assert await work == 1
    assert run.answers[-1]["ref"] is None
    assert run.answers[-1]["words"].startswith("No patient of this name")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"secret name", "The line is not JSON."),
        (b'{"room": "k7m2p", "room": "w4n8q"}', "The line has the same key twice."),
        (b"[]", "A check-in is a JSON object."),
        (b"[" * 100_000, "The line is not JSON."),
        (b"\xff\xfe\x00", "The line is not JSON."),
        (b'{"ref": 7}', "room is missing: the code of the waiting room."),
        (b'{"ref": "\\ud800", "room": "\\ud800"}', "The check-in holds a broken character, an endless number"
         " or too many layers."),
        (b"x" * (LONGEST + 1), "The line is longer than 1,048,576 bytes."),
    ],
)  # fmt: skip
async def test_a_line_that_is_no_check_in_is_refused_at_once_and_the_others_go_on(
    kiosk: Kiosk, capsys: pytest.CaptureFixture[str], text: bytes, words: str
) -> None:
    code, run = await kiosk.run(text, line())
    assert code == 1
    answer = run.answers[0]
    assert answer == {
        "at": answer["at"], "line": 1, "ref": None, "id": None, "state": "refused", "words": words,
    }  # fmt: skip
    assert run.states(2) == ["kept", "sent"]
    assert capsys.readouterr().err == ""


async def test_the_server_says_no_in_its_own_words(kiosk: Kiosk) -> None:
    code, run = await kiosk.run(line(room="none"))
    assert (code, run.states()) == (1, ["kept", "refused"])
    assert run.answers[-1]["words"].startswith("The server does not have or offer this")


async def test_a_lost_answer_is_unknown_until_the_visit_is_found(kiosk: Kiosk, clinic: Practice) -> None:
    before = visits_of(clinic)
    clinic.weather("cut_after", "visits.add_walkin", times=1)
    code, run = await kiosk.run(line())
    assert (code, run.states()) == (0, ["kept", "unknown", "sent"])
    assert run.answers[1]["words"] == "The server did not confirm; whether it acted is not known yet."
    assert visits_of(clinic) - before == {run.answers[2]["visit_id"]}


async def test_the_same_ref_is_the_same_check_in(kiosk: Kiosk, clinic: Practice) -> None:
    before = visits_of(clinic)
    code, run = await kiosk.run(line(ref="r"), line(ref="r"))
    assert (code, run.states(1), run.states(2)) == (0, ["kept", "sent"], ["kept", "sent"])
    assert len(visits_of(clinic) - before) == 1
    code, later = await kiosk.run(line(ref="r"))
    assert (code, later.states()) == (0, ["sent"])
    # A computer that has never heard of it.
    kiosk.keys.held.clear()
    code, again = await kiosk.run(line(ref="r"))
    assert (code, again.states()) == (0, ["kept", "sent"])
    assert {answer["visit_id"] for answer in (*run.answers, *later.answers, *again.answers)
            if answer["state"] == "sent"} == visits_of(clinic) - before  # fmt: skip


async def test_a_ref_is_known_for_a_day_whatever_the_server_shows(
    kiosk: Kiosk, clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.outbox.KEEP_SENT_S", 0.0)
    before = visits_of(clinic)
    _, run = await kiosk.run(line(ref="r"))
    # Its lists of visits are cut: those of today are not in them.
    clinic.weather("wrong_json", "visits.list", body={"data": []})
    async with kiosk.running() as (later, work):
        await until(lambda: "r" not in later.desk.outbox.actions)
        later.feed(line(ref="r"))
        later.end()
        assert await work == 0
    assert later.answers[-1]["visit_id"] == run.answers[-1]["visit_id"]
    assert len(visits_of(clinic) - before) == 1


async def test_a_ref_of_another_check_in_is_refused(kiosk: Kiosk) -> None:
    code, run = await kiosk.run(line(ref="r"), line(ref="r", reason="Another"))
    assert (code, run.states(1), run.states(2)) == (1, ["kept", "sent"], ["refused"])
    (refused,) = (answer for answer in run.answers if answer["line"] == 2)
    assert refused["words"].startswith("This ref is another check-in's")


async def test_with_the_clinics_app_keys_a_new_patient_is_registered(kiosk: Kiosk, clinic: Practice) -> None:
    assert (await kiosk.run(line(patient=STRANGER)))[0] == 1
    kiosk.app_keys = AppKeys(key=clinic.api_key, secret=clinic.api_secret)
    code, run = await kiosk.run(line(patient=STRANGER))
    assert (code, run.states()) == (0, ["kept", "sent"])
