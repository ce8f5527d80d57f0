"""The queue is read, a patient opened and a call started by accessible actions alone, from outside.

Nothing here is pressed by mouse or keyboard (issue 6, "Must show" 5; A11-08, A11-09).
"""

import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from app.sandbox.process import Clinic
from tests.desktop.at_spi import LAUNCHER, SELECTED, Part, Reader, screen_reader
from tests.desktop.machine import Display, Running, ended_after, environment, needs, until
from tests.desktop.test_browser import control, in_progress

pytestmark = pytest.mark.desktop

TITLES = ["Waiting", "Patient", "Reason", "Provider", "Status"]
OKAFOR = ("OKAFOR, Mira", "Born 09-May-1984 (42 y)")


@pytest.fixture
def reader(bus: str, tmp_path: Path) -> Iterator[Reader]:
    """A screen reader on the desktop of this test's bus."""
    needs(LAUNCHER)
    launcher = subprocess.Popen(
        [LAUNCHER, "--launch-immediately"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(tmp_path / "person", DBUS_SESSION_BUS_ADDRESS=bus),
    )
    with ended_after(launcher), screen_reader(bus) as made:
        yield made


class Browser:
    """Notes what it is asked to open, without what only a browser may know."""

    def __init__(self, folder: Path) -> None:
        self.command, self._opened = folder / "browser", folder / "opened"
        self.command.write_text(f'#!/bin/sh\necho "${{1%%\\?*}}" >> "{self._opened}"\n')
        self.command.chmod(0o755)

    def opened(self) -> list[str]:
        """The addresses, oldest first."""
        return self._opened.read_text().split() if self._opened.exists() else []


class Seen:
    """The program as its user sees it who does not see it, and the clinic behind it."""

    def __init__(self, program: Part, clinic: Clinic, reader: Reader, browser: Browser) -> None:
        self.program, self.clinic, self.reader, self.browser = program, clinic, reader, browser
        self.ask = control(clinic)

    def part(self, role: str, name: str = "") -> Part:
        return until(lambda: self.program.find(role, name), f"{role} {name}")

    def queue(self) -> Part:
        return self.part("table", "Queue of visits")

    def rows(self) -> list[list[str]]:
        """What the cells of the queue say."""
        return [[cell.name for cell in row] for row in self.queue().rows()]

    def cell(self, name: str) -> Part:
        """The cell with a patient's name."""
        (found,) = [cell for row in self.queue().rows() for cell in row if cell.name.startswith(name)]
        return found

    def do(self, what: str, **details: Any) -> dict[str, Any]:
        """Something happens at the clinic."""
        reply = httpx.post(
            f"{self.clinic.portal}sandbox/do",
            json={"what": what, **details},
            headers={"X-ApiToken": self.clinic.admin_token},
            timeout=10,
        )
        found: dict[str, Any] = reply.json()["data"]
        return found

    def hears(self, wanted: str) -> str:
        """The first announcement that has these words."""
        with suppress(TimeoutError):
            while wanted not in (heard := self.reader.hears()):
                pass
            return heard
        raise AssertionError(f"{wanted} is not in {self.reader.heard}")


@pytest.fixture
def seen(reader: Reader, display: Display, bus: str, tmp_path: Path) -> Iterator[Seen]:
    """The program on the practice clinic, once it shows the queue."""
    needs("xdg-open")
    browser = Browser(tmp_path)
    env = environment(
        tmp_path / "person",
        DISPLAY=display.name,
        QT_QPA_PLATFORM="xcb",
        DBUS_SESSION_BUS_ADDRESS=bus,
        BROWSER=str(browser.command),
        # The machine's choice of a browser does not count.
        XDG_DATA_DIRS=str(tmp_path / "none"),
    )
    with Running(["-m", "tests.desktop.practice_window"], env, tmp_path) as running:
        clinic = msgspec.json.decode(running.line(), type=Clinic)
        made = Seen(reader.program(), clinic, reader, browser)
        until(lambda: made.program.find("table", "Queue of visits"), "the queue")
        until(lambda: any("Cough" in cell for row in made.rows() for cell in row), "the whole queue")
        yield made
        assert running.stderr() == ""


def test_the_queue_is_read_cell_by_cell(seen: Seen) -> None:
    assert seen.queue().titles() == TITLES
    rows = seen.rows()
    headings = [row[0] for row in rows if not any(row[1:])]
    assert headings[0].startswith("In progress, ")
    assert headings[-1].startswith("Done today, ")
    assert headings[-1].endswith(", folded")
    # Each heading tells how many rows are under it.
    at = [number for number, row in enumerate(rows) if row[0] in headings]
    counts = [int(re.findall(r", (\d+)", heading)[0]) for heading in headings[:-1]]
    assert counts == [after - before - 1 for before, after in pairwise(at)]
    for row in rows:
        if row[0] not in headings:
            assert all(row), row
    (okafor,) = [row for row in rows if row[1].startswith(OKAFOR[0])]
    assert okafor[0].startswith("26 min, long wait, waiting since ")
    assert okafor[1:] == [
        ", ".join(OKAFOR),
        "Cough, General Care · Walk-in · Video",
        "Dr. Noor Haddad, MD",
        "Waiting",
    ]
    # What only a symbol shows is said, too.
    assert len([row for row in rows if row[1].endswith(" · same name")]) == 2


def test_a_patient_is_opened_and_called_by_accessible_actions_alone(seen: Seen) -> None:
    before = in_progress(seen.ask)
    cell = seen.cell(OKAFOR[0])
    cell.act("Toggle")
    until(lambda: SELECTED in cell.states(), "the selection")
    banner = until(lambda: [text for text in seen.program.texts() if text in OKAFOR], "the banner")
    assert banner == list(OKAFOR)

    start = seen.part("push button", "Start call…")
    assert start.description == "Ctrl+J"
    start.act("Press")
    question = seen.part("dialog", "Start this call?")
    told = question.texts()
    assert [text for text in told if text in OKAFOR] == list(OKAFOR)
    assert seen.browser.opened() == []
    assert in_progress(seen.ask) == before

    accept = question.find("push button", "Start call")
    assert accept is not None
    accept.act("Press")
    (_visit_id,) = until(lambda: in_progress(seen.ask) - before, "the call")
    assert seen.browser.opened() == [f"{seen.clinic.portal}auth"]
    (row,) = until(
        lambda: [row for row in seen.rows() if row[1].startswith(OKAFOR[0]) and row[4] == "In progress"],
        "the row of the call",
    )
    assert row[0].startswith("under 1 min, in call since ")
    # The strip of the call that runs: its buttons say whose.
    assert seen.part("push button", "Finish: OKAFOR, Mira")


def test_the_queue_says_by_itself_who_comes_and_goes_without_a_name(seen: Seen) -> None:
    said = seen.do("arrive")
    # An alert may have told of the one who came; of how many wait it does not.
    came = seen.hears("waiting, longest")
    assert re.fullmatch(r"(1 new patient waiting\. )?7 waiting, longest \d+ minutes\.", came), came
    seen.do("cancel", visit=said["visit"])
    gone = seen.hears("waiting, longest")
    assert re.fullmatch(r"1 left or was cancelled\. 6 waiting, longest \d+ minutes\.", gone), gone
