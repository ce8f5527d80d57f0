"""What the desktop's opener is handed, and what it inherits."""

import os

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from ui.kit.opener import open_in_browser


class Browser(QObject):
    """Notes what it is asked to open, and whether it would inherit a secret."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[str, str | None]] = []

    @Slot(QUrl)
    def open(self, link: QUrl) -> None:
        self.heard.append((link.toString(), os.environ.get("VESTIBULE_PASSWORD")))


@pytest.mark.usefixtures("qapp")
def test_a_browser_inherits_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VESTIBULE_PASSWORD", "correct-horse")
    browser = Browser()
    QDesktopServices.setUrlHandler("https", browser, "open")
    try:
        assert open_in_browser("https://clinic.example/")
    finally:
        QDesktopServices.unsetUrlHandler("https")
    assert browser.heard == [("https://clinic.example/", None)]
