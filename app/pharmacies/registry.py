"""The public NPPES NPI Registry as a second source of pharmacies (api/pharmacy.md B)."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.clock import Clock, SystemClock
from app.core.unreadable import Unreadable
from app.errors import Broken
from app.pharmacies.nppes import is_npi, read_registration, registrations
from app.pharmacies.record import Pharmacy
from app.pharmacies.search import Search, Unsearchable, registry_query
from app.wire.client import Client

PAGE = 50
FURTHEST = 1000
"""The directory silently shows the same rows again beyond this `skip`."""
_FRESH_S = 86_400.0  # it changes daily
_MOST_KEPT = 256
_ORGANISATIONS = {"version": "2.1", "enumeration_type": "NPI-2"}
_PHARMACIES = {**_ORGANISATIONS, "address_purpose": "LOCATION", "taxonomy_description": "Pharmacy"}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the directory.

    unreadable: rows that could not be read; they are shown. next_skip: where the next page begins, None when
    this was the last that can be had. must_narrow: there is more than the directory shows, so the search has
    to be narrowed.
    """

    records: tuple[Pharmacy, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    next_skip: int | None = None
    must_narrow: bool = False


class Registry:
    """The public directory. It hears places and pharmacy names only, and answers are kept for a day.

    client: one of its own, without a token, with a gate of two requests a second. clock: measures the day.
    """

    def __init__(self, client: Client, clock: Clock | None = None) -> None:
        self._client = client
        self._clock = clock or SystemClock()
        self._kept: dict[tuple[tuple[str, str], ...], tuple[float, Page]] = {}

    async def search(self, search: Search, skip: int = 0) -> Page:
        """The pharmacies that fit, from the `skip`th row of the directory on. A page may bring none and
        still have a next.

        Raises Failure: Refused with the directory's words, Broken when it was not the directory that
        answered. Unsearchable before anything is sent. `near`, `radius` and `mail_order` say nothing here.
        """
        criteria = registry_query(search)
        skip = min(max(skip, 0), FURTHEST)
        query = {**_PHARMACIES, "limit": str(PAGE), "skip": str(skip), **criteria}
        return await self._page(query, search, skip)

    async def find(self, npi: str) -> Pharmacy | None:
        """The pharmacy of an NPI, None when the directory lists no pharmacy under it.

        Raises Failure; Unsearchable when the number cannot be an NPI.
        """
        if not is_npi(npi):
            raise Unsearchable("npi")
        page = await self._page({**_ORGANISATIONS, "number": npi}, Search(), 0)
        if page.unreadable or any(pharmacy.npi != npi for pharmacy in page.records):
            raise Broken("shape", where="nppes.results.number")
        return page.records[0] if page.records else None

    async def _page(self, query: Mapping[str, str], search: Search, skip: int) -> Page:
        key = tuple(sorted(query.items()))
        if (kept := self._fresh().get(key)) is not None:
            return kept[1]
        body = await self._client.document("nppes.search", query)
        page = _read(body, search, skip)
        newest = list(self._fresh().items())[1 - _MOST_KEPT :]
        self._kept = {**dict(newest), key: (self._clock.monotonic(), page)}
        return page

    def _fresh(self) -> dict[tuple[tuple[str, str], ...], tuple[float, Page]]:
        oldest = self._clock.monotonic() - _FRESH_S
        return {key: kept for key, kept in self._kept.items() if kept[0] > oldest}


def _read(body: bytes, search: Search, skip: int) -> Page:
    rows = registrations(body)
    read = [read_registration(row, search) for row in rows]
    is_full = len(rows) >= PAGE
    return Page(
        records=tuple(record for record in read if isinstance(record, Pharmacy)),
        unreadable=tuple(record for record in read if isinstance(record, Unreadable)),
        next_skip=min(skip + PAGE, FURTHEST) if is_full and skip < FURTHEST else None,
        must_narrow=is_full and skip >= FURTHEST,
    )
