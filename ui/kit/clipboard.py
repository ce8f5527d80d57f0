"""What was copied from a window of ours, and may be of a patient."""

from PySide6.QtGui import QClipboard, QGuiApplication


def forget() -> None:
    """Takes back what was copied, and what is only selected where that can be pasted, too (X11, Wayland).

    For the end of a session: whoever comes next must not paste it. What another program has put there since
    is left alone. Copies that the desktop's own clipboard history made are out of reach.
    """
    clipboard, modes = QGuiApplication.clipboard(), QClipboard.Mode
    if clipboard.ownsClipboard():
        clipboard.clear(modes.Clipboard)
    if clipboard.ownsSelection():
        clipboard.clear(modes.Selection)
