"""The sound of alerts: one at a time, never in the way of the screen, honest about whether it came out."""

import asyncio
from collections.abc import Callable

from app.alerts.record import Priority
from app.alerts.speaker import NoSound, Speaker, Why
from app.alerts.tones import sound
from app.core.aside import aside

# A device that has not taken a sound of one second by then hangs.
_LONGEST_S = 10.0


class Voice:
    """devices: names of what can be heard on, None until they were looked for. fault: why the last sound did
    not come out, or none would; None while nothing is known against it. changed: told when one is another."""

    def __init__(self, speaker: Speaker, changed: Callable[[], None]) -> None:
        self._speaker, self._changed = speaker, changed
        self._turn = asyncio.Lock()
        self.devices: tuple[str, ...] | None = None
        self.fault: Why | None = None

    def close(self) -> None:
        """What still sounds ends by itself; nobody is told of it any more."""
        self._changed = lambda: None

    async def find(self) -> None:
        """Looks for devices; they come and go."""
        self.devices = tuple(await aside(self._speaker.devices))
        self._settle(None if self.devices else "no_device")

    async def play(self, priority: Priority, volume: int, device: str) -> None:
        """Plays an alert, after the one that sounds. volume: per cent. device: its name, "" for the usual
        one."""
        async with self._turn:
            try:
                async with asyncio.timeout(_LONGEST_S):
                    await aside(lambda: self._speaker.play(sound(priority, volume), device))
            except NoSound as silence:
                self._settle(silence.why)
            except TimeoutError:
                self._settle("silent")
            else:
                self._settle(None)

    def _settle(self, fault: Why | None) -> None:
        self.fault = fault
        self._changed()
