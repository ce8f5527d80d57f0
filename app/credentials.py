"""Where a command without a window works, and as whom: its arguments, and the environment.

Credentials come from the environment alone: an argument could be read by every user of the machine.
"""

import argparse
import os
from dataclasses import dataclass, field

from app.environ import taken
from app.home import home
from app.profile import Profile, WrongProfile, checked, load

SET_THEM = "Set VESTIBULE_TOKEN, or VESTIBULE_USERNAME and VESTIBULE_PASSWORD, in the environment"


class WrongUse(ValueError):
    """Arguments or an environment that no command can work with; the text says why, for people."""


@dataclass(frozen=True, slots=True)
class Given:
    """The credentials of the environment: a token, or a user name and a password, or nothing."""

    token: str = field(default="", repr=False)
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def is_complete(self) -> bool:
        """Whether one can try to sign in with them."""
        return bool(self.token or (self.username and self.password))


def credentials() -> Given:
    """What the environment gives, once: it has no secret afterwards. Raises WrongUse when it is no token."""
    token, password = taken("VESTIBULE_TOKEN").strip(), taken("VESTIBULE_PASSWORD")
    if not (token.isascii() and token.isprintable()):
        raise WrongUse("VESTIBULE_TOKEN holds characters that no token has.")
    return Given(token, os.environ.get("VESTIBULE_USERNAME", ""), password)


def profile_of(arguments: argparse.Namespace) -> Profile:
    """The profile that `--profile`, or `--api`, `--portal` and `--account`, mean. Raises WrongUse."""
    if arguments.profile is None and not arguments.account:
        raise WrongUse("--api needs --account CODE.")
    try:
        if arguments.profile is not None:
            return load(arguments.profile, home())
        return checked(
            Profile(name="", api=arguments.api, portal=arguments.portal, account=arguments.account)
        )
    except WrongProfile as error:
        raise WrongUse(str(error)) from None
