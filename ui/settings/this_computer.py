"""What this computer keeps of a person, and how it is kept safe (DAT-01, DAT-03)."""

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from app.core.action import State
from app.core.keys import Keys, NoKeyring
from app.sentences import NO_KEYRING, not_on_disk
from app.session import Session
from ui.kit.facts import FactGrid
from ui.settings.section import Section
from ui.theme.theme import Theme

_KEY_IN = "Yes. Its key is in {}."
_MEMORY = "In memory alone, until Vestibule closes."
_FORGOTTEN = "24 hours after the end of the clinic's day on which they were last read."


class ThisComputer(Section):
    """reset: asks whether what lies here is to be removed."""

    def __init__(self, theme: Theme, session: Session, reset: Callable[[], None], parent: QWidget) -> None:
        super().__init__(theme, "This computer", parent)
        self._session = session
        self._keyring = "this desktop's keyring"
        self.facts = FactGrid(theme, self)
        for name, title in (
            ("where", "Your data lies in"),
            ("encrypted", "Encrypted"),
            ("forgotten", "Patients are forgotten"),
            ("waiting", "Waiting to be sent"),
        ):
            self.facts.add(name, title)
        self.remove_button = QPushButton("Remove data from this computer…", self)
        self.remove_button.setProperty("kind", "danger")
        self.remove_button.setAutoDefault(False)
        self.remove_button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.remove_button.clicked.connect(reset)
        self.add(self.facts, self.remove_button)
        self.refresh()

    def refresh(self) -> None:
        """Shows everything as it is now."""
        store = self._session.store
        self.facts.set("where", str(store.path) if store.path is not None else _MEMORY)
        self.facts.set("encrypted", self._encrypted())
        self.facts.set("forgotten", _FORGOTTEN if store.is_kept else "When Vestibule closes.")
        self.facts.set("waiting", self._waiting())

    async def ask(self) -> None:
        """Asks the desktop which keyring it has; where it does not tell, none is named."""
        if self._session.store.is_kept:
            try:
                self._keyring = f"this desktop's keyring ({await Keys().backend()})"
            except NoKeyring:
                return
            self.refresh()

    def _encrypted(self) -> str:
        if self._session.store.is_kept:
            return _KEY_IN.format(self._keyring)
        fault = self._session.kept.fault
        return f"Nothing is written. {not_on_disk(fault) if fault is not None else NO_KEYRING}"

    def _waiting(self) -> str:
        left = sum(1 for action in self._session.outbox.actions if action.state != State.SENT)
        return f"{left}: see the outbox (Ctrl+Shift+O)." if left else "Nothing"
