"""The practice clinic's push endpoints and notifications (api/push.md)."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from app.sandbox.http import Call, Endpoint, Param, Refusal, reply
from app.sandbox.people import practice_toml
from app.sandbox.quirks import number

EMAIL = 10
IOS = 30
LONGEST_KEY = 255


@dataclass(slots=True)
class Address:
    """A place where a user is notified."""

    id: str
    user_id: str
    key: str
    type: int
    created: int
    modified: int


def add(call: Call) -> Response:
    """A new address of the caller; the same one again is still one."""
    me, world = call.user("-"), call.world
    key, kind = call.needed("key"), call.needed_whole("type")
    if kind not in {EMAIL, IOS}:
        raise Refusal(400, "type is not valid.")
    if len(key) > LONGEST_KEY or (kind == EMAIL and "@" not in key):
        raise Refusal(400, "key is not valid.")
    table = world.table(Address)
    address = next((a for a in table.values() if (a.user_id, a.key, a.type) == (me.id, key, kind)), None)
    if address is None:
        address_id = world.uuid("push endpoint", world.count("push endpoint"))
        address = table[address_id] = Address(address_id, me.id, key, kind, world.now, world.now)
    address.modified = world.now
    return reply(_row(address))


def listing(call: Call) -> Response:
    """The caller's addresses, of one `type` or all."""
    me, kind = call.user("-"), call.asked_whole("type")
    found = [a for a in call.world.table(Address).values() if a.user_id == me.id and kind in {None, a.type}]
    return reply([_listed(address) for address in found])


def get(call: Call) -> Response:
    """One of the caller's addresses."""
    return reply(_row(_own(call)))


def delete(call: Call) -> Response:
    """The caller is notified there no longer."""
    address = _own(call)
    del call.world.table(Address)[address.id]
    return reply({"id": address.id})


def notifications(call: Call) -> Response:
    """What the caller was told before the day began, newest first."""
    me = call.user("-")
    told = practice_toml("notifications.toml")["patient" if me.is_patient else "provider"]
    told = sorted(told, key=lambda entry: int(entry["minutes"]))
    return reply([_notification(call, me.id, index, entry) for index, entry in enumerate(told)])


def _own(call: Call) -> Address:
    """An address of the caller; somebody else's is as unknown as one that never was."""
    address = call.world.table(Address).get(call.params["id"])
    if address is None or address.user_id != call.user("-").id:
        raise Refusal(404)
    return address


def _row(address: Address) -> dict[str, Any]:
    return {
        "id": address.id,
        "key": address.key,
        "user_id": address.user_id,
        "type": number(address.id, "type", address.type),
        "created": address.created,
        "modified": address.modified,
    }


def _listed(address: Address) -> dict[str, Any]:
    """Only a list tells the name at Amazon, and only of push; its slashes are escaped (quirk 8)."""
    if address.type != IOS:
        return _row(address)
    return {**_row(address), "arn": f"arn:aws:sns:us-west-2:000000000000:endpoint/APNS/practice/{address.id}"}


def _notification(call: Call, user_id: str, index: int, entry: dict[str, Any]) -> dict[str, Any]:
    """`time` in seconds as number or text (quirk 2), `mtime` in milliseconds."""
    key = call.world.uuid("notification", user_id, index)
    at = call.world.start - entry["minutes"] * 60
    return {
        "id": key,
        "title": entry["title"],
        "read": entry["read"],
        "time": number(key, "time", at),
        "mtime": at * 1000,
        "image": "https://example.test/images/practice/bell.png",
    }


_ADDRESS = (
    Param("key", about="An e-mail address, or a device token.", required=True),
    Param("type", "integer", "10 e-mail, 30 iOS push.", required=True, choices=(EMAIL, IOS)),
)
_KIND = (Param("type", "integer", "Those of one type."),)

ENDPOINTS = (
    Endpoint("push.add", "POST", "/endpoints", add, body=_ADDRESS),
    Endpoint("push.list", "GET", "/endpoints", listing, query=_KIND, data="array"),
    Endpoint("push.get", "GET", "/endpoints/:id", get),
    Endpoint("push.delete", "DELETE", "/endpoints/:id", delete),
    Endpoint("notifications.list", "GET", "/notifications", notifications, data="array"),
)
