"""Three sounds that can be told apart, on a device by name, and honest where nothing can be heard."""

import asyncio
import stat
import subprocess
import sys
import threading
from array import array
from pathlib import Path

import pytest

from app.alerts import voice as voices
from app.alerts.mute import is_muted
from app.alerts.record import Priority
from app.alerts.self_test import SelfTest, read_self_test
from app.alerts.speaker import NoSound, SoundCard, Why
from app.alerts.tones import RATE, seconds, sound
from app.alerts.voice import Voice
from tests.until import until

NULL = "NULL Playback Device"


class Ear:
    """A speaker that only listens. fails: why it plays nothing. hangs: until that is set."""

    def __init__(self, *devices: str) -> None:
        self.there = list(devices)
        self.fails: Why | None = None
        self.hangs: threading.Event | None = None
        self.heard: list[tuple[bytes, str]] = []

    def devices(self) -> list[str]:
        return self.there

    def play(self, samples: bytes, device: str) -> None:
        if self.hangs is not None:
            self.hangs.wait(10)
        if self.fails is not None:
            raise NoSound(self.fails)
        self.heard.append((samples, device))


def onsets(samples: bytes) -> int:
    """How many tones begin: where it gets loud after it was less so."""
    step = RATE // 100
    values = array("h", samples)
    peaks = [max(map(abs, values[place : place + step])) for place in range(0, len(values), step)]
    return 1 + sum(
        later > 1.3 * min(peaks[max(0, place - 4) : place + 1])
        for place, later in enumerate(peaks[1:])
        if place > 2 and later >= max(peaks[place : place + 4])
    )


def test_one_tone_two_or_three() -> None:
    assert [onsets(sound(priority, 100)) for priority in Priority] == [1, 2, 3]


@pytest.mark.parametrize("priority", Priority)
def test_each_is_short_and_not_overdriven(priority: Priority) -> None:
    assert 0.3 < seconds(sound(priority, 100)) < 1.0
    assert max(map(abs, array("h", sound(priority, 100)))) < 32_000


def test_the_volume_is_kept() -> None:
    loud, quiet = (max(array("h", sound(Priority.HIGH, volume))) for volume in (100, 25))
    assert quiet == pytest.approx(loud / 4, rel=0.01)


def test_it_is_played_to_its_end() -> None:
    card = SoundCard(is_null=True)
    assert card.devices() == [NULL]
    card.play(sound(Priority.LOW, 50), NULL)
    card.play(sound(Priority.LOW, 50), "a headset that is gone")


def test_what_swallows_sound_is_no_device() -> None:
    # Beside it, whatever the machine of the test has.
    assert not any("Discard all samples" in name or "NULL" in name for name in SoundCard().devices())


def test_nothing_of_it_is_imported_before_something_sounds() -> None:
    line = "import sys, ui.start, ui.shift; sys.exit('miniaudio' in sys.modules)"
    subprocess.run([sys.executable, "-c", line], check=True, timeout=30)


async def test_without_a_device_it_says_so_and_with_one_it_does_not() -> None:
    ear, told = Ear(), []
    voice = Voice(ear, lambda: told.append(voice.fault))
    await voice.find()
    ear.there = ["Headset"]
    await voice.find()
    assert told == ["no_device", None]
    assert voice.devices == ("Headset",)


async def test_a_device_that_fails_is_told_of_until_it_plays() -> None:
    ear = Ear("Headset")
    voice = Voice(ear, lambda: None)
    ear.fails = "cannot_open"
    await voice.play(Priority.LOW, 50, "Headset")
    assert voice.fault == "cannot_open"
    ear.fails = None
    await voice.play(Priority.LOW, 50, "Headset")
    assert voice.fault is None
    assert ear.heard == [(sound(Priority.LOW, 50), "Headset")]


async def test_one_after_the_other() -> None:
    ear = Ear("Headset")
    ear.hangs = threading.Event()
    voice = Voice(ear, lambda: None)
    first = asyncio.create_task(voice.play(Priority.LOW, 50, ""))
    second = asyncio.create_task(voice.play(Priority.HIGH, 50, ""))
    await asyncio.sleep(0)
    ear.hangs.set()
    await asyncio.gather(first, second)
    assert [samples for samples, _device in ear.heard] == [
        sound(priority, 50) for priority in (Priority.LOW, Priority.HIGH)
    ]


async def test_a_device_that_hangs_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "_LONGEST_S", 0.05)
    ear = Ear("Headset")
    ear.hangs = threading.Event()
    voice = Voice(ear, lambda: None)
    await voice.play(Priority.LOW, 50, "")
    assert voice.fault == "silent"
    ear.hangs.set()
    await until(lambda: len(ear.heard) == 1)
    assert voice.fault == "silent"


@pytest.mark.skipif(sys.platform != "linux", reason="the command of Linux's desktops")
@pytest.mark.parametrize(
    ("says", "muted"), [("echo Mute: yes", True), ("echo Mute: no", False), ("exit 1", None)]
)
def test_whether_the_computer_is_muted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, muted: bool | None
) -> None:
    pactl = tmp_path / "pactl"
    pactl.write_text(f"#!/bin/sh\n{says}\n")
    pactl.chmod(pactl.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert is_muted() is muted


def test_where_nobody_tells_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert is_muted() is None


@pytest.mark.parametrize("body", [None, b"", b"[]", b"\xff", b'{"at": "noon"}'])
def test_a_test_that_cannot_be_read_was_none(body: bytes | None) -> None:
    assert read_self_test(body) is None


def test_a_test_is_read_back() -> None:
    assert read_self_test(b'{"at": 5, "heard": true, "device": "Headset"}') == SelfTest(
        at=5, heard=True, device="Headset"
    )
