"""A stranger without a display runs `make demo`, and sees every screen."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from app.sandbox.opening import open_clinic
from tests.desktop.machine import WITHIN_S, environment

SIZES = {"100": (1280, 800), "200": (1440, 900)}
LOOKS = [f"{theme}-{scale}" for theme in ("light", "dark") for scale in SIZES]
# The offscreen platform remarks on every window that has a smallest size.
HARMLESS = "This plugin does not support propagateSizeHints()"
LONGEST_S = 240.0


class Command:
    """`vestibule ARGUMENTS` in a folder of its own, begun; killed at the end if it still runs."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        folder.mkdir()
        self.folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ui.main", *arguments],
            cwd=folder,
            env=environment(folder, QT_QPA_PLATFORM="offscreen"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Command":
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.communicate(timeout=WITHIN_S)

    def says(self) -> str:
        """Its output, when it has ended well and complained of nothing."""
        out, err = self._process.communicate(timeout=LONGEST_S)
        assert [line for line in err.splitlines() if line != HARMLESS] == []
        assert self._process.returncode == 0, out
        return out


# One test: several would run the demo, which is four tours, once in each worker.
@pytest.mark.timeout(LONGEST_S + 2 * WITHIN_S)
def test_the_demo_shows_every_screen_and_a_tour_alone_shows_the_same(tmp_path: Path) -> None:
    with (
        Command(tmp_path / "demo", "demo") as demo,
        Command(tmp_path / "tour", "tour", "--out", "here", "--theme", "dark", "--scale", "2") as tour,
    ):
        toured, out = tour.says(), demo.says()
    assert toured == ""
    assert out.startswith("No display was found")
    the_table_has_every_open_visit(out.split("\n\n")[1].splitlines())
    said = re.search(r"^(\d+) pictures .*: (.+)$", out, re.MULTILINE)
    assert said is not None
    screens = tmp_path / "demo" / "demo-screens"
    assert said[2] == str(screens)
    assert int(said[1]) == len(list(screens.glob("*.png"))) >= 40

    wanted = {path.name for path in (tmp_path / "tour" / "here").iterdir()}
    for look in LOOKS:
        pictures = {path.name.removeprefix(f"{look}-"): path for path in screens.glob(f"{look}-*")}
        assert pictures.keys() == wanted, look
        for path in pictures.values():
            the_picture_shows_something(path, look)
        assert len({path.read_bytes() for path in pictures.values()}) == len(pictures)


def the_table_has_every_open_visit(lines: list[str]) -> None:
    heading, *rows = lines
    assert heading.split() == ["Waiting", "Patient", "Reason", "Provider", "Status"]
    world = open_clinic(7, time.time(), None)
    rooms = world.people[world.me].rooms
    expected = [visit for visit in world.open_visits() if visit.room_code in rooms]
    assert len(rows) == len(expected) > 10
    for visit in expected:
        person = world.people[visit.member_id]
        # As much of the name as the table has room for.
        name = (person.last_name.upper() or person.first_name)[:40]
        assert [row for row in rows if name in row], name


def the_picture_shows_something(path: Path, look: str) -> None:
    picture = QImage(str(path))
    width, height = SIZES[look.rpartition("-")[2]]
    assert (picture.width(), picture.height()) == (width, height), path.name
    colours = {picture.pixel(x, y) for y in range(0, height, 9) for x in range(0, width, 9)}
    # A window without its content has a handful.
    assert len(colours) >= 12, path.name
    assert (picture.pixelColor(2, 2).lightnessF() < 0.5) == look.startswith("dark"), path.name
