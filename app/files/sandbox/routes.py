"""The practice clinic's files endpoints (api/files.md, api/decisions.md)."""

import re
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from app.files.sandbox import links as file_links
from app.files.sandbox import rows as file_rows
from app.files.sandbox import stored as stored_files
from app.files.sandbox.rights import may_change, may_look_up, may_see
from app.files.sandbox.stored import CATEGORIES, StoredFile, attach, keep, target_of
from app.sandbox.http import (
    FILES_PREFIX,
    Call,
    Endpoint,
    Param,
    Refusal,
    as_text,
    as_truth,
    json_response,
    reply,
)
from app.sandbox.quirks import encode
from app.sandbox.world import World

LONGEST_NAME = 255
TARGETS = ("user", "visit")

furnish = stored_files.furnish


def upload(call: Call) -> Response:
    """Keeps the part `file`; it is the caller's until an intake lists it."""
    try:
        file = keep(call.world, _taken_in(call))
    except Refusal:
        for part in call.files.values():
            part.content.close()
        raise
    return _reply(file, file_rows.uploaded(call, file))


def _taken_in(call: Call) -> StoredFile:
    world, person, part = call.world, call.caller.person, call.files.get("file")
    if person is None:
        raise Refusal(403)  # The app is nobody whose file it could be.
    name = _last_part(part.name) if part else ""
    if part is None or not name:
        raise Refusal(400, "file is required.")
    if part.size > world.largest_file:
        raise Refusal(400, "File is too large.")
    meta = call.body.get("meta")
    sent = as_text(meta.get("category") if isinstance(meta, dict) else meta, "meta.category")
    return StoredFile(
        id=world.uuid("file", world.count("file")),
        name=name,
        ext=stored_files.extension(name),
        size=part.size,
        category=_category(sent, "meta.category") or "user_document",
        creator_id=person.id,
        user_id=person.id,
        created=world.now,
        content=part.content,
    )


def rename(call: Call) -> Response:
    """Changes the name, also where an intake lists the file; the uploader or an admin."""
    file = _own(call)
    name = _last_part(call.needed("name"))
    if not name:
        raise Refusal(400, "name is not valid.")
    file.name, file.ext = name, stored_files.extension(name) or file.ext
    _list_again(call.world, file)
    return _reply(file, file_rows.renamed(call, file))


def delete(call: Call) -> Response:
    """Removes the file, also from the intake that lists it; the uploader or an admin."""
    file = _own(call)
    del call.world.table(StoredFile)[file.id]
    _list_again(call.world, file)
    return reply(True)


def listing(call: Call) -> Response:
    """The files of a user or a visit, as far as the caller may see them."""
    kind = call.asked("target_type") or "user"
    if kind not in TARGETS:
        raise Refusal(400, "target_type is not valid.")
    target = kind, _target(call, kind)
    category = _category(call.asked("category_type"), "category_type")
    with_shared = kind == "user" and as_truth(call.query.get("include_shared")) is True

    def is_asked_for(file: StoredFile) -> bool:
        is_there = target_of(call.world, file) == target or (with_shared and file.shared_with == target[1])
        return is_there and category in {None, file.category} and may_see(call.world, call.caller, file)

    found = [file for file in call.world.table(StoredFile).values() if is_asked_for(file)]
    return reply(
        [file_rows.listed(call, file) for file in sorted(found, key=lambda file: (file.created, file.id))]
    )


def get(call: Call) -> Response:
    """One file with a fresh link; with a link's `auth_code` and `time` the content, as older links had it."""
    if "auth_code" in call.query:
        return download(call)
    if not call.caller.is_known:
        raise Refusal(401)
    file = _seen(call)
    return _reply(file, file_rows.detail(call, file))


def download(call: Call) -> Response:
    """The content, to whoever holds a fresh link; with `size` a smaller picture."""
    file = _find(call)
    if not file_links.is_good(call.world, file.id, call.asked("auth_code"), call.asked("time")):
        raise Refusal(403)
    size = call.asked("size")
    return file_links.content(file) if size is None else file_links.smaller(file, size)


# -- which file ----------------------------------------------------------------------------------


def _find(call: Call) -> StoredFile:
    file = call.world.table(StoredFile).get(call.params["id"])
    if file is None:
        raise Refusal(404)
    return file


def _seen(call: Call) -> StoredFile:
    file = _find(call)
    if not may_see(call.world, call.caller, file):
        raise Refusal(403)
    return file


def _own(call: Call) -> StoredFile:
    file = _seen(call)
    if not may_change(call.caller, file):
        raise Refusal(403)
    return file


# -- what a request asks for ---------------------------------------------------------------------


def _target(call: Call, kind: str) -> str:
    """The id asked for, by default the owner of the token; 404 when unknown, 403 when not the caller's."""
    target_id = call.asked("target_id") or ("-" if kind == "user" and call.caller.person else None)
    if target_id is None:
        raise Refusal(400, "target_id is required.")
    if kind == "user":
        person = call.user(target_id)
        if not may_look_up(call.world, call.caller, person.id):
            raise Refusal(403)
        return person.id
    visit = call.world.visits.get(target_id)
    if visit is None:
        raise Refusal(404)
    if not call.caller.may_see(visit):
        raise Refusal(403)
    return visit.id


def _category(sent: str | None, name: str) -> str | None:
    if sent is not None and sent not in CATEGORIES:
        raise Refusal(400, f"{name} is not valid.")
    return sent


def _last_part(name: str) -> str:
    """A name without folders; half a character, which JSON can bring, becomes a question mark."""
    whole = name.encode("utf-8", "replace").decode()
    return re.split(r"[/\\]", whole)[-1][:LONGEST_NAME].strip()


def _list_again(world: World, file: StoredFile) -> None:
    """The intake's entry of a file follows its name, and goes with it."""
    intake = world.intakes.get(file.intake_id)
    if intake is None:
        return
    is_kept = file.id in world.table(StoredFile)
    intake.attachments = [
        attach(intake, file) if entry["_id"] == file.id else entry
        for entry in intake.attachments
        if is_kept or entry["_id"] != file.id
    ]
    visit = world.visits.get(intake.visit_id or "")
    if visit is not None:
        world.keep(visit)


def _reply(file: StoredFile, row: dict[str, Any]) -> Response:
    return json_response(b'{"data":' + encode(file.id, row) + b"}")


_TIME = Param("time", "integer", "epoch seconds of the same fullpath")
_BOX = Param("size", about="WxH in pixels: the picture as a PNG that fits inside, never enlarged")

ENDPOINTS = (
    Endpoint(
        "files.upload",
        "POST",
        "/files",
        upload,
        body=(
            Param("file", "file", "the content, with its name", required=True),
            Param("meta.category", about="user_document when left out", choices=CATEGORIES),
        ),
    ),
    Endpoint(
        "files.list",
        "GET",
        "/files",
        listing,
        data="array",
        query=(
            Param("target_id", about="the token's owner when left out; a visit or the app must say it"),
            Param("target_type", about="user when left out", choices=TARGETS),
            Param("category_type", choices=CATEGORIES),
            Param("include_shared", "boolean", "also documents and notes shared with the user"),
        ),
    ),
    Endpoint("files.rename", "POST", "/files/:id", rename, body=(Param("name", required=True),)),
    Endpoint("files.delete", "DELETE", "/files/:id", delete, data="boolean"),
    Endpoint(
        "files.get",
        "GET",
        "/files/:id",
        get,
        # A link of the older kind leads here and brings no token.
        public=True,
        query=(Param("auth_code", about="of a fresh fullpath: the content, without a token"), _TIME, _BOX),
    ),
    Endpoint(
        "files.download",
        "GET",
        "/view/:id",
        download,
        public=True,
        query=(
            Param("auth_code", about="40 hex digits of a fresh fullpath", required=True),
            replace(_TIME, required=True),
            _BOX,
        ),
        data="bytes",
        prefix=FILES_PREFIX,
    ),
)
