"""How a command signs in."""

import os
from dataclasses import dataclass

from app.auth.sso import AppKeys
from app.auth.tokens import Tokens
from app.credentials import Given, WrongUse
from app.entry import OpenStore, resume, sign_in
from app.headless.command import fault
from app.profile import Profile
from app.session import Session

UNNAMED = "-"
"""Stands for the owner of a token until the server has said who that is."""


def app_keys() -> AppKeys | None:
    """The clinic's app keys of the environment, with which new patients can be registered; None without.

    Raises WrongUse when half of them is missing.
    """
    key, secret = (os.environ.get(f"VESTIBULE_APP_{name}", "").strip() for name in ("KEY", "SECRET"))
    if bool(key) != bool(secret):
        raise WrongUse("Set both VESTIBULE_APP_KEY and VESTIBULE_APP_SECRET, or neither.")
    if not all(value.isascii() and value.isprintable() for value in (key, secret)):
        raise WrongUse("VESTIBULE_APP_KEY or VESTIBULE_APP_SECRET holds characters that no key has.")
    return AppKeys(key=key, secret=secret) if key else None


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where, and as whom. keys: of the clinic's app, if it is to register new patients."""

    profile: Profile
    given: Given
    keys: AppKeys | None = None

    async def session(self, open_store: OpenStore | None = None) -> Session:
        """A session of its own; open_store: see `app.entry.sign_in`. Raises Failure."""
        if self.given.token:
            tokens = Tokens(user_id=UNNAMED, token=self.given.token)
            return await resume(self.profile, tokens, fault, open_store=open_store, app_keys=self.keys)
        username, password = self.given.username, self.given.password
        return await sign_in(
            self.profile, username, password, fault, open_store=open_store, app_keys=self.keys
        )
