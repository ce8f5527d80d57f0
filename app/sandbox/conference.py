"""The practice clinic's conference page: a stub that shows who joined (api/calls.md §4) [assumed]."""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.sandbox.visit_rows import meeting_id
from app.sandbox.world import Person, World

GUEST = "A guest"
Page = Callable[..., Response]
"""Fills a template of the portal: request, name, status, facts."""


@dataclass(slots=True)
class Joined:
    """Who opened a meeting's page, in their order, each once."""

    id: str
    names: dict[str, None] = field(default_factory=dict)


class Conference:
    """The pages over one world. person: who has signed in to the portal in this browser."""

    def __init__(self, world: World, page: Page, person: Callable[[Request], Person | None]) -> None:
        self.world = world
        self._page = page
        self._person = person

    def routes(self) -> list[Route]:
        """All pages."""
        return [Route("/call/{meeting_id}", self.join)]

    async def join(self, request: Request) -> Response:
        """The meeting of a visit that has not ended; anybody who knows its id may come in."""
        wanted = request.path_params["meeting_id"]
        visits = self.world.visits.values()
        visit = next((visit for visit in visits if meeting_id(self.world, visit) == wanted), None)
        if visit is None or not visit.is_open:
            words = "There is no such meeting." if visit is None else "This meeting is over."
            status = 404 if visit is None else 410
            return self._page(request, "message.html", status, title="Not here", sentence=words)
        person = self._person(request)
        joined = self.world.table(Joined).setdefault(wanted, Joined(wanted))
        joined.names[person.full_name if person else GUEST] = None
        return self._page(
            request, "conference.html", title="Meeting", names=list(joined.names), meeting=wanted
        )
