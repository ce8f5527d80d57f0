"""Secrets of the environment: a program that this one starts must not inherit them (DAT-05)."""

import os

SECRETS = ("VESTIBULE_TOKEN", "VESTIBULE_PASSWORD", "VESTIBULE_APP_KEY", "VESTIBULE_APP_SECRET")


def taken(name: str) -> str:
    """A secret of the environment, which has it no more; "" without."""
    return os.environ.pop(name, "")


def forget_secrets() -> None:
    """Takes them all out, for a child that is given this process's own environment, as Qt does."""
    for name in SECRETS:
        taken(name)


def for_child() -> dict[str, str]:
    """The environment without them."""
    return {name: value for name, value in os.environ.items() if name not in SECRETS}
