"""`vestibule checkin`: every line is kept, sent once, and told of; with the server and without it."""

import asyncio
import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from app.auth.sso import AppKeys
from app.core.keys import NoKeyring
from app.core.store import thread
from app.core.store.opening import open_store
from app.credentials import Given
from app.headless.command import Ended
from app.headless.desk import store_name
from app.headless.pipes import LONGEST
from app.session import sign_in
from tests.app.headless import commands
from tests.app.headless.kiosks import STRANGER, Kiosk, line
from tests.keyrings import HeldKeys
from tests.practice import Practice
from tests.sessions import fail, profile
from tests.until import until


@pytest.fixture
def kiosk(tmp_path: Path, clinic: Practice) -> Kiosk:
    return Kiosk(tmp_path / "stores", clinic)


def visits_of(clinic: Practice, patient: str = "7301") -> set[str]:
    return {visit["id"] for visit in clinic.state()["visits"] if visit["patient"] == patient}


def back(clinic: Practice) -> Practice:
    """The server is there again, at the same address."""
    return Practice(port=clinic.port)


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


async def test_a_ref_of_another_check_in_is_refused(kiosk: Kiosk) -> None:
    code, run = await kiosk.run(line(ref="r"), line(ref="r", reason="Another"))
    assert (code, run.states(1), run.states(2)) == (1, ["kept", "sent"], ["refused"])
    (refused,) = (answer for answer in run.answers if answer["line"] == 2)
    assert refused["words"].startswith("This ref is another check-in's")


# -- without the server


async def test_without_the_server_lines_are_kept_and_go_out_with_the_next_run(
    kiosk: Kiosk, clinic: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    await kiosk.known()
    clinic.stop()
    code, run = await kiosk.run(line(ref="r"), wait_s=0)
    assert (code, run.states()) == (5, ["kept"])
    assert run.answers[0]["on_disk"]
    assert capsys.readouterr().err.startswith("vestibule: Check-ins not sent yet: 1. It is kept here")
    there = back(clinic)
    before = visits_of(there)
    code, later = await kiosk.run()
    assert (code, later.answers) == (0, [])
    assert len(visits_of(there) - before) == 1
    there.close()


async def test_a_server_that_comes_back_gets_what_was_kept_meanwhile(kiosk: Kiosk, clinic: Practice) -> None:
    await kiosk.known()
    clinic.stop()
    async with kiosk.running() as (run, work):
        run.feed(line(), line(reason="Another"))
        await until(lambda: len(run.answers) == 2)
        there = back(clinic)
        run.feed(line(reason="Third"))
        run.end()
        assert await work == 0
    assert [run.states(number) for number in (1, 2, 3)] == [["kept", "sent"]] * 3
    assert len({answer.get("visit_id") for answer in run.answers}) == 4
    there.close()


async def test_who_was_never_here_can_keep_nothing_without_the_server(kiosk: Kiosk, clinic: Practice) -> None:
    clinic.stop()
    with pytest.raises(Ended, match="Nothing was kept") as ended:
        await kiosk.run(line())
    assert ended.value.code == 4


async def test_a_wrong_password_keeps_and_sends_nothing(kiosk: Kiosk, clinic: Practice) -> None:
    await kiosk.known()
    wrong = Given(username=kiosk.given.username, password="wrong")
    with pytest.raises(Ended) as ended:
        await kiosk.run(line(), given=wrong)
    assert ended.value.code == 3
    assert {entry["key"] for entry in clinic.log()} == {"auth.login"}
    clinic.stop()
    with pytest.raises(Ended) as ended:
        await kiosk.run(line(), given=wrong)
    assert ended.value.code == 4
    desk = await kiosk.open()
    assert len(desk.outbox.actions) == 0
    await desk.close()


async def test_a_password_that_is_no_longer_accepted_sends_nothing_and_is_nobodys_here(
    kiosk: Kiosk, clinic: Practice
) -> None:
    await kiosk.known()
    before = visits_of(clinic)
    clinic.weather("status", "auth.login", status=401, seconds=0.2)
    async with kiosk.running() as (run, work):
        run.feed(line(ref="r"))
        with pytest.raises(Ended, match="What was kept here stays here") as ended:
            await work
    assert ended.value.code == 3
    assert run.states() == ["kept"]
    assert visits_of(clinic) == before
    with pytest.raises(Ended, match="Nothing was kept"):
        await kiosk.open()
    clinic.clear()
    code, _ = await kiosk.run()
    assert (code, len(visits_of(clinic) - before)) == (0, 1)


async def test_a_name_that_is_somebody_elses_now_sends_nothing_of_the_one_before(
    kiosk: Kiosk, clinic: Practice
) -> None:
    await kiosk.known()
    clinic.stop()
    assert (await kiosk.run(line(), wait_s=0))[0] == 5
    there = back(clinic)
    body = {
        "data": {"id": "612", "token": {"token": "x", "user_id": "612"}, "first_name": "N", "last_name": "H"}
    }
    there.weather("wrong_json", "auth.login", body=body)
    there.forget()
    with pytest.raises(Ended, match="somebody else") as ended:
        await kiosk.run()
    assert ended.value.code == 3
    assert there.asked("visits.add_walkin") == there.asked("intakes.create") == 0
    there.close()


async def test_a_token_is_known_again_and_another_is_not(kiosk: Kiosk, clinic: Practice) -> None:
    session = await sign_in(profile(clinic), kiosk.given.username, kiosk.given.password, fail)
    given = Given(token=session.renewal.tokens.token)
    await session.close()
    assert (await kiosk.run(line(), given=given))[0] == 0
    clinic.stop()
    assert (await kiosk.run(line(reason="Later"), given=given, wait_s=0))[0] == 5
    with pytest.raises(Ended) as ended:
        await kiosk.run(line(), given=Given(token="another"))
    assert ended.value.code == 4


async def test_a_token_whose_owner_is_not_told_keeps_nothing(kiosk: Kiosk, clinic: Practice) -> None:
    clinic.weather("wrong_json", "users.get", body={"data": {}})
    with pytest.raises(Ended, match="whose token"):
        await kiosk.run(line(), given=Given(token="t"))
    assert kiosk.keys.held == {}
    assert not kiosk.folder.exists()


async def test_a_sign_in_that_ended_at_the_server_is_made_anew(
    kiosk: Kiosk, clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.headless.desk._CONFIRM_EVERY_S", 0.05)
    async with kiosk.running() as (run, work):
        run.feed(line())
        await until(lambda: run.states(1) == ["kept", "sent"])
        clinic.forget()
        for key in ("users.list", "users.get", "auth.refresh"):
            clinic.weather("status", key, status=401)
        run.feed(line(reason="The next day"))
        await until(lambda: clinic.asked("auth.login"))
        clinic.clear()
        run.end()
        assert await work == 0
    assert run.states(2) == ["kept", "sent"]
    assert clinic.asked("auth.login") == 1


# -- without a keyring, without a disk, beside others


class NoKeys(HeldKeys):
    async def read(self, name: str) -> str | None:
        raise NoKeyring

    async def write(self, name: str, secret: str) -> None:
        raise NoKeyring


async def test_without_a_keyring_it_is_said_that_nothing_is_on_the_disk(
    kiosk: Kiosk, clinic: Practice
) -> None:
    kiosk.keys = NoKeys()
    code, run = await kiosk.run(line())
    assert (code, run.states(), run.answers[0]["on_disk"]) == (0, ["kept", "sent"], False)
    clinic.weather("status", "users.list", status=503)
    with pytest.raises(Ended, match="lost") as ended:
        await kiosk.run(line(), wait_s=0.5)
    assert ended.value.code == 4


async def test_a_full_disk_is_told_and_told_again_when_there_is_room(
    kiosk: Kiosk, clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread, "AGAIN_S", 0.05)
    await kiosk.known()
    clinic.stop()
    async with kiosk.running() as (run, work):
        ask = run.desk.kept.store._thread.ask
        await ask(
            lambda connection: connection.execute("pragma max_page_count = 1").fetchall(), is_alone=True
        )
        run.feed(line(reason="x" * 100_000))
        await until(lambda: len(run.answers) == 1)
        assert run.answers[0]["on_disk"] is False
        there = back(clinic)
        await until(lambda: run.desk._sessions)
        await ask(
            lambda connection: connection.execute("pragma max_page_count = 99999").fetchall(), is_alone=True
        )
        run.end()
        assert await work == 0
    assert [answer.get("on_disk") for answer in run.answers] == [False, True, None]
    assert run.states() == ["kept", "kept", "sent"]
    there.close()


async def test_beside_the_window_it_keeps_and_the_window_sends(kiosk: Kiosk, clinic: Practice) -> None:
    before = visits_of(clinic)
    window = await sign_in(
        profile(clinic),
        kiosk.given.username,
        kiosk.given.password,
        fail,
        open_store=lambda user_id: open_store(kiosk.folder, kiosk.keys, store_name(profile(clinic), user_id)),
    )
    window.start()
    await until(lambda: window.outbox._sender.is_held)
    code, run = await kiosk.run(line(ref="r"))
    assert (code, run.states()) == (0, ["kept", "sent"])
    assert len(visits_of(clinic) - before) == 1
    assert [noted[1:4] for noted in await window.store.audit()][-1][2] == "sent"
    await window.close()


async def test_what_somebody_discards_meanwhile_is_told(kiosk: Kiosk, clinic: Practice) -> None:
    await kiosk.known()
    clinic.stop()
    async with kiosk.running() as (run, work):
        run.feed(line(ref="r"))
        await until(lambda: run.states() == ["kept"])
        beside = await kiosk.open()
        assert await beside.outbox.discard("r")
        await beside.close()
        await until(lambda: run.states() == ["kept", "refused"])
        run.end()
        assert await work == 1
    assert run.answers[-1]["words"] == "It was discarded on this computer."


# -- new patients


async def test_with_the_clinics_app_keys_a_new_patient_is_registered(kiosk: Kiosk, clinic: Practice) -> None:
    assert (await kiosk.run(line(patient=STRANGER)))[0] == 1
    kiosk.app_keys = AppKeys(key=clinic.api_key, secret=clinic.api_secret)
    code, run = await kiosk.run(line(patient=STRANGER))
    assert (code, run.states()) == (0, ["kept", "sent"])


# -- the end


async def test_when_nobody_reads_the_answers_all_is_kept_and_nothing_waited_for(
    kiosk: Kiosk, clinic: Practice
) -> None:
    await kiosk.known()
    clinic.stop()
    async with kiosk.running(wait_s=1000) as (run, work):
        run.reader_is_gone = True
        run.feed(line(), line(reason="Another"))
        run.end()
        assert await work == 5
        assert len(run.desk.outbox.actions) == 2


async def test_a_reader_who_is_slow_holds_up_nothing(kiosk: Kiosk, clinic: Practice) -> None:
    before, free = visits_of(clinic), threading.Event()
    async with kiosk.running() as (run, work):
        answered = run.write
        run.write = lambda _data: free.wait()  # type: ignore[method-assign,assignment]
        run.feed(line(), line(reason="Another"))
        await until(lambda: len(visits_of(clinic) - before) == 2)
        run.stop.set()
        assert await asyncio.wait_for(work, 2.0) in (0, 5)
        free.set()
        assert answered


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(clinic: Practice, number: int) -> None:
    process = commands.command(*commands.at(clinic, "checkin"), stdin=subprocess.PIPE, **commands.who(clinic))
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write('{"member_id": "7301", "room": "k7m2p"}\n')
    process.stdin.flush()
    assert '"kept"' in process.stdout.readline()
    assert '"sent"' in process.stdout.readline()
    process.send_signal(number)
    out, err = process.communicate(timeout=2)
    assert (process.returncode, out) == (0, "")
    assert (
        err == "vestibule: Nothing is kept on this computer after closing: it has no keyring for the key.\n"
    )


def test_a_file_as_input(clinic: Practice, tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    lines.write_text('{"member_id": "7301", "room": "k7m2p"}\n\n{"member_id": "none", "room": "k7m2p"}')
    with lines.open() as stdin:
        process = commands.command(*commands.at(clinic, "checkin"), stdin=stdin, **commands.who(clinic))
    out, _ = process.communicate(timeout=commands.WITHIN_S)
    assert process.returncode == 1
    assert sorted(word for word in ("sent", "refused") if f'"{word}"' in out) == ["refused", "sent"]


def test_a_reader_that_goes_away_is_no_error(clinic: Practice) -> None:
    process = commands.command(*commands.at(clinic, "checkin"), stdin=subprocess.PIPE, **commands.who(clinic))
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    process.stdin.write("nonsense\n")
    process.stdin.close()
    assert process.wait(commands.WITHIN_S) == 1
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (("--wait", "-1"), {}),
        (("--wait", "nan"), {}),
        ((), {"VESTIBULE_PASSWORD": ""}),
        ((), {"VESTIBULE_APP_KEY": "k"}),
        ((), {"VESTIBULE_APP_KEY": "k", "VESTIBULE_APP_SECRET": "\xe9"}),
    ],
)
def test_wrong_use_is_2(clinic: Practice, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    code, out, err = commands.run(
        *commands.at(clinic, "checkin"), *arguments, given="", **{**commands.who(clinic), **environment}
    )
    assert (code, out) == (2, "")
    assert err


def test_a_closed_input_is_2(clinic: Practice) -> None:
    read, write = os.pipe()
    os.close(read)
    process = commands.command(*commands.at(clinic, "checkin"), stdin=write, **commands.who(clinic))
    os.close(write)
    _, err = process.communicate(timeout=commands.WITHIN_S)
    assert process.returncode == 2
    assert err.endswith("vestibule: Standard input cannot be read.\n")
