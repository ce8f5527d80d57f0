"""Says what the desktop says of locking: one line each, until it is ended."""

import sys

from PySide6.QtCore import QCoreApplication, QTimer

from ui.lock.desktop_lock import DesktopLock


def main() -> None:
    application = QCoreApplication(sys.argv)
    told = DesktopLock(application)
    told.locked.connect(lambda: _say("locked"))
    QTimer.singleShot(0, lambda: _say("listening"))
    application.exec()


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
