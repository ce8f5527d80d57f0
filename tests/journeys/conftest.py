"""A practice clinic as somebody else finds it: started by its command, known by its first line."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.foreign import ENCODINGS, Foreign, served


@pytest.fixture(scope="module")
def line() -> Iterator[dict[str, Any]]:
    """The first line of a clinic of this module's own."""
    with served() as first:
        yield first


@pytest.fixture(scope="module", params=[(e, s) for e in ENCODINGS for s in ("", ".json")], ids=" ".join)
def they(line: dict[str, Any], request: pytest.FixtureRequest) -> Iterator[Foreign]:
    """Their client, in one of its six ways."""
    client = Foreign(line, *request.param)
    yield client
    client.close()
