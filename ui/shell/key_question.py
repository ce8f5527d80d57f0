"""Where an administrator enters a key and a secret: into the keyring, and never out again (DAT-05)."""

from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.auth.app_keys import KeptAppKeys, app_keys_of
from app.core.keys import NoKeyring
from ui.kit.ask import Question, ask, discard
from ui.kit.form import Form
from ui.theme.theme import Theme

ONLY_IN_KEYRING: Final = "Only the keyring of this desktop keeps them, and they are never shown again."
_THERE = "There are some already: what you enter replaces them."
_NO_KEYRING = "This desktop has no keyring that works, so nothing was changed."

KeysOutcome = Literal["entered", "replaced", "removed"]


@dataclass(frozen=True, slots=True)
class KeyWords:
    """What is asked for. text: what for, and where to find it. key, secret: captions, with a mnemonic."""

    title: str
    text: str
    key: str
    secret: str


async def ask_keys(theme: Theme, kept: KeptAppKeys, words: KeyWords, parent: QWidget) -> KeysOutcome | None:
    """Asks until they are kept or removed, or nobody wants to: None."""
    is_there = await kept.read() is not None
    question = _KeyQuestion(theme, words, parent, is_there=is_there)
    try:
        while await ask(question):
            try:
                if question.removes:
                    await kept.forget()
                else:
                    await kept.write(app_keys_of(question.key.text(), question.secret.text()))
            except ValueError as error:
                question.say(str(error))
            except NoKeyring:
                question.say(_NO_KEYRING)
            else:
                if question.removes:
                    return "removed"
                return "replaced" if is_there else "entered"
        return None
    finally:
        question.forget()
        discard(question)


class _KeyQuestion(Question):
    """removes: whether they are to be removed."""

    def __init__(self, theme: Theme, words: KeyWords, parent: QWidget, *, is_there: bool) -> None:
        body = QWidget()
        self._form = Form(theme)
        self.key = self._form.add("key", words.key, QLineEdit())
        self.secret = self._form.add("secret", words.secret, QLineEdit())
        for line in (self.key, self.secret):
            line.setEchoMode(QLineEdit.EchoMode.Password)
        remove = QPushButton("&Remove them from this computer")
        remove.setProperty("kind", "danger")
        remove.setVisible(is_there)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._form)
        column.addWidget(remove)
        super().__init__(
            theme,
            words.title,
            f"{words.text} {_THERE}" if is_there else words.text,
            accept="Keep",
            body=body,
            enter_accepts=True,
            parent=parent,
        )
        self.removes = False
        self.remove_button = remove
        remove.setAutoDefault(False)
        remove.clicked.connect(self._remove)
        self.key.setFocus()

    def say(self, why: str) -> None:
        """Why they were not kept."""
        self.removes = False
        self._form.set_error("secret", why)
        # The line under the field is new: Question fits itself to its words by its width alone.
        self._fit()

    def forget(self) -> None:
        """They are in no field any more."""
        for line in (self.key, self.secret):
            line.setText("")

    def _remove(self) -> None:
        self.removes = True
        self.accept()
