"""Everything that a screen says, also to a screen reader."""

from contextlib import suppress

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListView, QWidget

_NOWHERE = QModelIndex()
_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)


def words_of(part: QWidget) -> str:
    """Every text, tool tip, title and accessible name of a widget all that is in it; blanks are blanks."""
    found = []
    for each in [part, *part.findChildren(QWidget)]:
        for read in ("text", "toPlainText", "toolTip", "windowTitle", "placeholderText", "whatsThis"):
            if hasattr(each, read):
                with suppress(TypeError):  # a method of ours that wants to be told which text
                    found.append(str(getattr(each, read)()))
        interface = QAccessible.queryAccessibleInterface(each)
        if interface is not None:
            found += [interface.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Value)]
        model = each.model() if isinstance(each, QAbstractItemView) else None
        if model is not None:
            found += [
                str(model.data(model.index(row, column), role))
                for row in range(model.rowCount(_NOWHERE))
                # That of a list is hidden from Python.
                for column in range(1 if isinstance(each, QListView) else model.columnCount(_NOWHERE))
                for role in _ROLES
            ]
        found += [word for action in each.actions() for word in (action.text(), action.toolTip())]
    return "\n".join(found).replace("\N{NO-BREAK SPACE}", " ")


def all_words() -> str:
    """Of every window of the program, also of those that are hidden."""
    return "\n".join(words_of(window) for window in QApplication.topLevelWidgets())
