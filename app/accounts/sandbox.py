"""The practice clinic's account endpoints (api/settings.md §1)."""

from starlette.responses import Response

from app.sandbox.http import Call, Endpoint, Refusal, reply


def listing(call: Call) -> Response:
    """The one clinic there is."""
    return reply([{"code": call.world.account_code, "name": call.world.account["name"]}])


def get(call: Call) -> Response:
    """The clinic by its code; `-` is the current one, known from the token or the account header."""
    code = call.params["code"]
    if code == "-":
        code = call.world.account_code if call.caller.is_known else call.headers.get("x-accountcode", "")
    if code != call.world.account_code:
        raise Refusal(404)
    return reply(call.world.account)


ENDPOINTS = (
    Endpoint("accounts.list", "GET", "/accounts", listing, public=True, data="array"),
    Endpoint("accounts.get", "GET", "/accounts/:code", get, public=True),
)
