"""What the screen says of whether a patient is still there; and what can be done about it (idea 8)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.visits.presence import Left, LostSignal, NotTold, Presence, Present
from app.visits.record import CloseReason
from ui.kit.cell import Pill
from ui.kit.formats import ago_text, span_text, time_text

LOST: Final = Pill("Lost signal", "warn", "offline")
"""Where there is no room for since when."""
_NOT_TOLD = "The server does not tell whether the patient is still there."
_LEFT: dict[CloseReason, tuple[str, str]] = {
    CloseReason.PATIENT_EXIT_ROOM: ("Left", "The patient left the waiting room"),
    CloseReason.PATIENT_END_CALL: ("Hung up", "The patient ended the call"),
    CloseReason.CALL_ENDED: ("Call ended", "The call was ended, not by the patient"),
    CloseReason.PATIENT_CANCEL_APPOINTMENT: ("Cancelled", "The patient cancelled the appointment"),
}


class Offer(StrEnum):
    """An act that may help. MARK_LEFT: close the visit as left by its patient."""

    MESSAGE = "message"
    MARK_LEFT = "mark_left"


@dataclass(frozen=True, slots=True)
class PresenceWords:
    """cell: for a table, None where there is nothing to say. whole: a sentence or two, in full. offers: the
    acts that make sense now, the milder first."""

    cell: Pill | None
    whole: str
    offers: tuple[Offer, ...] = ()


def presence_words(found: Presence, now: float) -> PresenceWords:
    """now: the moment for which `found` was told (Unix s)."""
    match found:
        case Present(last_sign):
            age = ago_text(max(0.0, now - last_sign))
            return PresenceWords(
                Pill("Present", "good", "check"), f"The patient's page is open. Last sign of it {age} ago."
            )
        case LostSignal(since):
            return PresenceWords(
                Pill(f"Lost signal {span_text(now - since)}", "warn", "offline"),
                f"Nothing was heard of the patient's page since {time_text(since, now)}. "
                "They may have left, or have no network.",
                (Offer.MESSAGE, Offer.MARK_LEFT),
            )
        case Left(at, why):
            word, sentence = _LEFT[why]
            if at is None:
                return PresenceWords(Pill(word, "neutral", "door"), f"{sentence}. When is not told.")
            clock = time_text(at, now)
            return PresenceWords(Pill(f"{word} {clock}", "neutral", "door"), f"{sentence} at {clock}.")
        case NotTold(""):
            return PresenceWords(None, _NOT_TOLD)
        case NotTold(reason):
            return PresenceWords(None, f"{_NOT_TOLD} The visit was closed with: {reason} (unrecognised).")
