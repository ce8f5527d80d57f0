"""The practice clinic's own description of itself, OpenAPI 3.1, made from its endpoints.

So that others can point their tools at it. It says what a careful client sends; text for a number and the
other liberties of api/README.md §5 and §8 are taken too.
"""

import re
from collections.abc import Iterable
from typing import Any

from app.sandbox.http import ERROR_NAMES, MESSENGER_PREFIX, NPPES_PREFIX, Endpoint, Param

Json = dict[str, Any]

_TOKEN = "token"  # noqa: S105 -- the name of a scheme
_FOREIGN = (NPPES_PREFIX, MESSENGER_PREFIX)
"""Services with replies of their own, without the envelope."""

_ERROR: Json = {
    "type": "object",
    "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
    "required": ["code", "message"],
}


def describe(endpoints: Iterable[Endpoint], version: str) -> Json:
    """The whole document."""
    paths: dict[str, Json] = {}
    for endpoint in endpoints:
        path = re.sub(r":(\w+)", r"{\1}", endpoint.prefix + endpoint.path)
        # The first match answers, so it is the one described.
        paths.setdefault(path, {}).setdefault(endpoint.method.lower(), _operation(endpoint))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Practice clinic",
            "version": version,
            "description": "A VSee Clinic API v3 with invented people, for training and tests.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {_TOKEN: {"type": "apiKey", "in": "header", "name": "X-ApiToken"}},
            "schemas": {"Error": _ERROR},
        },
    }


def _operation(endpoint: Endpoint) -> Json:
    names = re.findall(r":(\w+)", endpoint.path)
    operation: Json = {
        "operationId": endpoint.key,
        "tags": [endpoint.key.partition(".")[0]],
        "summary": " ".join((endpoint.handle.__doc__ or "").split()),
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": _SEGMENT} for name in names),
            *({**_named(param), "in": "query"} for param in endpoint.query),
        ],
        "responses": _responses(endpoint),
        "security": [{}] if endpoint.public else [{_TOKEN: []}],
    }
    if endpoint.method == "POST":
        operation["requestBody"] = _body(endpoint)
    return operation


_SEGMENT: Json = {"type": "string", "minLength": 1}


def _named(param: Param) -> Json:
    return {
        "name": param.name,
        "required": param.required,
        "description": param.about,
        "schema": _schema(param),
    }


def _schema(param: Param) -> Json:
    if param.type == "file":
        return {"type": "string", "contentMediaType": "application/octet-stream"}
    schema: Json = {"type": param.type}
    if param.type == "array":
        schema["items"] = {}
    if param.choices:
        schema["enum"] = list(param.choices)
    return schema


def _body(endpoint: Endpoint) -> Json:
    required = [param.name for param in endpoint.body if param.required]
    schema: Json = {
        "type": "object",
        "properties": {param.name: {**_schema(param), "description": param.about} for param in endpoint.body},
        "required": required,
    }
    if endpoint.takes_file:
        kinds = ["multipart/form-data"]
    else:
        kinds = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"]
    return {"required": bool(required), "content": {kind: {"schema": schema} for kind in kinds}}


def _responses(endpoint: Endpoint) -> Json:
    error: Json = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    if endpoint.prefix in _FOREIGN:
        error = {"application/json": {"schema": {"type": "object"}}}
    refused = {400, 404} if endpoint.public else {400, 401, 403, 404}
    if endpoint.key.startswith(("auth.", "files.", "messenger.")):
        refused |= {401, 403}
    return {
        "200": {"description": "Done", "content": _answer(endpoint)},
        **{str(status): {"description": ERROR_NAMES[status], "content": error} for status in sorted(refused)},
    }


def _answer(endpoint: Endpoint) -> Json:
    if endpoint.data == "bytes":
        return {"*/*": {"schema": {}}}
    if endpoint.prefix in _FOREIGN:
        return {"application/json": {"schema": {"type": "object"}}}
    data: Json = {} if endpoint.data == "any" else {"type": endpoint.data}
    return {
        "application/json": {
            "schema": {"type": "object", "properties": {"data": data}, "required": ["data"]},
        }
    }
