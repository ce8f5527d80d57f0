"""Secrets in the desktop's own keyring, and nowhere else (DAT-05). The only home of `keyring`.

A locked keyring blocks its caller, so every call runs in a thread and has a time-out (design/findings.md §4).
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from app.core.aside import aside

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "Vestibule"
WITHIN_S = 5.0
# Back ends that keep a secret secret. A null or plain-text one would lose or show it silently.
_TRUSTED = (
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)

T = TypeVar("T")


class NoKeyring(Exception):
    """There is no keyring that can be trusted, or it did not answer: keep secrets in memory only."""


class Keys:
    """Named secrets. within_s: how long the keyring may take before it counts as absent."""

    def __init__(self, within_s: float = WITHIN_S) -> None:
        self._within_s = within_s

    async def read(self, name: str) -> str | None:
        """The secret, or None when there is none. Raises NoKeyring."""
        return await self._call(lambda: _backend().get_password(SERVICE, name))

    async def write(self, name: str, secret: str) -> None:
        """Keeps a secret. Raises NoKeyring when it is not there afterwards."""

        def keep() -> bool:
            backend = _backend()
            backend.set_password(SERVICE, name, secret)
            return bool(backend.get_password(SERVICE, name) == secret)

        if not await self._call(keep):
            raise NoKeyring

    async def forget(self, name: str) -> None:
        """Removes a secret; one that is not there is no fault. Raises NoKeyring."""

        def remove() -> None:
            backend = _backend()
            if backend.get_password(SERVICE, name) is not None:
                backend.delete_password(SERVICE, name)

        await self._call(remove)

    async def backend(self) -> str:
        """Which keyring it is, for people. Raises NoKeyring."""
        return await self._call(lambda: str(_backend().name))

    async def _call(self, work: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(self._within_s):
                return await aside(work)
        except TimeoutError:
            raise NoKeyring("timeout") from None
        except NoKeyring:
            raise
        except Exception as error:  # noqa: BLE001 (back ends raise whatever their desktop does)
            raise NoKeyring(type(error).__name__) from None


def _backend() -> "KeyringBackend":
    # Imported at first use: 60 ms that the first paint need not wait for.
    import keyring

    backend = keyring.get_keyring()
    if not type(backend).__module__.startswith(_TRUSTED):
        raise NoKeyring(type(backend).__module__)
    return backend
