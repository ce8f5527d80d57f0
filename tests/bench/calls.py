"""From the click on "Start call" to the opener; the question is said yes to at once: `python -m
tests.bench.calls`.

Prints its milliseconds, and those of the same requests, in the same run, by a client that does nothing else:
the server's own time. Medians.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from statistics import median

import httpx
from PySide6.QtWidgets import QApplication, QDialog

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

    async def start(self) -> float:
        """Milliseconds from the click to the opener, for somebody who has just come."""
        page, queue = self.window.page, self._session.queue
        visit_id = self._clinic.do("arrive", room=self._clinic.room, provider=None)["visit"]
        self._clinic.advance(1)
        await queue.poller.once()
        assert page.queue.table.select(visit_id)
        await asyncio.sleep(PAUSE_S)
        self.opened_at = 0.0
        began = time.perf_counter()
        page.visit.call_bar.start_button.click()
        await _soon(lambda: self._question() is not None)
        self._question().accept_button.click()
        await _soon(lambda: self.opened_at)
        took_ms = (self.opened_at - began) * 1000
        await until(lambda: not page.acts.acting)
        self._clinic.do("close", visit=visit_id)
        return took_ms

    def _open(self, _link: str) -> bool:
        self.opened_at = time.perf_counter()
        return True

    def _question(self) -> QDialog | None:
        return next((each for each in self.window.findChildren(QDialog) if each.isVisible()), None)


async def starting(application: QApplication) -> tuple[float, float]:
    """Both, in milliseconds."""
    with Practice() as clinic:
        session = await signed_in(clinic, poll_s=60.0)
        bench, bare = Bench(application, clinic, session), _Bare(clinic, session._client.credentials.token)
        pairs = [(await bench.start(), bare.once()) for _ in range(ROUNDS + 1)][1:]
        bare.close()
        bench.window.close_session()
        bench.window.deleteLater()
        await session.close()
    return median(ours for ours, _ in pairs), median(theirs for _, theirs in pairs)


class _Bare:
    def __init__(self, clinic: Practice, token: str) -> None:
        self._clinic = clinic
        self._client = httpx.Client(headers={"X-ApiToken": token}, trust_env=False, timeout=10)

    def close(self) -> None:
        self._client.close()

    def once(self) -> float:
        """Milliseconds of reading it, its page, reading it, taking it, and reading it."""
        visit_id = self._clinic.do("arrive", room=self._clinic.room, provider=None)["visit"]
        visit = f"{self._clinic.api}visits/{visit_id}"
        body = {"id": visit_id, "provider_id": "612", "if_provider_id": ""}
        began = time.perf_counter()
        self._client.get(visit)
        self._client.get(f"{self._clinic.portal}visits/start/{visit_id}", follow_redirects=True)
        self._client.get(visit)
        assert self._client.post(f"{self._clinic.api}visits/assign", json=body).status_code == 200
        self._client.get(visit)
        took_ms = (time.perf_counter() - began) * 1000
        self._clinic.do("close", visit=visit_id)
        return took_ms


async def _soon(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 (nobody tells)
        await asyncio.sleep(0.0005)


def _raise(error: BaseException) -> None:
    raise error


def main() -> None:
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
        ours_ms, theirs_ms = runner.run(starting(application))
    print(f"{ours_ms:.2f} {theirs_ms:.2f}", flush=True)


if __name__ == "__main__":
    main()
