"""Where the clinic is, by its rooms (TIM-01): no other public field names a clinic's time zone."""

from collections import Counter
from collections.abc import Iterable

from app.rooms.record import Room


def clinic_zone(rooms: Iterable[Room], watched: str = "") -> str:
    """The IANA name that the room watched has, else the one that most rooms have; "" when none says.

    watched: a room's code, "" for all. Of two that as many rooms have the first in the alphabet.
    """
    zones = {room.code: room.zone for room in rooms if room.zone}
    if watched in zones:
        return zones[watched]
    counted = Counter(zones.values())
    return min(counted, key=lambda zone: (-counted[zone], zone), default="")
