"""The practice clinic's pharmacies (api/pharmacy.md A), and the public directory beside them (B)."""

import re
from math import asin, cos, radians, sin, sqrt
from typing import Any

from starlette.responses import Response

from app.pharmacies.sandbox import nppes
from app.pharmacies.sandbox.opening import (
    NPI_CODE,
    Pharmacy,
    Registration,
    Saved,
    from_registration,
    furnish,
)
from app.sandbox.http import NPPES_PREFIX, PAGING, Call, Endpoint, Param, Refusal, reply
from app.sandbox.quirks import MISSING, form, unset, without_missing
from app.sandbox.world import Person

__all__ = ["ENDPOINTS", "furnish"]

RADIUS = 10.0
"""Miles around a point, when the question names none."""
EARTH = 3958.8
"""Miles from its middle to us."""
_REAL = re.compile(r"-?\d{1,6}(\.\d{1,20})?(e-?\d{1,3})?", re.ASCII)
_ZIP = re.compile(r"\d{1,5}|\d{5}-?\d{4}", re.ASCII)

Point = tuple[float, float]


def search(call: Call) -> Response:
    """What fits, one page of it: by name, or from the nearest on when a point is given."""
    center = _point(call)
    asked = {name: call.asked(name) for name in ("q", "zip", "city")}
    _check(call, asked)
    if center is None and not any(asked.values()):
        raise Refusal(400, "A search criterion is required.")
    fitting = [one for one in call.world.table(Pharmacy).values() if _fits(call, asked, one)]
    fitting.sort(key=lambda pharmacy: (pharmacy.name.casefold(), pharmacy.code))
    found: list[tuple[Pharmacy, float | None]] = [(pharmacy, None) for pharmacy in fitting]
    if center is not None:
        found = _near(fitting, center, _radius(call))
    shown = [_row(pharmacy, distance=miles) for pharmacy, miles in call.page_of(found)]
    return reply(shown, total_count=len(found))


def get(call: Call) -> Response:
    """One pharmacy by its code."""
    return reply(_row(_known(call, call.params["code"])))


def of_user(call: Call) -> Response:
    """What a patient has saved, the default first."""
    saved = call.world.table(Saved).get(_patient(call).id, Saved())
    codes = sorted(saved.codes, key=lambda code: code != saved.default)
    return reply([_row(_known(call, code), is_default=code == saved.default) for code in codes])


def set_default(call: Call) -> Response:
    """Saves it if need be; a code of the directory brings its pharmacy into the clinic's list."""
    person, code = _patient(call), call.needed("code")
    registration = call.world.table(Registration).get(code.removeprefix(NPI_CODE))
    if code.startswith(NPI_CODE) and registration is not None:
        call.world.table(Pharmacy).setdefault(code, from_registration(registration))
    pharmacy = _known(call, code)
    saved = call.world.table(Saved).setdefault(person.id, Saved())
    if code not in saved.codes:
        saved.codes.append(code)
    saved.default = code
    return reply(_row(pharmacy))


def remove(call: Call) -> Response:
    """Takes one off the patient's list; no other becomes the default in its place."""
    person, code = _patient(call), call.needed("code")
    saved = call.world.table(Saved).get(person.id, Saved())
    if code not in saved.codes:
        raise Refusal(404)
    saved.codes.remove(code)
    if saved.default == code:
        saved.default = None
    return reply(True)


# -- who and what --------------------------------------------------------------------------------


def _patient(call: Call) -> Person:
    """The patient of the path: oneself, or one with a visit that the caller may see; else 403."""
    person = call.user(call.params["id"])
    visits = call.world.visits.values()
    if call.caller.is_patient:
        allowed = person.id == call.caller.user_id
    elif call.caller.person is None or not call.caller.person.sees_patients:
        allowed = person.is_patient
    else:
        allowed = any(visit.member_id == person.id and call.caller.may_see(visit) for visit in visits)
    if not allowed:
        raise Refusal(403)
    return person


def _known(call: Call, code: str) -> Pharmacy:
    found = call.world.table(Pharmacy).get(code)
    if found is None:
        raise Refusal(404)
    return found


# -- searching -----------------------------------------------------------------------------------


def _check(call: Call, asked: dict[str, str | None]) -> None:
    """400 for what cannot be searched by."""
    state, mail_order = call.asked("state"), call.asked_whole("mail_order")
    wrong = {
        "q": asked["q"] is not None and len(asked["q"].strip()) < 2,
        "zip": asked["zip"] is not None and not _ZIP.fullmatch(asked["zip"]),
        "state": state is not None and not re.fullmatch("[A-Za-z]{2}", state),
        "mail_order": mail_order not in {None, 0, 1},
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise Refusal(400, f"{name} is not valid.")


def _fits(call: Call, asked: dict[str, str | None], pharmacy: Pharmacy) -> bool:
    name, city = (asked["q"] or "").strip().casefold(), asked["city"] or pharmacy.city
    state = call.asked("state") or pharmacy.state
    return (
        name in pharmacy.name.casefold()
        and pharmacy.zip.startswith((asked["zip"] or "")[:5])
        and city.strip().casefold() == pharmacy.city.casefold()
        and state.upper() == pharmacy.state
        and not (pharmacy.mail_order and call.asked_whole("mail_order") == 0)
    )


def _near(fitting: list[Pharmacy], center: Point, radius: float) -> list[tuple[Pharmacy, float | None]]:
    """Those around a point with their distance in miles; what has no known place is not near anything."""
    placed = [(one, _miles(center, one.position)) for one in fitting if one.position is not None]
    near = [(one, miles) for one, miles in placed if miles <= radius]
    return [(one, round(miles, 2)) for one, miles in sorted(near, key=lambda pair: (pair[1], pair[0].code))]


def _miles(one: Point, other: Point) -> float:
    """The way over the ground, by the haversine formula."""
    (lat1, lng1), (lat2, lng2) = [(radians(lat), radians(lng)) for lat, lng in (one, other)]
    chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lng2 - lng1) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(chord)))


def _point(call: Call) -> Point | None:
    """The point that was asked for; half of one is none."""
    lat, lng = _real(call, "lat", 90), _real(call, "lng", 180)
    return None if lat is None or lng is None else (lat, lng)


def _radius(call: Call) -> float:
    radius = _real(call, "radius", 20_000)
    if radius is not None and radius <= 0:
        raise Refusal(400, "radius is not valid.")
    return radius or RADIUS


def _real(call: Call, name: str, most: float) -> float | None:
    text = call.asked(name)
    if text is None:
        return None
    if not _REAL.fullmatch(text.strip()) or abs(float(text)) > most:
        raise Refusal(400, f"{name} is not valid.")
    return float(text)


# -- rows ----------------------------------------------------------------------------------------


def _row(
    pharmacy: Pharmacy, *, distance: float | None = None, is_default: bool | None = None
) -> dict[str, Any]:
    """As the server writes it: the ZIP as a number that has lost its zeros, or as text (quirk 17)."""
    code = pharmacy.code
    return without_missing(
        {
            "code": code,
            "name": pharmacy.name,
            "address": pharmacy.address,
            "address_more": pharmacy.address_more or unset(code, "address_more"),
            "city": pharmacy.city,
            "state": pharmacy.state,
            "country": "US",
            "zip": int(pharmacy.zip) if form(code, "zip", 2) else pharmacy.zip,
            "phone": pharmacy.phone,
            "fax": pharmacy.fax or unset(code, "fax"),
            **_position(pharmacy),
            "extra": unset(code, "extra") if pharmacy.extra is None else pharmacy.extra,
            "distance": MISSING if distance is None else distance,
            "is_default": MISSING if is_default is None else is_default,
        }
    )


def _position(pharmacy: Pharmacy) -> dict[str, Any]:
    """Degrees as numbers or as text; 0/0, null or nothing where they are not known."""
    code = pharmacy.code
    if pharmacy.position is None:
        nothing = (0, None, MISSING)[form(code, "position", 3)]
        return {"latitude": nothing, "longitude": nothing}
    latitude, longitude = pharmacy.position
    if form(code, "position", 2):
        return {"latitude": str(latitude), "longitude": str(longitude)}
    return {"latitude": latitude, "longitude": longitude}


_CODE = (Param("code", about="of a pharmacy, or npi- and an NPI", required=True),)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "pharmacies.search",
        "GET",
        "/pharmacies",
        search,
        data="array",
        query=(
            Param("q", about="a part of the name, 2 characters or more"),
            Param("zip", about="or its beginning"),
            Param("city"),
            Param("state", about="2 letters"),
            Param("lat", "number", "degrees, with lng"),
            Param("lng", "number", "degrees, with lat"),
            Param("radius", "number", "miles around lat and lng, default 10"),
            Param("mail_order", "integer", "0 leaves mail order out", choices=(0, 1)),
            *PAGING,
        ),
    ),
    Endpoint("pharmacies.get", "GET", "/pharmacies/:code", get),
    Endpoint("pharmacies.user", "GET", "/users/:id/pharmacies", of_user, data="array"),
    Endpoint("pharmacies.default", "POST", "/users/:id/pharmacies/default", set_default, body=_CODE),
    Endpoint("pharmacies.remove", "POST", "/users/:id/pharmacies/delete", remove, body=_CODE, data="boolean"),
    # No parameter is marked as required: the directory answers 200 to whatever it is asked.
    Endpoint(
        "nppes.search",
        "GET",
        "/",
        nppes.search,
        public=True,
        prefix=NPPES_PREFIX,
        data="any",
        query=tuple(Param(name) for name in nppes.NAMES),
    ),
)
