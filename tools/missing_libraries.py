"""Prints the Debian packages of the shared libraries that Qt needs and this Linux machine lacks.

Qt's own message blames xcb-cursor whatever is missing; the dynamic linker tells the truth.
"""

import importlib.util
import subprocess
from pathlib import Path

# Shared library name -> Debian package, for the libraries that PySide6-Essentials links but does not bundle.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libOpenGL.so.0": "libopengl0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
USED = ("Qt/lib/libQt6Widgets.so.6", "Qt/lib/libQt6Svg.so.6", "Qt/lib/libQt6Network.so.6",
        "Qt/plugins/platforms/libqxcb.so", "Qt/plugins/platforms/libqoffscreen.so")  # fmt: skip


def missing(library: Path) -> set[str]:
    """Names of the shared libraries that the dynamic linker does not find for `library`."""
    listing = subprocess.run(["ldd", str(library)], capture_output=True, text=True, check=True).stdout  # noqa: S603, S607
    return {line.split()[0] for line in listing.splitlines() if "not found" in line}


def main() -> None:
    spec = importlib.util.find_spec("PySide6")
    assert spec is not None, "PySide6 is not installed"  # noqa: S101
    assert spec.origin is not None  # noqa: S101
    home = Path(spec.origin).parent
    names = set().union(*(missing(home / used) for used in USED))
    print(*sorted({PACKAGES.get(name, name) for name in names}))  # noqa: T201


if __name__ == "__main__":
    main()
