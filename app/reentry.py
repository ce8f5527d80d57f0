"""How the person who is signed in shows that it is them: at the lock, and when the server has ended their
sign-in. Session, window and what was typed go on; only the tokens may become others."""

from hmac import compare_digest

import msgspec

from app.auth.broker import is_token, sign_in_by_broker
from app.auth.known import Known
from app.auth.proof import Proof
from app.auth.tokens import Tokens
from app.calls.start import OpenLink
from app.core.audit import Event
from app.core.keys import Keys
from app.core.store.opening import name_of
from app.entry import end_at_server, new_tokens, owner_of
from app.errors import Failure, Refused, SignedOut
from app.home import Way
from app.session import Session


class Reentry:
    """Of one session. username, way: who signed in, and how. proof: by what their password, or their token,
    is known here; None until the server has accepted one. keys: where a password that the server accepts is
    known by at the next start; None: nowhere."""

    def __init__(
        self, session: Session, username: str, way: Way, proof: Proof | None, keys: Keys | None = None
    ) -> None:
        self._session = session
        self._keys = keys
        self._username, self._proof = username, proof
        self.way = way if way != "browser" or session.profile.broker else "password"
        session.renewal.expect_return()

    @property
    def is_over(self) -> bool:
        """Whether the server has ended the sign-in: whoever shows that it is them is signed in anew."""
        return self._session.renewal.is_over

    async def by_secret(self, secret: str) -> bool:
        """Whether a password, or a pasted token, is that of the person. Raises Failure when nobody can tell.

        While the sign-in holds it is known without the server. When it is over the server is asked; where it
        cannot be reached, what it accepted before still opens the lock, and the sign-in stays over: the list
        as last known can be read (SEC-11).
        """
        is_over = self.is_over
        is_known = self._proof is not None and await self._proof.fits(secret)
        if self._proof is not None and not is_over:
            return is_known
        try:
            tokens = await self._owned(secret) if self.way == "token" else await self._new(secret)
        except SignedOut:
            if is_known:
                # It is theirs, and the clinic takes it no more: no guess.
                raise
            return False
        except Failure as failure:
            if is_known and _says_nothing(failure):
                self._session.audit.note(Event.EMERGENCY_ACCESS, self._session.me.id, "unlocked")
                return True
            raise
        if tokens is None:
            return False
        self._proof = await Proof.made(secret)
        if self.way == "password":
            await self._remember(self._proof)
        await self._take(tokens, is_ours=self.way == "password")
        return True

    async def _remember(self, proof: Proof) -> None:
        """Else the next start would know them by a former password."""
        profile = self._session.profile
        if self._keys is not None:
            store = name_of(profile.api, profile.account, self._session.me.id)
            await Known(self._keys, profile, self._username, "").remember(store, proof)

    async def in_browser(self, open_link: OpenLink) -> bool:
        """Whether the person has signed in on the clinic's page, where they are asked anew. Cancel it to give
        up. Raises NoReturn, Failure."""
        profile = self._session.profile
        tokens = await sign_in_by_broker(profile.broker, profile.broker_returns, open_link, is_anew=True)
        try:
            user = await owner_of(profile, tokens.token)
        except Failure:
            await end_at_server(profile, tokens)
            raise
        tokens = msgspec.structs.replace(tokens, user_id=user.id)
        if user.id != self._session.me.id:
            await end_at_server(profile, tokens)
            return False
        await self._take(tokens, is_ours=True)
        return True

    async def _new(self, password: str) -> Tokens | None:
        profile, me = self._session.profile, self._session.me
        tokens = await new_tokens(profile, self._username, password)
        if tokens.user_id == me.id:
            return tokens
        await end_at_server(profile, tokens)
        return None

    async def _owned(self, token: str) -> Tokens | None:
        """A pasted token was made elsewhere, and is not ours to end."""
        renewal, me = self._session.renewal, self._session.me
        if not is_token(token):
            return None
        if not self.is_over and compare_digest(token, renewal.tokens.token):
            return renewal.tokens
        user = await owner_of(self._session.profile, token)
        return Tokens(user_id=user.id, token=token) if user.id == me.id else None

    async def _take(self, tokens: Tokens, *, is_ours: bool) -> None:
        """Goes on with these where the former are over; else they have shown who it is, and end."""
        session = self._session
        if self.is_over:
            session.renewal.adopt(tokens, session.clock.now())
            session.audit.note(Event.SIGN_IN, session.me.id, self.way)
            session.look()
            session.doubt()
        elif is_ours and tokens.token != session.renewal.tokens.token:
            await end_at_server(session.profile, tokens)


def _says_nothing(failure: Failure) -> bool:
    """Whether the clinic has not said that this person may not sign in."""
    return not isinstance(failure, Refused) or failure.status == 429
