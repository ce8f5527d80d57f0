"""Reading and saving a user's settings (api/settings.md §3, [assumed])."""

from app.settings.record import Settings, read_settings
from app.wire.client import Client
from app.wire.listing import made, one


class UserSettings:
    """Settings that the server keeps. Where it does not offer that (NotOffered) they stay local."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def read(self, user_id: str = "-") -> Settings:
        """The settings of a user, "-" for the one who asks; others' need an admin. Raises Failure."""
        return one(await self._client.get("settings.get", id=user_id), read_settings, "settings")

    async def save(self, changes: Settings, user_id: str = "-") -> Settings:
        """Changes what `changes` says and leaves the rest; gives all settings as they are now.

        Raises Failure. After Uncertain, `read` tells what holds; saving the same again does no harm.
        """
        return made(
            await self._client.post("settings.save", changes.body(), id=user_id), read_settings, "settings"
        )
