"""Whose store it is that somebody with these credentials works in, for when the server cannot be asked.

Written when the server has accepted the credentials, and kept in the keyring with a slow hash of the secret:
whoever has a user name and a wrong password is nobody here, and can neither keep nor see anything.
"""

from hashlib import sha256

import msgspec

from app.auth.proof import Proof
from app.core.keys import Keys, NoKeyring
from app.profile import Profile

MOST_TOKENS = 8
"""Tokens of one clinic that are known at a time: they live for a day, and each has a place of its own."""


class _Entry(msgspec.Struct, frozen=True):
    """store: its name (`app.core.store.opening.name_of`). salt, proof: see `Proof`."""

    store: str
    salt: str
    proof: str


class Known:
    """One user of one clinic at this computer. username: "" for the owner of a token. secret: their password,
    or the token, each of which is known by itself."""

    def __init__(self, keys: Keys, profile: Profile, username: str, secret: str) -> None:
        self._keys = keys
        self._place = f"known|{profile.api}|{profile.account}|"
        # The owners of tokens have no names yet. A token is too random to be guessed from its hash.
        self._digest = "" if username else sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        self._name = f"{self._place}{username or f'|{self._digest}'}"
        self._secret = secret

    async def store(self) -> str | None:
        """The name of their store; None when these credentials were not accepted last, or nobody can tell."""
        entry = await self._entry()
        return entry.store if entry and await Proof(entry.salt, entry.proof).fits(self._secret) else None

    async def proof(self) -> Proof | None:
        """What the secret that was accepted last is known by; None when there was none."""
        entry = await self._entry()
        return Proof(entry.salt, entry.proof) if entry else None

    async def remember(self, store: str, proof: Proof | None = None) -> None:
        """The server has accepted the credentials. Without a keyring nothing is remembered.

        proof: of the secret, where there is one already.
        """
        made = proof or await Proof.made(self._secret)
        entry = _Entry(store, made.salt, made.proof)
        try:
            await self._keys.write(self._name, msgspec.json.encode(entry).decode())
            if self._digest:
                await self._make_room()
        except NoKeyring:
            return

    async def forget(self) -> None:
        """The server does not accept the credentials any more."""
        try:
            await self._keys.forget(self._name)
        except NoKeyring:
            return

    async def _make_room(self) -> None:
        """Of the tokens that were accepted here only the latest stay known."""
        kept = await self._keys.read(self._place)
        try:
            digests = msgspec.json.decode(kept or "[]", type=list[str])
        except msgspec.MsgspecError:
            digests = []
        digests = [*(digest for digest in digests if digest != self._digest), self._digest]
        for old in digests[:-MOST_TOKENS]:
            await self._keys.forget(f"{self._place}|{old}")
        await self._keys.write(self._place, msgspec.json.encode(digests[-MOST_TOKENS:]).decode())

    async def _entry(self) -> _Entry | None:
        try:
            kept = await self._keys.read(self._name)
            return None if kept is None else msgspec.json.decode(kept, type=_Entry)
        except (NoKeyring, msgspec.MsgspecError):
            return None
