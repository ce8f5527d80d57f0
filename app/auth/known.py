"""Whose store it is that somebody with these credentials works in, for when the server cannot be asked.

Written when the server has accepted the credentials, and kept in the keyring with a slow hash of the secret:
whoever has a user name and a wrong password is nobody here, and can neither keep nor see anything.
"""

import secrets
from hashlib import scrypt
from hmac import compare_digest

import msgspec

from app.core.aside import aside
from app.core.keys import Keys, NoKeyring
from app.profile import Profile

_SALT_BYTES = 16
# 16 MiB and a twentieth of a second for each guess (RFC 7914; OWASP, Password Storage).
_COST = {"n": 2**14, "r": 8, "p": 1}


class _Entry(msgspec.Struct, frozen=True):
    """store: its name (`app.core.store.opening.name_of`). proof: the hash of salt and secret, in hex."""

    store: str
    salt: str
    proof: str


class Known:
    """One user of one clinic at this computer. username: "" for the owner of a token. secret: their password,
    or the token."""

    def __init__(self, keys: Keys, profile: Profile, username: str, secret: str) -> None:
        self._keys = keys
        self._name = f"known|{profile.api}|{profile.account}|{username}"
        self._secret = secret

    async def store(self) -> str | None:
        """The name of their store; None when these credentials were not accepted last, or nobody can tell."""
        try:
            kept = await self._keys.read(self._name)
            entry = None if kept is None else msgspec.json.decode(kept, type=_Entry)
        except (NoKeyring, msgspec.MsgspecError):
            return None
        if entry is None:
            return None
        proof = await self._proof(entry.salt)
        return entry.store if compare_digest(entry.proof.encode(), proof.encode()) else None

    async def remember(self, store: str) -> None:
        """The server has accepted the credentials. Without a keyring nothing is remembered."""
        salt = secrets.token_hex(_SALT_BYTES)
        entry = _Entry(store, salt, await self._proof(salt))
        try:
            await self._keys.write(self._name, msgspec.json.encode(entry).decode())
        except NoKeyring:
            return

    async def forget(self) -> None:
        """The server does not accept the credentials any more."""
        try:
            await self._keys.forget(self._name)
        except NoKeyring:
            return

    async def _proof(self, salt: str) -> str:
        secret = self._secret.encode("utf-8", "surrogateescape")
        return (await aside(lambda: scrypt(secret, salt=salt.encode(), **_COST))).hex()
