"""Sessions and profiles for tests."""

from typing import Any

from app.profile import Profile, checked
from app.session import Session, sign_in
from tests.practice import Practice


def profile(clinic: Practice, **changes: Any) -> Profile:
    """The profile of a test's clinic, polled every second."""
    values = {
        "name": "test",
        "api": clinic.api,
        "portal": clinic.portal,
        "nppes": clinic.nppes,
        "messenger": clinic.messenger,
        "account": clinic.account,
        "poll_s": 1.0,
        "call_target": "visit",
    }
    return checked(Profile(**{**values, **changes}))


def fail(error: BaseException) -> None:
    """A fault of the program fails the test."""
    raise AssertionError("a fault of the program") from error


async def signed_in(clinic: Practice, role: str = "provider", number: int = 0, **changes: Any) -> Session:
    """A session that has not been started: the test asks when it wants to."""
    user = clinic.user(role, number)
    return await sign_in(profile(clinic, **changes), user["username"], user["password"], fail)
