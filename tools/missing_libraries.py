"""Prints the Debian packages of the shared libraries that Qt needs and this Linux machine lacks.

Runs before anything is installed, on a bare Python: it asks the dynamic linker for each library by name. Qt's
own message comes too late and blames xcb-cursor whatever is missing.

The xcb libraries serve a real display only. They are asked for on a machine without one, too: they are small,
and without them `demo` could not tell a missing library from a missing display.
"""

import ctypes

# What the pinned PySide6-Essentials links and does not bundle; tests/desktop/test_libraries.py compares.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
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


def is_missing(library: str) -> bool:
    """Whether the dynamic linker cannot find or load `library`."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return True
    return False


if __name__ == "__main__":
    print(*sorted({package for library, package in PACKAGES.items() if is_missing(library)}))  # noqa: T201
