"""Keeps one sign-in alive: refresh, else sign on again, else the person must sign in (api/auth.md §3)."""

from collections.abc import Awaitable, Callable

from app.auth import tokens as auth
from app.auth.tokens import UNNAMED, Tokens
from app.errors import Refused, SignedOut
from app.wire.client import Client, Token

Again = Callable[[], Awaitable[Tokens]]


class Renewal:
    """The tokens of one sign-in, and how their client gets new ones.

    now: Unix s. again: signs in once more without the person, None where that cannot be. changed: told of
    new tokens.
    """

    def __init__(self, client: Client, tokens: Tokens, now: float, again: Again | None = None) -> None:
        self.tokens = tokens
        self.changed: Callable[[Tokens], None] = lambda _tokens: None
        self._client = client
        self._again = again
        client.credentials.adopt(Token(tokens.token, tokens.expiry), now)
        client.credentials.renew = self._renew

    @property
    def is_over(self) -> bool:
        """Whether the server takes these tokens no more, and no others can be had without the person."""
        held = self._client.credentials
        return held.token == held.hopeless

    def holds(self) -> None:
        """The server has just said whose tokens these are."""
        self._client.credentials.holds()

    def expect_return(self) -> None:
        """Somebody can sign in again while the session goes on: a file on its way waits for that."""
        self._client.credentials.can_return = True

    def adopt(self, tokens: Tokens, now: float) -> None:
        """Goes on with the tokens of a new sign-in of the same person. now: Unix s."""
        self.tokens = tokens
        self._client.credentials.adopt(Token(tokens.token, tokens.expiry), now)
        self.changed(tokens)

    async def _renew(self) -> Token | None:
        fresh = await auth.renew(self._client, self.tokens) or await self._sign_in_again()
        if fresh is None or self.tokens.user_id not in (UNNAMED, fresh.user_id):
            return None
        self.tokens = fresh
        self.changed(fresh)
        return Token(fresh.token, fresh.expiry)

    async def _sign_in_again(self) -> Tokens | None:
        if self._again is None:
            return None
        try:
            return await self._again()
        except (SignedOut, Refused):
            return None
