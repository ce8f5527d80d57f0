"""Plays alerts on a sound device. The only home of miniaudio, which is imported when it is first needed.

Everything here blocks: ask it in a thread (`app.core.aside`).
"""

import threading
from collections.abc import Generator
from typing import TYPE_CHECKING, Literal, Protocol

from app.alerts.tones import RATE, seconds

if TYPE_CHECKING:
    import miniaudio

# Sinks that swallow what they are given: ALSA's "null", and PulseAudio's and PipeWire's where no card is.
_SWALLOWING = (b"null", b"auto_null")
_BUFFER_MS = 60
_GRACE_S = 3.0

Why = Literal["no_device", "cannot_open", "silent"]


class NoSound(Exception):
    """Nothing can be heard. why: no device; it cannot be opened; it takes nothing of what it is given."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Speaker(Protocol):
    """Where alerts are played; tests hand in one that only listens."""

    def devices(self) -> list[str]:
        """Names of what can be heard on; empty where there is nothing."""
        ...

    def play(self, samples: bytes, device: str) -> None:
        """Plays to its end. device: its name; "", or one that is gone: the usual one. Raises NoSound."""
        ...


class SoundCard:
    """This computer's devices.

    is_null: miniaudio's own device that nobody hears, for tests.
    """

    def __init__(self, *, is_null: bool = False) -> None:
        self._is_null = is_null

    def devices(self) -> list[str]:
        """See `Speaker`."""
        return list(dict.fromkeys(self._found()))

    def play(self, samples: bytes, device: str) -> None:
        """See `Speaker`."""
        import miniaudio

        found = self._found()
        if not found:
            raise NoSound("no_device")
        over = threading.Event()
        try:
            with miniaudio.PlaybackDevice(
                nchannels=1,
                sample_rate=RATE,
                buffersize_msec=_BUFFER_MS,
                device_id=found.get(device),
                backends=self._backends(),
                app_name="Vestibule",
            ) as opened:
                stream = _stream(samples, over)
                next(stream)
                opened.start(stream)
                is_played = over.wait(seconds(samples) + _GRACE_S)
        except miniaudio.MiniaudioError as error:
            raise NoSound("cannot_open") from error
        if not is_played:
            raise NoSound("silent")

    def _found(self) -> "dict[str, object]":
        """Devices that can be heard on, by name, with what miniaudio knows them by."""
        import miniaudio

        try:
            devices = miniaudio.Devices(self._backends())
            if devices.backend == "Null" and not self._is_null:
                return {}
            playbacks = devices.get_playbacks()
        except miniaudio.MiniaudioError:
            return {}
        return {each["name"]: each["id"] for each in playbacks if not _swallows(each["id"])}

    def _backends(self) -> "list[miniaudio.Backend]":
        import miniaudio

        return [miniaudio.Backend.NULL] if self._is_null else []


def _stream(samples: bytes, over: threading.Event) -> Generator[bytes, int, None]:
    """Gives the device what it asks for; over: all was taken, and what the device holds back was heard."""
    count = yield b""
    place, silence = 0, RATE * _BUFFER_MS * 3 // 1000
    while place < len(samples) or silence > 0:
        part = samples[place : place + 2 * count]
        place += 2 * count
        if not part:
            silence -= count
        count = yield part + bytes(2 * count - len(part))
    over.set()
    while True:
        count = yield bytes(2 * count)


def _swallows(device_id: object) -> bool:
    from _miniaudio import ffi

    return bytes(ffi.buffer(device_id)).split(b"\0", 1)[0] in _SWALLOWING
