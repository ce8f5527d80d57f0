"""The practice clinic's Messenger service: the separate, older one (api/calls.md §5 [code]).

Key and secret are those of the clinic's app. Replies have a shape of their own [code], errors too [assumed].
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from app.sandbox.http import (
    MESSENGER_PREFIX,
    Call,
    Endpoint,
    Param,
    Refusal,
    as_text,
    as_whole,
    json_response,
)
from app.sandbox.quirks import encode_php
from app.sandbox.world import IN_PROGRESS

ARGUMENTS = {
    "init": ("commands",),
    "setUser": ("username", "password"),
    "callAutoAccept": ("enabled", "username"),
    "setAddressBook": ("enabled",),
    "setFirstTutorial": ("enabled",),
    "setOutlookImport": ("enabled",),
    "setCallSurvey": ("enabled",),
    "setHistory": ("enabled",),
    "setVideoWindow": ("username", "x", "y", "width", "height", "pinned"),
    "call": ("username",),
    "startCall": ("username", "timeout"),
    "waitForCall": ("timeout", "autoaccept", "acceptuser"),
    "chat": ("username",),
    "onIdle": ("timeout", "commands"),
    "onEndCall": ("commands",),
    "showLocalVideo": (),
    "exit": (),
}
"""Command -> its arguments, all of them needed [assumed]."""

DEEPEST = 4
"""Levels of commands within commands."""
LARGEST_LIMIT = 1_000


@dataclass(slots=True)
class Account:
    """A user of Messenger; its password is not kept."""

    username: str
    fn: str
    ln: str


def _answered(handle: Callable[[Call], Any]) -> Callable[[Call], Response]:
    """A route of this service: key and secret first, then its own shape, for refusals too."""

    def answer(call: Call) -> Response:
        try:
            _check_credentials(call)
            return _reply({"status": "success", "data": handle(call)})
        except Refusal as refusal:
            return _reply({"status": "error", "message": refusal.message}, refusal.status)

    return answer


def _uris(call: Call) -> list[str]:
    """One address for each list of commands."""
    lists = call.body.get("uris")
    if not isinstance(lists, list) or not lists:
        raise Refusal(400, "uris is required.")
    for commands in lists:
        _check(commands, 1)
    return [f"vsee:practice?ticket={call.world.hex32('uri', call.world.count('uri'))}" for _ in lists]


def _users(call: Call) -> Any:
    """create, update, delete, list."""
    act = _ACTIONS.get(call.params["action"])
    if act is None:
        raise Refusal(404, "Unknown action.")
    return act(call)


def _calls(call: Call) -> list[dict[str, Any]]:
    """Calls that began in the time asked for, newest first; the keys of a row are ours [assumed]."""
    start, end = call.needed_whole("start"), call.needed_whole("end")
    limit = min(LARGEST_LIMIT, max(1, as_whole(call.body.get("limit"), "limit") or LARGEST_LIMIT))
    begun = [
        visit
        for visit in call.world.visits.values()
        if visit.actual_start is not None and start <= visit.actual_start * 1000 <= end
    ]
    begun.sort(key=lambda visit: (visit.actual_start, visit.id), reverse=True)
    people = call.world.people
    return [
        {
            "caller": people[visit.provider_id].vseeid if visit.provider_id in people else "",
            "callee": people[visit.member_id].vseeid,
            "start": (visit.actual_start or 0) * 1000,
            "end": None if visit.status == IN_PROGRESS else (visit.actual_end or 0) * 1000,
        }
        for visit in begun[:limit]
    ]


# -- users -----------------------------------------------------------------------------------------


def _create(call: Call) -> bool:
    username = call.needed("username")
    call.needed("password")
    if username in call.world.table(Account):
        raise Refusal(400, f"User {username} already exists.")
    call.world.table(Account)[username] = Account(username, call.text("fn") or "", call.text("ln") or "")
    return True


def _update(call: Call) -> bool:
    account = _account(call)
    account.fn, account.ln = call.text("fn") or account.fn, call.text("ln") or account.ln
    return True


def _delete(call: Call) -> bool:
    del call.world.table(Account)[_account(call).username]
    return True


def _list(call: Call) -> list[dict[str, str]]:
    accounts = call.world.table(Account).values()
    return [{"username": entry.username, "fn": entry.fn, "ln": entry.ln} for entry in accounts]


def _account(call: Call) -> Account:
    account = call.world.table(Account).get(call.needed("username"))
    if account is None:
        raise Refusal(404, "Unknown user.")
    return account


_ACTIONS: dict[str, Callable[[Call], Any]] = {
    "create": _create,
    "update": _update,
    "delete": _delete,
    "list": _list,
}


# -- shared steps --------------------------------------------------------------------------------


def _check_credentials(call: Call) -> None:
    key, secret = call.asked("apikey") or "", as_text(call.body.get("secretkey"), "secretkey") or ""
    if not (_same(key, call.world.api_key) and _same(secret, call.world.api_secret)):
        raise Refusal(401, "Wrong key or secret.")


def _same(given: str, ours: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), ours.encode())


def _check(commands: Any, level: int) -> None:
    """Each command is an object of one known key; its arguments may hold further commands."""
    if not isinstance(commands, list) or level > DEEPEST:
        raise Refusal(400, "uris is not valid.")
    for command in commands:
        if not isinstance(command, dict) or len(command) != 1:
            raise Refusal(400, "uris is not valid.")
        name, arguments = next(iter(command.items()))
        given = arguments if isinstance(arguments, dict) else {}
        if name not in ARGUMENTS or any(part not in given for part in ARGUMENTS[name]):
            raise Refusal(400, f"{name} is not valid.")
        if "commands" in given:
            _check(given["commands"], level + 1)


def _reply(body: dict[str, Any], status: int = 200) -> Response:
    return json_response(encode_php(body), status)


def _route(key: str, path: str, handle: Callable[[Call], Any], *body: Param) -> Endpoint:
    secret = Param("secretkey", about="of the clinic's app", required=True)
    return Endpoint(
        key,
        "POST",
        path,
        _answered(handle),
        public=True,
        query=(Param("apikey", about="of the clinic's app", required=True),),
        body=(secret, *body),
        data="any",
        prefix=MESSENGER_PREFIX,
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    _route("messenger.uri", "/uri/create", _uris, Param("uris", "array", "lists of commands", required=True)),
    _route(
        "messenger.users",
        "/user/:action",
        _users,
        *(Param(name) for name in ("username", "password", "fn", "ln")),
    ),
    _route(
        "messenger.stats",
        "/stats/calls",
        _calls,
        Param("start", "integer", "epoch milliseconds", required=True),
        Param("end", "integer", "epoch milliseconds", required=True),
        Param("limit", "integer"),
    ),
)
