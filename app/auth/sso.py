"""Single sign-on: a partner's program vouches for its user (api/auth.md §1)."""

from collections.abc import Mapping
from datetime import date

import msgspec

from app.auth.tokens import Tokens, read_tokens
from app.errors import Broken
from app.wire.client import Client
from app.wire.reader import Json, Row

GENDERS: Mapping[int, str] = {1: "male", 2: "female"}
"""SSO wants words where replies have numbers (quirk 10)."""


class AppKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The clinic's app, from its Developers menu. Never in an address, a log or a repr."""

    key: str
    secret: str

    def __repr__(self) -> str:
        """Without key and secret: a repr may end up in a log."""
        return "AppKeys()"

    def headers(self) -> Mapping[str, str]:
        """What signs a request for single sign-on."""
        return {"X-ApiKey": self.key, "X-ApiSecret": self.secret}


class SsoPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to be signed in; "" and None are not sent. The same `code` is the same user.

    type: 200 patient, 400 provider, 600 guest. code: the partner's stable id of the user, at most 128
    characters, needed for 200 and 400. gender: 1 male, 2 female; with address and phone it is needed for
    e-prescribing. zone: IANA. state: two letters. disable_emails: no e-mail to this user.
    """

    first_name: str
    last_name: str
    type: int
    code: str = ""
    born: date | None = None
    gender: int | None = None
    email: str = ""
    username: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    zone: str = ""
    disable_emails: bool | None = None

    def body(self) -> dict[str, Json]:
        """What is said here, as the server wants it."""
        said = {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "type": self.type,
            "code": self.code,
            "dob": self.born.isoformat() if self.born else "",
            "gender": GENDERS.get(self.gender or 0, ""),
            "email": self.email,
            "username": self.username,
            "phone": self.phone,
            "street_addr": self.street,
            "city": self.city,
            "state": self.state,
            "zip": self.zip,
            "timezone": self.zone,
            "disable_emails": "" if self.disable_emails is None else int(self.disable_emails),
        }
        return {key: value for key, value in said.items() if value != ""}


class CallLogin(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody is in a call in the browser (api/auth.md §1, `vsee`). token: never logged."""

    id: str
    token: str

    def __repr__(self) -> str:
        """Without the token: a repr may end up in a log."""
        return f"CallLogin(id={self.id!r})"


async def sso(client: Client, keys: AppKeys, person: SsoPerson) -> Tokens:
    """Creates or matches a user by `code` and signs them in (`auth.sso`).

    Raises Failure: SignedOut when key or secret are wrong, Refused with the server's words when something is
    missing. After Uncertain it may be repeated: the same `code` is the same user. A guest has none, and would
    be created twice.
    """
    return read_tokens(await _ask(client, keys, person, {}))


async def sso_for_call(client: Client, keys: AppKeys, person: SsoPerson) -> tuple[Tokens, CallLogin]:
    """Like `sso`, and brings the login for calls in the browser.

    Raises Failure; Broken when the server brought no such login.
    """
    data = await _ask(client, keys, person, {"fields": "vsee"})
    vsee = data.object("vsee")
    call_id, token = vsee.text("id"), vsee.text("token")
    if not call_id or not token:
        raise Broken("shape", where="vsee")
    return read_tokens(data), CallLogin(id=call_id, token=token)


async def _ask(client: Client, keys: AppKeys, person: SsoPerson, query: Mapping[str, str]) -> Row:
    reply = await client.post("auth.sso", person.body(), query=query, secrets=keys.headers())
    return Row(reply.value(), "data")
