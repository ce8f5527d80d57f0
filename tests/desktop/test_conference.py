"""A meeting's page in a real browser; a number in the hands of the desktop's own telephone program."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.calls.by_phone import tel_link
from app.calls.conference import conference_link
from app.profile import Profile
from app.visits.meeting import Meeting
from app.visits.record import Visit
from tests.desktop.machine import ROOT, Display, environment, needs, until
from tests.desktop.test_browser import Browser, browser
from tests.practice import START, Practice

__all__ = ["browser"]  # the fixture

pytestmark = pytest.mark.desktop

WALK_IN = "48212"


def handed_over(link: str, env: dict[str, str]) -> str:
    """What the opener says of an address."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.desktop.opening"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=env,
        cwd=ROOT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        print(link, file=process.stdin, flush=True)
        # One line: the browser that it started keeps the pipe open.
        return process.stdout.readline().strip()


def meeting_of(clinic: Practice) -> str:
    """The id of the walk-in's meeting, as a provider reads it."""
    user = clinic.user("provider")
    with httpx.Client(base_url=clinic.api, headers={"X-AccountCode": clinic.account}) as server:
        signed = server.post("users/login", json={name: user[name] for name in ("username", "password")})
        token = signed.json()["data"]["token"]["token"]
        visit = server.get(f"visits/{WALK_IN}", headers={"X-ApiToken": token}).json()["data"]
    found: str = visit["meeting"]["meeting_id"]
    return found


def test_a_meeting_opens_in_the_browser(
    display: Display, browser: Browser, tmp_path: Path, clinic: Practice
) -> None:
    env = environment(
        tmp_path,
        DISPLAY=display.name,
        QT_QPA_PLATFORM="xcb",
        BROWSER=str(browser.command),
        XDG_DATA_DIRS=str(tmp_path / "none"),
    )
    meeting = Meeting(id=meeting_of(clinic))
    here = Profile(name="x", api=clinic.api, conference=f"{clinic.portal}call/")
    link = conference_link(here, Visit(id=WALK_IN, meeting=meeting), START)
    assert handed_over(link, env) == "True"
    until(
        lambda: [title for title in display.titles().values() if title.startswith("Meeting ")],
        "the conference page",
    )
    assert browser.starts() == 1
    # Nobody was signed in by it.
    assert clinic.state()["sso_uses"] == {}


def test_a_number_reaches_the_telephone_program(display: Display, tmp_path: Path) -> None:
    needs("xdg-open")
    phone, heard = tmp_path / "phone", tmp_path / "heard"
    phone.write_text(f'#!/bin/sh\necho "$@" > {heard}.part\nmv {heard}.part {heard}\n')
    phone.chmod(0o755)
    env = environment(
        tmp_path,
        DISPLAY=display.name,
        QT_QPA_PLATFORM="xcb",
        BROWSER=str(phone),
        XDG_DATA_DIRS=str(tmp_path / "none"),
    )
    link = tel_link("+1 (503) 555-0117 x12")
    assert link is not None
    assert handed_over(link, env) == "True"
    assert until(lambda: heard.exists() and heard.read_text().strip(), "the call") == link
