"""Signing in by the clinic's own page in the system browser, the broker [assumed].

The program opens `broker?redirect_uri=...&state=...&code_challenge=...&code_challenge_method=S256`. The
broker sends the browser back to the loopback address with `state` and a one-time `code`; the program gives
code and verifier to `broker/token` for `{"data": {"token": {...}}}` in the shape of SSO (api/auth.md §1). As
in RFC 8252 (native apps) and RFC 7636 (PKCE).
"""

import asyncio
import base64
import secrets
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Literal
from urllib.parse import urlencode

from app.auth.loopback import Loopback
from app.auth.tokens import UNNAMED, Tokens, read_tokens
from app.core.clock import ServerClock, SystemClock
from app.errors import Broken
from app.wire.envelope import data_of
from app.wire.reader import Row, decode
from app.wire.transport import Asked, Transport, is_loopback, reading

WITHIN_S = 300.0
"""How long the program waits for the browser."""
_ANSWER_WITHIN_S = 15.0
_LARGEST_ANSWER = 64 * 1024
_LARGEST_TOKEN = 512

NoReturnReason = Literal["late", "refused", "no_code", "token_in_address", "no_browser", "no_port"]


class NoReturn(Exception):
    """The browser brought no sign-in. Nobody is signed in, and nothing is left open.

    reason: late (nobody finished it in time), refused (at the broker), no_code (it came back without one),
    token_in_address (against the profile: `Profile.broker_returns`), no_browser, no_port.
    """

    def __init__(self, reason: NoReturnReason) -> None:
        super().__init__(reason)
        self.reason: NoReturnReason = reason


async def sign_in_by_broker(
    broker: str,
    returns: Literal["code", "token"],
    open_link: Callable[[str], bool],
    within_s: float = WITHIN_S,
    *,
    is_anew: bool = False,
) -> Tokens:
    """The tokens of whoever signs in on the broker's page. broker, returns: of the profile.

    open_link: hands an address to the desktop. is_anew: whoever the browser still knows is to show again who
    it is (`prompt=login`, OpenID Connect Core 1.0 §3.1.2.1 [assumed]). Cancel it to give up waiting. Raises
    NoReturn, and Failure of the exchange.
    """
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    try:
        async with Loopback(state) as loopback, asyncio.timeout(within_s):
            if not open_link(_page(broker, loopback.address, state, verifier, is_anew=is_anew)):
                raise NoReturn("no_browser")
            said = await loopback.answer()
    except TimeoutError:
        raise NoReturn("late") from None
    except OSError:
        raise NoReturn("no_port") from None
    return await _tokens(broker, returns, said, verifier)


def challenge_of(verifier: str) -> str:
    """What of the verifier may be known beforehand: its hash (RFC 7636 §4.2, S256)."""
    return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _page(broker: str, back: str, state: str, verifier: str, *, is_anew: bool) -> str:
    fields = {
        "redirect_uri": back,
        "state": state,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
        **({"prompt": "login"} if is_anew else {}),
    }
    return f"{broker}?{urlencode(fields)}"


async def _tokens(broker: str, returns: str, said: Mapping[str, str], verifier: str) -> Tokens:
    if "error" in said:
        raise NoReturn("refused")
    token, code = said.get("token", ""), said.get("code", "")
    if token and returns != "token":
        raise NoReturn("token_in_address")
    if returns == "token" and is_token(token):
        return Tokens(user_id=UNNAMED, token=token)
    if returns == "token" or not code:
        raise NoReturn("no_code")
    return await _redeemed(broker, code, verifier)


def is_token(text: str) -> bool:
    """Whether a text can stand in a header as a token."""
    return 0 < len(text) <= _LARGEST_TOKEN and text.isascii() and text.isprintable() and " " not in text


async def _redeemed(broker: str, code: str, verifier: str) -> Tokens:
    """Exchanges a code, once. Raises Failure."""
    transport = Transport(ServerClock(SystemClock()), trust_env=not is_loopback(broker))
    asked = Asked(
        "POST", f"{broker}/token", content={"json": {"code": code, "code_verifier": verifier}}, learns=False
    )
    try:
        within = asyncio.timeout(_ANSWER_WITHIN_S)
        answer = await transport.exchange(asked, reading(_LARGEST_ANSWER), within)
    finally:
        await transport.close()
    data = data_of(answer.status, answer.body, None, needs_data=True)
    try:
        tokens = read_tokens(Row(decode(data), "data"))
    except ValueError:
        raise Broken("not_json") from None
    if not is_token(tokens.token):
        raise Broken("shape", where="token")
    return tokens
