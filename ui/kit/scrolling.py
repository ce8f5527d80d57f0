"""A part that scrolls up and down where it has too little room."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class Scrolling(QScrollArea):
    """Lines break at its width. Put the parts into `inner`. takes_focus: whether Tab stops at it."""

    def __init__(self, parent: QWidget | None = None, *, takes_focus: bool = True) -> None:
        super().__init__(parent, frameShape=QFrame.Shape.NoFrame)
        self.inner = QWidget()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if not takes_focus:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self.inner)
        self.viewport().setAutoFillBackground(False)
        self.inner.setAutoFillBackground(False)
