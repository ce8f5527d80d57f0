"""The vendor's HTTP manners: envelope, errors, bodies in three encodings, filters (api/README.md §4-7)."""

import re
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal, TypeVar

import msgspec
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response

from app.sandbox.quirks import encode_php
from app.sandbox.world import Person, Room, Visit, World

GONE = "Sorry, this page is not available."
"""The documented 404 of an unknown path."""

ERROR_NAMES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}

API_PREFIX = "/api_v3"
CLAIMS_PREFIX = "/claims_v2/api_v3"
FILES_PREFIX = "/files"
NPPES_PREFIX = "/nppes/api"
MESSENGER_PREFIX = "/messenger"

LARGEST_BODY = 2 * 1024 * 1024
"""Bytes of a body, without a file that may come along with it."""
MOST_FIELDS = 1_000
"""Fields of a form."""

PAGE = 20
LARGEST_PAGE = 100
"""Rows of a page: when nobody says how many, and at most (api/README.md §5)."""

T = TypeVar("T")

_DOTTED = re.compile(r"[A-Za-z_]\w*(\.\w+)+")


class Refusal(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, message: str | None = None) -> None:
        super().__init__(message or ERROR_NAMES[status])
        self.status = status
        self.message = message or ERROR_NAMES[status]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a person with a user token, the clinic's app with the admin token, or nobody."""

    person: Person | None = None
    is_app: bool = False
    token: str = ""

    @property
    def is_known(self) -> bool:
        """A living token came along."""
        return self.is_app or self.person is not None

    @property
    def is_patient(self) -> bool:
        """A member or guest: own visits only."""
        return self.person is not None and self.person.is_patient

    @property
    def is_staff(self) -> bool:
        """A provider, the front desk, a clinic admin, or the clinic's app."""
        return self.is_app or (self.person is not None and not self.person.is_patient)

    @property
    def is_admin(self) -> bool:
        """A clinic admin, or the clinic's app."""
        return self.is_app or (self.person is not None and self.person.is_admin)

    @property
    def may_see_clinical(self) -> bool:
        """Notes, medical records, prescriptions, clinical files: not for the front desk [assumed].

        Whose data others see is a question of its own.
        """
        return self.is_admin or (self.person is not None and (self.is_patient or self.person.sees_patients))

    @property
    def user_id(self) -> str:
        """The caller's id, empty for the app."""
        return self.person.id if self.person else ""

    def may_enter(self, room_code: str) -> bool:
        """A provider sees the rooms they belong to; front desk, admin and app see all."""
        if self.person is None or not self.person.sees_patients:
            return self.is_staff
        return room_code in self.person.rooms

    def may_see(self, visit: Visit) -> bool:
        """A patient's own visits; staff: those of the rooms they may enter."""
        if self.is_patient:
            return visit.member_id == self.user_id
        return self.may_enter(visit.room_code)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file part of a multipart body. content: lies on disk when it is large; whoever keeps it closes it."""

    name: str
    content: BinaryIO
    size: int
    content_type: str


@dataclass(slots=True)
class Call:
    """One request, taken apart."""

    world: World
    caller: Caller
    params: dict[str, str]
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """A text or number of the body as text; None when it is not there or empty."""
        return as_text(self.body.get(name), name)

    def needed(self, name: str) -> str:
        """Like `text`; 400 `<field> is required.` when it is not there."""
        return self.text(name) or _required(name)

    def whole(self, name: str) -> int | None:
        """A whole number of the body, as number or decimal string."""
        return as_whole(self.body.get(name), name)

    def needed_whole(self, name: str) -> int:
        """Like `whole`; 400 when it is not there."""
        number = self.whole(name)
        return number if number is not None else _required(name)

    def asked(self, name: str) -> str | None:
        """A query parameter as text."""
        return as_text(self.query.get(name), name)

    def asked_whole(self, name: str) -> int | None:
        """A query parameter as a whole number."""
        return as_whole(self.query.get(name), name)

    def asked_list(self, name: str) -> list[str]:
        """A list-valued filter: `a,b`, a JSON array or a scalar (api/README.md §5)."""
        return as_list(self.query.get(name))

    def limit(self) -> int:
        """Rows of a page, as `limit` asks."""
        asked = self.asked_whole("limit")
        return PAGE if asked is None else min(LARGEST_PAGE, max(1, asked))

    def page_of(self, rows: Sequence[T]) -> Sequence[T]:
        """The rows of the page asked for: `page` from 1, `limit`."""
        limit = self.limit()
        first = (max(1, self.asked_whole("page") or 1) - 1) * limit
        return rows[first : first + limit]

    def staff_only(self) -> None:
        """403 for patients."""
        if not self.caller.is_staff:
            raise Refusal(403)

    def room(self, code: str) -> Room:
        """The room of this code, else 404."""
        return self.world.rooms.get(code) or _unknown()

    def user(self, user_id: str) -> Person:
        """The user of this id, `-` for the caller, else 404."""
        if user_id == "-":
            return self.caller.person or _unknown()
        return self.world.people.get(user_id) or _unknown()

    def provider_in(self, room: Room, provider_id: str | None) -> str | None:
        """A provider id that belongs to the room, else 400."""
        if provider_id is not None and provider_id not in room.provider_ids:
            raise Refusal(400, "provider_id is not valid.")
        return provider_id


def _required(name: str) -> Any:
    raise Refusal(400, f"{name} is required.")


def _unknown() -> Any:
    raise Refusal(404)


def as_text(value: Any, name: str) -> str | None:
    """Text or number as text; empty, null and false count as absent, anything else is 400."""
    if value is None or value is False or value == "":
        return None
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise Refusal(400, f"{name} is not valid.")


def as_whole(value: Any, name: str) -> int | None:
    """A number or decimal string as int; absent like `as_text`; anything else is 400."""
    text = as_text(value, name)
    if text is None:
        return None
    if not re.fullmatch(r"-?\d{1,18}(\.0+)?", text.strip()):
        raise Refusal(400, f"{name} is not valid.")
    return int(text.strip().partition(".")[0])


def as_truth(value: Any) -> bool | None:
    """true, 1, "1", "true", and their opposites; None for anything else."""
    word = str(value).strip().lower()
    return True if word in {"true", "1", "yes"} else False if word in {"false", "0", "no"} else None


def as_list(value: Any) -> list[str]:
    """`a,b`, a JSON array (as text or as such) or a scalar, as a list of texts."""
    if isinstance(value, str) and value.startswith("["):
        try:
            value = msgspec.json.decode(value)
        except (ValueError, RecursionError) as error:
            raise Refusal(400) from error
    if isinstance(value, list):
        return [str(part) for part in value]
    return [part.strip() for part in str(value).split(",") if part.strip()] if value is not None else []


# -- requests ------------------------------------------------------------------------------------


async def read_body(request: Request, largest_file: int = 0) -> tuple[dict[str, Any], dict[str, Upload]]:
    """The body as one object, whichever of the three encodings it came in, and the files in it.

    largest_file: bytes of the file that may come along, 0 when none may. What is larger is not read to its
    end; that, and what cannot be read, is 400.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        # Not closed here: a handler may keep an uploaded file, and one that nobody keeps closes itself.
        pairs = (await _read_form(request, kind, largest_file)).multi_items()
        files = {key: _upload(part) for key, part in pairs if isinstance(part, UploadFile)}
        return _nest([(key, value) for key, value in pairs if isinstance(value, str)]), files
    raw = await read_whole(request)
    if not raw.strip():
        return {}, {}
    try:
        # msgspec refuses what no reply could hold: NaN, and half an emoji.
        body = msgspec.json.decode(raw)
    except (ValueError, RecursionError) as error:
        raise Refusal(400) from error
    if not isinstance(body, dict):
        raise Refusal(400)
    return body, {}


async def read_whole(request: Request) -> bytes:
    """The bytes of a body of reasonable size, else 400."""
    return b"".join([part async for part in _bounded(request, LARGEST_BODY, "Body is too large.")])


async def _read_form(request: Request, kind: str, largest_file: int) -> FormData:
    words = "File is too large." if largest_file else "Body is too large."
    stream = _bounded(request, LARGEST_BODY + largest_file, words)
    # Text is held in memory: beside a file, which leaves the stream much room, its fields are small.
    room = LARGEST_BODY // MOST_FIELDS if largest_file else LARGEST_BODY
    form_parser = FormParser if kind == "application/x-www-form-urlencoded" else MultiPartParser
    try:
        return await form_parser(request.headers, stream, max_fields=MOST_FIELDS, max_part_size=room).parse()
    except (MultiPartException, ValueError) as error:
        raise Refusal(400) from error


async def _bounded(request: Request, most: int, words: str) -> AsyncGenerator[bytes, None]:
    """The parts of a body, until they are more than `most` bytes together."""
    read = 0
    async for part in request.stream():
        read += len(part)
        if read > most:
            raise Refusal(400, words)
        yield part


def _upload(part: UploadFile) -> Upload:
    return Upload(part.filename or "", part.file, part.size or 0, part.content_type or "")


def read_query(request: Request) -> dict[str, Any]:
    """Query parameters; a repeated one, or one ending in `[]`, is a list."""
    return _gather(request.query_params.multi_items())


def _gather(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        key = name.removesuffix("[]")
        if key in found:
            before = found[key]
            found[key] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[key] = [value] if name.endswith("[]") else value
    return found


def _nest(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Form fields as an object: `meta.category` is nested, a question with a full stop in it is not."""
    nested: dict[str, Any] = {}
    for name, value in _gather(pairs).items():
        target = nested
        steps = name.split(".") if _DOTTED.fullmatch(name) else [name]
        for step in steps[:-1]:
            inner = target.setdefault(step, {})
            if not isinstance(inner, dict):
                raise Refusal(400)
            target = inner
        target[steps[-1]] = value
    return nested


def caller_of(world: World, headers: dict[str, str]) -> Caller:
    """Whose token came in `X-ApiToken`."""
    token = headers.get("x-apitoken", "")
    if token and token == world.admin_token:
        return Caller(is_app=True, token=token)
    return Caller(person=world.person_of(token), token=token)


# -- replies -------------------------------------------------------------------------------------


def reply(data: Any, **siblings: Any) -> Response:
    """`{"data": ...}` with siblings such as `total_count`, under HTTP 200."""
    return json_response(encode_php({"data": data, **siblings}))


def reply_raw(rows: list[bytes]) -> Response:
    """`{"data": [...]}` of rows that are encoded already."""
    return json_response(b'{"data":[' + b",".join(rows) + b"]}")


def refuse(status: int, message: str | None = None) -> Response:
    """`{"code": ..., "message": ...}` under that status."""
    return json_response(encode_php({"code": status, "message": message or ERROR_NAMES[status]}), status)


def json_response(body: bytes, status: int = 200) -> Response:
    """JSON bytes as a response."""
    return Response(body, status, media_type="application/json")


JsonType = Literal["string", "integer", "number", "boolean", "array", "object", "file"]


@dataclass(frozen=True, slots=True)
class Param:
    """A query parameter or a key of a body, as /openapi.json describes it.

    type: what a careful client sends; text for a number and the like are accepted too. choices: the only
    values there are.
    """

    name: str
    type: JsonType = "string"
    about: str = ""
    required: bool = False
    choices: tuple[str | int, ...] = ()


LIMIT = Param("limit", "integer", f"rows a page, {PAGE} by default, {LARGEST_PAGE} at most")
PAGING = (Param("page", "integer", "from 1"), LIMIT)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the path table (api/README.md §13). data: the JSON type of `data` in its reply.

    public: wants no token. prefix: what its path hangs on.
    """

    key: str
    method: Literal["GET", "POST", "DELETE"]
    path: str
    handle: Callable[[Call], Response]
    public: bool = False
    query: tuple[Param, ...] = ()
    body: tuple[Param, ...] = ()
    data: Literal["object", "array", "boolean", "any", "bytes"] = "object"
    prefix: str = API_PREFIX

    @property
    def takes_file(self) -> bool:
        """A file comes along with its body."""
        return any(param.type == "file" for param in self.body)

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The `:name` parts of a path that fits, else None."""
        ours, theirs = (self.prefix + self.path).split("/"), path.split("/")
        if method != self.method or len(ours) != len(theirs):
            return None
        params = {}
        for mine, their in zip(ours, theirs, strict=True):
            if mine.startswith(":") and their:
                params[mine[1:]] = their
            elif mine != their:
                return None
        return params
