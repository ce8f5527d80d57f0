"""Which audits there were, noted in the keyring: one whose file is gone shows (AUD-01).

A keyring cannot be asked for all that it holds, so the names lie in places that are known.
"""

import os
from hashlib import sha256
from pathlib import Path

from app.core.keys import Keys

# The keyring of Windows takes 1280 characters at one place: 38 names.
_DIGITS = "0123456789abcdef"


async def indexed(keys: Keys, folder: Path) -> set[str]:
    """The names of the stores of a folder whose audit was anchored once. Raises NoKeyring."""
    names: set[str] = set()
    for digit in _DIGITS:
        names.update((await keys.read(_place(folder, digit)) or "").split())
    return names


async def add_to_index(keys: Keys, folder: Path, name: str) -> None:
    """Notes a store. Raises NoKeyring.

    Of two processes that note others at the same moment one may be overwritten: to be called again with
    every anchor.
    """
    place = _place(folder, _digest(name)[0])
    names = (await keys.read(place) or "").split()
    if name not in names:
        await keys.write(place, " ".join([*names, name]))


def _place(folder: Path, digit: str) -> str:
    # One keyring may serve several folders: VESTIBULE_HOME.
    return f"audits|{_digest(os.path.normcase(folder.resolve()))[:16]}|{digit}"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
