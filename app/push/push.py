"""Notifications and the addresses that they go to (api/push.md)."""

from app.errors import Broken
from app.push.record import Notification, NotifyAddress, read_address, read_notification
from app.wire.client import Client
from app.wire.listing import Listing, listing, made, one


class Push:
    """What the signed-in user is told, and where. This program registers no address of its own: it polls."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def notifications(self) -> Listing[Notification]:
        """What the user was told, newest first; the path is documented by its name alone. Raises Failure."""
        reply = await self._client.get("notifications.list", background=True)
        return listing(reply, read_notification, "notifications.list")

    async def addresses(self, kind: int | None = None) -> Listing[NotifyAddress]:
        """Where the user is notified; kind: of AddressType, None for all. Raises Failure."""
        query = {} if kind is None else {"type": kind}
        return listing(await self._client.get("push.list", query), read_address, "push.list")

    async def read(self, address_id: str) -> NotifyAddress:
        """One address, without its `arn`. Raises Failure; Broken when another one came back."""
        address = one(await self._client.get("push.get", id=address_id), read_address, "address")
        if address.id != address_id:
            raise Broken("shape", where="address.id")
        return address

    async def add(self, key: str, kind: int) -> NotifyAddress:
        """Notifies the user there too. key: an e-mail address or a device token; kind: of AddressType.

        Raises Failure. After Uncertain, no answer or none that names the address, look for the key in
        `addresses` before adding it again.
        """
        return made(await self._client.post("push.add", {"key": key, "type": kind}), read_address, "address")

    async def remove(self, address_id: str) -> None:
        """Notifies the user there no longer.

        Raises Failure; Refused(404) when there is no such address. After Uncertain, `addresses` tells.
        """
        await self._client.delete("push.delete", id=address_id)
