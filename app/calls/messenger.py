"""VSee Messenger's own, older web service (api/calls.md §5): addresses that start calls, and users."""

import re
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

from app.calls.commands import Command, Init, SetCallSurvey, SetFirstTutorial, StartCall
from app.calls.refusal import CannotStart
from app.core.unreadable import Unreadable
from app.errors import Broken, Refused, SignedOut
from app.users.user import User
from app.wire.client import Client
from app.wire.listing import Listing
from app.wire.reader import Json, Row, decode

# The scheme is not publicly documented; whatever else came would be opened by another program.
SCHEMES = frozenset({"vsee"})
RINGS_S: Final = 60
"""How long a patient is called until it is given up."""
_USERNAME = re.compile(r"[A-Za-z0-9+._@-]{1,128}")

ReadUser = Callable[[str], Awaitable[User]]


class MessengerUser(msgspec.Struct, frozen=True, kw_only=True):
    """An account of Messenger; "" means not known."""

    username: str
    given: str = ""
    family: str = ""


class Messenger:
    """The service, for a clinic that has a key for it.

    key, secret: the clinic's at this service; they are in no log and no message. schemes: of the addresses
    that may be handed on. Methods raise Failure: Refused with the service's own words when it does not
    accept the key or the request, NotOffered when the profile has no address for the service.
    """

    def __init__(self, client: Client, key: str, secret: str, schemes: Collection[str] = SCHEMES) -> None:
        self._client = client
        self._key = key
        self._secret = secret
        self._schemes = frozenset(schemes)

    async def uris(self, lists: Sequence[Sequence[Command]]) -> tuple[str, ...]:
        """One address for each list of commands, in their order; whoever opens it starts them.

        Raises Failure; Broken when an address is missing or of a scheme that must not be opened. Nothing is
        changed by it: after Uncertain it may be asked again.
        """
        commands = [[command.wire() for command in each] for each in lists]
        with _foreign():
            reply = await self._client.exchange("messenger.uri", self._signed(uris=commands), self._query)
        found = _answer(reply).array("data")
        if len(found) != len(lists):
            raise Broken("shape", where="data")
        return tuple(self._opened(uri, f"data[{index}]") for index, uri in enumerate(found))

    async def create_user(self, user: MessengerUser, password: str) -> None:
        """A new account. Raises Failure. After Uncertain read `users`."""
        await self._users("create", **_account(user, password))

    async def update_user(self, user: MessengerUser, password: str) -> None:
        """Other names or another password. Raises Failure. After Uncertain it may be sent again."""
        await self._users("update", **_account(user, password))

    async def delete_user(self, username: str) -> None:
        """An account is gone. Raises Failure. After Uncertain read `users`."""
        await self._users("delete", username=username)

    async def users(self) -> Listing[MessengerUser]:
        """All accounts. Raises Failure."""
        read = [_read_user(row) for row in (await self._users("list")).objects("data")]
        return Listing(
            tuple(user for user in read if isinstance(user, MessengerUser)),
            tuple(user for user in read if isinstance(user, Unreadable)),
        )

    async def calls(self, start: float, end: float, limit: int) -> tuple[Mapping[str, Json], ...]:
        """Rows about calls between two Unix s, as they came: the keys are not documented. Raises Failure."""
        body = self._signed(start=round(start * 1000), end=round(end * 1000), limit=limit)
        with _foreign():
            reply = await self._client.exchange("messenger.stats", body, self._query)
        return tuple(row.values for row in _answer(reply).objects("data"))

    async def _users(self, action: Literal["create", "update", "delete", "list"], **account: str) -> Row:
        body = self._signed(**account)
        with _foreign():
            reply = await self._client.exchange("messenger.users", body, self._query, action=action)
        return _answer(reply)

    @property
    def _query(self) -> Mapping[str, str]:
        return {"apikey": self._key}

    def _signed(self, **body: Json) -> Mapping[str, Json]:
        return {"secretkey": self._secret, **body}

    def _opened(self, uri: Json, where: str) -> str:
        """The address, if it may be opened."""
        if isinstance(uri, str) and uri.isprintable() and _scheme(uri) in self._schemes:
            return uri
        raise Broken("shape", where=where)


async def call_link(messenger: Messenger, read_user: ReadUser, me: str, patient: str) -> str:
    """The address that lets this computer's Messenger call a patient. me, patient: ids of users.

    It works in the account that Messenger is signed in to: the address holds nobody's password or token.
    Raises CannotStart where one of both has no account there, and Failure.
    """
    if not _username(await read_user(me)):
        raise CannotStart("no_messenger_here")
    theirs = _username(await read_user(patient))
    if not theirs:
        raise CannotStart("no_messenger_there")
    return (await messenger.uris([calling(theirs)]))[0]


def calling(username: str) -> tuple[Command, ...]:
    """What calls a user, without an introduction before and a survey afterwards."""
    quietly = Init(commands=(SetFirstTutorial(enabled=False), SetCallSurvey(enabled=False)))
    return quietly, StartCall(username=username, timeout=RINGS_S)


def _username(user: User) -> str:
    return user.vseeid if _USERNAME.fullmatch(user.vseeid) else ""


@contextmanager
def _foreign() -> Iterator[None]:
    """That this service does not accept its key says nothing about our session with the clinic."""
    try:
        yield
    except SignedOut as error:
        raise Refused(401, error.message) from None


def _answer(body: bytes) -> Row:
    """The reply, when it says success; Refused with its words when it does not."""
    try:
        reply = Row(decode(body), "messenger")
    except ValueError:
        raise Broken("not_json") from None
    if reply.text("status") != "success":
        raise Refused(400, reply.text("message", "error") or "")
    return reply


def _scheme(uri: str) -> str:
    try:
        return urlsplit(uri).scheme
    except ValueError:
        return ""


def _account(user: MessengerUser, password: str) -> dict[str, str]:
    return {"username": user.username, "password": password, "fn": user.given, "ln": user.family}


def _read_user(row: Row) -> MessengerUser | Unreadable:
    username = row.text("username")
    if not username:
        return row.unreadable("username is missing")
    return MessengerUser(username=username, given=row.text("fn") or "", family=row.text("ln") or "")
