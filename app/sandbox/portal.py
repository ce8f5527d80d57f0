"""The practice clinic's portal: the pages a call opens (api/auth.md §4, api/calls.md §3)."""

import secrets
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.sandbox.broker import Broker
from app.sandbox.conference import Conference
from app.sandbox.world import IN_PROGRESS, Person, Room, Visit, World

COOKIE = "practice_session"
LOGIN = "/providers/login"
DASHBOARD = "/providers/dashboard"
EARLY = 900
"""Seconds before an appointment's start from which it may be entered."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"
_PRIVATE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


class Portal:
    """The pages over one world, and who has signed in to them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sessions: dict[str, str] = {}
        self.pages = Environment(
            loader=FileSystemLoader(str(files("resources") / "practice" / "templates")), autoescape=True
        )

    def routes(self) -> list[Route]:
        """All pages."""
        return [
            Route("/", self.home),
            Route("/auth", self.auth),
            Route("/u/{slug}", self.waiting_room),
            Route("/visits/start/{visit_id}", self.call),
            Route("/members/appointment/{visit_id}", self.appointment),
            Route(DASHBOARD, self.dashboard),
            Route(LOGIN, self.login),
            Route(LOGIN, self.sign_in, methods=["POST"]),
            Route("/providers/patient/{user_id}", self.patient),
            *Broker(self.world, self._page).routes(),
            *Conference(self.world, self._page, self._person).routes(),
        ]

    # -- pages ------------------------------------------------------------------------------------

    async def auth(self, request: Request) -> Response:
        """A valid token becomes a session and leads to `next`; anything else leads to the login page."""
        token = request.query_params.get("sso_token", "")
        person = self.world.person_of(token)
        if person is None:
            return RedirectResponse(LOGIN, 302)
        mark = sha256(token.encode()).hexdigest()[:8]
        self.world.sso_uses[mark] = self.world.sso_uses.get(mark, 0) + 1
        return self._welcome(person, safe_next(request.query_params.get("next", "/")))

    async def login(self, request: Request) -> Response:
        """The provider's own login page."""
        return self._page(request, "login.html", title="Provider sign-in")

    async def sign_in(self, request: Request) -> Response:
        """User name and password typed into the login page."""
        async with request.form() as form:
            name, password = form.get("username"), form.get("password")
        people = self.world.people.values()
        person = next((p for p in people if p.active and p.username == name and p.password == password), None)
        if person is None or not password:
            return self._page(request, "login.html", 401, title="Provider sign-in", wrong=True)
        return self._welcome(person, "/" if person.is_patient else DASHBOARD)

    async def home(self, request: Request) -> Response:
        """The clinic's front page: its waiting rooms."""
        return self._page(request, "home.html", title="Welcome", rooms=list(self.world.rooms.values()))

    async def waiting_room(self, request: Request) -> Response:
        """A waiting room, public; a closed one shows its message."""
        room = next((r for r in self.world.rooms.values() if r.slug == request.path_params["slug"]), None)
        if room is None:
            return self._missing(request, "There is no waiting room at this address.")
        waiting = len(self.world.waiting(room.code))
        return self._page(request, "waiting_room.html", title=room.name, room=room, waiting=waiting)

    async def call(self, request: Request) -> Response:
        """The call of a visit; one that has ended is gone (410)."""
        person = self._person(request)
        if person is None:
            return RedirectResponse(LOGIN, 302)
        visit = self.world.visits.get(request.path_params["visit_id"])
        if visit is None or not self._may_see(person, visit):
            return self._missing(request, "There is no such visit.")
        if not visit.is_open:
            return self._missing(request, "This visit has ended. Its call cannot be opened again.", 410)
        provider = self.world.people.get(visit.provider_id or "")
        return self._page(
            request,
            "call.html",
            title="Call",
            visit=visit,
            room=self.world.rooms[visit.room_code],
            patient=self.world.people[visit.member_id],
            provider=provider,
            seconds=self._seconds_open(visit),
        )

    async def appointment(self, request: Request) -> Response:
        """One appointment: its call, from 15 minutes before the start (api/auth.md §4, api/calls.md §3)."""
        person, visit = self._person(request), self.world.visits.get(request.path_params["visit_id"])
        is_theirs = person is not None and visit is not None and self._may_see(person, visit)
        if is_theirs and visit and visit.is_open and visit.start > self.world.now + EARLY:
            return self._page(
                request,
                "message.html",
                title="Appointment",
                sentence="Your appointment is booked. Its call opens 15 minutes before the start.",
            )
        return await self.call(request)

    async def dashboard(self, request: Request) -> Response:
        """Waiting and running patients of the provider's rooms, each with a Call link."""
        person = self._person(request)
        if person is None or person.is_patient:
            return RedirectResponse(LOGIN, 302)
        visits = [
            v
            for v in self.world.open_visits()
            if self._may_see(person, v) and v.start <= self.world.now + EARLY
        ]
        rows = [self._dashboard_row(visit) for visit in sorted(visits, key=lambda v: (v.start, v.id))]
        return self._page(request, "dashboard.html", title="Dashboard", rows=rows)

    async def patient(self, request: Request) -> Response:
        """One chart's cover: who this is and which visits there were."""
        person = self._person(request)
        if person is None or person.is_patient:
            return RedirectResponse(LOGIN, 302)
        patient = self.world.people.get(request.path_params["user_id"])
        if patient is None or not patient.is_patient:
            return self._missing(request, "There is no such patient.")
        visits = [
            v for v in self.world.visits.values() if v.member_id == patient.id and self._may_see(person, v)
        ]
        rows = [self._dashboard_row(visit) for visit in visits]
        return self._page(request, "patient.html", title=patient.full_name, patient=patient, rows=rows)

    async def missing(self, request: Request, _error: Exception) -> Response:
        """Any other address of the portal."""
        return self._missing(request, "There is no page at this address.")

    # -- shared -----------------------------------------------------------------------------------

    def _welcome(self, person: Person, path: str) -> Response:
        """Starts a browser session: cookie and redirect."""
        session = secrets.token_urlsafe(24)
        self.sessions[session] = person.id
        response = RedirectResponse(
            path, 302, headers={"cache-control": "no-store", "referrer-policy": "no-referrer"}
        )
        response.set_cookie(COOKIE, session, httponly=True, samesite="lax", path="/")
        return response

    def _person(self, request: Request) -> Person | None:
        return self.world.people.get(self.sessions.get(request.cookies.get(COOKIE, ""), ""))

    def _may_see(self, person: Person, visit: Visit) -> bool:
        if person.is_patient:
            return visit.member_id == person.id
        return visit.room_code in person.rooms if person.sees_patients else True

    def _seconds_open(self, visit: Visit) -> int:
        running = visit.status == IN_PROGRESS and visit.actual_start is not None
        return max(0, self.world.now - (visit.actual_start or 0)) if running else 0

    def _dashboard_row(self, visit: Visit) -> dict[str, Any]:
        room: Room = self.world.rooms[visit.room_code]
        return {
            "visit": visit,
            "patient": self.world.people[visit.member_id],
            "provider": self.world.people.get(visit.provider_id or ""),
            "room": room,
            "reason": self.world.intakes[visit.intake_id].reason,
            "minutes": max(0, self.world.now - visit.start) // 60,
        }

    def _missing(self, request: Request, sentence: str, status: int = 404) -> Response:
        return self._page(request, "message.html", status, title="Not here", sentence=sentence)

    def _page(
        self, request: Request, template: str, status: int = 200, leads_to: str = "", **facts: Any
    ) -> Response:
        """leads_to: where a form of the page may lead beside this site."""
        nonce = secrets.token_urlsafe(12)
        text = self.pages.get_template(template).render(
            clinic=self.world.account["portal_title"], person=self._person(request), nonce=nonce, **facts
        )
        forms, scripts = f" {leads_to}" if leads_to else "", f"script-src 'nonce-{nonce}'"
        headers = {
            "content-security-policy": f"{_POLICY}{forms}; {scripts}",
            **_PRIVATE,
            "x-content-type-options": "nosniff",
        }
        return Response(text, status, headers, media_type="text/html")


def safe_next(wanted: str) -> str:
    """A path of this site, or the front page: never another host, whatever a browser makes of it."""
    parts = urlsplit(wanted)
    is_local = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    has_odd = "\\" in wanted or any(ord(sign) < 0x20 for sign in wanted)
    return wanted if is_local and not has_odd and not parts.scheme and not parts.netloc else "/"
