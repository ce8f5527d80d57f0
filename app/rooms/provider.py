"""A provider as a room shows them, and the room's queue (api/rooms.md §3 and §4)."""

from typing import Any

import msgspec

from app.core.unreadable import Unreadable
from app.users.record import Person, read_person
from app.wire.reader import Row


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody learned their profession, in their own words; "" when not said."""

    school: str = ""
    residency: str = ""
    internship: str = ""
    further: str = ""
    certifications: str = ""


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """A provider of a room (api/rooms.md §3). None and "" mean that the server did not say.

    online: whether they are available in this room; None is not known, which is not offline. hidden: not to
    be offered for selection; disabled: shown, but not to be selected. subtype: such as "482", a doctor.
    photo: an address. licensed, served: states. specialties_data: as it came. autoaccept: calls are taken
    without asking. notify: they want to be told of their patients.
    unread: paths of what came but could not be understood.
    """

    person: Person
    username: str = ""
    code: str = ""
    vseeid: str = ""
    subtype: str = ""
    photo: str = ""
    online: bool | None = None
    hidden: bool | None = None
    disabled: bool | None = None
    autoaccept: bool | None = None
    notify: bool | None = None
    short_bio: str = ""
    full_bio: str = ""
    languages: tuple[str, ...] = ()
    licensed: tuple[str, ...] = ()
    served: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    specialties_data: Any = None
    training: Training = Training()
    professional_interests: str = ""
    personal_interests: str = ""
    unread: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Providers are keyed by their user id."""
        return self.person.id


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """What the server made of a change of presence [assumed]. None, "" and () mean that it did not say.

    rooms: the codes of the rooms that it holds for.
    """

    provider_id: str = ""
    online: bool | None = None
    rooms: tuple[str, ...] = ()


class QueueInfo(msgspec.Struct, frozen=True, kw_only=True):
    """How full a waiting room is (api/rooms.md §4).

    length: patients who wait. capacity: how many may. before_me: patients ahead of the one who asks, None for
    staff. average_visit_time: seconds [assumed unit].
    """

    length: int
    capacity: int | None = None
    before_me: int | None = None
    average_visit_time: int | None = None


def read_provider(row: Row) -> Provider | Unreadable:
    """The provider that a JSON object describes; only a missing id makes it Unreadable."""
    complaints_before = len(row.complaints)
    person = read_person(row)
    if person is None:
        return row.unreadable("id is missing")
    return Provider(
        person=person,
        username=row.text("username") or "",
        code=row.text("code") or "",
        vseeid=row.text("vseeid") or "",
        subtype=row.text("subtype") or "",
        photo=row.text("photo") or "",
        online=_online(row),
        hidden=row.flag("to_hide"),
        disabled=row.flag("disable_selection"),
        autoaccept=row.flag("to_autoaccept"),
        notify=row.flag("to_notify"),
        short_bio=row.text("short_bio") or "",
        full_bio=row.text("full_bio") or "",
        languages=row.texts("languages"),
        licensed=row.texts("states_licensed"),
        served=row.texts("states_serviced"),
        specialties=row.texts("specialties"),
        specialties_data=row.raw("specialties_data"),
        training=_training(row),
        professional_interests=row.text("professional_interests") or "",
        personal_interests=row.text("personal_interests") or "",
        unread=tuple(row.complaints[complaints_before:]),
    )


def read_presence(row: Row) -> Presence:
    """The reply to a change of presence; what it does not say is not known."""
    return Presence(
        provider_id=row.text("id") or "", online=row.flag("is_available"), rooms=row.texts("rooms")
    )


def read_queue_info(row: Row) -> QueueInfo | Unreadable:
    """The queue that a JSON object describes; without its length there is nothing to tell."""
    length = row.number("length")
    if length is None:
        return row.unreadable("length is missing")
    return QueueInfo(
        length=length,
        capacity=row.number("capacity"),
        before_me=row.number("before_me"),
        average_visit_time=row.number("average_visit_time"),
    )


def _online(row: Row) -> bool | None:
    """`is_available` decides; else `status` true is online, while its false may be unset (quirk 6)."""
    available = row.flag("is_available")
    return available if available is not None else row.flag("status") or None


def _training(row: Row) -> Training:
    return Training(
        school=row.text("edu_medical") or "",
        residency=row.text("edu_residency") or "",
        internship=row.text("edu_internship") or "",
        further=row.text("educational_training") or "",
        certifications=row.text("certifications") or "",
    )
