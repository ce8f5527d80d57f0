"""The support bundle on screen: read it whole, then write it where you say, or do not."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app import log
from app.core.aside import aside
from app.support.bundle import default_name, write
from ui.kit import tasks
from ui.kit.labels import label
from ui.kit.side_window import SideWindow
from ui.theme.theme import Theme
from ui.theme.tokens import Space

_WHAT = (
    "Read it before you give it to anybody. It holds nothing of any patient, and nothing is sent: "
    "Save writes exactly this text to a file, for you alone."
)
_LOOKING = "Looking at this computer and the server. This takes up to a minute."
_READY = "Ready. Nothing has been saved."
_SAVED = "Saved as {}. It has been sent to nobody."
_NOT_SAVED = "Not saved: {}. Choose another place."
_FAILED = "It could not be put together. Close this window and try again."


class SupportScreen(SideWindow):
    """gather: puts the bundle together. report: told of a fault of ours; then the screen says so, too."""

    def __init__(
        self,
        theme: Theme,
        gather: Callable[[], Awaitable[str]],
        report: Callable[[BaseException], None],
        parent: QWidget,
    ) -> None:
        super().__init__(theme, 880, 640, parent)
        self._gather, self._report = gather, report
        self._text = ""
        self._asking: QFileDialog | None = None
        self.setWindowTitle("Support bundle")
        self._title = label("Support bundle", "title", parent=self)
        self._what = label(_WHAT, wrap=True, parent=self)
        self.state = label("", "soft", wrap=True, parent=self)
        self.shown = QPlainTextEdit(self)
        self.shown.setReadOnly(True)
        self.shown.setTabChangesFocus(True)
        self.shown.setAccessibleName("Everything that the bundle holds")
        # With the arrow keys, too.
        flags = Qt.TextInteractionFlag
        self.shown.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        self.close_button = self._button("Close", "plain", self.hide)
        self.save_button = self._button("Save…", "primary", self._ask_where)
        self._lay_out()
        theme.changed.connect(self._restyle)
        self._restyle()

    def present(self) -> None:
        """Shows the window, and puts the bundle together anew."""
        if not self.isVisible():
            self.fit()
            self.show()
        self.activateWindow()
        self.close_button.setFocus()
        self.state.setText(_LOOKING)
        tasks.run(self, self._fill(), busy=self.save_button, name="support.gather", report=self._failed)

    def put_away(self) -> None:
        """The window locks: its question for a file would show what lies on this computer."""
        if self._asking is not None:
            self._asking.reject()
        self.hide()

    async def _fill(self) -> None:
        self._text = ""
        self.shown.clear()
        self._text = await self._gather()
        self.shown.setPlainText(self._text)
        self.state.setText(_READY)

    def _failed(self, error: BaseException) -> None:
        self.state.setText(_FAILED)
        self.save_button.setEnabled(False)
        self._report(error)

    # -- saving

    def _ask_where(self) -> None:
        if not self._text or self._asking is not None:
            return
        # Qt's own, since a desktop's may stay when the window locks.
        self._asking = QFileDialog(self, "Save the support bundle", str(Path.home() / default_name()))
        self._asking.setOption(QFileDialog.Option.DontUseNativeDialog)
        self._asking.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self._asking.setDefaultSuffix("txt")
        self._asking.fileSelected.connect(self._chosen)
        self._asking.finished.connect(self._asked)
        self._asking.open()

    def _asked(self, _result: int) -> None:
        asking, self._asking = self._asking, None
        if asking is not None:
            asking.deleteLater()

    def _chosen(self, name: str) -> None:
        # The file dialog has asked whether one that is there may go.
        work = self._save(Path(name), self._text)
        tasks.run(self, work, busy=self.save_button, name="support.save", report=self._failed)

    async def _save(self, path: Path, text: str) -> None:
        try:
            await aside(lambda: write(path, text, replaces=True))
        except OSError as error:
            self.state.setText(_NOT_SAVED.format(error.strerror or "the disk refuses"))
            return
        log.event("support.written")
        self.state.setText(_SAVED.format(path.name))

    # -- look

    def _button(self, text: str, kind: str, do: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", kind)
        button.setAutoDefault(False)
        button.clicked.connect(do)
        return button

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        for part in (self._title, self._what):
            self._column.addWidget(part)
        self._column.addWidget(self.shown, 1)
        self._row = QHBoxLayout()
        self._row.addWidget(self.state, 1)
        self._row.addWidget(self.close_button)
        self._row.addWidget(self.save_button)
        self._column.addLayout(self._row)

    def _restyle(self) -> None:
        pad, gap = self._theme.px(Space.wide), self._theme.px(Space.medium)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(gap)
        self._row.setSpacing(self._theme.px(Space.small))
