"""One start, timed: `python -m tests.bench.first_paint bare|ours`. BEGAN: when the process was begun (s).

Prints milliseconds to the first painted window and, for ours, the longest block of the GUI thread from then
until the program is ready to be used.
"""

import os
import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

# Ready: so many quiet ticks after the sign-in is on screen.
_QUIET_TICKS = 50


class Watch(QObject):
    """Sees the first paint, then measures the gaps between turns of the event loop."""

    def __init__(self, until_ready: bool) -> None:
        super().__init__()
        self.painted_ms = 0.0
        self.longest_ms = 0.0
        self._until_ready = until_ready
        self._last = 0.0
        self._quiet = 0
        self._tick = QTimer(self, interval=0)
        self._tick.timeout.connect(self._ticked)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self.painted_ms:
            self.painted_ms = -1.0
            QTimer.singleShot(0, self._painted)
        return False

    def _painted(self) -> None:
        self.painted_ms = (time.time() - float(os.environ["BEGAN"])) * 1000
        if not self._until_ready:
            self._end()
        self._last = time.perf_counter()
        self._tick.start()

    def _ticked(self) -> None:
        now = time.perf_counter()
        self.longest_ms = max(self.longest_ms, (now - self._last) * 1000)
        self._last = now
        window = next((each for each in QApplication.topLevelWidgets() if hasattr(each, "sign_in")), None)
        ready = window is not None and window.sign_in.isVisible()
        self._quiet = self._quiet + 1 if ready else 0
        if self._quiet > _QUIET_TICKS:
            self._end()

    def _end(self) -> None:
        print(f"{self.painted_ms:.1f} {self.longest_ms:.1f}", flush=True)
        os._exit(0)


def main() -> None:
    application = QApplication(sys.argv[:1])
    watch = Watch(until_ready=sys.argv[1] == "ours")
    application.installEventFilter(watch)
    if sys.argv[1] == "ours":
        from ui.main import main as vestibule

        vestibule([])
    else:
        window = QWidget()
        window.resize(1280, 800)
        window.show()
        application.exec()


if __name__ == "__main__":
    main()
