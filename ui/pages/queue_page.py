"""The queue page: the live queue, and beside it the selected visit."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.calls.rules import CallRules
from app.calls.start import OpenLink
from app.choices import with_filter
from app.core.audit import Event
from app.core.collection import Change
from app.core.connection import Light, Standing
from app.errors import Failure
from app.rooms.provider import Provider
from app.sentences import outside_window, sentence
from app.session import Session
from app.visits.filter import EVERYONE, Filter
from app.visits.limits import Limits, WaitLimits
from app.visits.record import Visit
from app.visits.sections import Section
from app.visits.views import Views
from app.visits.waiting import QueueRow
from ui.calls.call_acts import CallActs
from ui.calls.call_desk import CallDesk
from ui.calls.call_strip import CallStrip
from ui.calls.numbers_window import NumbersWindow
from ui.calls.words import OPENS, patient_text
from ui.kit import tasks
from ui.kit.formats import time_text
from ui.kit.into_view import bring_into_view
from ui.kit.notices import Notices
from ui.kit.scrolling import Scrolling
from ui.kit.sides import Sides
from ui.kit.ticker import Ticker
from ui.pages.visit_side import SidePlace, VisitSide
from ui.theme.theme import Theme
from ui.theme.tokens import Space
from ui.visits.namesake_words import sentence as alike_sentence
from ui.visits.note_words import NOTES
from ui.visits.queue_source import QueueSource
from ui.visits.queue_table import QueueTable
from ui.visits.queue_voice import QueueVoice

# Below this many characters of width the visit goes under the queue instead of beside it.
_BESIDE_FROM_CHARS = 84
# Of the length.
_QUEUE_SHARE = 0.6

_DONE = (Section.DONE,)
_NOT_FOUND = "The visit could not be read. {} What you typed is kept on this computer."


@dataclass(frozen=True, slots=True)
class PagePlace:
    """Where somebody was. row: the visit as last known. scrolled: of the list, px. filter: with its text."""

    visit_id: str | None
    row: QueueRow | None
    scrolled: int
    side: SidePlace
    filter: Filter


class QueuePage(QWidget):
    """Composes; decides nothing.

    A visit that leaves the list stays in sight, as it last was, while something is typed for it or somebody
    is in its texts: neither may go from under typing hands. It stays until another is chosen.
    """

    def __init__(
        self,
        theme: Theme,
        ticker: Ticker,
        session: Session,
        notices: Notices,
        open_link: OpenLink,
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._session = theme, session
        self._notices, self._report, self._open_link = notices, report, open_link
        self._shown_id: str | None = None
        # As last known: the list may not have it any more.
        self._row: QueueRow | None = None
        sides = self._sides()
        self.queue = QueueTable(
            theme,
            ticker,
            self._source(),
            report,
            sides.first,
            folded=_DONE if session.choices.folded is None else session.choices.folded,
            hidden_columns=session.choices.hidden_columns or (),
        )
        self.voice = QueueVoice(self.queue.table, session.queue, session.clock)
        self.acts = CallActs(theme, self._call_desk(open_link), self)
        self.visit = VisitSide(
            theme,
            session,
            self.queue.source.room_name,
            self.queue.source.provider_name,
            self.queue.namesakes.of,
            self.acts,
            self._show_numbers,
            notices,
            self._acted,
            report,
            sides.second,
        )
        self.strip = CallStrip(
            theme, ticker, session.calls, session.finishing, self.acts, session.queue.visits, self._rules,
            session.clock.now, self,
        )  # fmt: skip
        self._outer.addWidget(self.strip)
        sides.put(self.queue, self.visit)
        # Of a visit without a patient there is nothing to say beside its row.
        sides.second.setVisible(session.rights.identity)
        self.queue.selected.connect(self._selected)
        self.queue.opened.connect(self._opened)
        self.queue.arranged.connect(self._arranged)
        self.queue.filtering.chosen.connect(self._narrowed)
        self.queue.filter_bar.views_changed.connect(self._keep_views)
        self.queue.filter_bar.set_views(session.choices.views or ())
        self.queue.filtering.narrow(self.queue.model, session.choices.filter or EVERYONE)
        self.strip.shown_wanted.connect(self.show_visit)
        self.queue.room_band.all_wanted.connect(self._show_all_rooms)
        ticker.ticked.connect(self._tick)
        self._stops = [
            session.queue.visits.listen(self._changed),
            session.rooms.rooms.listen(self._renamed),
            session.rooms.providers.listen(self._renamed),
            session.queue.connection.listen(self._heard),
            session.listen_to_choices(self._show_room),
        ]
        self._heard(session.queue.connection.standing())
        theme.changed.connect(self._restyle)
        self._restyle()

    def setFocus(self, *reason: Qt.FocusReason) -> None:
        """To the list. Not by a focus proxy: by that Tab goes past the search and the filters."""
        self.queue.table.setFocus(*reason)

    @property
    def shown_id(self) -> str | None:
        """The visit that is shown beside the queue."""
        return self._shown_id

    def close_listeners(self) -> None:
        """Stops listening to the session, before both go."""
        for stop in self._stops:
            stop()
        self.queue.close_listeners()
        self.voice.close()
        self.visit.close_listeners()
        self.strip.close_listeners()
        self.acts.close_listeners()

    # -- what is shown

    def apply_updates(self) -> None:
        """Everything takes its place (F5)."""
        self.queue.apply_updates()

    def show_visit(self, visit_id: str) -> bool:
        """Brings a visit into sight, whatever the list is narrowed to. False when it is known no more."""
        row = self._session.queue.visits.get(visit_id)
        if row is None:
            return False
        self.queue.table.setFocus()
        if not self.queue.table.select(visit_id):
            self.queue.table.select(None)
            self._row = row
            self._choose(visit_id)
        return True

    def show_unsaved(self, visit_id: str, kind: str) -> None:
        """Brings back a visit for which something was typed, also one that is in no list.

        kind: of what was typed, such as "note".
        """
        tasks.run(
            self, self._bring_back(visit_id, kind), busy=None, name="visits.bring_back", report=self._report
        )

    async def _bring_back(self, visit_id: str, kind: str) -> None:
        self._notices.clear("unsaved")
        row = self._session.queue.visits.get(visit_id)
        try:
            row = await self._session.queue.read(visit_id) if row is None else row
        except Failure as failure:
            self._notices.say(_NOT_FOUND.format(sentence(failure)), "warn", key="unsaved")
            return
        if not self.queue.table.select(visit_id):
            self.queue.table.select(None)
            self._row = row
            self._choose(visit_id)
        self.visit.editor(kind).go_in()

    # -- calls

    def _call_desk(self, open_link: OpenLink) -> CallDesk:
        session = self._session
        return CallDesk(
            calls=session.calls,
            finishing=session.finishing,
            me=session.me.id,
            provider_name=self.queue.source.provider_name,
            now=session.clock.now,
            notices=self._notices,
            open_link=open_link,
            acting=self.queue.marks.own,
            acted=self._acted,
            report=self._report,
            rules=self._rules,
            warnings=self._warnings,
            opens=lambda: OPENS[session.calls.target.chosen],
            providers=self._providers,
            show_numbers=self._show_numbers,
            to_note=self._to_note if session.rights.clinical else None,
        )

    def _source(self) -> QueueSource:
        session = self._session
        return QueueSource(
            visits=session.queue.visits,
            rooms=session.rooms.rooms,
            providers=session.rooms.providers,
            now=session.clock.now,
            zone=lambda: session.zone,
            me=session.me.id,
            rights=session.rights,
            limits=self._limits,
            seen_at=self._seen_at,
            room=lambda: session.queue.room,
            is_partial=lambda: session.queue.is_partial,
        )

    def _limits(self, visit: Visit) -> WaitLimits:
        clinic = self._session.clinic
        return (clinic.wait_limits if clinic is not None else Limits()).of(visit)

    def _seen_at(self) -> float:
        """When the list was last confirmed, by the server's time."""
        confirmed_at = self._session.queue.connection.standing().confirmed_at
        return self._session.clock.now() if confirmed_at is None else confirmed_at

    def _rules(self) -> CallRules:
        clinic = self._session.clinic
        return clinic.calls if clinic is not None else CallRules()

    def _acted(self, visit_id: str) -> None:
        # What we do ourselves is no news.
        self.queue.marks.own(visit_id)
        self._session.queue.poller.wake()

    def _warnings(self, visit: Visit) -> list[str]:
        """What to know before a visit is started."""
        calls, now = self._session.calls, self._session.clock.now()
        alike = self.queue.namesakes.of(visit.id)
        others = [row for row in self.strip.visits() if row.id != visit.id]
        warnings = [alike_sentence(alike)] if alike else []
        warnings += [f"You are in a call with {patient_text(other.member)} now." for other in others]
        beside = calls.outside(visit)
        if beside is not None:
            warnings.append(outside_window(beside.why, time_text(beside.when, now)))
        return warnings

    async def _providers(self, visit: Visit) -> list[Provider]:
        return list((await self._session.rooms.read_providers(visit.room_code or "")).records)

    def _to_note(self, visit: Visit, disposition: str) -> bool:
        """A finished visit goes on in its note; False where that does not take the disposition, since another
        one is typed there, or the visit is not in this list."""
        self.show_visit(visit.id)
        if self._row is None or self._row.id != visit.id:
            return not disposition
        editor = self.visit.editor(NOTES.kind)
        editor.go_in()
        return not disposition or editor.propose("disposition", disposition)

    def _show_numbers(self, visit: Visit) -> None:
        windows = (each for each in self.findChildren(NumbersWindow) if each.isVisible())
        window = next((each for each in windows if each.visit_id == visit.id), None)
        if window is None:
            country, now = self._session.profile.country, self._session.clock.now()
            window = NumbersWindow(self._theme, visit, country, now, self._open_link, self)
        window.present()

    def place(self) -> PagePlace:
        """Where somebody is on the page."""
        rows = self.queue.table.verticalScrollBar().value()
        return PagePlace(self._shown_id, self._row, rows, self.visit.place(), self.queue.filter_bar.filter)

    def return_to(self, place: PagePlace) -> None:
        """Shows the page as somebody left it."""
        visit_id, table = place.visit_id, self.queue.table
        self.queue.filtering.narrow(self.queue.model, place.filter)
        table.setFocus()
        if visit_id is not None and not table.select(visit_id):
            # It has left the list, and stays in sight while something is typed for it.
            self._row = place.row
            self._choose(visit_id)
        bar = table.verticalScrollBar()
        QTimer.singleShot(0, bar, lambda: bar.setValue(place.scrolled))
        self.visit.return_to(place.side)

    def _selected(self, visit_id: str | None) -> None:
        """None: nothing is selected any more, because the row has gone."""
        if visit_id is not None and self._session.rights.identity:
            self._row = self._session.queue.visits.get(visit_id)
            self._choose(visit_id)

    def _choose(self, visit_id: str) -> None:
        if visit_id != self._shown_id:
            self._session.audit.note(Event.PATIENT_VIEWED, visit_id)
        self._shown_id = visit_id
        self._session.queue.watch(visit_id)
        self.visit.show_top()
        self._show()

    def _opened(self, visit_id: str) -> None:
        """Enter goes on to the visit; it never starts anything."""
        self.queue.table.select(visit_id)
        if self._session.rights.calls:
            self.visit.call_bar.start_button.setFocus()
        if self._session.rights.identity:
            bring_into_view(self.visit.banner)

    def _changed(self, change: Change) -> None:
        if self._shown_id in (*change.added, *change.updated, *change.removed):
            self._show()

    def _renamed(self, _change: Change) -> None:
        self._show()
        self._show_room()

    def _show_room(self) -> None:
        """Never silently fewer than all (issue 5, "rooms watched")."""
        queue = self._session.queue
        room = self._session.rooms.rooms.get(queue.room)
        self.queue.show_room(
            (room.name if room else "") or queue.room,
            is_chosen=not self._session.profile.room,
        )

    def _arranged(self, folded: frozenset[Section], hidden: frozenset[str]) -> None:
        session = self._session
        columns, sections = tuple(sorted(hidden)), tuple(sorted(folded))
        session.choose(msgspec.structs.replace(session.choices, folded=sections, hidden_columns=columns))

    def _narrowed(self, wanted: Filter) -> None:
        self._session.choose(with_filter(self._session.choices, wanted))

    def _keep_views(self, views: Views) -> None:
        self._session.choose(msgspec.structs.replace(self._session.choices, views=views))

    def _show_all_rooms(self) -> None:
        session = self._session
        session.choose(msgspec.structs.replace(session.choices, room=None))
        self.queue.table.setFocus()

    def _tick(self) -> None:
        self._show_standing(self._session.queue.connection.standing())
        if isinstance(self._row, Visit):
            self.visit.show_facts(self._row)

    def _heard(self, standing: Standing) -> None:
        if standing.confirmed_at is not None and standing.failure is None and not standing.is_restored:
            self.queue.set_loaded()
        self._show_standing(standing)
        self._show_room()

    def _show_standing(self, standing: Standing) -> None:
        self.visit.show_standing(standing)
        at, is_fresh = standing.confirmed_at, standing.light in (Light.LIVE, Light.DELAYED)
        is_old = at is not None and (not is_fresh or standing.is_restored)
        now = self._session.clock.now()
        self.queue.show_age(f"Last known {time_text(at, now)}" if is_old and at is not None else "")

    def _show(self) -> None:
        row = self._session.queue.visits.get(self._shown_id) if self._shown_id else None
        has_left = row is None and self._row is not None
        if has_left and not self.visit.is_in_use:
            self._row = None
            if self.visit.has_focus:
                self.queue.table.setFocus()
            self.visit.clear()
            return
        self._row = row = row or self._row
        if row is not None:
            self.visit.show_row(row, has_left=has_left)

    # -- look

    def _sides(self) -> Sides:
        # A window too small for a line of the queue and the head of a visit scrolls, and cuts neither.
        self._scroll = Scrolling(self, takes_focus=False)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.addWidget(self._scroll, 1)
        inner = self._scroll.inner
        sides = Sides(self._theme, _BESIDE_FROM_CHARS, _QUEUE_SHARE, inner)
        self._column = QVBoxLayout(inner)
        self._column.addWidget(sides, 1)
        return sides

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(Space.medium), px(Space.small), px(Space.medium), px(Space.medium))
