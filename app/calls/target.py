"""What a started call opens, and whether it is there (api/calls.md §3)."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from app.calls.conference import conference_link
from app.calls.refusal import CannotStart
from app.core.clock import ServerClock
from app.errors import Broken, Refused, SignedOut
from app.profile import CallTarget, Profile
from app.rooms.record import Room
from app.visits.record import Visit
from app.wire.client import Client

ReadRoom = Callable[[str], Awaitable[Room]]
MessengerLink = Callable[[Visit], Awaitable[str]]
Link = Callable[[Visit], str]
"""The address of a visit's call, made at the last moment, of the visit as it is then. Raises CannotStart."""


class Target:
    """Where the calls of a session open.

    chosen: the profile's until somebody chooses another. read_room: brings a room as it is now.
    messenger_link: the address that lets Messenger call the patient of a visit.
    """

    def __init__(
        self,
        client: Client,
        profile: Profile,
        clock: ServerClock,
        read_room: ReadRoom,
        messenger_link: MessengerLink,
    ) -> None:
        self.chosen: CallTarget = profile.call_target
        self._client, self._profile, self._clock = client, profile, clock
        self._read_room, self._messenger_link = read_room, messenger_link

    async def ready(self, visit: Visit) -> Link:
        """Asks whether there is something to open, without the token. The address may hold the token: it is
        never kept or logged (DAT-07).

        Raises CannotStart and Failure.
        """
        match self.chosen:
            case "conference":
                self._conference(visit)
                return self._conference
            case "messenger":
                link = await self._messenger_link(visit)
                return lambda _visit: link
        page = await self._page(visit)
        return lambda _visit: self._signed_in(page)

    def _conference(self, visit: Visit) -> str:
        return conference_link(self._profile, visit, self._clock.now())

    async def _page(self, visit: Visit) -> str:
        """The path of the portal's page, after asking whether it is there."""
        if not self._profile.portal:
            raise CannotStart("no_portal")
        key, values = await self._portal(visit)
        try:
            await self._client.page(key, **values)
        except (Refused, SignedOut) as failure:
            raise CannotStart("no_page", message=failure.message or _number(failure)) from None
        except Broken as failure:
            raise CannotStart("no_page", message=_number(failure)) from None
        table = self._client.endpoints
        return "/" + table.url(table.find(key), values).removeprefix(self._profile.portal)

    async def _portal(self, visit: Visit) -> tuple[str, dict[str, str]]:
        match self.chosen:
            case "visit":
                return "portal.visit", {"id": visit.id}
            case "room":
                return "portal.room", {"slug": await self._slug(visit)}
        return "portal.dashboard", {}

    async def _slug(self, visit: Visit) -> str:
        if not visit.room_code:
            raise CannotStart("no_room")
        room = await self._read_room(visit.room_code)
        if room.is_closed:
            raise CannotStart("room_closed", message=room.close_message)
        if not room.slug:
            raise CannotStart("no_room")
        return room.slug

    def _signed_in(self, page: str) -> str:
        """The portal's sign-in redirect to `page`."""
        table = self._client.endpoints
        query = urlencode({"sso_token": self._client.credentials.token, "next": page})
        return f"{table.url(table.find('auth.redirect'), {})}?{query}"


def _number(failure: Refused | SignedOut | Broken) -> str:
    match failure:
        case SignedOut():
            return "error 401"
        case Broken(reason="redirect"):
            return "it leads to another address"
        case Broken(reason="status") | Refused():
            return f"error {failure.status}"
    return "what came is no web page"
