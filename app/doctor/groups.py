"""Which groups of endpoints the clinic's server offers (api/README.md §12 and §13), found by reading alone.

Every question reads as little as it can: the caller's own records, one row, an empty window of time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.doctor.network import Unfindable, count_addresses, unfindable, way_to
from app.doctor.report import Said, fail, ok, skipped, warn
from app.doctor.server import Server, broken, status_of
from app.errors import Broken, Failure, NotOffered, Refused, SignedOut
from app.rooms.record import read_room
from app.sentences import not_offered
from app.wire.client import Client
from app.wire.endpoints import TABLE
from app.wire.listing import listing

_ACTS = "not checked: it has acts only"
_WANTS_A_VISIT = "not checked: it wants a visit"
_GONE = (404, 405, 501)
_ME: Mapping[str, str] = {"id": "-"}
_ONE: Mapping[str, Any] = {"limit": 1}


@dataclass(frozen=True, slots=True)
class Group:
    """Endpoints that are looked at together.

    keys: of the path table; the first is asked. unasked: why none is, "" when it is. public: it is asked
    without a token. room: a room's code belongs in its path.
    """

    name: str
    keys: tuple[str, ...]
    unasked: str = ""
    query: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    public: bool = False
    room: bool = False


def _of(*beginnings: str, but: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The keys of the path table with these beginnings."""
    return tuple(key for key in TABLE if key.startswith(beginnings) and key not in but)


GROUPS: tuple[Group, ...] = (
    Group("accounts", ("accounts.list", "accounts.get"), query=_ONE, public=True),
    Group(
        "rooms",
        ("rooms.list", *_of("rooms.", "users.rooms.", but=("rooms.list", "rooms.queue"))),
        query=_ONE,
        public=True,
    ),
    Group(
        "visits",
        (
            *("visits.list", "visits.get", "visits.create", "visits.add_walkin", "visits.add_econsult"),
            *("visits.inprogress", "visits.close", "visits.delete", "recordings.list"),
        ),
        # An empty window: that the list is there is all one wants to know.
        query={"fields": "id", "start_time": 1, "end_time": 1},
    ),
    Group("availability", _of("availability.")),
    Group("intakes", _of("intakes."), unasked=_WANTS_A_VISIT),
    Group("users", ("users.get", "users.list"), values=_ME),
    Group("files", ("files.list", *_of("files.", but=("files.list",)))),
    Group("insurance", _of("insurance."), values=_ME),
    Group("insurers", _of("insurers.")),
    Group("push", ("push.list", *_of("push.", but=("push.list",)))),
    Group("notifications", _of("notifications.")),
    Group("health submission", ("health.submit", "health.device.add"), unasked=_ACTS),
    Group("messenger", _of("messenger."), unasked=_ACTS),
    Group("session", ("auth.refresh", "auth.logout", "auth.alive"), unasked=_ACTS),
    Group("current visit", ("visits.current",)),
    Group(
        "visit acts", ("visits.confirm", "visits.reschedule", "visits.assign", "visits.accept"), unasked=_ACTS
    ),
    Group("visit notes", _of("visits.postvisit."), unasked=_WANTS_A_VISIT),
    Group("room queue", ("rooms.queue",), room=True),
    Group("presence", ("users.presence",), unasked=_ACTS),
    Group("medical record", _of("emr.")),
    Group("prescriptions", _of("prescriptions."), values=_ME),
    Group("health readings", ("health.read", "health.devices"), values=_ME),
    Group("pharmacies", _of("pharmacies."), query=_ONE),
    Group(
        "payments",
        ("payments.list", *_of("cards."), "invoice.get", "visits.charge", "visits.refund"),
        query=_ONE,
    ),
    Group("settings", _of("settings."), values=_ME),
)


async def look(server: Server, group: Group) -> Said:
    """Whether the server offers this group."""
    if group.unasked:
        return skipped(group.unasked)
    key, client = group.keys[0], server.public if group.public else server.client
    try:
        endpoint = client.endpoints.find(key)
        if endpoint.method != "GET":
            return skipped(_ACTS)
        address = client.endpoints.base(endpoint.base)
        if not address:
            return skipped("the profile has no address for it")
        await count_addresses(await way_to(address))
        values = dict(group.values)
        if group.room:
            values["code"] = server.profile.room or await _first_room(client)
            if not values["code"]:
                return skipped("not checked: no room is listed")
        await client.get(key, group.query, background=False, repeat=False, first=False, **values)
    except Unfindable as error:
        return unfindable(error)
    except NotOffered as failure:
        if server.profile.endpoints.get(failure.key) == "off":
            return skipped("switched off in the profile")
        way_out = not_offered(key).partition("; ")[2]
        return ok("not offered", way_out[:1].upper() + way_out[1:])
    except Failure as failure:
        return _refused(failure)
    return ok("offered")


def _refused(failure: Failure) -> Said:
    match failure:
        case SignedOut():
            return fail("the token is not accepted (401)", "Get a fresh token, or sign in again.")
        case Refused(status=400):
            return ok("offered")
        case Refused(status=403):
            return ok("offered, not permitted to this user (403)")
        case Refused(status=429):
            return warn("the server is busy (429)", "Try again in a few minutes.")
        case Refused(status=status) | Broken(reason="status", status=status) if status in _GONE:
            return warn(f"not found ({status})", "Ask the vendor whether this clinic has it, and where.")
        case Refused():
            return warn(f"refused{status_of(failure)}", "Send this report to support.")
    return broken(failure)


async def _first_room(client: Client) -> str:
    """The code of the first room listed, "" when there is none."""
    rooms = listing(await client.get("rooms.list", _ONE, repeat=False), read_room, "rooms").records
    return rooms[0].code if rooms else ""
