"""Questions without a nested event loop: open a dialog, await its answer."""

import asyncio

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from ui.kit import keys
from ui.kit.labels import label
from ui.kit.scrolling import Scrolling
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_MOST_OF_SCREEN = 0.9


async def ask(dialog: QDialog) -> bool:
    """Shows `dialog` and waits until it is finished; True when it was accepted.

    Being cancelled closes the dialog. When its parent window closes or it is destroyed the answer is False.
    The dialog itself lives on, so that its fields can be read; whoever made it calls `discard`.
    """
    answer = _Answer(dialog)
    try:
        # Not modal: a modal dialog keeps its window from being closed, and the program must end any time.
        dialog.show()
        return await answer.future
    finally:
        answer.stop()


def discard(dialog: QDialog) -> None:
    """Deletes a dialog that has been asked, unless its parent took it along."""
    if isValid(dialog):
        dialog.deleteLater()


class _Answer(QObject):
    """Listens to one dialog. Has no parent: it must outlive the dialog."""

    def __init__(self, dialog: QDialog) -> None:
        super().__init__()
        self.future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._dialog = dialog
        self._window = dialog.parentWidget().window() if dialog.parentWidget() else None
        dialog.finished.connect(self._finished)
        dialog.destroyed.connect(self._gone)
        if self._window is not None:
            self._window.installEventFilter(self)

    def stop(self) -> None:
        """Closes the dialog if it is still open, and stops listening."""
        if self._window is not None and isValid(self._window):
            self._window.removeEventFilter(self)
        if isValid(self._dialog):
            self._dialog.finished.disconnect(self._finished)
            self._dialog.destroyed.disconnect(self._gone)
            self._dialog.close()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        closing = event.type() == QEvent.Type.Close
        # A minimised window is hidden, too, but by the desktop: its question waits.
        hiding = event.type() == QEvent.Type.Hide and not event.spontaneous()
        if (closing or hiding) and isValid(self._dialog):
            self._dialog.reject()
        return False

    def _finished(self, result: int) -> None:
        self._set(result == QDialog.DialogCode.Accepted)

    def _gone(self) -> None:
        self._set(False)

    def _set(self, accepted: bool) -> None:
        if not self.future.done():
            self.future.set_result(accepted)


class Question(QDialog):
    """A title, a few words, room for a form, and two buttons. Esc cancels, focus starts on cancel.

    text: plain. body: shown between text and buttons. kind: of the accept button, "primary" or "danger".
    accept_keys: a chord that accepts, named in the button's tool tip, e.g. "Ctrl+Return".
    enter_accepts: whether plain Enter accepts; leave it off for anything that acts on a patient.
    """

    def __init__(
        self,
        theme: Theme,
        title: str,
        text: str = "",
        *,
        accept: str,
        cancel: str = "Cancel",
        kind: str = "primary",
        body: QWidget | None = None,
        accept_keys: str = "",
        enter_accepts: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(title)
        self._title = label(title, "title", wrap=True, parent=self)
        self._text = label(text, wrap=True, parent=self)
        self._text.setVisible(bool(text))
        self.accept_button = self._button(accept, kind, default=enter_accepts)
        self.cancel_button = self._button(cancel, "plain", default=False)
        self.accept_button.clicked.connect(self.accept)
        self.cancel_button.clicked.connect(self.reject)
        if accept_keys:
            keys.press(self.accept_button, accept_keys, self)
        if parent is not None:
            keys.shortcut(QKeySequence.StandardKey.Quit, "Quit", self, parent.window().close)
        self._lay_out(body)
        self.cancel_button.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Grows to what wrapped lines need: a name must never be cut. Qt does not ask layouts for that."""
        super().resizeEvent(event)
        self._fit()

    def set_accept_enabled(self, enabled: bool) -> None:
        """Allows or forbids accepting, by button and chord alike."""
        self.accept_button.setEnabled(enabled)

    def _fit(self) -> None:
        """As tall as its words, within the screen: then they scroll, and the buttons stay in sight."""
        # The area itself may not have its width yet.
        edges = self.layout().contentsMargins()
        width, inner = self.width() - edges.left() - edges.right(), self._scroll.inner.layout()
        words = inner.heightForWidth(width) if inner.hasHeightForWidth() else inner.sizeHint().height()
        others = self.layout().totalHeightForWidth(self.width()) - self._scroll.minimumHeight()
        room = max(0, round(self.screen().availableGeometry().height() * _MOST_OF_SCREEN) - others)
        is_cut = words > room
        self._scroll.setFixedHeight(max(0, min(words, room)))
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_cut else Qt.FocusPolicy.NoFocus)
        bars = Qt.ScrollBarPolicy
        self._scroll.setVerticalScrollBarPolicy(bars.ScrollBarAlwaysOn if is_cut else bars.ScrollBarAlwaysOff)
        self.setMinimumHeight(self.layout().totalHeightForWidth(self.width()))

    def _button(self, text: str, kind: str, *, default: bool) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", kind)
        button.setAutoDefault(default)
        button.setDefault(default)
        return button

    def _lay_out(self, body: QWidget | None) -> None:
        px = self._theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(Space.wide), px(Space.wide), px(Space.wide), px(Space.large))
        column.setSpacing(px(Space.medium))
        column.addWidget(self._title)
        self._scroll = Scrolling()
        inner = QVBoxLayout(self._scroll.inner)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(px(Space.medium))
        inner.addWidget(self._text)
        if body is not None:
            inner.addWidget(body)
        self._scroll.setAccessibleName("Everything about it")
        # Until `_fit` knows better: its own wish would count as room that others need.
        self._scroll.setFixedHeight(0)
        column.addWidget(self._scroll)
        column.addStretch(1)
        column.addSpacing(px(Space.small))
        row = QHBoxLayout()
        row.setSpacing(px(Space.small))
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.accept_button)
        column.addLayout(row)
        self.setMinimumWidth(px(380))
