"""Hands on a keyboard, and eyes that look where its focus is (A11-01, A11-02)."""

from contextlib import suppress

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from tests.ui.accessible import controls, name_of
from tests.until import until

_NONE = Qt.KeyboardModifier.NoModifier
_SOON_S = 0.5
_LEAST_PX = 24
"""So many pixels at least tell a part that has the focus from the same part without: a ring has more."""


def front() -> QWidget:
    """The window or list to which keys go."""
    found = (
        QApplication.activePopupWidget() or QApplication.activeModalWidget() or QApplication.activeWindow()
    )
    assert found is not None, "no window is in front"
    return found


def focused() -> QWidget:
    """What has the focus; there is always something."""
    found = QApplication.focusWidget()
    assert found is not None, f"nothing in {front()} has the focus"
    return found


def press(key: Qt.Key, held: Qt.KeyboardModifier = _NONE) -> None:
    """Where the keyboard is now."""
    popup = QApplication.activePopupWidget()
    QTest.keyClick(popup or QApplication.focusWidget() or front(), key, held)


def type_text(text: str) -> None:
    """Letter by letter, where the keyboard is."""
    QTest.keyClicks(focused(), text)


def place_of(part: QWidget) -> QRect:
    """Where the focus is in a part, on its window: of a table the row."""
    rect = part.rect()
    if isinstance(part, QTableView) and part.currentIndex().isValid():
        row = part.currentIndex().row()
        viewport = part.viewport()
        rect = QRect(0, part.rowViewportPosition(row), viewport.width(), part.rowHeight(row))
        return QRect(viewport.mapTo(part.window(), rect.topLeft()), rect.size())
    return QRect(part.mapTo(part.window(), QPoint(0, 0)), rect.size())


def is_in_sight(part: QWidget) -> bool:
    """Whether something of it can be seen: nothing has scrolled it away or lies over all of it."""
    window, place = part.window(), place_of(part) & part.window().rect()
    if not part.isVisible() or place.isEmpty():
        return False
    steps = [(x / 8, y / 8) for x in range(1, 8) for y in range(1, 8)]
    points = [place.topLeft() + QPoint(round(place.width() * x), round(place.height() * y)) for x, y in steps]
    over = (window.childAt(point) for point in points)
    return any(found is not None and (found is part or part.isAncestorOf(found)) for found in over)


def picture(part: QWidget) -> QImage:
    """The window around a part, as it is painted now."""
    place = QRect(part.mapTo(part.window(), QPoint(0, 0)), part.size()).adjusted(-3, -3, 3, 3)
    return part.window().grab(place & part.window().rect()).toImage()


def differ(one: QImage, other: QImage) -> bool:
    """Whether an eye can tell them apart."""
    if one.size() != other.size():
        return True
    spots = ((x, y) for x in range(one.width()) for y in range(one.height()))
    found = 0
    for x, y in spots:
        found += one.pixel(x, y) != other.pixel(x, y)
        if found >= _LEAST_PX:
            return True
    return False


async def comes_into_sight(part: QWidget) -> bool:
    """Whether something of it is seen, once what is around it has scrolled."""
    with suppress(AssertionError):
        await until(lambda: is_in_sight(part), _SOON_S)
    return is_in_sight(part)


async def walk(most: int = 120) -> tuple[list[QWidget], list[str]]:
    """Tab from where the focus is until it is there again. Returns the stops, and what is wrong with them."""
    stops: list[QWidget] = []
    wrong: list[str] = []
    while (part := focused()) not in stops:
        stops.append(part)
        if not await comes_into_sight(part):
            wrong.append(f"{_shown(part)} has the focus out of sight")
        with_focus = picture(part)
        press(Qt.Key.Key_Tab)
        if focused() is part and len(reachable(part.window())) > 1:
            wrong.append(f"{_shown(part)} holds the focus")
        elif focused() is not part and not differ(with_focus, picture(part)):
            wrong.append(f"{_shown(part)} does not show that it has the focus")
        assert len(stops) < most, "Tab does not come round"
    missed = reachable(stops[0].window()) - set(stops)
    return stops, [*wrong, *(f"Tab does not come to {_shown(part)}" for part in missed)]


def reachable(window: QWidget) -> set[QWidget]:
    """What Tab has to come to."""
    return {part for part in controls(window) if part.focusPolicy() & Qt.FocusPolicy.TabFocus}


def _shown(part: QWidget) -> str:
    return f"{type(part).__name__} {name_of(part)!r}"
