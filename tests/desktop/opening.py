"""Hands the address on its input to the desktop, as the program does; says whether one took it."""

import sys

from PySide6.QtGui import QGuiApplication

from ui.kit.opener import open_in_browser

if __name__ == "__main__":
    application = QGuiApplication(["opening"])
    sys.stdout.write(f"{open_in_browser(sys.stdin.readline().strip())}\n")
    sys.stdout.flush()
