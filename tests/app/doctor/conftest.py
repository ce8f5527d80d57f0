"""A practice clinic for tests that only look, and a desktop that this machine may not have."""

from pathlib import Path

import pytest

from app.doctor.desktop import Desktop
from tests.practice import Practice


@pytest.fixture
def practice(shared_clinic: Practice) -> Practice:
    """One clinic for all: the doctor changes nothing there."""
    return shared_clinic


@pytest.fixture(autouse=True)
def quiet_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No keyring, no proxy and no certificates of whoever runs the tests."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def bare(tmp_path: Path) -> Desktop:
    """A Linux machine with nothing on it."""
    return Desktop(system="linux", environ={"PATH": str(tmp_path)}, cards=tmp_path / "cards")
