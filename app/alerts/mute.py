"""Whether this computer is muted, where its desktop tells."""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from app.environ import for_child

_LONGEST_S = 3.0
# What to ask on which desktop, and what it says when it is muted. Windows has no command that tells.
_ASKED: Final[Mapping[str, tuple[Sequence[str], str]]] = {
    "linux": (("pactl", "get-sink-mute", "@DEFAULT_SINK@"), "yes"),
    "darwin": (("osascript", "-e", "output muted of (get volume settings)"), "true"),
}


def is_muted() -> bool | None:
    """Of the usual device; None where nobody tells. Blocks for a moment: ask it in a thread."""
    asked, muted = _ASKED.get(sys.platform, ((), ""))
    command = shutil.which(asked[0]) if asked else None
    if command is None:
        return None
    environment = {**for_child(), "LC_ALL": "C"}
    try:
        said = subprocess.run(  # noqa: S603 (a fixed command)
            [command, *asked[1:]],
            capture_output=True,
            check=True,
            timeout=_LONGEST_S,
            text=True,
            env=environment,
        ).stdout
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return said.strip().casefold().endswith(muted)
