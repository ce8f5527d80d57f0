"""What alerts say. Outside the window: counts, never who, why, when born or where (NOT-01)."""

import math
from typing import Final

from app.alerts.record import Alarm, Priority
from app.alerts.self_test import SelfTest
from app.alerts.speaker import Why
from app.core.connection import Light
from ui.kit.formats import listed, span_text, time_text
from ui.theme.tokens import Tone

KEYS: Final = "Ctrl+Shift+A"
_MINUTE_S = 60

# Each priority has its own word, tone and icon (ALM-01).
LOOKS: Final[dict[Priority, tuple[str, Tone, str]]] = {
    Priority.LOW: ("New", "info", "info"),
    Priority.MEDIUM: ("Waiting", "warn", "alert"),
    Priority.HIGH: ("Urgent", "bad", "alert_filled"),
}
_LOST: Final[dict[Light, str]] = {
    Light.OFFLINE: "The queue cannot be seen now. Vestibule goes on trying.",
    Light.TROUBLE: "The queue cannot be seen now: the server is in trouble. Vestibule goes on trying.",
    Light.SIGNED_OUT: "The queue cannot be seen: your sign-in has ended. Sign in again.",
}
_FAULTS: Final[dict[Why, str]] = {
    "no_device": "No sound device",
    "cannot_open": "Sound device does not open",
    "silent": "Sound device does not play",
}


def alarm_text(alarm: Alarm) -> str:
    """2 patients came and nobody has said that they know · longest 4 min."""
    said = []
    if alarm.lost is not None:
        said.append(_LOST[alarm.lost])
        if alarm.lost_waiting:
            said.append(f"{alarm.lost_waiting} waited when it was last read.")
    if alarm.waiting:
        came = f"{_who(alarm)} came and nobody has said that they know"
        longest = (
            ""
            if alarm.longest_s is None
            else f"longest {span_text(alarm.longest_s)}".replace(" ", "\N{NO-BREAK SPACE}")
        )
        late = "too long" if alarm.is_late else ""
        desk = "the front desk hears it, too" if alarm.is_told_to_desk else ""
        said.append(f"{listed((came, longest, late, desk))}.")
    return " ".join(said)


def pause_text(paused_s: float) -> str:
    """Sound paused, on again in 12 min; seconds in the last minute."""
    seconds = math.ceil(paused_s)
    left = f"{seconds} s" if seconds < _MINUTE_S else f"{math.ceil(seconds / _MINUTE_S)} min"
    return f"Sound paused, on again in {left}"


def notification_text(alarm: Alarm) -> str:
    """A patient is waiting (3)."""
    if alarm.lost is not None:
        return "The queue cannot be seen now"
    return f"{'A patient' if alarm.patients else 'An e-consult'} is waiting ({alarm.waiting})"


def tip_text(alarm: Alarm) -> str:
    """Of the tray's icon."""
    parts = [f"{alarm.waiting} not acknowledged" if alarm.waiting else ""]
    parts.append("the queue cannot be seen" if alarm.lost else "")
    parts.append("sound paused" if alarm.paused_s > 0 else "")
    return f"Vestibule: {', '.join(filter(None, parts)) or 'nobody waits unnoticed'}"


def sound_text(tested: SelfTest | None, fault: Why | None, now: float) -> tuple[str, Tone]:
    """What is known of the sound, for the status bar. tested: with what it is set to now. now: Unix s."""
    if fault is not None:
        return _FAULTS[fault], "warn"
    if tested is None or tested.heard is None:
        return "Sound not tested", "neutral"
    if not tested.heard:
        return "Sound: not heard", "warn"
    return f"Sound checked {time_text(tested.at, now)}", "neutral"


def _who(alarm: Alarm) -> str:
    patients = _counted(alarm.patients, "patient") if alarm.patients else ""
    e_consults = _counted(alarm.e_consults, "e-consult") if alarm.e_consults else ""
    return " and ".join(filter(None, (patients, e_consults)))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
