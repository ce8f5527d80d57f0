"""What is told of a check-in while it waits."""

from tests.app.headless.kiosks import Kiosk, line
from tests.practice import Practice
from tests.until import until


async def test_why_it_waits_is_told_once(kiosk: Kiosk, clinic: Practice) -> None:
    async with kiosk.running() as (run, work):
        clinic.weather("status", "users.list", status=503)
        run.feed(line())
        await until(lambda: len(run.answers) == 2)
        asked = clinic.asked("users.list")
        # Further tries fail alike, and each begins without words.
        await until(lambda: clinic.asked("users.list") > asked + 3)
        assert [answer.get("words") for answer in run.answers] == [
            None,
            "The server has a fault of its own (503).",
        ]
        clinic.clear()
        run.end()
        assert await work == 0
    assert run.states() == ["kept", "kept", "sent"]
