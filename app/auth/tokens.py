"""Signing in, renewing and ending a session (api/auth.md)."""

import msgspec

from app.core.unreadable import Unreadable
from app.errors import Broken, Failure, Refused, SignedOut
from app.users.record import Person, read_person
from app.users.user import User, read_profile
from app.wire.client import Client, Reply
from app.wire.reader import Row

# An endpoint that is not there, in any words (api/README.md §12).
_ABSENT = (404, 405, 501)
UNNAMED = "-"
"""Stands for the owner of a token until the server has said who that is."""


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign-in brings. expiry: Unix s, None when not said. Never logged, never in a plain file."""

    user_id: str
    token: str
    expiry: float | None = None
    refresh_token: str = ""

    def __repr__(self) -> str:
        """Without the tokens: a repr may end up in a log."""
        return f"Tokens(user_id={self.user_id!r})"


async def sign_in(client: Client, username: str, password: str) -> tuple[Tokens, Person | None]:
    """Signs in by user name, or e-mail, and password (`auth.login`).

    Returns the tokens and the person when the reply names them. Raises Failure; SignedOut and Refused carry
    the server's own words.
    """
    return signed_in(await client.post("auth.login", {"username": username, "password": password}))


def signed_in(reply: Reply) -> tuple[Tokens, Person | None]:
    """The tokens in the reply to a sign-in, and the person when it names them. Raises Broken."""
    data = Row(reply.value(), "data")
    tokens = read_tokens(data)
    return tokens, read_person(data, tokens.user_id)


async def renew(client: Client, tokens: Tokens) -> Tokens | None:
    """New tokens for old (`auth.refresh`), None when the server does not offer or accept it.

    Raises Failure when that is not known: the server is busy, broken or away.
    """
    if not tokens.refresh_token:
        return None
    try:
        reply = await client.post("auth.refresh", {"refresh_token": tokens.refresh_token})
        return read_tokens(Row(reply.value(), "data"))
    except Refused as refusal:
        if refusal.status == 429:
            raise
    except SignedOut:
        pass
    return None


async def sign_out(client: Client) -> None:
    """Ends the session on the server where it offers that; the tokens are dropped here in any case."""
    try:
        await client.post("auth.logout", {})
    except Failure:
        return


async def who_am_i(client: Client) -> User | None:
    """The owner of the token; None at a server that does not offer to say.

    Raises Failure: SignedOut also where the server has shut them out (403), Broken ("shape") when it names
    nobody. Being busy or out of order is no silence: that must make nobody somebody else.
    """
    try:
        reply = await client.get("users.get", id="-")
    except Refused as refusal:
        if refusal.status == 403:
            raise SignedOut(refusal.message) from None
        if refusal.status in _ABSENT:
            return None
        raise
    except Broken as broken:
        if broken.status in _ABSENT:
            return None
        raise
    user = read_profile(Row(reply.value(), "user"))
    if isinstance(user, Unreadable):
        raise Broken("shape", where="user.id")
    return user


def read_tokens(data: Row) -> Tokens:
    """The tokens in `data` of a sign-in. Raises Broken when there are none."""
    row = data.object("token")
    refresh = row.object("refresh_token")
    token = row.text("token")
    user_id = row.text("user_id") or data.text("id")
    if not token or not user_id:
        raise Broken("shape", where="token")
    return Tokens(
        user_id=user_id, token=token, expiry=row.instant("expiry"), refresh_token=refresh.text("token") or ""
    )
