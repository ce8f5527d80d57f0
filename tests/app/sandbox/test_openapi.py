"""The practice clinic keeps to its own description, whatever a tool that reads it sends."""

import asyncio
import re
from random import Random
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.emr.sandbox.charts import record_of
from app.pharmacies.sandbox.opening import Registration
from app.sandbox.app import ENDPOINTS, build
from app.sandbox.http import Endpoint
from app.sandbox.opening import open_clinic
from tests.app.sandbox.conftest import START, Asker
from tests.app.sandbox.real_values import FIXED, real_values
from tests.app.sandbox.test_bodies import BROKEN

CALLERS = ("app", "front.desk", "noor.haddad", "mira.okafor", "app")
"""The app twice: it may do the most."""
ONLY = {
    "auth.logout": "app",
    "push.get": "mira.okafor",
    "push.delete": "mira.okafor",
    "visits.accept": "noor.haddad",
}
"""Who signs out leaves the others without a token; an address is its owner's alone; a provider accepts."""
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
LEAVES_A_TRACE = {"Card was declined."}
"""It leaves a failed payment behind (api/decisions.md)."""


@pytest.fixture(scope="module")
def opened() -> Asker:
    asker = Asker(build(open_clinic(7, START)))
    for person in asker.world.people.values():
        record_of(asker.world, person.id)  # Made when first read: here, so that no request makes one.
    for number in range(12):
        asker.done("endpoints", "mira.okafor", key=f"{number}@example.test", type=10)
        asker.ask("POST", "files", "mira.okafor", files={"file": ("a.txt", b"a")})
    return asker


@pytest.fixture(scope="module")
def schema(opened: Asker) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", opened.clinic.asgi)


def test_every_endpoint_is_described(asker: Asker) -> None:
    document = asker.get("/openapi.json").json()
    operations = {
        operation["operationId"] for path in document["paths"].values() for operation in path.values()
    }
    # Recordings are a column of the list of visits.
    assert operations == {endpoint.key for endpoint in ENDPOINTS} - {"recordings.list"}
    assert all(re.match(r"^/(api_v3|claims_v2|files|nppes|messenger)/", path) for path in document["paths"])


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.key)
def test_whatever_is_sent_the_answer_is_a_described_one(
    endpoint: Endpoint, schema: Any, opened: Asker
) -> None:
    """And a refused request has changed nothing. Most examples name things that there are."""
    path = re.sub(r":(\w+)", r"{\1}", endpoint.prefix + endpoint.path)
    operation = schema[path][endpoint.method]
    tokens = [opened.token(ONLY.get(endpoint.key, who)) for who in CALLERS]
    keys = {"X-ApiKey": opened.world.api_key, "X-ApiSecret": opened.world.api_secret}
    answers = set()

    @settings(max_examples=8, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(case=operation.as_strategy(), token=st.sampled_from(tokens), dice=st.randoms())
    def put(case: Any, token: str, dice: Random) -> None:
        _name_real_things(case, endpoint, real_values(opened, endpoint), dice)
        before = _standing(opened, endpoint)
        answer = case.call_and_validate(headers={"X-ApiToken": token, **keys}, checks=CHECKS)
        answers.add(answer.status_code)
        if answer.status_code != 200 and answer.json()["message"] not in LEAVES_A_TRACE:
            assert _standing(opened, endpoint) == before

    put()
    assert 200 in answers


def _name_real_things(case: Any, endpoint: Endpoint, real: dict[str, list[Any]], dice: Random) -> None:
    """Puts values that mean something in the clinic in place of most that were made up."""
    if endpoint.key == "messenger.uri":
        case.media_type = "application/json"  # A form has no lists of lists.
    path = {name: f":{name}" for name in case.path_parameters or {}}
    query = {param.name: param.name for param in endpoint.query if param.required}
    body = {param.name: param.name for param in endpoint.body if param.required}
    body |= {name: name for name in FIXED.get(endpoint.key, {})}
    for values, names in ((case.path_parameters, path), (case.query, query), (case.body, body)):
        if isinstance(values, dict):
            for name, real_name in {**{name: name for name in values}, **names}.items():
                if real.get(real_name) and dice.randrange(8):
                    values[name] = dice.choice(real[real_name])


def _standing(asker: Asker, endpoint: Endpoint) -> str:
    """Everything that a request to this endpoint could change; a directory of thousands is not among it."""
    if endpoint.method == "GET":
        return ""
    world = asker.world
    tables = {kind: table for kind, table in world._tables.items() if table and kind is not Registration}
    return repr((world.people, world.rooms, world.visits, world.intakes, world.tokens, tables))


@pytest.mark.logs
def test_what_cannot_be_read_is_refused_everywhere(opened: Asker) -> None:
    posts = [re.sub(r":\w+", "1", e.prefix + e.path) for e in ENDPOINTS if e.method == "POST"]

    async def put() -> set[tuple[str, str, int]]:
        transport = httpx.ASGITransport(app=opened.clinic.asgi)
        headers = {"X-ApiToken": opened.token("app")}
        async with httpx.AsyncClient(transport=transport, base_url="http://c", headers=headers) as client:
            return {
                (path, name, reply.status_code)
                for path in posts
                for name, (kind, content) in BROKEN.items()
                for reply in [await client.post(path, content=content, headers={"Content-Type": kind})]
            }

    assert {answer for answer in asyncio.run(put()) if answer[2] != 400} == set()
