"""The first sign-in of somebody who has no password yet (api/auth.md §2)."""

from app.auth.tokens import Tokens, signed_in
from app.users.record import Person
from app.wire.client import Client


async def activate(client: Client, email: str, email_token: str) -> tuple[Tokens, Person | None]:
    """Signs in by the token of the activation e-mail (`auth.login`); the user turns active with a password.

    Returns the tokens and the person when the reply names them. Raises Failure; SignedOut carries the
    server's own words when e-mail and token do not belong together.
    """
    return signed_in(await client.post("auth.login", {"email": email, "email_token": email_token}))
