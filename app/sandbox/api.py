"""The vendor API's doorway: finds the endpoint, checks the token, reads the body, answers in the envelope."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.sandbox.http import GONE, Call, Caller, Endpoint, Refusal, caller_of, read_body, read_query, refuse
from app.sandbox.world import World


class Api:
    """ASGI application over the path table."""

    def __init__(self, world: World, endpoints: tuple[Endpoint, ...]) -> None:
        self.world = world
        self.endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.answer(Request(scope, receive))
        await response(scope, receive, send)

    def find(self, method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
        """The endpoint of a path, with or without `.json`; a wrong verb finds nothing."""
        for endpoint in self.endpoints:
            params = endpoint.match(method, path.removesuffix(".json"))
            if params is not None:
                return endpoint, params
        return None

    async def answer(self, request: Request) -> Response:
        """One request, one reply; refusals become the error envelope."""
        found = self.find(request.method, request.scope["path"])
        if found is None:
            return refuse(404, GONE)
        endpoint, params = found
        headers = dict(request.headers)
        caller = caller_of(self.world, headers)
        try:
            _check_token(endpoint, caller)
            # Some vendor samples send the parameters of a GET as a form body (api/visits.md §6).
            body, files = await read_body(request, self.world.largest_file if endpoint.takes_file else 0)
            query = {**body, **read_query(request)} if request.method == "GET" else read_query(request)
            return _handled(endpoint, Call(self.world, caller, params, query, body, headers, files))
        except Refusal as refusal:
            return refuse(refusal.status, refusal.message)


def _handled(endpoint: Endpoint, call: Call) -> Response:
    """The endpoint's answer; files that came with a refused request are kept by nobody."""
    try:
        return endpoint.handle(call)
    except Refusal:
        for upload in call.files.values():
            upload.content.close()
        raise


def _check_token(endpoint: Endpoint, caller: Caller) -> None:
    """Everything but the public endpoints wants a living token."""
    if not endpoint.public and not caller.is_known:
        raise Refusal(401)
