"""The practice clinic's broker: its own sign-in page, which sends the browser back to a program [assumed].

`GET /broker` with redirect_uri, state, code_challenge and code_challenge_method=S256 asks who it is; choosing
somebody leads back with a code, which `POST /broker/token` exchanges once, within a minute, for tokens.
"""

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from re import fullmatch
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.sandbox import rows
from app.sandbox.http import Refusal, read_body, refuse, reply
from app.sandbox.world import Person, World

CODE_LIFE = 60
"""Seconds of the world within which a code may be exchanged."""
MOST_CODES = 100
_BACK = r"http://127\.0\.0\.1:\d{1,5}/[\w./-]*"
_CHALLENGE = r"[\w-]{43}"
_ASKED = ("redirect_uri", "state", "code_challenge", "code_challenge_method")

Page = Callable[..., Response]
"""Fills a template of the portal: request, name, status, facts."""


@dataclass(frozen=True, slots=True)
class Code:
    """What a code may be exchanged for, and by whom."""

    person_id: str
    challenge: str
    until: int


class Broker:
    """The pages over one world, and the codes that have not been exchanged."""

    def __init__(self, world: World, page: Page) -> None:
        self.world = world
        self._page = page
        self._codes: dict[str, Code] = {}

    def routes(self) -> list[Route]:
        """All pages."""
        return [
            Route("/broker", self.ask),
            Route("/broker", self.choose, methods=["POST"]),
            Route("/broker/token", self.token, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Who is it?"""
        asked = _asked(request.query_params)
        if asked is None:
            return self._wrong(request)
        return self._page(
            request,
            "broker.html",
            title="Sign in to Vestibule",
            people=self._people(),
            asked=asked,
            # A browser holds redirects after a form to this, too.
            leads_to=asked["redirect_uri"],
        )

    async def choose(self, request: Request) -> Response:
        """Back to the program, with a code, or without one when nobody wants to sign in."""
        async with request.form() as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
        asked = _asked(fields)
        if asked is None:
            return self._wrong(request)
        person = next((p for p in self._people() if p.id == fields.get("person")), None)
        said = {"error": "access_denied"} if person is None else {"code": self._code(person, asked)}
        back = f"{asked['redirect_uri']}?{urlencode({**said, 'state': asked['state']})}"
        return RedirectResponse(
            back, 303, headers={"cache-control": "no-store", "referrer-policy": "no-referrer"}
        )

    async def token(self, request: Request) -> Response:
        """Tokens for a code and the verifier of its challenge; a code that was tried is gone."""
        try:
            body, _ = await read_body(request)
        except Refusal as refusal:
            return refuse(refusal.status, refusal.message)
        code = self._codes.pop(str(body.get("code")), None)
        if code is None or self.world.now > code.until or not _fits(body.get("code_verifier"), code):
            return refuse(400, "code is not valid.")
        token = self.world.sign_in(self.world.people[code.person_id])
        return reply({"token": rows.token(token)})

    def _people(self) -> list[Person]:
        return [p for p in self.world.people.values() if p.active and p.password and not p.is_patient]

    def _code(self, person: Person, asked: Mapping[str, str]) -> str:
        made = secrets.token_urlsafe(24)
        self._codes[made] = Code(person.id, asked["code_challenge"], self.world.now + CODE_LIFE)
        for old in list(self._codes)[:-MOST_CODES]:
            del self._codes[old]
        return made

    def _wrong(self, request: Request) -> Response:
        words = "Vestibule did not ask for this sign-in."
        return self._page(request, "message.html", 400, title="Not here", sentence=words)


def _asked(fields: Mapping[str, Any]) -> dict[str, str] | None:
    """What a program asked for; None when one must not answer it."""
    asked = {name: str(fields.get(name, "")) for name in _ASKED}
    is_right = (
        fullmatch(_BACK, asked["redirect_uri"])
        and asked["state"]
        and fullmatch(_CHALLENGE, asked["code_challenge"])
        and asked["code_challenge_method"] == "S256"
    )
    return asked if is_right else None


def _fits(verifier: object, code: Code) -> bool:
    digest = sha256(str(verifier).encode("utf-8", "surrogatepass")).digest()
    return compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), code.challenge)
