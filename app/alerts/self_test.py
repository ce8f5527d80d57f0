"""When somebody last tried whether alerts reach them here, and what they said (idea 7)."""

from typing import Final

import msgspec

SETTING: Final = "alerts_test"
"""Under this name the store knows it."""


class SelfTest(msgspec.Struct, frozen=True, kw_only=True):
    """at: server's time, Unix s. heard, seen: the sound, the notification; None: not answered. device,
    volume: with which the sound was played; with others nobody knows."""

    at: float
    heard: bool | None = None
    seen: bool | None = None
    device: str = ""
    volume: int = 0


def read_self_test(body: bytes | None) -> SelfTest | None:
    """As it lies in the store; None where it was never tried, or cannot be read."""
    try:
        return None if body is None else msgspec.json.decode(body, type=SelfTest)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
