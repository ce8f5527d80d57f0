"""When somebody can be seen: free and booked slots (api/visits.md §6)."""

import msgspec

from app.core.unreadable import Unreadable
from app.wire.client import Client
from app.wire.listing import Listing, listing
from app.wire.reader import Row


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a provider's time, as long as the consultation. None and "" mean not told.

    start, end: Unix s. booked, available: places taken and left; `available` 0 is full. unread: paths of what
    came but could not be understood.
    """

    start: float
    end: float
    booked: int | None = None
    available: int | None = None
    provider_id: str = ""
    slot_id: str = ""
    unread: tuple[str, ...] = ()


def read_slot(row: Row) -> Slot | Unreadable:
    """The slot that a JSON object describes; Unreadable without its two ends."""
    before = len(row.complaints)
    start, end = row.instant("slot_start"), row.instant("slot_end")
    if start is None or end is None:
        return row.unreadable(f"{'slot_start' if start is None else 'slot_end'} is missing")
    return Slot(
        start=start,
        end=end,
        booked=row.number("slot_booked"),
        available=row.number("slot_available"),
        provider_id=row.text("provider_id") or "",
        slot_id=row.text("slot_id") or "",
        unread=tuple(row.complaints[before:]),
    )


class Availability:
    """Asks for slots; nothing is kept, since anybody may book meanwhile."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def slots(
        self,
        member_id: str,
        start: float,
        end: float,
        *,
        consultation_id: str,
        intake_id: str,
        room_code: str = "",
        provider_id: str = "",
        duration: int | None = None,
    ) -> Listing[Slot]:
        """The slots of a patient's choice, full ones included, in the server's order. Raises Failure.

        start, end: Unix s. duration: minutes, None for the consultation's own. A patient asks for themselves;
        staff names the patient.
        """
        question: dict[str, str | int] = {
            "member_id": member_id,
            "start": int(start),
            "end": int(end),
            "consultation_id": consultation_id,
            "intake_id": intake_id,
        }
        if room_code:
            question["room_code"] = room_code
        if provider_id:
            question["provider_id"] = provider_id
        if duration is not None:
            question["duration"] = duration
        return listing(await self._client.get("availability.list", question), read_slot, "slots")
