"""Changing what came with the visit: the reason, the phone, the place. Other answers stay as they are."""

from collections.abc import Awaitable, Callable
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.action import Action
from app.core.collection import Change, Collection
from app.intakes.record import Intake
from app.visits.record import Visit
from app.visits.whose import whose
from ui.kit.draft_field import Drafts
from ui.kit.editor import Discard, Editor
from ui.kit.edits import EditField, Editing, Texts
from ui.theme.theme import Theme

KeepIntake = Callable[[Visit, Texts, Texts], Awaitable[Action]]
"""Keeps an edit of a visit's intake, by the server's names: the texts that were seen, the texts as they
shall be."""

INTAKE = Editing(
    kind="intake_edit",
    id_name="intake_id",
    title="Edit intake",
    save="Save intake",
    keys="Ctrl+I",
    fields=(
        EditField("reason_for_visit", "Reason for visit", lines=2),
        EditField("phone", "Phone for this visit"),
        EditField("location", "Location (state)"),
    ),
)
_NOT_READ = "The whole intake has not been read yet. What you type is kept on this computer."


class IntakeEditor(QWidget):
    """One line until it is opened (Ctrl+I); Ctrl+S saves. Not there while the visit has no intake.

    intakes: those that were read; whoever shows the intake reads it. actions: of the outbox. keep_intake: see
    KeepIntake; may raise Unfit. discard: throws away an action, by its id. report: told of every fault of
    our own.
    """

    def __init__(
        self,
        theme: Theme,
        drafts: Drafts,
        actions: Collection[Action],
        intakes: Collection[Intake],
        keep_intake: KeepIntake,
        discard: Discard,
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._intakes, self._keep_intake = intakes, keep_intake
        self._visit: Visit | None = None
        self.editor = Editor(theme, INTAKE, drafts, actions, discard, report, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.editor)
        self._stop = intakes.listen(self._changed)

    def show_visit(self, visit: Visit | None) -> None:
        """Shows the intake of a visit; another visit's texts are taken away at once."""
        self._visit = visit
        intake_id = visit.intake_id if visit else None
        self.editor.setVisible(intake_id is not None)
        if visit is None or intake_id is None:
            self.editor.show_record("", None, None)
            return
        whole = self._intakes.get(intake_id)
        known = _texts(whole) if whole else _told(visit.intake)
        self.editor.show_record(
            intake_id,
            known,
            partial(self._keep_intake, visit),
            is_read=whole is not None,
            whose=whose(visit),
        )
        self.editor.say("" if whole else _NOT_READ)

    def close_listeners(self) -> None:
        """Stops listening to the intakes and the outbox."""
        self._stop()
        self.editor.close_listeners()

    def _changed(self, change: Change) -> None:
        wanted = self._visit.intake_id if self._visit else None
        if wanted in (*change.added, *change.updated):
            self.show_visit(self._visit)


def _texts(intake: Intake) -> Texts:
    """Of a whole intake: nothing said is nothing written; what could not be understood is not known."""
    unread = {complaint.partition(" ")[0].rpartition(".")[2] for complaint in intake.unread}
    texts = {"reason_for_visit": intake.reason, "phone": intake.phone, "location": intake.location}
    return {name: text for name, text in texts.items() if name not in unread}


def _told(intake: Intake | None) -> Texts | None:
    """What came with the visit says little; what it leaves out is not known."""
    texts = _texts(intake) if intake else {}
    return {name: text for name, text in texts.items() if text} or None
