"""Keys of the keyboard as the program tells of them: whoever makes one gives it its words (A11-01).

The words of a shortcut are its `whatsThis`, which Qt has for this. Without, a key belongs to what names it:
the menu's entry, or the button whose tool tip says it. A single letter is never a key (A11-11).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QWidget

Context = Qt.ShortcutContext
DELIBERATE = "deliberate"
"""Property of an action that is chosen in its menu or by its key, and by nothing that was typed (§3.8)."""


def shown(keys: QKeySequence | QKeySequence.StandardKey | str) -> str:
    """As this desktop writes them: "Ctrl+J"; "" where there are none."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def shortcut(
    keys: QKeySequence | QKeySequence.StandardKey | str,
    words: str,
    parent: QWidget,
    act: Callable[[], object],
    *,
    context: Context = Context.WindowShortcut,
    repeats: bool = False,
) -> QShortcut:
    """Keys that do `act`. words: what that is, for the map of all keys. repeats: while they are held down."""
    made = QShortcut(QKeySequence(keys), parent)
    made.setContext(context)
    made.setAutoRepeat(repeats)
    made.setWhatsThis(words)
    made.activated.connect(act)
    return made


def press(
    button: QAbstractButton, keys: str, parent: QWidget, *, context: Context = Context.WindowShortcut
) -> QShortcut:
    """Keys that press a button, which names them; held down they press it once."""
    made = QShortcut(QKeySequence(keys), parent)
    made.setContext(context)
    made.setAutoRepeat(False)
    made.activated.connect(button.click)
    name(button, keys)
    return made


def name(button: QAbstractButton, keys: str) -> None:
    """The button says, also to a screen reader, which keys do the same."""
    button.setToolTip(shown(keys))
    button.setAccessibleDescription(shown(keys))


@dataclass(frozen=True, slots=True)
class Bound:
    """Keys that work somewhere in a window now or later. words: "" where nobody told.

    by: what takes them. owner: the widget whose focus or window lets them work. button: it is the same as
    pressing that; None for none.
    """

    keys: str
    words: str
    by: QAction | QShortcut
    owner: QWidget
    context: Context
    button: QAbstractButton | None = None


def bound_in(window: QWidget) -> Iterator[Bound]:
    """Every key of a window, hidden parts included; not those of other windows that it has."""
    actions = [action for action in actions_of(window) if keys_of(action)]
    for action in actions:
        yield Bound(keys_of(action), plain(action), action, window, action.shortcutContext())
    for made in window.findChildren(QShortcut):
        owner = made.parent()
        if isinstance(owner, QWidget) and owner.window() is window and not made.key().isEmpty():
            keys, button = shown(made.key()), _button_of(made, owner)
            words = made.whatsThis() or _named(keys, actions) or (button.text() if button else "")
            yield Bound(keys, words.replace("&", ""), made, owner, made.context(), button)


def actions_of(window: QWidget) -> Iterator[QAction]:
    """What the window itself can be told to do, by key or menu."""
    return (action for action in window.actions() if not action.isSeparator())


def plain(action: QAction) -> str:
    """What an action is called, without the key that its menu shows."""
    return action.text().partition("\t")[0].replace("&", "")


def keys_of(action: QAction) -> str:
    """The keys that do what an action does; its menu may show those that something else takes."""
    return shown(action.shortcut()) or action.text().partition("\t")[2]


def _named(keys: str, actions: list[QAction]) -> str:
    return next((plain(action) for action in actions if keys_of(action) == keys), "")


def _button_of(made: QShortcut, owner: QWidget) -> QAbstractButton | None:
    """The nearest button that names the keys; not in another window."""
    keys, around = shown(made.key()), owner
    while True:
        found = [button for button in around.findChildren(QAbstractButton) if _names(button, keys)]
        if found or around.isWindow() or around.parentWidget() is None:
            return found[0] if found else None
        around = around.parentWidget()


def _names(button: QAbstractButton, keys: str) -> bool:
    return button.toolTip() == keys or button.toolTip().endswith(f"({keys})")
