"""The clinic's app key and secret, as an administrator has entered them at this computer (DAT-05, DAT-06).

In the keyring alone, per server and account. The program never shows them again.
"""

import msgspec

from app.auth.sso import AppKeys
from app.core.keys import Keys, NoKeyring
from app.profile import Profile


class KeptAppKeys:
    """Those of one clinic."""

    def __init__(self, keys: Keys, profile: Profile) -> None:
        self._keys = keys
        self._name = f"app|{profile.api}|{profile.account}"

    async def read(self) -> AppKeys | None:
        """Key and secret; None when none are kept, or there is no keyring to keep them."""
        try:
            kept = await self._keys.read(self._name)
            return None if kept is None else msgspec.json.decode(kept, type=AppKeys)
        except (NoKeyring, msgspec.MsgspecError):
            return None

    async def write(self, app_keys: AppKeys) -> None:
        """Keeps them in place of those before. Raises NoKeyring: then they are kept nowhere."""
        await self._keys.write(self._name, msgspec.json.encode(app_keys).decode())

    async def forget(self) -> None:
        """Keeps them no longer. Raises NoKeyring."""
        await self._keys.forget(self._name)


def app_keys_of(key: str, secret: str) -> AppKeys:
    """What was typed or set, without blanks around it. Raises ValueError, with words, when it is none."""
    key, secret = key.strip(), secret.strip()
    if not key or not secret:
        raise ValueError("Both the key and the secret are needed.")
    if not all(value.isascii() and value.isprintable() for value in (key, secret)):
        raise ValueError("It holds characters that no key has.")
    return AppKeys(key=key, secret=secret)
