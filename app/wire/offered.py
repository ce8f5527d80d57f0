"""Which of the [assumed] endpoints this clinic's server offers (api/README.md §12).

A 404 there is ambiguous: the record may be missing, or the whole feature. One more question tells them apart.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from app.errors import Broken, Failure, NotOffered, Refused, SignedOut
from app.wire.endpoints import TABLE

# What a server answers where it has no such feature; 405 and 501 are a foreign server's words for it.
_GONE = (404, 405, 501)


@dataclass(frozen=True, slots=True)
class Group:
    """Endpoints that a server offers together.

    probe: a key to ask, "" when a 404 speaks for itself. witness: the probe asks for the record meant (its
    id from `names`: name in the probe's path -> name in the path or body of the request); where the record
    is there, it is the feature that is missing. Without, the probe is an endpoint of the group itself, and
    `-` stands for each of its names.
    """

    keys: tuple[str, ...]
    probe: str = ""
    query: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    witness: bool = False


_BY_ID = {"id": "id"}
_VISIT_ACTS = ("visits.confirm", "visits.reschedule", "visits.assign", "visits.accept")

GROUPS: tuple[Group, ...] = (
    *(Group((key,)) for key in ("auth.refresh", "auth.logout", "auth.alive", "visits.current")),
    *(Group((key,), "visits.get", names=_BY_ID, witness=True) for key in _VISIT_ACTS),
    Group(("visits.postvisit.get", "visits.postvisit.save"), "visits.get", names=_BY_ID, witness=True),
    Group(("rooms.queue",), "rooms.get", names={"code": "code"}, witness=True),
    Group(("users.presence",), "users.get", names=_BY_ID, witness=True),
    Group(tuple(key for key in TABLE if key.startswith("emr.")), "emr.schemas"),
    Group(("prescriptions.list",), "users.get", names=_BY_ID, witness=True),
    Group(("health.devices", "health.read"), "users.get", names=_BY_ID, witness=True),
    Group(tuple(key for key in TABLE if key.startswith("pharmacies.")), "pharmacies.search", {"limit": 1}),
    Group(
        (
            *("payments.list", "visits.charge", "visits.refund", "invoice.get"),
            *(key for key in TABLE if key.startswith("cards.")),
        ),
        "payments.list",
        {"limit": 1},
    ),
    Group(("settings.get", "settings.save"), "settings.get", names={"id": "-"}),
)

# Other records that a body may name: which key asks for them, and by what name of its path.
_SECOND = {"provider_id": ("users.get", "id"), "room_code": ("rooms.get", "code")}

_GROUP_OF = {key: group for group in GROUPS for key in group.keys}

Ask = Callable[[str, Mapping[str, Any], Mapping[str, str]], Awaitable[Any]]


class _Told(Enum):
    """What a probe told."""

    THERE = auto()
    GONE = auto()
    FORBIDDEN = auto()
    NOTHING = auto()


class Offers:
    """What a server was found not to offer, remembered until the next sign-in. ask: puts a GET to it, and
    brings its `data`."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._missing: dict[str, str] = {}

    @property
    def missing(self) -> frozenset[str]:
        """The keys of the path table that the server was found not to offer."""
        return frozenset(self._missing)

    def check(self, key: str) -> None:
        """Raises NotOffered when the server was found not to have `key`; it is not asked again."""
        if key in self._missing:
            raise NotOffered(key, self._missing[key])

    def forget(self) -> None:
        """A manual re-check: everything is asked for again."""
        self._missing.clear()

    async def explain(
        self,
        key: str,
        values: Mapping[str, str],
        query: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
        failure: Failure,
    ) -> Failure:
        """What a failure of `key` really is: a missing record, a missing feature, or itself."""
        group = _GROUP_OF.get(key)
        if group is None or _status(failure) not in _GONE:
            return failure
        told = await self._tell(group, key, values, query or {}, body or {})
        if told is _Told.FORBIDDEN:
            return Refused(403)
        if told is not _Told.GONE:
            return failure
        message = failure.message if isinstance(failure, Refused) else ""
        self._missing.update(dict.fromkeys(group.keys, message))
        return NotOffered(key, message)

    async def _tell(
        self,
        group: Group,
        key: str,
        values: Mapping[str, str],
        query: Mapping[str, Any],
        body: Mapping[str, Any],
    ) -> _Told:
        """Whether the feature is gone, by its probe; NOTHING where that cannot be told."""
        if group.witness:
            return await self._by_witnesses(group, {**body, **values})
        names = dict.fromkeys(group.names, "-")
        if not group.probe or (key, values, query) == (group.probe, names, group.query):
            return _Told.GONE
        return await self._ask_for(group.probe, group.query, names)

    async def _by_witnesses(self, group: Group, given: Mapping[str, Any]) -> _Told:
        """The feature is gone when every record that the request named is there."""
        named = [(group.probe, {name: str(given.get(source, "-")) for name, source in group.names.items()})]
        for field_name, (probe, name) in _SECOND.items():
            if field_name in given:
                named.append((probe, {name: str(given[field_name])}))
        for probe, names in named:
            if not await self._is_there(probe, names):
                return _Told.NOTHING
        return _Told.GONE

    async def _is_there(self, key: str, names: Mapping[str, str]) -> bool:
        """Whether the server has the very record that was named: "404 while GET is 200"."""
        try:
            record = await self._ask(key, {}, names)
        except Failure:
            return False
        if not isinstance(record, dict) or not record:
            return False
        return all(asked in ("-", str(record.get(name))) for name, asked in names.items())

    async def _ask_for(self, key: str, query: Mapping[str, Any], names: Mapping[str, str]) -> _Told:
        try:
            await self._ask(key, query, names)
        except (NotOffered, SignedOut):
            return _Told.NOTHING
        except (Refused, Broken) as failure:
            status = _status(failure)
            if status in _GONE:
                return _Told.GONE
            return {400: _Told.THERE, 403: _Told.FORBIDDEN}.get(status, _Told.NOTHING)
        except Failure:
            return _Told.NOTHING
        return _Told.THERE


def _status(failure: Failure) -> int:
    return failure.status if isinstance(failure, Refused | Broken) else 0
