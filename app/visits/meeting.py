"""The meeting of a visit: what brings somebody into its call (api/calls.md §2)."""

from collections.abc import Mapping

import msgspec

from app.wire.reader import Row


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """Where a visit's call takes place. Any field may be missing; None, "" and empty mean not told.

    Older servers have no meeting at all.

    id: of the conference; one that ends in `__jitsi` can be joined from a browser. pin: what a caller by
    telephone types, as text. phone_numbers: to dial in, by country code; under "" those whose country was
    not told. hosts: who may open it. expiry: Unix s. recording_auto_start: recording begins by itself.
    """

    id: str = ""
    pin: str = ""
    phone_numbers: Mapping[str, tuple[str, ...]] = {}
    hosts: tuple[str, ...] = ()
    expiry: float | None = None
    recording_auto_start: bool | None = None
    disabled: bool | None = None


def read_meeting(row: Row) -> Meeting:
    """The meeting that a JSON object holds."""
    return Meeting(
        id=row.text("meeting_id") or "",
        pin=row.text("conference_pin") or "",
        phone_numbers=_phone_numbers(row),
        hosts=row.texts("hosts"),
        expiry=row.instant("expiry"),
        recording_auto_start=row.flag("recording_auto_start"),
        disabled=row.flag("disabled"),
    )


def _phone_numbers(row: Row) -> Mapping[str, tuple[str, ...]]:
    """An object by country, or numbers alone (quirk 18)."""
    if isinstance(row.raw("phone_numbers"), dict):
        countries = row.object("phone_numbers")
        return {country: countries.texts(country) for country in countries.values}
    numbers = row.texts("phone_numbers")
    return {"": numbers} if numbers else {}
