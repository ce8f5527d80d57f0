"""Handing an address to the desktop."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.environ import forget_secrets


def open_in_browser(link: str) -> bool:
    """Opens `link` with the desktop's own opener; False when the desktop has none. Never logs it."""
    forget_secrets()
    return QDesktopServices.openUrl(QUrl(link))
