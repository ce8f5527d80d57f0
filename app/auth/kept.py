"""The sign-in that is kept in the desktop's keyring: by server, account and user (DAT-02, DAT-05)."""

from typing import TypeVar

import msgspec

from app.auth.tokens import Tokens
from app.core.keys import Keys, NoKeyring
from app.profile import Profile

T = TypeVar("T", bound=Tokens)


def name_of(profile: Profile, username: str) -> str:
    """Under which name a sign-in lies in the keyring."""
    return f"{profile.api}|{profile.account}|{username}"


class _Kept(Tokens, frozen=True, kw_only=True):
    """ends_at: see `KeptSignIn.write`."""

    ends_at: float | None = None


class KeptSignIn:
    """The tokens of one user of one clinic, kept from one run to the next."""

    def __init__(self, keys: Keys, profile: Profile, username: str) -> None:
        self._keys = keys
        self.name = name_of(profile, username)

    async def read(self) -> Tokens | None:
        """The tokens; None when none are kept or there is no keyring to keep them."""
        return await self._read(Tokens)

    async def ends_at(self) -> float | None:
        """When it is to end; None where somebody works with it, or nothing is kept."""
        kept = await self._read(_Kept)
        return None if kept is None else kept.ends_at

    async def write(self, tokens: Tokens, ends_at: float | None = None) -> bool:
        """Keeps the tokens; False when there is no keyring: they last as long as the program then.

        ends_at: when they are to end although nobody works with them, in Unix s of this machine (SEC-03).
        """
        kept = _Kept(**msgspec.structs.asdict(tokens), ends_at=ends_at)
        try:
            await self._keys.write(self.name, msgspec.json.encode(kept).decode())
        except NoKeyring:
            return False
        return True

    async def forget(self) -> None:
        """Keeps them no longer."""
        try:
            await self._keys.forget(self.name)
        except NoKeyring:
            return

    async def _read(self, kind: type[T]) -> T | None:
        try:
            kept = await self._keys.read(self.name)
            return None if kept is None else msgspec.json.decode(kept, type=kind)
        except (NoKeyring, msgspec.MsgspecError):
            return None
