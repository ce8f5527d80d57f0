"""The three sounds, made when they are first wanted: one tone, two, or three quick ones (ALM-01)."""

import math
from array import array
from functools import lru_cache
from typing import Final

from app.alerts.record import Priority

RATE: Final = 22_050
"""Samples a second: 16 bit, one channel."""
_LOUDEST = 32_767 * 0.8
# Soft like a struck bar: octaves above it that die away sooner. Share of the loudness, seconds to fade.
_OVERTONES = ((1, 0.75, 0.22), (2, 0.18, 0.12), (4, 0.07, 0.05))
_ATTACK_S = 0.006
# Hz and seconds until the next tone begins; the last one rings out.
_TONES: dict[Priority, tuple[tuple[float, float], ...]] = {
    Priority.LOW: ((587.33, 0.5),),
    Priority.MEDIUM: ((587.33, 0.22), (783.99, 0.55)),
    Priority.HIGH: ((880.0, 0.13), (880.0, 0.13), (1174.66, 0.55)),
}


@lru_cache(maxsize=8)
def sound(priority: Priority, volume: int) -> bytes:
    """The samples of one alert. volume: per cent."""
    tones = _TONES[priority]
    length = sum(span_s for _hz, span_s in tones)
    mixed = [0.0] * round(length * RATE)
    begin = 0
    for hz, span_s in tones:
        for place, value in enumerate(_tone(hz), begin):
            if place < len(mixed):
                mixed[place] += value
        begin += round(span_s * RATE)
    fade = round(0.03 * RATE)
    for place in range(fade):
        mixed[-1 - place] *= place / fade
    peak = max(map(abs, mixed))
    loud = _LOUDEST * volume / 100 / peak
    return array("h", (round(value * loud) for value in mixed)).tobytes()


def seconds(samples: bytes) -> float:
    """How long they sound."""
    return len(samples) / 2 / RATE


def _tone(hz: float) -> list[float]:
    parts = [(2 * math.pi * hz * times / RATE, share, fade_s * RATE) for times, share, fade_s in _OVERTONES]
    attack = _ATTACK_S * RATE
    return [
        min(1.0, place / attack)
        * sum(share * math.sin(angle * place) * math.exp(-place / fade) for angle, share, fade in parts)
        for place in range(round(0.55 * RATE))
    ]
