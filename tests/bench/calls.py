"""From the click on "Start call…" to the question, and from its "Start call" to the opener: `python -m
tests.bench.calls`.

Prints the milliseconds of both, and those of the same requests, in the same run, by a client that does no
more: the server's own time. Medians.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from statistics import median

import httpx
from PySide6.QtWidgets import QApplication

from app.home import Preferences
from app.session import Session
from tests.practice import Practice
from tests.sessions import signed_in
from tests.until import until
from ui.loop import Loop
from ui.pages import PAGES, Desk
from ui.shell.window import Window
from ui.theme.theme import Theme

ROUNDS = 11
# Until the gate lets ten requests through at once again.
PAUSE_S = 1.2


class Bench:
    """A window with the queue, over a practice clinic; the browser only notes when it was called."""

    def __init__(self, application: QApplication, clinic: Practice, session: Session) -> None:
        self._clinic, self._session = clinic, session
        self.opened_at = 0.0
        theme = Theme("light")
        theme.apply(application)
        self.window = Window(theme)
        self.window.furnish(Preferences())
        self.window.resize(1280, 800)
        self.window.show()
        self.window.open_session(session, "Bench")
        desk = Desk(theme, self.window.ticker, session, self.window.notices, self._open, _raise)
        self.window.show_page(lambda parent: PAGES[0].make(desk, parent))

    async def start(self) -> tuple[float, float]:
        """Milliseconds to the question, and on to the opener, for somebody who has just come."""
        page, queue = self.window.page, self._session.queue
        visit_id = self._clinic.do("arrive", room=self._clinic.room, provider=None)["visit"]
        self._clinic.advance(1)
        await queue.poller.once()
        assert page.queue.table.select(visit_id)
        await asyncio.sleep(PAUSE_S)
        self.opened_at = 0.0
        began = time.perf_counter()
        page.visit.call_bar.start_button.click()
        await _soon(lambda: page.acts._question is not None and page.acts._question.isVisible())
        asked_at = time.perf_counter()
        # Somebody reads it, and it is painted meanwhile.
        await asyncio.sleep(PAUSE_S)
        said_at = time.perf_counter()
        page.acts._question.accept_button.click()
        await _soon(lambda: self.opened_at)
        await until(lambda: not page.acts.acting)
        self._clinic.do("close", visit=visit_id)
        return (asked_at - began) * 1000, (self.opened_at - said_at) * 1000

    def _open(self, _link: str) -> bool:
        self.opened_at = time.perf_counter()
        return True


async def starting(application: QApplication) -> list[float]:
    """To the question and to the opener; the same by a bare client, in milliseconds."""
    with Practice() as clinic:
        session = await signed_in(clinic, poll_s=60.0)
        bench, bare = Bench(application, clinic, session), _Bare(clinic, session._client.credentials.token)
        rounds = [(*await bench.start(), *bare.once()) for _ in range(ROUNDS + 1)][1:]
        bare.close()
        bench.window.close_session()
        bench.window.deleteLater()
        await session.close()
    return [median(column) for column in zip(*rounds, strict=True)]


class _Bare:
    def __init__(self, clinic: Practice, token: str) -> None:
        self._clinic = clinic
        self._client = httpx.Client(headers={"X-ApiToken": token}, trust_env=False, timeout=10)

    def close(self) -> None:
        self._client.close()

    def once(self) -> tuple[float, float]:
        """Milliseconds of reading a visit; of its page, reading it, taking it, and reading it."""
        visit_id = self._clinic.do("arrive", room=self._clinic.room, provider=None)["visit"]
        visit = f"{self._clinic.api}visits/{visit_id}"
        body = {"id": visit_id, "provider_id": "612", "if_provider_id": ""}
        began = time.perf_counter()
        self._client.get(visit)
        read_at = time.perf_counter()
        self._client.get(f"{self._clinic.portal}visits/start/{visit_id}", follow_redirects=True)
        self._client.get(visit)
        assert self._client.post(f"{self._clinic.api}visits/assign", json=body).status_code == 200
        self._client.get(visit)
        took_at = time.perf_counter()
        self._clinic.do("close", visit=visit_id)
        return (read_at - began) * 1000, (took_at - read_at) * 1000


async def _soon(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 (nobody tells)
        await asyncio.sleep(0.0005)


def _raise(error: BaseException) -> None:
    raise error


def main() -> None:
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
        print(*(f"{ms:.2f}" for ms in runner.run(starting(application))), flush=True)


if __name__ == "__main__":
    main()
