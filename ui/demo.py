"""`vestibule demo`: the window on a practice clinic; with no display, a tour of it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.environ import for_child
from app.home import home, read_preferences

if TYPE_CHECKING:
    from ui.program import Program

_SCREENS = Path("demo-screens")


def run_demo(*, seed: int, speed: float, visits: int | None) -> int:
    """Opens the window signed in as a sample provider, or tours it where there is no display."""
    if not has_display():
        return _tour(seed)
    from ui.start import run

    async def begin(program: "Program") -> None:
        await program.open_practice_clinic(seed=seed, speed=speed, visits=visits)

    folder = home()
    return run(folder, read_preferences(folder), begin=begin)


def has_display() -> bool:
    """Whether a window would be seen. On Linux a display that is named but gone ends Qt: it is tried."""
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    tried = subprocess.run(
        [sys.executable, "-c", "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"],
        capture_output=True,
        check=False,
        env=for_child(),
    )
    return tried.returncode == 0


def _tour(seed: int) -> int:
    print("No display was found: a tour of the program, drawn offscreen, on a practice clinic.\n")
    from ui.tour import run_tour

    for old in _SCREENS.glob("*.png"):
        old.unlink()
    for theme in ("light", "dark"):
        for scale in (1, 2):
            first = (theme, scale) == ("light", 1)
            code = run_tour(_SCREENS, theme, scale, seed=seed, prefix=f"{theme}-{scale}00-", table=first)
            if code:
                return code
    count = len(list(_SCREENS.glob("*.png")))
    print(
        f"\n{count} pictures of every screen, light and dark, text at 100 % and 200 %: {_SCREENS.resolve()}"
    )
    return 0
