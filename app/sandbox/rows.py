"""How people, rooms and intakes look on the wire (api/users.md §2, rooms.md §1 and §3, visits.md §5)."""

from typing import Any

from app.sandbox.quirks import MISSING, form, object_or_array, unset, without_missing
from app.sandbox.world import CLINIC_ZONE, MEMBER, Intake, Person, Room, Token, World

ALWAYS = "id"
DOMAIN = "practice"
"""Where the clinic's own rooms are."""


def user(person: Person) -> dict[str, Any]:
    """The whole user (api/users.md §2); `dob` is missing when unknown."""
    return without_missing(
        {
            "id": person.id,
            "code": person.code,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "full_name": person.full_name,
            "name": person.full_name,
            "username": person.username,
            "email": person.email,
            "email_verified": person.active,
            "vseeid": person.vseeid,
            "dob": person.dob or MISSING,
            "gender": gender(person),
            "active": person.active,
            "tos": person.tos,
            "status": person.status,
            "type": person.type,
            "subtype": person.subtype,
            "timezone": person.timezone,
            "signup_step": 99 if person.active else 1,
            "photo": None,
            "phone": person.phone or unset(person.id, "phone"),
            **_address(person),
            **({"pcp_name": "", "pcp_phone": "", "extra": _extra(person)} if person.type == MEMBER else {}),
        }
    )


def _address(person: Person) -> dict[str, Any]:
    keys = ("street_addr", "city", "state", "zip")
    return {key: person.address.get(key) or unset(person.id, key) for key in keys}


def _extra(person: Person) -> Any:
    """The patient's further keys; the number of the social security is always empty here."""
    filled = {
        "marital_status": ("", "single", "married")[form(person.id, "marital_status", 3)],
        "gender_identity": "",
        "social_security_no": "",
        "veteran": "",
        "race": "",
        "ethnicity": "",
        "health_insurance": "",
        "insurance": "",
        "insurance_policy_number": "",
        "attachments": None,
        "emerg_contact_name": "",
    }
    return object_or_array(person.id, "extra", filled if form(person.id, "has extra", 3) else {})


def gender(person: Person) -> Any:
    """1 male, 2 female; unknown is 0 or no key (api/decisions.md)."""
    return person.gender or (0, MISSING)[form(person.id, "gender", 2)]


def user_row(person: Person, fields: list[str]) -> dict[str, Any]:
    """A row of `users.list`: plain rows hold `email`, `id` and `full_name` only."""
    if not fields:
        return {"email": person.email, "id": person.id, "full_name": person.full_name}
    whole = {**user(person), "last_login": person.last_login, "role": person.role}
    return {key: value for key, value in whole.items() if key == ALWAYS or key in fields}


def token(held: Token) -> dict[str, Any]:
    """`data.token` of SSO, login and refresh (api/auth.md §1)."""
    return {
        "user_id": held.user_id,
        "token": held.token,
        "expiry": held.expiry,
        "refresh_token": {
            "user_id": held.user_id,
            "token": held.refresh_token,
            "expiry": held.refresh_expiry,
            "created": held.created,
        },
    }


def signed_in(person: Person, held: Token) -> dict[str, Any]:
    """The reply of SSO and login."""
    return without_missing(
        {
            "id": person.id,
            "code": person.code,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "username": person.username,
            "dob": person.dob or MISSING,
            "vseeid": person.vseeid,
            "active": person.active,
            "tos": person.tos,
            "subtype": person.subtype,
            "type": person.type,
            "token": token(held),
        }
    )


def room_row(room: Room, domain: str = DOMAIN) -> dict[str, Any]:
    """A row of `rooms.list`."""
    return {
        "slug": room.slug,
        "name": room.name,
        "domain": domain,
        "code": room.code,
        "active": True,
        "created": room.created,
        "modified": room.modified,
    }


def room(world: World, place: Room, domain: str = DOMAIN) -> dict[str, Any]:
    """The whole room (api/rooms.md §1), with `users` as one string beside `provider_ids` (quirk 12)."""
    return {
        "id": place.id,
        **room_row(place, domain),
        "account_code": world.account_code,
        "display_name": place.name,
        "description": place.description,
        "subtitle": "",
        "logo_url": f"https://example.test/rooms/{place.slug}/logo.png",
        "users": ",".join(place.provider_ids),
        "provider_ids": list(place.provider_ids),
        "specialties": [{"code": c, "name": n, "duration": d} for c, n, d in place.specialties],
        "payment": _prices(place),
        "operation_settings": _opening(place),
        "visits": {
            "walkin": {"enabled": not place.closed, "force_profile_review": False},
            "appointment": {
                "enabled": True,
                "start_blackout": 900,
                "users": {"patient": {"allow_cancel": place.allow_cancel}},
            },
            "econsult": {"enabled": True},
            "on_end_call": [],
        },
        "auth": {"guest": {"type": 600, "log_in": {"enabled": True}, "sign_up": {"enabled": False}}},
        "provider_selection": {
            "walkin": {"show": True, "allow_any": True},
            "any_option_text": "First available",
        },
        "customization": [],
    }


def _prices(place: Room) -> dict[str, Any]:
    """Consultations, the currency under one of two names or both (quirk 22) in one of two forms (quirk 16),
    and the note inside the payload (quirk 23).
    """
    currency: tuple[dict[str, str], ...] = (
        {"currency": "USD", "paymentCurrency": "USD"},
        {"paymentCurrency": "USD"},
        {"currency": "$"},
    )
    return {
        "consultations": [
            {
                "id": c.id,
                "description": c.description,
                "duration": c.minutes,
                "amount": c.amount,
                "group": False,
                "charge": c.amount > 0,
                "slots": 1,
                "visible_to_patient": True,
            }
            for c in place.consultations
        ],
        **currency[form(place.code, "currency", 3)],
        "__note__": "paymentCurrency is deprecated, use currency",
    }


def _opening(place: Room) -> dict[str, Any]:
    """Closed or not, with the message under its old and its new name (quirk 22)."""
    return {
        "is_closed": place.closed,
        "close_msg": "Closed" if place.closed else "",
        "close_message": {"html": place.close_message} if place.close_message else [],
        "default_timezone": CLINIC_ZONE,
    }


def provider_row(person: Person, place: Room) -> dict[str, Any]:
    """A row of `rooms.providers`: `status` is a bool, `short_bio` false when unset (api/rooms.md §3)."""
    online = place.code in person.online
    return {
        "id": person.id,
        "username": person.username,
        "code": "",
        "subtype": person.subtype,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "vseeid": person.vseeid,
        "photo": None,
        "title": person.title,
        "suffix": person.suffix,
        "status": online,
        "short_bio": person.profile.get("short_bio") or False,
        "is_available": online,
        "to_hide": person.hidden,
    }


def provider(person: Person, place: Room) -> dict[str, Any]:
    """One provider of a room with the profile keys of the SDK."""
    return {
        **provider_row(person, place),
        "code": person.code,
        "languages": person.profile.get("languages", ""),
        "states_licensed": person.profile.get("states_licensed", ""),
        "states_serviced": person.profile.get("states_licensed", ""),
        "full_bio": person.profile.get("short_bio", ""),
        "specialties": "",
        "specialties_data": [],
        "certifications": "",
        "disable_selection": False,
        "to_autoaccept": True,
        "to_notify": True,
    }


def intake(written: Intake) -> dict[str, Any]:
    """The whole intake with all answers as they were sent; some under old names (quirks 13, 19 and 22)."""
    key = written.id
    old = form(key, "names", 4) == 0
    return without_missing(
        {
            **written.answers,
            "id": key,
            "type": str(written.type),
            ("reasonforvisit" if old else "reason_for_visit"): written.reason or unset(key, "reason"),
            ("room" if old else "room_code"): written.room_code,
            "provider": written.provider_id or unset(key, "provider"),
            "member_id": written.member_id,
            "visit_id": written.visit_id or unset(key, "visit_id"),
            "attachments": written.attachments,
            "bookedByProvider": written.by_staff,
            "created": written.created,
            "modified": written.modified,
        }
    )
