"""The practice clinic's session endpoints (api/auth.md §1 to §3, api/decisions.md "Session")."""

from datetime import date
from typing import Any

from starlette.responses import Response

from app.sandbox import day, rows
from app.sandbox.http import Call, Endpoint, Param, Refusal, reply
from app.sandbox.world import GUEST, MEMBER, PROVIDER, Person, World

WRONG = "User name or password is wrong."
DISABLED = "This user account is disabled."
NO_ACCOUNT = "There is no account with this code."
_FIRST_SSO_USER = 30_412
_GENDERS = {"male": 1, "female": 2, "1": 1, "2": 2}
_PROFILE = ("first_name", "last_name", "email", "username", "timezone", "phone")
_ADDRESS = ("street_addr", "city", "state", "zip")


def sso(call: Call) -> Response:
    """Creates or matches a user by `code` and signs them in; a known code keeps its type."""
    world = call.world
    if (call.headers.get("x-apikey"), call.headers.get("x-apisecret")) != (world.api_key, world.api_secret):
        raise Refusal(401)
    call.needed("first_name")
    call.needed("last_name")
    kind = call.needed_whole("type")
    if kind not in {MEMBER, PROVIDER, GUEST}:
        raise Refusal(400, "type is not valid.")
    code = call.needed("code") if kind in {MEMBER, PROVIDER} else call.text("code")
    if code and len(code) > 128:
        raise Refusal(400, "code is not valid.")
    profile, fields = _checked_profile(call), call.asked_list("fields")
    person = _known(world, code) or _create(world, kind, code)
    _overwrite(world, person, profile)
    data: dict[str, Any] = rows.signed_in(person, world.sign_in(person))
    if "vsee" in fields:
        data["vsee"] = {"id": person.vseeid, "token": world.hex32("vsee", world.count("vsee token"))}
    return reply(data)


def _checked_profile(call: Call) -> dict[str, Any]:
    profile: dict[str, Any] = {name: call.text(name) for name in (*_PROFILE, *_ADDRESS, "dob")}
    if profile["dob"]:
        profile["dob"] = _day(profile["dob"])
    gender = call.text("gender")
    if gender and gender.lower() not in _GENDERS:
        raise Refusal(400, "gender is not valid.")
    profile["gender"] = _GENDERS[gender.lower()] if gender else None
    return profile


def _day(text: str) -> str:
    """A day there is, as `YYYY-MM-DD` and in no other form of ISO 8601."""
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise Refusal(400, "dob is not valid.")


def _known(world: World, code: str | None) -> Person | None:
    return next((p for p in world.people.values() if code and p.code == code), None)


def _create(world: World, kind: int, code: str | None) -> Person:
    person_id = str(world.count("sso user", _FIRST_SSO_USER))
    person = Person(
        id=person_id,
        code=code or world.hex32("user code", person_id),
        first_name="",
        last_name="",
        username=world.hex32("username", person_id),
        email="",
        type=kind,
        role="provider" if kind == PROVIDER else "",
        tos=False,
    )
    world.people[person.id] = person
    return person


def _overwrite(world: World, person: Person, profile: dict[str, Any]) -> None:
    for name, value in profile.items():
        if value is None:
            continue
        if name in _ADDRESS:
            person.address[name] = value
        else:
            setattr(person, name, value)
    world.person_changed(person)


def login(call: Call) -> Response:
    """User name or e-mail with password, or the activation e-mail's token for a user without a password.

    An unknown account code is 404, a disabled user with the right password 403 [assumed].
    """
    if call.headers.get("x-accountcode", "") not in ("", call.world.account_code):
        raise Refusal(404, NO_ACCOUNT)
    email_token = call.text("email_token")
    if email_token is not None:
        name, secret = call.needed("email"), email_token
        fits = [p for p in call.world.people.values() if p.email == name and p.email_token == secret]
    else:
        name = call.text("username") or call.text("email") or call.needed("username")
        secret = call.needed("password")
        fits = [
            p
            for p in call.world.people.values()
            if name in {p.username, p.email} and p.password is not None and p.password == secret
        ]
    if not fits:
        raise Refusal(401, WRONG)
    if email_token is None and not fits[0].active:
        raise Refusal(403, DISABLED)
    return reply(rows.signed_in(fits[0], call.world.sign_in(fits[0])))


def refresh(call: Call) -> Response:
    """A new pair for a living refresh token; the old pair dies at once."""
    wanted = call.needed("refresh_token")
    old = next((t for t in call.world.tokens.values() if t.refresh_token == wanted), None)
    if old is None or call.world.now >= old.refresh_expiry:
        raise Refusal(401)
    del call.world.tokens[old.token]
    return reply({"token": rows.token(call.world.sign_in(call.world.people[old.user_id]))})


def logout(call: Call) -> Response:
    """Both tokens die; a provider is available no longer. The admin token cannot be signed out."""
    if call.caller.person is not None:
        del call.world.tokens[call.caller.token]
        call.world.go_offline(call.caller.person)
    return reply(True)


def alive(call: Call) -> Response:
    """A heartbeat; after two intervals of silence a provider is available no longer."""
    if call.caller.person is not None:
        day.listen(call.world, call.caller.person)
    return reply(True)


_SSO_QUERY = (Param("fields", about="vsee: the login for calls in the browser too."),)
_SSO = (
    Param("first_name", required=True),
    Param("last_name", required=True),
    Param("type", "integer", "200 patient, 400 provider, 600 guest.", required=True, choices=(200, 400, 600)),
    Param("code", about="The partner's id of the user, at most 128 characters; not needed for a guest."),
    Param("dob", about="YYYY-MM-DD."),
    Param("email"),
    Param("username", about="Made when not given."),
    Param("disable_emails", "integer", "1: no e-mail to this user; accepted, not kept.", choices=(0, 1)),
    Param("timezone", about="IANA."),
    Param("gender", choices=("male", "female")),
    Param("street_addr"),
    Param("city"),
    Param("state", about="Two letters."),
    Param("zip"),
    Param("phone"),
)
_LOGIN = (
    Param("username", about="User name or e-mail, with a password."),
    Param("password"),
    Param("email", about="With a password, or with the token of the activation e-mail."),
    Param("email_token"),
)
_REFRESH = (Param("refresh_token", required=True),)
_ALIVE = (Param("heartbeat", "integer", "A running number; not looked at."),)

ENDPOINTS = (
    Endpoint("auth.sso", "POST", "/users/sso", sso, public=True, query=_SSO_QUERY, body=_SSO),
    Endpoint("auth.login", "POST", "/users/login", login, public=True, body=_LOGIN),
    Endpoint("auth.refresh", "POST", "/users/refresh_token", refresh, public=True, body=_REFRESH),
    Endpoint("auth.logout", "POST", "/users/logout", logout, data="boolean"),
    Endpoint("auth.alive", "POST", "/users/alive", alive, body=_ALIVE, data="boolean"),
)
