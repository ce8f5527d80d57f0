"""The clinic's day (TIM-02)."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAY_S = 24 * 3600


def day_start(moment: float, zone: str) -> float:
    """Midnight before `moment` where the clinic is. moment and result: Unix s.

    zone: IANA name; this machine's zone where it is empty or unknown.
    """
    known = zone_named(zone)
    there = datetime.fromtimestamp(moment, UTC).astimezone(known)
    # Made anew: of this machine's zone `there` knows the distance to UTC at `moment` alone, not at midnight.
    return datetime(there.year, there.month, there.day, tzinfo=known).timestamp()


def expired_before(now: float, zone: str) -> float:
    """Facts last confirmed before this moment have expired (DAT-03): their clinic day ended 24 h ago."""
    return day_start(now - _DAY_S, zone)


def zone_named(name: str) -> tzinfo | None:
    """The zone of an IANA name; None, which is this machine's, where nobody knows it."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
