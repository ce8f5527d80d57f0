"""A check-in as somebody asked for it: one JSON object, in a line of a script or from a form."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from hashlib import blake2b
from typing import Any, Final, TypeGuard

import msgspec

from app.checkin.names import fold
from app.core.action import Unfit
from app.core.sendable import is_sendable
from app.intakes.record import read_intake
from app.users.record import GENDERS
from app.visits.record import Subtype
from app.wire.reader import Row

MARK: Final = "custom_client_ref"
"""Key of the intake under which a check-in is found again (design: §6)."""
WISH: Final = "custom_visit_type"
"""Key of the intake that keeps how the patient is to be seen: `visits.add_walkin` has no place for it."""

WAYS: Final = {"in_person": Subtype.IN_PERSON, "phone": Subtype.PHONE, "video": Subtype.VIDEO}
_WAY_OF = {int(number): word for word, number in WAYS.items()}
_GENDER_OF = {word: number for number, word in GENDERS.items()}
_REF = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TEXTS = ("reason", "phone", "location")
_KEYS = frozenset(("patient", "member_id", "room", "type", "provider_id", "answers", "ref", *_TEXTS))
_PATIENT_KEYS = frozenset(("first_name", "last_name", "dob", "phone", "email", "gender"))
_LONGEST_SHOWN = 40


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """Who is checked in, by name and birth date. "" and None: not told. gender: 1 male, 2 female.

    A person with one name has "" for the other.
    """

    first_name: str
    last_name: str
    born: date
    phone: str = ""
    email: str = ""
    gender: int | None = None

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.first_name} {self.last_name}".strip()

    def body(self) -> dict[str, Any]:
        """As it was asked for."""
        said = {"phone": self.phone, "email": self.email, "gender": GENDERS.get(self.gender or 0, "")}
        named = {"first_name": self.first_name, "last_name": self.last_name, "dob": self.born.isoformat()}
        return {**named, **_told(said)}


class CheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. "" and None: not told.

    patient or member_id, or both: then they must agree. way: a word of WAYS, kept in the intake as WISH.
    provider_id: "" for whichever provider of the room comes first. location: a state code. answers: to the
    clinic's own questions. ref: the caller's own mark, one for each check-in, never used again.
    """

    room: str
    patient: Patient | None = None
    member_id: str = ""
    reason: str = ""
    way: str = ""
    provider_id: str = ""
    phone: str = ""
    location: str = ""
    answers: Mapping[str, Any] = {}
    ref: str = ""

    def body(self) -> dict[str, Any]:
        """As it was asked for: `read_check_in` reads the same again."""
        said = {name: getattr(self, name) for name in ("member_id", "provider_id", "ref", *_TEXTS)}
        patient = self.patient.body() if self.patient else None
        parts = {"patient": patient, "type": self.way, "answers": dict(self.answers)}
        return {"room": self.room, **_told(said), **_told(parts)}

    @property
    def subject(self) -> str:
        """Whose it is. By name: a number made of name and birth date, since the id is not known yet."""
        if self.member_id or self.patient is None:
            return self.member_id
        who = (fold(self.patient.first_name), fold(self.patient.last_name), self.patient.born.isoformat())
        return f"patient {blake2b(repr(who).encode(), digest_size=12).hexdigest()}"


def read_check_in(values: object) -> CheckIn:
    """The check-in that any JSON value asks for. Raises Unfit, in words that name the key.

    `{"patient": {"first_name", "last_name", "dob": "YYYY-MM-DD", "phone"?, "email"?, "gender"?},
    "member_id"?, "room", "reason"?, "type"?: "in_person", "phone", "video" or their numbers 1 to 3,
    "provider_id"?, "phone"?, "location"?, "answers"?: {...}, "ref"?: 1 to 64 of A-Z a-z 0-9 _ -}`;
    of patient and member_id one is enough. Other keys are refused: a misspelt one would be lost.
    """
    if not isinstance(values, dict):
        raise Unfit("A check-in is a JSON object.")
    if not is_sendable(values):
        raise Unfit("The check-in holds a broken character, an endless number or too many layers.")
    _only(values, _KEYS, "A check-in")
    room, member_id = _id(values, "room"), _id(values, "member_id")
    patient = None if values.get("patient") is None else _patient(values["patient"])
    if not room:
        raise Unfit("room is missing: the code of the waiting room.")
    if patient is None and not member_id:
        raise Unfit("patient or member_id is missing: who is checked in.")
    return CheckIn(
        room=room,
        patient=patient,
        member_id=member_id,
        way=_way(values.get("type")),
        provider_id=_id(values, "provider_id"),
        answers=_answers(values.get("answers")),
        ref=_ref(values.get("ref")),
        **{name: _text(values, name) for name in _TEXTS},
    )


def _patient(values: object) -> Patient:
    if not isinstance(values, dict):
        raise Unfit("patient is not an object.")
    _only(values, _PATIENT_KEYS, "A patient")
    for name in ("first_name", "last_name", "dob"):
        if values.get(name) is None:
            raise Unfit(f"patient.{name} is missing.")
    first_name, last_name, phone, email = (
        _text(values, name, "patient.") for name in ("first_name", "last_name", "phone", "email")
    )
    if not fold(f"{first_name} {last_name}"):
        raise Unfit("patient.first_name and patient.last_name are both empty.")
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise Unfit("patient.email is not an e-mail address.")
    return Patient(
        first_name=first_name,
        last_name=last_name,
        born=_born(values["dob"]),
        phone=phone,
        email=email,
        gender=_gender(values.get("gender")),
    )


def _born(value: object) -> date:
    try:
        if isinstance(value, str) and date.fromisoformat(value).isoformat() == value:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise Unfit("patient.dob is not a date such as 1984-05-09.")


def _gender(value: object) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.lower() in _GENDER_OF:
        return _GENDER_OF[value.lower()]
    if _is_whole(value) and value in GENDERS:
        return int(value)
    raise Unfit("patient.gender is not male or female.")


def _way(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str) and value in WAYS:
        return value
    if _is_whole(value) and value in _WAY_OF:
        return _WAY_OF[value]
    raise Unfit(f"type is not one of {', '.join(WAYS)}.")


def _answers(value: object) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unfit("answers is not an object.")
    # What the server, or we, mean something by would overwrite the check-in itself.
    intake = read_intake(Row({**value, "id": "-"}))
    free = frozenset() if intake is None else intake.answers.keys() - {MARK, WISH}
    _only(value, free, "answers")
    return value


def _ref(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str) and _REF.fullmatch(value):
        return value
    raise Unfit("ref is not 1 to 64 letters, digits, - or _.")


def _id(values: Mapping[str, Any], name: str) -> str:
    """Ids come as texts and as numbers (quirk 3)."""
    value = values.get(name)
    return str(value) if _is_whole(value) else _text(values, name)


def _text(values: Mapping[str, Any], name: str, of: str = "") -> str:
    value = values.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unfit(f"{of}{name} is not a text.")
    return value.strip()


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _only(values: Mapping[str, Any], known: Collection[str], what: str) -> None:
    for name in values:
        if name not in known:
            seen = "".join(sign if sign.isprintable() else " " for sign in name[:_LONGEST_SHOWN])
            raise Unfit(f"{what} cannot have the key “{seen}”.")


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
