"""What can be kept in the store and sent to a server as it is."""

import math

DEEPEST = 30
"""Objects and lists within one another. Deeper ones are no form that anybody filled in."""
_LARGEST = 2**63


def is_sendable(value: object, deepest: int = DEEPEST) -> bool:
    """Whether a value is JSON that every reader takes: no NaN, no half character, no endless number."""
    match value:
        case None | bool():
            return True
        case int():
            return abs(value) < _LARGEST
        case float():
            return math.isfinite(value)
        case str():
            return _is_text(value)
        case list():
            return deepest > 0 and all(is_sendable(part, deepest - 1) for part in value)
        case dict():
            return deepest > 0 and all(
                isinstance(name, str) and _is_text(name) and is_sendable(part, deepest - 1)
                for name, part in value.items()
            )
    return False


def _is_text(text: str) -> bool:
    """Python's JSON reader lets half an emoji through, which no encoding takes."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)
