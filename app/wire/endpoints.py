"""The one path table: every path of the API, by its key (api/README.md §12 rule 2 and §13).

No other module holds a literal path. A clinic overrides or switches off a key in its profile file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote

from app.errors import Refused

Evidence = Literal["doc", "sdk", "code", "assumed"]
Base = Literal["api", "portal"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the table. path: relative to its base, with `:name` where a value goes."""

    method: Literal["GET", "POST"]
    path: str
    evidence: Evidence
    base: Base = "api"
    public: bool = False


TABLE: Mapping[str, Endpoint] = {
    "auth.sso": Endpoint("POST", "users/sso", "doc", public=True),
    "auth.login": Endpoint("POST", "users/login", "doc", public=True),
    "auth.refresh": Endpoint("POST", "users/refresh_token", "assumed", public=True),
    "auth.logout": Endpoint("POST", "users/logout", "assumed"),
    "auth.redirect": Endpoint("GET", "auth", "doc", base="portal"),
    "visits.list": Endpoint("GET", "visits", "doc"),
    "visits.get": Endpoint("GET", "visits/:id", "code"),
    "visits.inprogress": Endpoint("POST", "visits/inprogress", "code"),
    "visits.close": Endpoint("POST", "visits/close", "code"),
    "intakes.get": Endpoint("GET", "intakes/:id", "doc"),
    "rooms.list": Endpoint("GET", "rooms", "doc"),
    "rooms.get": Endpoint("GET", "rooms/:code", "doc"),
    "rooms.providers": Endpoint("GET", "rooms/:code/providers", "doc"),
    "users.get": Endpoint("GET", "users/:id", "doc"),
    "accounts.get": Endpoint("GET", "accounts/:code", "doc"),
    "portal.visit": Endpoint("GET", "visits/start/:id", "doc", base="portal", public=True),
    "portal.dashboard": Endpoint("GET", "providers/dashboard", "doc", base="portal", public=True),
    "portal.room": Endpoint("GET", "u/:slug", "doc", base="portal", public=True),
}


@dataclass(frozen=True)
class Endpoints:
    """The table as one clinic has it.

    api, portal: base addresses ending in "/". overrides: key -> "METHOD path", or "off".
    """

    api: str
    portal: str
    overrides: Mapping[str, str] = field(default_factory=dict)

    def find(self, key: str) -> Endpoint:
        """The endpoint of `key` at this clinic. Refused with 404 when the clinic switched it off."""
        known = TABLE[key]
        override = self.overrides.get(key)
        if override is None:
            return known
        if override == "off":
            raise Refused(404, "Switched off in this clinic's profile.")
        method, _, path = override.partition(" ")
        return Endpoint(
            "POST" if method == "POST" else "GET", path.lstrip("/"), known.evidence, known.base, known.public
        )

    def url(self, endpoint: Endpoint, values: Mapping[str, str]) -> str:
        """The full address, each `:name` of the path replaced by its percent-encoded value."""
        parts = (
            quote(values[part[1:]], safe="-") if part.startswith(":") else part
            for part in endpoint.path.split("/")
        )
        return (self.portal if endpoint.base == "portal" else self.api) + "/".join(parts)
