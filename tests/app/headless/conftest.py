"""A kiosk, and a server that goes and comes back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.app.headless.kiosks import Kiosk
from tests.practice import Practice


@pytest.fixture
def kiosk(tmp_path: Path, clinic: Practice) -> Kiosk:
    return Kiosk(tmp_path / "stores", clinic)


@pytest.fixture
def back(clinic: Practice) -> Iterator[Callable[[], Practice]]:
    """Has the server there again, at the same address."""
    made: list[Practice] = []

    def come() -> Practice:
        made.append(Practice(port=clinic.port))
        return made[-1]

    yield come
    for practice in made:
        practice.close()
