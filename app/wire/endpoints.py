"""The one path table: every path of the API, by its key (api/README.md §12 rule 2 and §13).

No other module holds a literal path. A clinic overrides or switches off a key in its profile file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args
from urllib.parse import quote

from app.errors import NotOffered, Refused

Evidence = Literal["doc", "sdk", "code", "assumed"]
Method = Literal["GET", "POST", "DELETE"]
Base = Literal["api", "portal", "files", "claims", "nppes", "messenger"]

METHODS: tuple[str, ...] = get_args(Method)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the table. path: relative to its base, with `:name` where a value goes.

    public: asked without a token (api/README.md §13).
    """

    method: Method
    path: str
    evidence: Evidence
    base: Base = "api"
    public: bool = False


TABLE: Mapping[str, Endpoint] = {
    "auth.sso": Endpoint("POST", "users/sso", "doc", public=True),
    "auth.login": Endpoint("POST", "users/login", "doc", public=True),
    "auth.redirect": Endpoint("GET", "auth", "doc", base="portal"),
    "auth.refresh": Endpoint("POST", "users/refresh_token", "assumed", public=True),
    "auth.logout": Endpoint("POST", "users/logout", "assumed"),
    "auth.alive": Endpoint("POST", "users/alive", "assumed"),
    "visits.list": Endpoint("GET", "visits", "doc"),
    "visits.get": Endpoint("GET", "visits/:id", "code"),
    "visits.current": Endpoint("GET", "visits/current", "assumed"),
    "visits.create": Endpoint("POST", "visits", "doc"),
    "visits.add_walkin": Endpoint("POST", "visits/add_walkin", "doc"),
    "visits.add_econsult": Endpoint("POST", "visits/add_econsult", "doc"),
    "visits.inprogress": Endpoint("POST", "visits/inprogress", "code"),
    "visits.close": Endpoint("POST", "visits/close", "code"),
    "visits.delete": Endpoint("POST", "visits/delete", "code"),
    "visits.confirm": Endpoint("POST", "visits/confirm", "assumed"),
    "visits.reschedule": Endpoint("POST", "visits/reschedule", "assumed"),
    "visits.assign": Endpoint("POST", "visits/assign", "assumed"),
    "visits.accept": Endpoint("POST", "visits/accept", "assumed"),
    "visits.postvisit.get": Endpoint("GET", "visits/:id/postvisit", "assumed"),
    "visits.postvisit.save": Endpoint("POST", "visits/:id/postvisit", "assumed"),
    "availability.list": Endpoint("GET", "availability", "doc"),
    "intakes.create": Endpoint("POST", "intakes", "doc"),
    "intakes.update": Endpoint("POST", "intakes/:id", "doc"),
    "intakes.get": Endpoint("GET", "intakes/:id", "doc"),
    "recordings.list": Endpoint("GET", "visits", "doc"),
    "rooms.list": Endpoint("GET", "rooms", "doc"),
    "rooms.create": Endpoint("POST", "rooms", "doc"),
    "rooms.get": Endpoint("GET", "rooms/:code", "doc"),
    "rooms.providers": Endpoint("GET", "rooms/:code/providers", "doc"),
    "rooms.provider": Endpoint("GET", "rooms/:code/providers/:id", "doc"),
    "rooms.queue": Endpoint("GET", "rooms/:code/queue", "assumed"),
    "users.rooms.add": Endpoint("POST", "users/:id/rooms", "doc"),
    "users.presence": Endpoint("POST", "users/:id/availability-status", "assumed"),
    "users.list": Endpoint("GET", "users", "doc"),
    "users.get": Endpoint("GET", "users/:id", "doc"),
    "emr.schemas": Endpoint("GET", "emr/schemas", "assumed"),
    "emr.suggest": Endpoint("GET", "emr/search", "assumed"),
    "emr.all": Endpoint("GET", "users/:id/emr", "assumed"),
    "emr.list": Endpoint("GET", "users/:id/emr/:section", "assumed"),
    "emr.add": Endpoint("POST", "users/:id/emr/:section", "assumed"),
    "emr.update": Endpoint("POST", "users/:id/emr/:section/:record_id", "assumed"),
    "emr.delete": Endpoint("POST", "users/:id/emr/:section/delete", "assumed"),
    "prescriptions.list": Endpoint("GET", "users/:id/prescriptions", "assumed"),
    "health.device.add": Endpoint("POST", "users/:id/devices", "doc"),
    "health.submit": Endpoint("POST", "health", "doc"),
    "health.devices": Endpoint("GET", "users/:id/devices", "assumed"),
    "health.read": Endpoint("GET", "users/:id/health", "assumed"),
    "pharmacies.search": Endpoint("GET", "pharmacies", "assumed"),
    "pharmacies.get": Endpoint("GET", "pharmacies/:code", "assumed"),
    "pharmacies.user": Endpoint("GET", "users/:id/pharmacies", "assumed"),
    "pharmacies.default": Endpoint("POST", "users/:id/pharmacies/default", "assumed"),
    "pharmacies.remove": Endpoint("POST", "users/:id/pharmacies/delete", "assumed"),
    "nppes.search": Endpoint("GET", "", "doc", base="nppes", public=True),
    "cards.list": Endpoint("GET", "users/:id/payment_methods", "assumed"),
    "cards.add": Endpoint("POST", "users/:id/payment_methods", "assumed"),
    "cards.default": Endpoint("POST", "users/:id/payment_methods/default", "assumed"),
    "cards.delete": Endpoint("POST", "users/:id/payment_methods/delete", "assumed"),
    "invoice.get": Endpoint("GET", "visits/:id/invoice", "assumed"),
    "visits.charge": Endpoint("POST", "visits/charge", "assumed"),
    "visits.refund": Endpoint("POST", "visits/refund", "assumed"),
    "payments.list": Endpoint("GET", "payments", "assumed"),
    "insurance.list": Endpoint("GET", "users/:id/insurances", "doc"),
    "insurance.import": Endpoint("POST", "users/:id/insurances/import", "doc"),
    "insurance.save": Endpoint("POST", "users/:id/insurances/:card_type", "doc"),
    "insurers.list": Endpoint("GET", "insurances/list/insurers", "doc", base="claims"),
    "accounts.list": Endpoint("GET", "accounts", "doc", public=True),
    "accounts.get": Endpoint("GET", "accounts/:code", "doc"),
    "settings.get": Endpoint("GET", "users/:id/settings", "assumed"),
    "settings.save": Endpoint("POST", "users/:id/settings", "assumed"),
    "files.upload": Endpoint("POST", "files", "doc"),
    "files.rename": Endpoint("POST", "files/:id", "doc"),
    "files.delete": Endpoint("DELETE", "files/:id", "doc"),
    "files.list": Endpoint("GET", "files", "doc"),
    "files.get": Endpoint("GET", "files/:id", "doc"),
    "files.download": Endpoint("GET", "files/view/:id", "doc", base="files", public=True),
    "push.add": Endpoint("POST", "endpoints", "doc"),
    "push.list": Endpoint("GET", "endpoints", "doc"),
    "push.get": Endpoint("GET", "endpoints/:id", "doc"),
    "push.delete": Endpoint("DELETE", "endpoints/:id", "doc"),
    "notifications.list": Endpoint("GET", "notifications", "doc"),
    "messenger.uri": Endpoint("POST", "uri/create", "code", base="messenger", public=True),
    "messenger.users": Endpoint("POST", "user/:action", "code", base="messenger", public=True),
    "messenger.stats": Endpoint("POST", "stats/calls", "code", base="messenger", public=True),
    "portal.visit": Endpoint("GET", "visits/start/:id", "doc", base="portal", public=True),
    "portal.dashboard": Endpoint("GET", "providers/dashboard", "doc", base="portal", public=True),
    "portal.room": Endpoint("GET", "u/:slug", "doc", base="portal", public=True),
    "portal.patient": Endpoint("GET", "providers/patient/:id", "code", base="portal", public=True),
}


@dataclass(frozen=True)
class Endpoints:
    """The table as one clinic has it.

    api, portal, claims, nppes, messenger: base addresses ending in "/", "" when the clinic has none.
    overrides: key -> "METHOD path", or "off".
    """

    api: str
    portal: str = ""
    overrides: Mapping[str, str] = field(default_factory=dict)
    claims: str = ""
    nppes: str = ""
    messenger: str = ""

    def find(self, key: str) -> Endpoint:
        """The endpoint of `key` at this clinic. Raises NotOffered when the clinic switched it off."""
        known = TABLE[key]
        override = self.overrides.get(key)
        if override is None:
            return known
        if override == "off":
            raise NotOffered(key, "Switched off in this clinic's profile.")
        method, _, path = override.partition(" ")
        return Endpoint(
            cast(Method, method), path.lstrip("/"), known.evidence, known.base, known.public
        )  # checked by app.profile

    def url(self, endpoint: Endpoint, values: Mapping[str, str]) -> str:
        """The full address, each `:name` of the path replaced by its percent-encoded value.

        Raises Refused for a value that would lead to another path, or cannot be sent.
        """
        parts = (
            _segment(values[part[1:]]) if part.startswith(":") else part for part in endpoint.path.split("/")
        )
        return self.base(endpoint.base) + "/".join(parts)

    def base(self, name: Base) -> str:
        """The address that the paths of one base hang on.

        Files hang beside the API: their links have no `/api_v3/` in them (api/files.md §1).
        """
        if name == "files":
            return self.api.removesuffix("api_v3/")
        return {
            "api": self.api,
            "portal": self.portal,
            "claims": self.claims,
            "nppes": self.nppes,
            "messenger": self.messenger,
        }[name]


def _segment(value: str) -> str:
    if value in ("", ".", ".."):
        raise Refused(400, "There is no such id.")
    try:
        return quote(value, safe="-")
    except UnicodeEncodeError:
        raise Refused(400, "It holds characters that cannot be sent.") from None
