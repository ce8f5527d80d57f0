"""Editing some texts of one record: typed into drafts, kept by the outbox, and told how far they came."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core.action import Action, State, Unfit
from app.core.collection import Change, Collection
from ui.kit import keys, tasks
from ui.kit.chip import Chip
from ui.kit.conflict_card import ConflictCard
from ui.kit.draft_field import Drafts, handed_on
from ui.kit.draft_line import NOT_SAVED
from ui.kit.edit_row import EditRow
from ui.kit.edits import Editing, Texts, edits_of, overlaid, refused_of, texts_of, theirs_of
from ui.kit.labels import label
from ui.theme.theme import Theme
from ui.theme.tokens import Space, Tone

SAVE_KEYS = "Ctrl+S"

Keep = Callable[[Texts, Texts], Awaitable[Action]]
"""Keeps an edit of one record: the texts that the person saw, the texts as they shall be. May raise Unfit."""
Discard = Callable[[str], Awaitable[object]]

_NOTHING = "Nothing was changed, so there is nothing to save."
_NOT_SEEN = "{} is kept on this computer but not sent: what the server has there is to be read first."
_STANDS: dict[State, tuple[str, Tone, str]] = {
    State.QUEUED: ("Kept, to be sent", "info", "clock"),
    State.SENDING: ("Kept, being sent", "info", "refresh"),
    State.SENT: ("Saved", "good", "check"),
    State.UNKNOWN: ("Not known whether it arrived", "warn", "alert"),
    State.REFUSED: ("Refused", "bad", "alert_filled"),
}


class Editor(QWidget):
    """One quiet line with the state, until it is opened.

    actions: of the outbox. discard: throws a refused edit away once its texts were kept anew. report: told of
    every fault of our own.
    opened: the person looks at the texts. moved: an edit of the record shown has arrived, or met something
    newer: read it again.
    """

    opened = Signal()
    moved = Signal()

    def __init__(
        self,
        theme: Theme,
        editing: Editing,
        drafts: Drafts,
        actions: Collection[Action],
        discard: Discard,
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._editing, self._drafts, self._actions = theme, editing, drafts, actions
        self._discard, self._report = discard, report
        self._record_id = ""
        self._keep: Keep | None = None
        self._known: Texts | None = None
        self._is_read = False
        self._why_not = self._whose = ""
        self._states: dict[str, State] = {}
        # Refused edits whose texts were put into the fields again.
        self._taken_up: frozenset[str] = frozenset()
        self._rows: dict[str, EditRow] = {}
        self._lay_out()
        self._connect()
        theme.changed.connect(self._restyle)
        self._restyle()

    def row(self, name: str) -> EditRow:
        """One of the texts."""
        return self._rows[name]

    def said(self) -> str:
        """What is said above the fields."""
        return "\n".join(filter(None, (self._reason.text(), self._said.text())))

    @property
    def kind(self) -> str:
        """Of the actions that it makes."""
        return self._editing.kind

    @property
    def is_open(self) -> bool:
        """Whether the fields are shown."""
        return not self.body.isHidden()

    def set_open(self, is_open: bool) -> None:
        """Shows or hides the fields."""
        if is_open != self.is_open:
            self.body.setVisible(is_open)
            self._restyle()
            if is_open:
                self.opened.emit()

    def typing_at(self) -> tuple[str, int] | None:
        """The text that has the keyboard, and where in it; None when none has."""
        return next(((name, row.cursor()) for name, row in self._rows.items() if row.field.hasFocus()), None)

    def type_at(self, name: str, cursor: int) -> None:
        """Typing goes on there."""
        self.set_open(True)
        self._rows[name].set_cursor(cursor)

    def close_listeners(self) -> None:
        """Stops listening to the outbox."""
        self._stop()

    # -- what is shown

    def show_record(
        self,
        record_id: str,
        known: Texts | None,
        keep: Keep | None,
        why_not: str = "",
        *,
        is_read: bool = True,
        whose: str = "",
    ) -> None:
        """Shows the texts of a record. known: those that were read; any other text is not known.

        keep: of this record. why_not: why this person may not change it, "" when they may. is_read: whether
        `known` is newer than what a refused edit met. whose: kept beside its drafts. Another record's
        texts are gone at once; with the same record typing goes on undisturbed. "" is no record.
        """
        if record_id != self._record_id:
            self.say("")
            self._taken_up = frozenset()
            self._states = {edit.id: edit.state for edit in self._edits(record_id)}
        self._record_id, self._known, self._keep, self._why_not = record_id, known, keep, why_not
        self._is_read, self._whose = is_read, whose
        self._refresh()

    def say(self, text: str) -> None:
        """Says something above the fields; "" for nothing."""
        self._said.setText(text)
        self._said.setVisible(bool(text))

    def _edits(self, record_id: str) -> list[Action]:
        return edits_of(self._editing, self._actions, record_id)

    @property
    def has_draft(self) -> bool:
        """Whether something is typed here and not saved."""
        return any(row.draft.is_draft for row in self._rows.values())

    def _refresh(self) -> None:
        own = self._edits(self._record_id)
        texts, may_write = overlaid(self._known, own), not self._why_not
        for name, row in self._rows.items():
            row.show_text(self._place(self._record_id, name), texts.get(name), may_write, self._whose)
        self.save_button.setVisible(may_write)
        self._reason.setText(self._why_not)
        self._reason.setVisible(not may_write)
        refused, known = refused_of(self._undecided(own)), self._known or {}
        theirs = {**known, **(refused.theirs if refused else {}), **(known if self._is_read else {})}
        self.conflict.show_refused(refused, theirs, may_write)
        self._show_state(own)

    def _undecided(self, own: list[Action]) -> list[Action]:
        return [edit for edit in own if edit.id not in self._taken_up]

    def _show_state(self, own: list[Action]) -> None:
        own = self._undecided(own)
        if refused_of(own):
            self.chip.set(*_STANDS[State.REFUSED])
        elif self.has_draft:
            self.chip.set(NOT_SAVED, "warn", "info")
        elif own:
            self.chip.set(*_STANDS[own[-1].state])
        else:
            self.chip.set("")

    def _draft_changed(self) -> None:
        self._show_state(self._edits(self._record_id))

    def _changed(self, _change: Change) -> None:
        own = self._edits(self._record_id)
        before, self._states = self._states, {edit.id: edit.state for edit in own}
        if before == self._states:
            return
        has_moved = False
        for edit in own:
            if edit.state in (State.SENT, State.REFUSED) and before.get(edit.id) != edit.state:
                has_moved = True
                newer = texts_of(edit) if edit.state == State.SENT else theirs_of(edit)
                self._known = None if self._known is None else {**self._known, **newer}
        self._refresh()
        if has_moved:
            self.moved.emit()

    # -- saving

    def save(self) -> None:
        """Keeps what was typed. A second press while the first is being kept does nothing."""
        if self._why_not or self._keep is None:
            return
        drafts = {name: row.draft for name, row in self._rows.items() if row.draft.is_draft}
        before = {name: draft.base for name, draft in drafts.items() if draft.base is not None}
        after = {name: drafts[name].text for name in before}
        # Nobody could tell a change of somebody else's from a text that was there all along.
        unseen = ", ".join(each.title for each in self._editing.fields if each.name in drafts.keys() - after)
        self.say(_NOT_SEEN.format(unseen) if unseen else "" if after else _NOTHING)
        if after:
            work = self._save(self._keep, self._record_id, before, after, self._taken_up)
            name = f"{self._editing.kind}.keep"
            tasks.run(self, work, busy=self.save_button, name=name, report=self._report)

    async def _save(
        self, keep: Keep, record_id: str, before: Texts, after: Texts, taken_up: frozenset[str]
    ) -> None:
        """By the time it runs, another record may be shown."""
        try:
            await keep(before, after)
        except Unfit as unfit:
            if record_id == self._record_id:
                self.say(str(unfit))
            return
        for name, text in after.items():
            handed_on(self._drafts, self._place(record_id, name), text)
        for edit_id in taken_up:
            await self._discard(edit_id)
        if record_id == self._record_id:
            self._refresh()

    def _use_mine_again(self) -> None:
        refused = self.conflict.refused
        if refused is None or self._why_not:
            return
        mine = [(name, text) for name, text in refused.mine.items() if name in self._rows]
        skipped = [name for name, text in mine if not self._rows[name].draft.propose(text)]
        self.conflict.say_skipped(skipped)
        if not skipped:
            # An edit of more than is shown here stays, so that none of it is lost.
            whole = (edit for edit in refused.edits if texts_of(edit).keys() <= self._rows.keys())
            self._taken_up |= {edit.id for edit in whole}
            self._refresh()
        for name, _text in mine[:1]:
            self._rows[name].field.setFocus()

    def _place(self, record_id: str, name: str) -> str:
        return f"{self._editing.kind}|{record_id}|{name}" if record_id else ""

    # -- keys and look

    def _connect(self) -> None:
        self.open_button.clicked.connect(self._toggled)
        self.save_button.clicked.connect(self.save)
        self.conflict.again_wanted.connect(self._use_mine_again)
        for row in self._rows.values():
            row.draft.changed.connect(self._draft_changed)
        within = keys.Context.WidgetWithChildrenShortcut
        keys.shortcut(self._editing.keys, f"{self._editing.title}: open, or close", self, self._keyed)
        keys.shortcut(SAVE_KEYS, "Save what is typed", self.body, self.save, context=within)
        keys.name(self.open_button, self._editing.keys)
        keys.name(self.save_button, SAVE_KEYS)
        self._stop = self._actions.listen(self._changed)

    def _toggled(self) -> None:
        self.set_open(not self.is_open)

    def _keyed(self) -> None:
        """Opens; from within it closes again."""
        focus = self.window().focusWidget()
        is_at_button = focus is self.open_button and self._first() is None
        if self.is_open and (is_at_button or (focus is not None and self.body.isAncestorOf(focus))):
            self.open_button.setFocus()
            self.set_open(False)
        else:
            self.go_in()

    def go_in(self) -> None:
        """Opens, and goes to the end of the first text."""
        self.set_open(True)
        first = self._first()
        if first is None:
            # Nothing can be written: there the keys still do what is said.
            self.open_button.setFocus()
        else:
            first.go_to_end()

    def propose(self, name: str, text: str) -> bool:
        """Puts a text into a field as if it were typed; False when another one is typed there, which stays.

        name: of the field.
        """
        row = self._rows.get(name)
        return row is not None and row.draft.propose(text)

    def _first(self) -> EditRow | None:
        return next((row for row in self._rows.values() if not row.isHidden()), None)

    def _lay_out(self) -> None:
        self.open_button = QPushButton(self._editing.title, self)
        self.open_button.setProperty("kind", "link")
        self.chip = Chip(self._theme, parent=self)
        self.body = QWidget(self)
        self.conflict = ConflictCard(self._theme, self._editing.fields, self.body)
        self.save_button = QPushButton(self._editing.save, self.body)
        self._reason = label("", "soft", wrap=True, parent=self.body)
        self._said = label("", "soft", wrap=True, parent=self.body)
        self._said.hide()
        self._head = QHBoxLayout()
        self._head.addWidget(self.open_button)
        self._head.addWidget(self.chip)
        self._head.addStretch(1)
        self._inner = QVBoxLayout(self.body)
        for part in (self._reason, self._said, self.conflict):
            self._inner.addWidget(part)
        for each in self._editing.fields:
            self._rows[each.name] = EditRow(self._theme, each, self._drafts, self.body)
            self._inner.addWidget(self._rows[each.name])
        self._inner.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self.body)
        self.body.hide()

    def _restyle(self) -> None:
        px = self._theme.px
        icon = "chevron_down" if self.is_open else "chevron"
        self.open_button.setIcon(self._theme.icon(icon, self._theme.tokens.accent))
        self._column.setContentsMargins(px(Space.wide), px(Space.small), px(Space.wide), px(Space.small))
        self._column.setSpacing(px(Space.small))
        # The chevron stands under the headings, though its button has an edge of its own.
        self._head.setContentsMargins(-px(Space.small), 0, 0, 0)
        self._head.setSpacing(px(Space.small))
        self._inner.setContentsMargins(0, 0, 0, 0)
        self._inner.setSpacing(px(Space.medium))
