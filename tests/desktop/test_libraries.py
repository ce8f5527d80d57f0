"""The list that setup checks on a machine without Qt is what Qt really links."""

import subprocess
import sys
from pathlib import Path

import PySide6
import pytest

from tests.desktop.machine import needs
from tools.missing_libraries import PACKAGES

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere PySide6 brings all it needs"),
]

QT = Path(PySide6.__file__).parent / "Qt"
USED = [
    *(
        QT / "lib" / f"libQt6{name}.so.6"
        for name in ("Core", "Gui", "Widgets", "Svg", "Network", "DBus", "XcbQpa")
    ),
    *(QT / "plugins" / "platforms" / f"libq{name}.so" for name in ("xcb", "offscreen")),
]
# What every program that is linked to C and C++ has.
EVERYWHERE = (
    "libc.",
    "libm.",
    "libdl.",
    "libpthread.",
    "librt.",
    "libresolv.",
    "libgcc_s.",
    "libstdc++.",
    "ld-linux",
)


def test_the_list_is_what_qt_links_and_does_not_bundle() -> None:
    needs("objdump")
    bundled = {path.name for path in (QT / "lib").iterdir()}
    linked: set[str] = set()
    for library in USED:
        listing = subprocess.run(
            ["objdump", "-p", library], capture_output=True, text=True, check=True
        ).stdout
        linked |= {line.split()[1] for line in listing.splitlines() if line.strip().startswith("NEEDED")}
    assert {name for name in linked - bundled if not name.startswith(EVERYWHERE)} == set(PACKAGES)
