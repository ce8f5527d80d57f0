"""What the screen says of an intake. Answers stay as the patient wrote them (DSP-05)."""

import json
from typing import Any

NO_ANSWER = "No answer"
_INDENT = "    "


def question_text(key: str) -> str:
    """A key as a question: `custom_travel_history` is "Travel history"; a key that is a sentence stays."""
    words = key.removeprefix("custom_")
    if " " in words or not words:
        return words or key
    words = words.replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else key


def answer_text(value: Any) -> str:
    """An answer of any JSON type as plain text, "" when there is none.

    Text is verbatim. Lists have a line an entry, objects a line a key, both to any depth.
    """
    return "\n".join(_lines(value, ""))


def _lines(value: Any, indent: str) -> list[str]:
    if value is None or value in ("", [], {}):
        return []
    if isinstance(value, str):
        return [indent + line for line in value.split("\n")]
    if isinstance(value, bool):
        return [indent + ("Yes" if value else "No")]
    if isinstance(value, list):
        return [line for entry in value for line in _entry("–", entry, indent)]
    if isinstance(value, dict):
        return [
            line for key, entry in value.items() for line in _entry(f"{question_text(key)}:", entry, indent)
        ]
    return [indent + json.dumps(value)]


def _entry(head: str, value: Any, indent: str) -> list[str]:
    if isinstance(value, list | dict) and value:
        return [indent + head, *_lines(value, indent + _INDENT)]
    first, *rest = _lines(value, "") or [NO_ANSWER]
    return [f"{indent}{head} {first}", *(f"{indent}{_INDENT}{line}" for line in rest)]
