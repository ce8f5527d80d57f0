"""Reading the clinic's account (api/settings.md §1)."""

from app.accounts.account import Account, AccountName, read_account, read_account_name
from app.errors import Broken
from app.wire.client import Client
from app.wire.listing import Listing, listing, one


class Accounts:
    """The clinics of the server. Both questions need no sign-in; "-" needs one."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def list(self) -> Listing[AccountName]:
        """The clinics that the server names. Raises Failure."""
        return listing(await self._client.get("accounts.list"), read_account_name, "accounts.list")

    async def read(self, code: str = "-") -> Account:
        """A clinic with its settings and forms, "-" for the current one.

        Raises Failure; Broken when another clinic came back.
        """
        account = one(await self._client.get("accounts.get", code=code), read_account, "account")
        if code not in ("-", account.code):
            raise Broken("shape", where="account.code")
        return account
