"""`vestibule checkin` without a keyring, without a disk, and beside others of the same person."""

from collections.abc import Callable

import pytest

from app.core.store import thread
from app.core.store.opening import open_store
from app.entry import sign_in
from app.headless.command import Ended
from app.headless.desk import store_name
from tests.app.headless.kiosks import Kiosk, Run, line, visits_of
from tests.keyrings import NoKeys
from tests.practice import Practice
from tests.sessions import fail, profile
from tests.until import until


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


async def test_without_a_disk_it_is_waited_for_though_nobody_reads(kiosk: Kiosk, clinic: Practice) -> None:
    kiosk.keys = NoKeys()
    before = visits_of(clinic)
    clinic.weather("status", "users.list", status=503)
    async with kiosk.running() as (run, work):
        run.reader_is_gone = True
        run.feed(line())
        run.end()
        await until(lambda: clinic.asked("users.list") > 1)
        assert not work.done()
        clinic.clear()
        assert await work == 0
    assert len(visits_of(clinic) - before) == 1


async def filled(run: Run) -> None:
    """Its disk takes nothing more."""
    await run.desk.kept.store._thread.ask(
        lambda connection: connection.execute("pragma max_page_count = 1").fetchall(), is_alone=True
    )


async def test_only_what_is_on_no_disk_is_lost(
    kiosk: Kiosk, clinic: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    await kiosk.known()
    clinic.stop()
    async with kiosk.running(wait_s=0) as (run, work):
        run.feed(line(ref="kept"))
        await until(lambda: len(run.answers) == 1)
        await filled(run)
        run.feed(line(ref="lost", reason="x" * 100_000))
        run.end()
        with pytest.raises(Ended, match=r"not sent yet: 2\. 1 of them are lost") as ended:
            await work
        assert ended.value.code == 4
    async with kiosk.running(wait_s=0) as (run, work):
        await filled(run)
        run.desk.kept.store.put_setting("something else", b"x" * 100_000)
        await until(lambda: run.desk.kept.store.trouble is not None)
        assert not run.desk.is_on_disk
        run.end()
        assert await work == 5
        assert {action.id for action in run.desk.outbox.actions} == {"kept"}
    assert "It is kept here" in capsys.readouterr().err


async def test_a_full_disk_is_told_and_told_again_when_there_is_room(
    kiosk: Kiosk, clinic: Practice, back: Callable[[], Practice], monkeypatch: pytest.MonkeyPatch
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
        back()
        await until(lambda: run.desk._sessions)
        await ask(
            lambda connection: connection.execute("pragma max_page_count = 99999").fetchall(), is_alone=True
        )
        run.end()
        assert await work == 0
    assert [answer.get("on_disk") for answer in run.answers] == [False, True, None]
    assert run.states() == ["kept", "kept", "sent"]


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
    assert (await window.store.audit())[-1].outcome == "sent"
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
