"""A text field and its place in the drafts: what is typed comes back to this field and record (SEC-06)."""

from collections.abc import Iterable
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QTextCursor, QTextDocument
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

TextField = QLineEdit | QPlainTextEdit

_BASE, _WHOSE = "|base", "|whose"


class Drafts(Protocol):
    """Where typed texts are kept: `app.core.drafts.Drafts`."""

    def text(self, place: str) -> str | None: ...

    def write(self, place: str, text: str) -> None: ...

    def drop(self, place: str) -> None: ...


class DraftField(QObject):
    """Binds a field to one place after another. It lives as long as its field.

    Beside a draft, in the place with "|base" behind it, lies what the server had when the draft was begun:
    if that has changed since, both texts are there, and neither is taken for the other. Without it nobody had
    read the server's text then. With "|whose" behind it: whose record it is, for whoever finds the draft.

    changed: text, `is_draft` or `is_outdated` may be different now.
    """

    changed = Signal()

    def __init__(self, field: TextField, drafts: Drafts) -> None:
        super().__init__(field)
        self._field, self._drafts = field, drafts
        self._place = self._whose = ""
        self._given: str | None = None
        self._base: str | None = None
        self._is_showing = False
        self.is_draft = False
        field.textChanged.connect(self._typed)

    def bind(self, place: str, given: str | None, whose: str = "") -> None:
        """Shows the draft of a place, else `given`, which is what the server has; None: nobody has read it.

        Once more with the same place: the server may have something else now; typing goes on undisturbed.
        whose: kept beside a draft that is begun.
        """
        # A word that is still being composed belongs to the place it was begun in.
        if self._field.hasFocus() and place != self._place:
            QGuiApplication.inputMethod().commit()
        is_same, draft = place == self._place, self._drafts.text(place)
        self._place, self._given, self._whose = place, given, whose
        if draft is not None and given is not None and draft == self._shown(given):
            self._forget()
            draft = None
        self.is_draft, self._base = draft is not None, self._drafts.text(_base_of(place))
        if self.is_draft and self._base is None and given == "":
            # It was typed where nothing was shown, and nothing is what the server has.
            self._found("")
        self._show((given or "") if draft is None else draft, is_same)
        self.changed.emit()

    def unbind(self) -> None:
        """Belongs to nobody: empty, and what is typed into it is not kept."""
        self._place, self._given, self._base, self.is_draft = "", None, None, False
        self._show("", False)
        self.changed.emit()

    @property
    def text(self) -> str:
        """What the field shows."""
        field = self._field
        return field.text() if isinstance(field, QLineEdit) else field.toPlainText()

    @property
    def given(self) -> str | None:
        """What the server has; None while nobody has read it."""
        return self._given

    @property
    def base(self) -> str | None:
        """What the server had when the draft was begun; without a draft, what it has. None: not known."""
        return self._base if self.is_draft else self._given

    @property
    def is_outdated(self) -> bool:
        """Whether the server has another text now than the person has seen."""
        if not self.is_draft or self._given is None:
            return False
        return self._base is None or self._shown(self._base) != self._shown(self._given)

    def put_back(self) -> None:
        """Shows what the server has, and drops the draft. The field's own undo brings it back."""
        self._replace(self._given or "")

    def keep_mine(self) -> None:
        """The person has seen what the server has now, and means the draft all the same."""
        if self.is_draft and self._given is not None:
            self._found(self._given)
            self.changed.emit()

    def propose(self, text: str) -> bool:
        """Takes a text as if it were typed; False when another draft is there, which stays."""
        if self.is_draft and self.text != self._shown(text):
            return False
        if not self.is_draft:
            self._replace(text)
        return True

    def _typed(self) -> None:
        if self._is_showing or not self._place:
            return
        text = self.text
        if text == self._shown(self._given or ""):
            self._forget()
        else:
            if not self.is_draft:
                self._begin()
            self._drafts.write(self._place, text)
            self.is_draft = True
        self.changed.emit()

    def _begin(self) -> None:
        """A draft must never lie there without what it was made from, and whose it is."""
        self._base = None
        if self._given is not None:
            self._found(self._given)
        if self._whose:
            self._drafts.write(whose_of(self._place), self._whose)

    def _found(self, base: str) -> None:
        self._base = base
        self._drafts.write(_base_of(self._place), base)

    def _forget(self) -> None:
        forget_draft(self._drafts, self._place)
        self.is_draft = False

    def _show(self, text: str, is_same: bool) -> None:
        """Puts a text into the field that nobody typed. Undo must not bring another record's text back."""
        if is_same and self.text == self._shown(text):
            return
        self._is_showing = True
        if isinstance(self._field, QLineEdit):
            self._field.setText(text)
            self._field.setCursorPosition(0)
        else:
            self._field.setPlainText(text)
        self._is_showing = False

    def _replace(self, text: str) -> None:
        """As if it were typed, so that it can be undone."""
        if isinstance(self._field, QLineEdit):
            self._field.selectAll()
            self._field.insert(text)
            return
        cursor = QTextCursor(self._field.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)

    def _shown(self, text: str) -> str:
        """`text` as the field makes it look: ends of lines and blanks of other kinds are no change."""
        if isinstance(self._field, QLineEdit):
            return text
        document = QTextDocument()
        document.setPlainText(text)
        return document.toPlainText()


def handed_on(drafts: Drafts, place: str, text: str) -> None:
    """`text`, the draft of a place, is kept elsewhere now; what was typed since is a draft upon it."""
    if drafts.text(place) in (text, None):
        forget_draft(drafts, place)
    else:
        drafts.write(_base_of(place), text)


def typed_places(places: Iterable[str]) -> list[str]:
    """Of these places those with a text that somebody typed, without what lies beside it."""
    return [place for place in places if not place.endswith((_BASE, _WHOSE))]


def forget_draft(drafts: Drafts, place: str) -> None:
    """Drops a draft and what lies beside it."""
    for each in (place, _base_of(place), whose_of(place)):
        drafts.drop(each)


def whose_of(place: str) -> str:
    """Where it lies whose record the draft of a place belongs to."""
    return place + _WHOSE


def _base_of(place: str) -> str:
    return place + _BASE
