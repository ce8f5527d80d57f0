"""Asks what a view is to be called; a name that cannot be is told while it is typed."""

from PySide6.QtWidgets import QLineEdit, QWidget

from app.visits.views import LONGEST_NAME, SavedView, name_fault
from ui.kit.ask import Question
from ui.kit.form import Form
from ui.theme.theme import Theme
from ui.visits.filter_words import fault_text


class NameQuestion(Question):
    """views: those whose names are taken. before: the name of the one that is to have another."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        text: str,
        accept: str,
        views: tuple[SavedView, ...],
        *,
        before: str = "",
        parent: QWidget,
    ) -> None:
        self._form = Form(theme)
        self.field = self._form.add("name", "Name", QLineEdit(before))
        super().__init__(
            theme, title, text, accept=accept, body=self._form, enter_accepts=True, parent=parent
        )
        self._views, self._before = views, before
        # One more than may be: what was pasted must not be cut without a word.
        self.field.setMaxLength(LONGEST_NAME + 1)
        self.field.textChanged.connect(self._typed)
        self.field.selectAll()
        self.field.setFocus()
        self.set_accept_enabled(name_fault(before, views, but=before) is None)

    def name(self) -> str:
        """As typed."""
        return self.field.text()

    def error(self) -> str:
        """What is said under the field."""
        return self._form.error("name")

    def _typed(self, name: str) -> None:
        fault = name_fault(name, self._views, but=self._before)
        self._form.set_error("name", fault_text(fault) or None)
        self.set_accept_enabled(fault is None)
