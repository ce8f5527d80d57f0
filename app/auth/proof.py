"""A slow hash of a secret, by which it is known again, and which does not give it away."""

import secrets
from hashlib import scrypt
from hmac import compare_digest
from typing import Self
from unicodedata import normalize

import msgspec

from app.core.aside import aside

_SALT_BYTES = 16
# 16 MiB and a twentieth of a second for each guess (RFC 7914; OWASP, Password Storage).
_COST = {"n": 2**14, "r": 8, "p": 1}


class Proof(msgspec.Struct, frozen=True):
    """proof: the hash of salt and secret, in hex."""

    salt: str
    proof: str

    @classmethod
    async def made(cls, secret: str) -> Self:
        """Of a secret that was just accepted."""
        salt = secrets.token_hex(_SALT_BYTES)
        return cls(salt=salt, proof=await _hash(secret, salt))

    async def fits(self, secret: str) -> bool:
        """Whether it is the same secret."""
        return compare_digest(self.proof.encode(), (await _hash(secret, self.salt)).encode())


async def _hash(secret: str, salt: str) -> str:
    # As one keyboard or another composes it.
    body = normalize("NFC", secret).encode("utf-8", "surrogatepass")
    return (await aside(lambda: scrypt(body, salt=salt.encode(), **_COST))).hex()
