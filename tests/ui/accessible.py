"""What assistive technology is told of the windows that are shown, and what is wrong with that (A11-09)."""

import re
from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QMenu,
    QScrollBar,
    QWidget,
)
from shiboken6 import isValid

from ui.kit.cell import Cell
from ui.kit.record_model import RecordModel
from ui.kit.record_table import RecordTable

_CONTROLS = frozenset(
    {
        QAccessible.Role.Button,
        QAccessible.Role.ButtonMenu,
        QAccessible.Role.CheckBox,
        QAccessible.Role.ComboBox,
        QAccessible.Role.EditableText,
        QAccessible.Role.Link,
        QAccessible.Role.List,
        QAccessible.Role.PageTab,
        QAccessible.Role.RadioButton,
        QAccessible.Role.Slider,
        QAccessible.Role.SpinBox,
        QAccessible.Role.Table,
        QAccessible.Role.Tree,
    }
)
_SYMBOLS = re.compile(r"[…▾&]")


def windows() -> list[QWidget]:
    """Those that are shown, menus among them."""
    return [window for window in QApplication.topLevelWidgets() if window.isVisible()]


def faults() -> list[str]:
    """Of everything that is shown now, in words; none is what is wanted."""
    return sorted({fault for window in windows() for fault in _faults_of(window)})


def controls(window: QWidget) -> list[QWidget]:
    """What somebody can use in a window, as far as it is shown."""
    return [part for part in _parts(window) if _is_control(part)]


def name_of(part: QWidget) -> str:
    """As a screen reader says it: a choice among several is named by its label, and tells its value."""
    if isinstance(part, QComboBox):
        return " ".join(label.text() for label in _labels_of(part)) or part.accessibleName()
    return _told(part).text(QAccessible.Text.Name)


def _faults_of(window: QWidget) -> Iterator[str]:
    if isinstance(window, QMenu):
        yield from _of_menu(window)
        return
    used = controls(window)
    for part in used:
        if not name_of(part).strip():
            yield f"{_shown(part)} has no name"
        for label in _visible_labels(part):
            if _plain(label) not in _plain(name_of(part)):
                yield f'{_shown(part)} is named "{name_of(part)}"'
        if isinstance(part, QComboBox) and not _labels_of(part):
            yield f"{_shown(part)} has no label: it is told by its value alone"
        if isinstance(part, RecordTable):
            yield from _of_cells(part)
    for label in window.findChildren(QLabel):
        if label.isVisible() and _plain(label.text()) not in _plain(_told(label).text(QAccessible.Text.Name)):
            yield f'the text "{label.text()}" is told as "{_told(label).text(QAccessible.Text.Name)}"'
    told = Counter((_where(part), type(part).__name__, name_of(part), _description(part)) for part in used)
    yield from (
        f"{count} controls are told in the same way: {key}" for key, count in told.items() if count > 1
    )


def _of_menu(menu: QMenu) -> Iterator[str]:
    words = [action.text() for action in menu.actions() if not action.isSeparator() and action.isVisible()]
    if not all(word.strip() for word in words):
        yield f"an entry of {words} has no words"
    yield from (f'"{word}" is twice in a menu' for word, count in Counter(words).items() if count > 1)


def _of_cells(table: RecordTable) -> Iterator[str]:
    """What is only drawn has to be said, too."""
    model = table.model()
    assert isinstance(model, RecordModel)
    for row in range(model.rowCount()):
        heading = model.heading_at(row)
        cells = {0: model.heading_cell(heading)} if heading else _cells(model, row)
        for column, cell in cells.items():
            said = str(model.data(model.index(row, column), Qt.ItemDataRole.AccessibleTextRole) or "")
            drawn = [cell.primary, cell.secondary, cell.chip.text if cell.chip else ""]
            if (cell.icon or cell.chip) and not said:
                yield f"{cell} says nothing"
            yield from (f'"{word}" is not said of {cell}' for word in drawn if word not in said)
            mark = model.mark_at(row, column)
            # That a row is new is said once.
            if mark not in said and (mark != "new" or column == 0):
                yield f"that {cell} is {mark} is not said"


def _cells(model: RecordModel, row: int) -> dict[int, Cell]:
    return {column: model.cell_at(row, column) for column in range(model.columnCount())}


def _parts(window: QWidget) -> Iterator[QWidget]:
    for part in window.findChildren(QWidget):
        if isValid(part) and part.window() is window and part.isVisible():
            yield part


def _is_control(part: QWidget) -> bool:
    if isinstance(part, QScrollBar) or _is_inside(part) or not part.isEnabled():
        return False
    if isinstance(part, QAbstractScrollArea) and part.focusPolicy() == Qt.FocusPolicy.NoFocus:
        return False
    takes_focus = part.focusPolicy() != Qt.FocusPolicy.NoFocus and part.focusProxy() is None
    return _told(part).role() in _CONTROLS or takes_focus


def _is_inside(part: QWidget) -> bool:
    """Whether it is a piece of another control, such as the line of a box in which one types."""
    parent = part.parentWidget()
    return isinstance(parent, QComboBox) or (
        isinstance(parent, QAbstractScrollArea) and part is parent.viewport()
    )


def _told(part: QWidget) -> QAccessibleInterface:
    interface = QAccessible.queryAccessibleInterface(part)
    assert interface is not None, part
    return interface


def _visible_labels(part: QWidget) -> list[str]:
    own = [part.text()] if isinstance(part, QAbstractButton) else []
    return [text for text in (*own, *(label.text() for label in _labels_of(part))) if text]


def _labels_of(part: QWidget) -> list[QLabel]:
    labels = part.window().findChildren(QLabel)
    return [label for label in labels if label.buddy() is part and label.text()]


def _description(part: QWidget) -> str:
    return _told(part).text(QAccessible.Text.Description)


def _where(part: QWidget) -> tuple[str, ...]:
    """The named parts that it is in, outermost first."""
    found: list[str] = []
    parent = part.parentWidget()
    while parent is not None and parent is not part.window():
        if parent.accessibleName():
            found.insert(0, parent.accessibleName())
        parent = parent.parentWidget()
    return tuple(found)


def _plain(text: str) -> str:
    return " ".join(_SYMBOLS.sub("", text).split()).lower()


def _shown(part: QWidget) -> str:
    labels = _visible_labels(part)
    return f"{type(part).__name__} {part.objectName()}{labels} in {_where(part)}"
