"""How a command signs in."""

from dataclasses import dataclass, field

from app.auth.app_keys import KeptAppKeys, app_keys_of
from app.auth.sso import AppKeys
from app.auth.tokens import UNNAMED, Tokens
from app.core.keys import Keys
from app.credentials import Given, WrongUse
from app.entry import OpenStore, resume, sign_in
from app.environ import taken
from app.headless.command import fault
from app.profile import Profile
from app.session import Session


def app_keys() -> AppKeys | None:
    """The clinic's app keys of the environment, with which new patients can be registered; None without.

    Raises WrongUse when half of them is missing.
    """
    key, secret = taken("VESTIBULE_APP_KEY"), taken("VESTIBULE_APP_SECRET")
    if not key.strip() and not secret.strip():
        return None
    try:
        return app_keys_of(key, secret)
    except ValueError as error:
        raise WrongUse(f"VESTIBULE_APP_KEY and VESTIBULE_APP_SECRET: {error}") from None


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where, and as whom. keys: of the clinic's app, of the environment. kept: where those lie that an
    administrator has entered at this computer; they count when the environment has none."""

    profile: Profile
    given: Given
    keys: AppKeys | None = None
    kept: Keys = field(default_factory=Keys)

    async def session(self, open_store: OpenStore | None = None) -> Session:
        """A session of its own; open_store: see `app.entry.sign_in`. Raises Failure."""
        # Without a store of its own it sends no check-in, so it registers nobody.
        keys = self.keys
        if keys is None and open_store is not None:
            keys = await KeptAppKeys(self.kept, self.profile).read()
        if self.given.token:
            tokens = Tokens(user_id=UNNAMED, token=self.given.token)
            return await resume(self.profile, tokens, fault, open_store=open_store, app_keys=keys)
        username, password = self.given.username, self.given.password
        return await sign_in(self.profile, username, password, fault, open_store=open_store, app_keys=keys)
