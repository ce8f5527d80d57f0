"""A program that copies, pastes and forgets by lines on its input: see test_clipboard.py."""

import sys

from PySide6.QtCore import QSocketNotifier
from PySide6.QtGui import QClipboard, QGuiApplication

from ui.kit.clipboard import forget

_MODES = (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection)


def main() -> None:
    application = QGuiApplication(sys.argv)
    clipboard = QGuiApplication.clipboard()

    def act() -> None:
        words = sys.stdin.readline().split()
        match words:
            case ["copy", text]:
                for mode in _MODES:
                    clipboard.setText(text, mode)
            case ["forget"]:
                forget()
            case []:
                application.quit()
        is_ours = clipboard.ownsClipboard() or clipboard.ownsSelection()
        sys.stdout.write(f"{is_ours} {' '.join(map(clipboard.text, _MODES))}".strip() + "\n")
        sys.stdout.flush()

    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, application)
    notifier.activated.connect(act)
    application.exec()


if __name__ == "__main__":
    main()
