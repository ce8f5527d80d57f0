"""The telephone numbers of one visit, in a window of their own: also while the server cannot be reached."""

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.calls.start import OpenLink
from app.visits.record import Visit
from ui.calls.phone_card import PhoneCard
from ui.kit.scrolling import Scrolling
from ui.kit.side_window import SideWindow
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_WIDTH, _HEIGHT = 560, 520


class NumbersWindow(SideWindow):
    """Of one visit, which stays that one; deleted when it is closed. The rest is as for `PhoneCard`."""

    def __init__(
        self, theme: Theme, visit: Visit, country: str, now: float, open_link: OpenLink, parent: QWidget
    ) -> None:
        super().__init__(theme, _WIDTH, _HEIGHT, parent)
        self.visit_id = visit.id
        self.setWindowTitle("Phone numbers")
        self.card = PhoneCard(theme, visit, country, now, open_link)
        scroll = Scrolling(self)
        scroll.setAccessibleName("Phone numbers")
        inner = QVBoxLayout(scroll.inner)
        inner.addWidget(self.card)
        inner.addStretch(1)
        self.close_button = QPushButton("Close", self)
        self.close_button.clicked.connect(self.reject)
        pad = theme.px(Space.large)
        column = QVBoxLayout(self)
        column.setContentsMargins(pad, pad, pad, pad)
        column.addWidget(scroll, 1)
        column.addWidget(self.close_button)
        self.finished.connect(self.deleteLater)

    def present(self) -> None:
        """Shows it, or brings it to the front, with nothing that dials in the focus."""
        if not self.isVisible():
            self.fit()
        self.show()
        self.raise_()
        self.activateWindow()
        self.close_button.setFocus()
