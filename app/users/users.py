"""Finding people and reading who they are (api/users.md)."""

from collections.abc import Sequence
from typing import Final, Literal

from app.errors import Broken, Refused
from app.users.user import User, read_profile
from app.wire.client import Client
from app.wire.listing import Listing, every_page, one

SHORTEST: Final = 3
"""Characters that a search wants at least (api/users.md §3)."""
COLUMNS: Final = ("id", "username", "first_name", "last_name", "full_name", "last_login", "type", "subtype")
"""What a list can be asked for by name (api/users.md §3)."""
_PAGE = 100


class TooShort(Refused):
    """The words to search for are fewer than SHORTEST characters. Nothing was sent."""

    def __init__(self) -> None:
        super().__init__(400, f"Search for at least {SHORTEST} characters.")


class Users:
    """The people of the clinic, for staff; a patient sees nobody but themselves."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def search(
        self,
        words: str = "",
        *,
        types: Sequence[int] = (),
        statuses: Sequence[int] = (),
        ids: Sequence[str] = (),
        role: str = "",
        subtype: str = "",
        room_code: str = "",
        scope: Literal["", "all", "my-patient"] = "",
        columns: Sequence[str] = (),
        sort: str = "full_name.asc",
    ) -> Listing[User]:
        """Everybody who fits, all pages.

        words: of name or e-mail, "" for anybody; the newer server wants `types` with them. scope: "all" of
        the caller's rooms, or "my-patient". columns: of COLUMNS; without them a row holds e-mail, id and full
        name. `total` of the listing is larger than its records when the clinic has more people than we ask.

        Raises Failure; TooShort without asking when `words` has less than SHORTEST characters.
        """
        wanted = words.strip()
        if wanted and len(wanted) < SHORTEST:
            raise TooShort
        asked = {
            "q": wanted,
            "type": ",".join(str(number) for number in types),
            "status": ",".join(str(number) for number in statuses),
            "id": ",".join(ids),
            "role": role,
            "subtype": subtype,
            "room_code": room_code,
            "ex_filter": scope,
            "fields": ",".join(columns),
            "sort": sort,
        }
        query = {name: value for name, value in asked.items() if value}
        return await every_page(self._client, "users.list", read_profile, query, limit=_PAGE, by_offset=True)

    async def read(self, user_id: str = "-") -> User:
        """The whole profile of a user, "-" for the one who asks.

        Raises Failure; Broken when somebody else came back.
        """
        user = one(await self._client.get("users.get", id=user_id), read_profile, "user")
        if user_id not in ("-", user.id):
            raise Broken("shape", where="user.id")
        return user
