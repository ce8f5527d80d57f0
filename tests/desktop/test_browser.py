"""A started call opens in a real browser, through the desktop's own opener."""

import os
import shlex
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from app.sandbox.process import Clinic
from app.visits.record import Status
from tests.desktop.machine import Display, Ending, Running, environment, needs, until

pytestmark = pytest.mark.desktop

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --disable-dev-shm-usage --password-store=basic"
)


class Browser:
    """The person's browser: Chromium, in a fresh profile, started by whoever opens an address."""

    def __init__(self, folder: Path) -> None:
        self.command = folder / "browser"
        self._started = folder / "browser-pid"
        profile = shlex.quote(str(folder / "profile"))
        self.command.write_text(
            "#!/bin/sh\n"
            f"echo $$ >> {shlex.quote(str(self._started))}\n"
            f'exec chromium {FLAGS} --user-data-dir={profile} "$@" >/dev/null 2>&1\n'
        )
        self.command.chmod(0o755)

    def starts(self) -> int:
        """How often it was started."""
        return len(self._pids())

    def close(self) -> None:
        """Ends it, with all its processes: the opener made them one group."""
        for pid in self._pids():
            with suppress(ProcessLookupError):
                group = os.getpgid(pid)
                assert group != os.getpgid(0)
                ending = Ending(pid)
                os.kill(pid, signal.SIGTERM)
                ending.comes(5)
                ending.close()
                os.killpg(group, signal.SIGKILL)

    def _pids(self) -> list[int]:
        return [int(line) for line in self._started.read_text().split()] if self._started.exists() else []


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    needs("chromium", "xdg-open")
    made = Browser(tmp_path)
    yield made
    made.close()


def test_the_call_opens_in_the_browser_signed_in(display: Display, browser: Browser, tmp_path: Path) -> None:
    # Neither the machine's nor the person's choice of a browser counts, so xdg-open asks BROWSER.
    env = environment(
        tmp_path,
        DISPLAY=display.name,
        QT_QPA_PLATFORM="xcb",
        BROWSER=str(browser.command),
        XDG_DATA_DIRS=str(tmp_path / "none"),
    )
    with Running(["-m", "tests.desktop.practice_window"], env, tmp_path) as running:
        practice = msgspec.json.decode(running.line(), type=Clinic)
        ask = control(practice)
        running_before = in_progress(ask)
        question = display.ask_to_start_a_call()
        assert ask("state")["sso_uses"] == {}
        display.press(question, "ctrl+Return")

        until(lambda: browser.starts() == 1, "the start of the browser")
        title = until(
            lambda: [title for title in display.titles().values() if title.startswith("Call ")],
            "the call page",
        )[0]
        assert title.endswith("Chromium")
        until(lambda: len(in_progress(ask)) > len(running_before), "the report of the call")
        (visit_id,) = in_progress(ask) - running_before
        # The token was spent once, by the browser: before, the program had asked for the page without it.
        assert list(ask("state")["sso_uses"].values()) == [1]
        pages = [entry for entry in ask("log") if not entry["path"].startswith("/api_v3/")]
        paths = [entry["path"] for entry in pages]
        signed_in = paths.index("/auth")
        assert pages[signed_in]["query"] == {"sso_token": "...", "next": f"/visits/start/{visit_id}"}
        assert f"/visits/start/{visit_id}" in paths[:signed_in]
        assert paths[signed_in + 1] == f"/visits/start/{visit_id}"
        assert browser.starts() == 1
        assert running.stderr() == ""


def call_page(display: Display) -> str:
    """The title of the window that shows it."""
    return next((title for title in display.titles().values() if title.startswith("Call ")), "")


def control(practice: Clinic) -> Callable[[str], Any]:
    """Asks a control route of the practice clinic."""

    def ask(route: str) -> Any:
        headers = {"X-ApiToken": practice.admin_token}
        return httpx.get(f"{practice.portal}sandbox/{route}", headers=headers, timeout=10).json()["data"]

    return ask


def in_progress(ask: Callable[[str], Any]) -> set[str]:
    return {visit["id"] for visit in ask("state")["visits"] if visit["status"] == Status.IN_PROGRESS}
