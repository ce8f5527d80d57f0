"""The clinic's pharmacies, and those that a patient has saved (api/pharmacy.md A)."""

from app.errors import Broken
from app.pharmacies.record import Pharmacy, read_pharmacy
from app.pharmacies.search import Search, clinic_query
from app.wire.client import Client
from app.wire.listing import Listing, listing, made, one

PAGE = 20


class Pharmacies:
    """Where the clinic's server offers none, `app.pharmacies.registry` is the other source for searching."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def search(self, search: Search, page: int = 1, limit: int = PAGE) -> Listing[Pharmacy]:
        """One page of what fits, nearest first where the search names a point, else by name.

        page: from 1. limit: rows a page, 100 at most. Raises Failure; Unsearchable before anything is sent.
        """
        query = {**clinic_query(search), "page": page, "limit": limit}
        return listing(await self._client.get("pharmacies.search", query), read_pharmacy, "pharmacies")

    async def get(self, code: str) -> Pharmacy:
        """One pharmacy. Raises Failure; Broken when another one came back."""
        reply = await self._client.get("pharmacies.get", code=code)
        return _same(one(reply, read_pharmacy, "pharmacy"), code)

    async def of_user(self, user_id: str) -> Listing[Pharmacy]:
        """What a patient has saved, the default first. user_id: "-" for one's own. Raises Failure."""
        reply = await self._client.get("pharmacies.user", id=user_id)
        return listing(reply, read_pharmacy, "user.pharmacies")

    async def set_default(self, user_id: str, code: str) -> Pharmacy:
        """Makes a pharmacy the patient's default, and saves it if it was not.

        Raises Failure. Refused with status 400 may mean that the server takes no code of the directory: then
        the address has to be copied for staff. After Uncertain, and after Broken (the answer spoke of another
        pharmacy, or of none), `of_user` tells what the default is now.
        """
        reply = await self._client.post("pharmacies.default", {"code": code}, id=user_id)
        return _same(made(reply, read_pharmacy, "pharmacy"), code)

    async def remove(self, user_id: str, code: str) -> None:
        """Takes a pharmacy off the patient's list; taking the default off leaves the patient without one.

        Raises Failure. After Uncertain `of_user` tells whether it is gone.
        """
        await self._client.post("pharmacies.remove", {"code": code}, id=user_id)


def _same(pharmacy: Pharmacy, code: str) -> Pharmacy:
    if pharmacy.code != code:
        raise Broken("shape", where="pharmacy.code")
    return pharmacy
