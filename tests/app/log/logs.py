"""What lies in a log."""

import json
from pathlib import Path
from typing import Any


def text(home: Path) -> str:
    """The newest file, as it is."""
    return (home / "logs" / "vestibule.log").read_text(encoding="ascii")


def lines(home: Path, event: str = "") -> list[dict[str, Any]]:
    """Its lines, or those of one event."""
    found = [json.loads(line) for line in text(home).splitlines()]
    return [line for line in found if event in ("", line["event"])]
