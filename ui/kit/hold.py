"""Keeps the order of a table while somebody is about to act on a row of it (QUE-02)."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QCursor

from ui.kit.record_model import RecordModel
from ui.kit.record_table import RecordTable

KEYS_HOLD_MS = 20_000
"""So long after a key in the table, while it has the focus: the next key may mean a row [assumed]."""

_CHECK_MS = 1000
_POINTED = frozenset((QEvent.Type.Enter, QEvent.Type.MouseMove, QEvent.Type.HoverMove))
_ENDED = frozenset((QEvent.Type.FocusOut, QEvent.Type.Hide))


class Hold(QObject):
    """Holds while the pointer is over the rows, and for a while after a key in them.

    changed: the order is held now, or not any more.
    """

    changed = Signal(bool)

    def __init__(self, table: RecordTable, model: RecordModel) -> None:
        super().__init__(table)
        self._table, self._model = table, model
        self._is_pointed_at = False
        # A desktop may forget to tell that the pointer has left.
        self._checks = QTimer(self, interval=_CHECK_MS)
        self._checks.timeout.connect(self._check)
        self._keys = QTimer(self, singleShot=True, interval=KEYS_HOLD_MS)
        self._keys.timeout.connect(self._look)
        table.installEventFilter(self)
        table.viewport().installEventFilter(self)

    @property
    def is_held(self) -> bool:
        return self._model.held

    def apply(self) -> None:
        """Everything takes its place now; where it was held it is held again from there."""
        was_held = self._model.held
        self._model.release()
        if was_held:
            self._model.hold()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _POINTED and watched is self._table.viewport():
            self._is_pointed_at = True
        elif kind == QEvent.Type.Leave and watched is self._table.viewport():
            self._is_pointed_at = False
        elif kind == QEvent.Type.KeyPress and watched is self._table:
            self._keys.start()
        elif kind in _ENDED and watched is self._table:
            self._keys.stop()
            self._is_pointed_at = self._is_pointed_at and kind != QEvent.Type.Hide
        else:
            return False
        self._look()
        return False

    def _check(self) -> None:
        view = self._table.viewport()
        self._is_pointed_at = self._is_pointed_at and view.rect().contains(view.mapFromGlobal(QCursor.pos()))
        self._look()

    def _look(self) -> None:
        if self._is_pointed_at != self._checks.isActive():
            (self._checks.start if self._is_pointed_at else self._checks.stop)()
        wanted = self._is_pointed_at or self._keys.isActive()
        if wanted == self._model.held:
            return
        if wanted:
            self._model.hold()
        else:
            self._model.release()
        self.changed.emit(wanted)
