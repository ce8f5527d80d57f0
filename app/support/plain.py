"""Text that looks the same wherever it is shown, and names nobody."""

import re


def plain(text: str) -> str:
    """One line, without control characters and special spaces."""
    return "".join(character if character.isprintable() else " " for character in text)


def without(text: str, *names: str) -> str:
    """`text` with "…" in place of every word that is one of these names, whatever its case."""
    for name in filter(None, names):
        text = re.sub(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", "…", text, flags=re.IGNORECASE)
    return text
