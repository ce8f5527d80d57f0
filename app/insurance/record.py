"""Insurance cards and insurers (api/payments.md §5)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal

import msgspec

from app.core.unreadable import Unreadable
from app.users.record import read_gender
from app.wire.reader import Json, Row

CardType = Literal["primary", "secondary"]

# Other words stay visible as they came.
RESPONSIBLE_PARTIES = ("self", "child", "spouse", "other")

_PICTURES = ("card_front", "card_back")

# Field -> names it comes under, the current one first (quirk 14, and the names of forms).
_NAMES: Mapping[str, tuple[str, ...]] = {
    "insurer_code": ("insurer_code", "carrier_code"),
    "subscriber_number": ("subscriber_number", "subscriber_num"),
    "group_number": ("group_number",),
    "responsible_party": ("responsible_party", "respparty"),
    "guarantor_first_name": ("guarantor_first_name",),
    "guarantor_middle_name": ("guarantor_middle_name",),
    "guarantor_last_name": ("guarantor_last_name",),
    "guarantor_name": ("guarantor_name",),
    "guarantor_dob": ("guarantor_dob",),
    "guarantor_gender": ("guarantor_gender",),
    "guarantor_address": ("guarantor_address",),
    "guarantor_address_2": ("guarantor_address_2",),
    "guarantor_city": ("guarantor_city",),
    "guarantor_zip": ("guarantor_zip",),
    "guarantor_state": ("guarantor_state",),
    "consent": ("consent",),
}


class InsuranceCard(msgspec.Struct, frozen=True, kw_only=True):
    """A patient's insurance card (api/payments.md §5). "" and None mean not known.

    card_type: "primary" or "secondary", at most one each; other words as they came. insurer_code: id of an
    Insurer. responsible_party: a word of RESPONSIBLE_PARTIES, other words as they came. guarantor_name: the
    older form, one text. guarantor_dob: a plain date. guarantor_gender: 1 male, 2 female; other numbers and
    words as they came. front_id, back_id: the pictures' files; eligibility: such as "inactive"; these three
    are the server's and are not changed here. came: the object as it came, without the pictures' signed
    links and never printed; empty for a card written here.
    """

    card_type: str
    insurer_code: str = ""
    subscriber_number: str = ""
    group_number: str = ""
    responsible_party: str = ""
    guarantor_first_name: str = ""
    guarantor_middle_name: str = ""
    guarantor_last_name: str = ""
    guarantor_name: str = ""
    guarantor_dob: date | None = None
    guarantor_gender: int | str | None = None
    guarantor_address: str = ""
    guarantor_address_2: str = ""
    guarantor_city: str = ""
    guarantor_zip: str = ""
    guarantor_state: str = ""
    consent: bool | None = None
    front_id: str = ""
    back_id: str = ""
    eligibility: str = ""
    came: Mapping[str, Json] = {}
    unread: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Without `came`: a repr may end up in a log."""
        shown = (f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name != "came")
        return f"InsuranceCard({', '.join(shown)})"

    @property
    def guarantor(self) -> str:
        """The guarantor's whole name, from the newer fields or the older one."""
        parts = (self.guarantor_first_name, self.guarantor_middle_name, self.guarantor_last_name)
        return " ".join(part for part in parts if part) or self.guarantor_name

    def sent(self) -> dict[str, Json]:
        """The object that goes back: as it came, with the names it came with, changed where this record is.

        Keys that we do not know go back too (quirk 9), pictures without their links. An emptied text goes as
        "", anything else as null.
        """
        before = _fields(Row(self.came))
        changed = {
            _name(field, self.came): _wire(getattr(self, field))
            for field in _NAMES
            if getattr(self, field) != before[field]
        }
        return {**self.came, "card_type": self.card_type, **changed}


class Insurer(msgspec.Struct, frozen=True, kw_only=True):
    """An insurance company. id: what cards quote as `insurer_code`; text: its name."""

    id: str
    text: str = ""


def read_insurance_card(row: Row) -> InsuranceCard | Unreadable:
    """The card that a JSON object describes; only a missing card type makes it Unreadable."""
    before = len(row.complaints)
    card_type = row.text("card_type")
    if not card_type:
        return row.unreadable("card_type is missing")
    fields = _fields(row)
    return InsuranceCard(
        card_type=card_type,
        **fields,
        front_id=row.object("card_front").text("id") or "",
        back_id=row.object("card_back").text("id") or "",
        eligibility=row.object("eligibility").text("status") or "",
        came=_kept(row.values),
        unread=tuple(row.complaints[before:]),
    )


def read_insurer(row: Row) -> Insurer | Unreadable:
    """The insurer that a JSON object describes; only a missing id makes it Unreadable."""
    insurer_id = row.text("id")
    if not insurer_id:
        return row.unreadable("id is missing")
    return Insurer(id=insurer_id, text=row.text("text") or "")


def _fields(row: Row) -> dict[str, Json]:
    """What may be changed and sent back, by the record's names."""
    special: Mapping[str, Callable[..., Json]] = {
        "guarantor_dob": row.day,
        "guarantor_gender": lambda name: read_gender(row, name),
        "consent": row.flag,
    }
    return {
        field: special[field](*names) if field in special else row.text(*names) or ""
        for field, names in _NAMES.items()
    }


def _kept(came: Mapping[str, Json]) -> Mapping[str, Json]:
    """What came, without the links that open the pictures for whoever holds them."""
    pictures = {name: came[name] for name in _PICTURES if isinstance(came.get(name), dict)}
    return {**came, **{name: _unlinked(picture) for name, picture in pictures.items()}}


def _unlinked(picture: Mapping[str, Json]) -> Mapping[str, Json]:
    return {key: value for key, value in picture.items() if key != "fullpath"}


def _name(field: str, came: Mapping[str, Json]) -> str:
    """The name that a field came under, else its current one."""
    names, row = _NAMES[field], Row(came)
    filled = (name for name in names if row.raw(name) is not None)
    return next(filled, None) or next((name for name in names if name in came), names[0])


def _wire(value: Json) -> Json:
    return value.isoformat() if isinstance(value, date) else value
