"""The practice clinic keeps to its own description, whatever a tool that reads it sends."""

import re
from typing import Any

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

from app.sandbox.app import ENDPOINTS, build
from app.sandbox.http import Endpoint
from app.sandbox.opening import open_clinic
from tests.app.sandbox.conftest import START, Asker

CALLERS = ("app", "front.desk", "noor.haddad", "mira.okafor")
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


@pytest.fixture(scope="module")
def opened() -> Asker:
    return Asker(build(open_clinic(7, START)))


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
    path = re.sub(r":(\w+)", r"{\1}", endpoint.prefix + endpoint.path)
    operation = schema[path][endpoint.method]
    # A user who signs out would leave the others without a token.
    tokens = [opened.token("app" if endpoint.key == "auth.logout" else who) for who in CALLERS]

    @settings(max_examples=6, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(case=operation.as_strategy(), token=st.sampled_from(tokens))
    def put(case: Any, token: str) -> None:
        case.call_and_validate(headers={"X-ApiToken": token}, checks=CHECKS)

    put()
