"""docs/api-coverage.md is what the code says, and the code leaves no key out."""

import pytest

from app.sandbox.app import ENDPOINTS
from app.sandbox.http import Endpoint
from app.wire.endpoints import TABLE
from tools.api_coverage import TARGET, client_functions, document

PORTAL = {key for key, known in TABLE.items() if known.base == "portal"}
SAME_PATH = {"recordings.list": "visits.list"}


def test_the_document_is_up_to_date() -> None:
    assert TARGET.read_text(encoding="utf-8") == document(), "run `make docs`"


@pytest.mark.parametrize("key", TABLE)
def test_every_key_has_a_function_and_a_route(key: str) -> None:
    if key not in PORTAL - {"auth.redirect"}:
        assert client_functions().get(key), "no function of the client names it"
    if key not in PORTAL:
        assert SAME_PATH.get(key, key) in {endpoint.key for endpoint in ENDPOINTS}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.key)
def test_the_practice_clinic_serves_the_path_of_the_table(endpoint: Endpoint) -> None:
    known, served = TABLE[endpoint.key], endpoint.path
    if known.base == "files":
        served = endpoint.prefix + endpoint.path
    assert (known.method, known.path) == (endpoint.method, served.lstrip("/"))
