"""The notes of the visit that is shown: read when somebody looks, written also while nobody answers."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.action import Action
from app.core.collection import Collection
from app.errors import Failure, NotOffered, Refused
from app.sentences import sentence
from app.visits.postvisit import TEXTS, PostVisit
from app.visits.record import Visit
from app.visits.whose import whose
from ui.kit import tasks
from ui.kit.draft_field import Drafts
from ui.kit.editor import Discard, Editor
from ui.kit.edits import Texts
from ui.theme.theme import Theme
from ui.visits.note_words import NOTES

KeepNote = Callable[[Visit, Texts, Texts], Awaitable[Action]]
"""Keeps an edit of a visit's notes: the texts that the person saw, the texts as they shall be."""

# As often as the detail of a visit that somebody looks at (api/README.md §11).
_AGAIN_MS = 15_000
_READING = "Reading the notes…"
_NOT_READ = "The notes could not be read. {} What you type is kept on this computer."


class NoteEditor(QWidget):
    """One line until it is opened (Ctrl+T); Ctrl+S saves.

    actions: of the outbox. keep_note: see KeepNote; may raise Unfit. read_notes: those of a visit, by its id;
    raises Failure. discard: throws away an action, by its id. why_not: why this person may not write the
    notes of a visit, "" when they may. report: told of every fault of our own.
    """

    def __init__(
        self,
        theme: Theme,
        drafts: Drafts,
        actions: Collection[Action],
        keep_note: KeepNote,
        read_notes: Callable[[str], Awaitable[PostVisit]],
        discard: Discard,
        why_not: Callable[[Visit], str],
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._keep_note, self._read_notes = keep_note, read_notes
        self._why_not, self._report = why_not, report
        self._visit: Visit | None = None
        self._read: PostVisit | None = None
        self._refusal = ""
        self._reading: asyncio.Task[None] | None = None
        self.editor = Editor(theme, NOTES, drafts, actions, discard, report, self)
        self.editor.opened.connect(self._read_anew)
        self.editor.moved.connect(self._read_anew)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.editor)
        self._again = QTimer(self, interval=_AGAIN_MS)
        self._again.timeout.connect(self._read_again)
        self._again.start()

    def show_visit(self, visit: Visit | None) -> None:
        """Shows the notes of a visit; another visit's notes are taken away at once."""
        before, self._visit = self._visit, visit
        is_same = before is not None and visit is not None and before.id == visit.id
        if not is_same:
            self._read, self._refusal = None, ""
        self._show()
        if before is None or visit is None or (before.id, before.status) != (visit.id, visit.status):
            self._read_anew()

    def close_listeners(self) -> None:
        """Stops listening to the outbox, and reading."""
        self._cancel()
        self._again.stop()
        self.editor.close_listeners()

    def _show(self) -> None:
        visit = self._visit
        if visit is None:
            self.editor.show_record("", None, None)
            return
        known = _told(visit.postvisit) if self._read is None else _texts(self._read)
        why_not = self._why_not(visit) or self._refusal
        self.editor.show_record(
            visit.id,
            known,
            partial(self._keep_note, visit),
            why_not,
            is_read=self._read is not None,
            whose=whose(visit),
        )

    # -- reading

    def _read_anew(self) -> None:
        """What was asked before is outdated."""
        self._cancel()
        visit = self._visit
        if visit is None or not self.editor.is_open or self._why_not(visit):
            return
        if self._read is None:
            self.editor.say(_READING)
        self._reading = tasks.run(
            self, self._fetch(visit.id), busy=None, name="notes.read", report=self._report
        )

    def _read_again(self) -> None:
        is_idle = self._reading is None or self._reading.done()
        if is_idle and self.isVisible():
            self._read_anew()

    def _cancel(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    async def _fetch(self, visit_id: str) -> None:
        read, refusal, said = self._read, "", ""
        try:
            read = await self._read_notes(visit_id)
            said = f"Not understood: {', '.join(read.unread)}" if read.unread else ""
        except (NotOffered, Refused) as refused:
            refusal = sentence(refused)
        except Failure as failure:
            refusal, said = self._refusal, _NOT_READ.format(sentence(failure))
        if self._visit is None or self._visit.id != visit_id:
            return  # One patient's notes are never shown under another.
        self._read, self._refusal = read, refusal
        self.editor.say(said)
        self._show()


def _told(notes: PostVisit | None) -> Texts | None:
    """What came with the visit; what it leaves out is not known."""
    texts = {name: getattr(notes, name) for name in TEXTS} if notes else {}
    return {name: text for name, text in texts.items() if text is not None} or None


def _texts(notes: PostVisit) -> Texts:
    """Of notes that were read: nothing said is nothing written; what could not be understood is not known."""
    unread = {complaint.partition(" ")[0].rpartition(".")[2] for complaint in notes.unread}
    return {name: getattr(notes, name) or "" for name in TEXTS if name not in unread}
