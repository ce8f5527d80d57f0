"""The practice clinic's user endpoints (api/users.md)."""

from starlette.responses import Response

from app.sandbox import rows
from app.sandbox.http import LIMIT, Call, Endpoint, Param, Refusal, as_truth, reply
from app.sandbox.world import Person

SHORTEST = 3
"""Fewer characters find nothing (api/users.md §3)."""
_SORTABLE = frozenset(
    {"id", "username", "first_name", "last_name", "full_name", "last_login", "type", "subtype"}
)


def listing(call: Call) -> Response:
    """People as the filters say; plain rows hold three keys, `fields` adds columns."""
    call.staff_only()
    found = [person for person in call.world.people.values() if _fits(call, person)]
    _sort(call, found)
    first = max(0, call.asked_whole("start") or 0)
    shown = found[first : first + call.limit()]
    fields = call.asked_list("fields")
    people = [rows.user_row(person, fields) for person in shown]
    # The old name beside the new one (quirk 22).
    return reply(people, total_count=len(found), total=len(found))


def get(call: Call) -> Response:
    """One user; a patient sees nobody but themselves."""
    person = call.user(call.params["id"])
    if call.caller.is_patient and person.id != call.caller.user_id:
        raise Refusal(403)
    return reply(rows.user(person))


def _fits(call: Call, person: Person) -> bool:
    exact = {
        "id": person.id,
        "status": str(person.status),
        "type": str(person.type),
        "subtype": person.subtype,
        "role": person.role,
    }
    for name, value in exact.items():
        if name in call.query and value not in call.asked_list(name):
            return False
    return _fits_words(call, person) and _fits_flags(call, person) and _fits_rooms(call, person)


def _fits_words(call: Call, person: Person) -> bool:
    name, email = person.full_name.casefold(), person.email.casefold()
    for query, places in (("full_name", (name,)), ("email", (email,)), ("q", (name, email))):
        wanted = (call.asked(query) or "").casefold()
        if query in call.query and (len(wanted) < SHORTEST or not any(wanted in place for place in places)):
            return False
    return True


def _fits_flags(call: Call, person: Person) -> bool:
    for query, value in (("is_hidden", person.hidden), ("is_admin", person.is_admin)):
        wanted = as_truth(call.query.get(query))
        if wanted is not None and wanted != value:
            return False
    return True


def _fits_rooms(call: Call, person: Person) -> bool:
    """`room_code`: its providers and patients with a visit there. `ex_filter`: the caller's patients."""
    room_code, account = call.asked("room_code"), call.asked("account_code")
    if account not in {None, call.world.account_code}:
        return False
    if room_code is not None and not _in_rooms(call, person, {room_code}):
        return False
    wanted, me = call.asked("ex_filter"), call.caller.person
    if wanted == "my-patient":
        visits = call.world.visits.values()
        return any(v.member_id == person.id and v.provider_id == call.caller.user_id for v in visits)
    if wanted == "all" and me is not None and me.sees_patients:
        return _in_rooms(call, person, set(me.rooms))
    return True


def _in_rooms(call: Call, person: Person, codes: set[str]) -> bool:
    if not person.is_patient:
        return bool(codes.intersection(person.rooms))
    return any(v.member_id == person.id and v.room_code in codes for v in call.world.visits.values())


def _sort(call: Call, found: list[Person]) -> None:
    """`full_name.asc` or `{"full_name":"asc"}`; without it by id, as the world keeps them."""
    wanted = call.asked("sort")
    if wanted is None:
        return
    name, _, direction = (
        wanted.strip('{} "').replace('"', "").replace(":", ".").replace(" ", "").partition(".")
    )
    if name not in _SORTABLE:
        raise Refusal(400, "sort is not valid.")
    found.sort(key=lambda person: str(getattr(person, name) or "").casefold(), reverse=direction == "desc")


_FILTERS = (
    Param("id", about="One id, or several: a,b or an array."),
    Param("status", about="10 inactive, 20 active; one or several."),
    Param("type", about="200 patient, 400 provider, 600 guest and others; one or several."),
    Param("subtype", about="Such as 482, a doctor; one or several."),
    Param("role", about="Such as clinic_admin; one or several."),
    Param("full_name", about=f"At least {SHORTEST} characters; fewer find nobody."),
    Param("email", about=f"At least {SHORTEST} characters; fewer find nobody."),
    Param("q", about=f"Name or e-mail, at least {SHORTEST} characters; fewer find nobody."),
    Param("ex_filter", about="all: of the caller's rooms. my-patient: of the caller's visits."),
    Param("is_hidden", "boolean"),
    Param("is_admin", "boolean"),
    Param("room_code", about="Its providers, and patients with a visit there."),
    Param("account_code"),
    Param("sort", about='full_name.asc or {"full_name":"asc"}; another column likewise.'),
    Param("start", "integer", "Rows that are left out before the first."),
    LIMIT,
    Param("fields", about="Columns: a,b or an array; id always comes along."),
)

ENDPOINTS = (
    Endpoint("users.list", "GET", "/users", listing, query=_FILTERS, data="array"),
    Endpoint("users.get", "GET", "/users/:id", get),
)
