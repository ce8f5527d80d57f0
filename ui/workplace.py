"""What one signed-in person has before them: the page, the outbox, and what is said about their work."""

from collections.abc import Callable
from dataclasses import dataclass

from app.calls.start import OpenLink
from app.core.action import State
from app.core.collection import Change
from app.core.connection import Light
from app.core.store.fault import StoreFault
from app.sentences import NO_KEYRING, about_store, not_on_disk
from app.session import Session
from app.users.role import Role
from app.visits.away import Away, WhileAway
from ui.checkin.check_in_form import CheckInForm
from ui.checkin.form_drafts import PLACES, FormDrafts
from ui.intakes.intake_editor import INTAKE
from ui.kit.ask import Question, ask, discard
from ui.kit.draft_field import typed_places
from ui.kit.formats import show_times_in
from ui.outbox.descriptions import Descriptions
from ui.outbox.outbox_screen import OutboxScreen
from ui.outbox.questions import close_question, reset_question, sign_out_question
from ui.outbox.unsaved import UnsavedTexts
from ui.outbox.words import Described
from ui.pages import PAGES, Desk
from ui.pages.edits import Edits
from ui.pages.go_to import palette_over
from ui.pages.queue_page import PagePlace
from ui.settings.settings_window import SettingsWindow
from ui.shell.own_state import OwnStateButton
from ui.shell.window import Window
from ui.theme.theme import Theme
from ui.visits.away_words import away_text
from ui.visits.note_words import NOTES
from ui.visits.waits_panel import WaitsPanel

_UNKNOWN_ROLE = (
    "This clinic's server does not say what you do there, so you see what its front desk may see. "
    "An administrator can set your role in the clinic's profile."
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the person was, and which windows stood beside."""

    page: PagePlace
    is_checking_in: bool
    is_in_outbox: bool
    is_in_settings: bool


class Workplace:
    """Opened in the session of a window, closed before it. Everything that it says names keys, so that it is
    said once. report: told of every fault of our own.
    """

    def __init__(
        self,
        session: Session,
        window: Window,
        theme: Theme,
        open_link: OpenLink,
        report: Callable[[BaseException], None],
    ) -> None:
        self._session, self._window, self._theme = session, window, theme
        show_times_in(session.zone)
        desk = Desk(theme, window.ticker, session, window.notices, open_link, report)
        window.show_page(lambda parent: PAGES[0].make(desk, parent), may_check_in=session.rights.desk)
        visits, rooms, now = session.queue.visits, session.rooms.rooms, session.clock.now
        self._descriptions = Descriptions(visits, rooms, now, lambda: session.rights)
        self._outbox = OutboxScreen(
            theme,
            window.ticker,
            window.notices,
            session.outbox.actions,
            self._descriptions.describe,
            session.outbox.retry,
            session.outbox.send_anyway,
            session.outbox.discard,
            self._trouble,
            now,
            report,
            window.status.set_outbox,
            window,
            UnsavedTexts(session.drafts, visits, (NOTES, INTAKE) if session.rights.clinical else (), now),
            window.page.show_unsaved,
        )
        self.palette = palette_over(window, theme, session, window.page)
        window.menu.palette_wanted.connect(self.palette.present)
        self._own_state = OwnStateButton(
            theme, session.own_state, self._room_name, now, window.notices, session.look_again,
            window.menu.show_own_state, report, window,
        )  # fmt: skip
        window.put_beside_name(self._own_state)
        window.menu.own_state_wanted.connect(self._own_state.present)
        self._waits: WaitsPanel | None = None
        window.menu.waits_wanted.connect(self._show_waits)
        self._question: Question | None = None
        self._report = report
        FormDrafts(session.drafts, now).drop_what_was_kept(session.outbox.actions)
        self._check_in: CheckInForm | None = None
        self._settings: SettingsWindow | None = None
        self._room = session.queue.room
        self._away = self._watch_absence()
        self._stops = [
            session.rooms.rooms.listen(self._show_times),
            session.store.listen(self._tell_of_trouble),
            session.listen_to_choices(self._chosen),
        ]
        self._tell_of_store()
        if session.role == Role.UNKNOWN:
            window.notices.say(_UNKNOWN_ROLE, "warn", key="role")

    def place(self) -> Place:
        """Where the person is now."""
        check_in = self._check_in
        return Place(
            self._window.page.place(),
            is_checking_in=check_in is not None and check_in.isVisible(),
            is_in_outbox=self._outbox.panel.isVisible(),
            is_in_settings=self._settings is not None and self._settings.isVisible(),
        )

    def return_to(self, place: Place) -> None:
        """Shows everything as the person left it."""
        self._window.page.return_to(place.page)
        if place.is_in_outbox:
            self._outbox.present()
        if place.is_checking_in:
            self.check_in(asks=False)
        if place.is_in_settings:
            self.show_settings()

    def close(self) -> None:
        """The session ends: leaves, and takes back what was said of it."""
        for key in ("store", "set aside", "away", "reset", "call", "fault", "role"):
            self._window.notices.clear(key)
        self._window.status.set_note("")
        self.leave()
        show_times_in("")

    def leave(self) -> None:
        """The session goes on: nothing of a patient is left in any widget but the window's page."""
        for stop in (*self._stops, self._away.close):
            stop()
        if self._question is not None:
            self._question.reject()
        self._outbox.close()
        self._window.menu.waits_wanted.disconnect(self._show_waits)
        for part in (self.palette, self._own_state, self._check_in, self._settings):
            if part is not None:
                part.close_listeners()
        for part in (self.palette, self._own_state, self._check_in, self._settings, self._waits):
            if part is not None:
                part.hide()
                part.deleteLater()

    def show_outbox(self) -> None:
        """Brings the list of what has not arrived to the front."""
        self._outbox.present()

    def show_settings(self) -> None:
        """Brings what can be chosen to the front."""
        if self._settings is None:
            menu = self._window.menu
            self._settings = SettingsWindow(
                self._theme,
                self._session,
                menu.look_changed.emit,
                menu.reset_wanted.emit,
                self._report,
                self._window,
            )
        self._settings.present()

    def _show_waits(self) -> None:
        if self._waits is None:
            self._waits = WaitsPanel(self._theme, self._session, self._window)
        self._waits.present()

    def _room_name(self, code: str) -> str:
        room = self._session.rooms.rooms.get(code)
        return (room.name if room else "") or code

    def check_in(self, *, asks: bool = True) -> None:
        """Brings the form for checking a patient in to the front. asks: see `CheckInForm.present`."""
        if not self._session.rights.desk:
            return
        if self._check_in is None:
            self._check_in = self._make_check_in()
        self._check_in.present(asks=asks)

    def _make_check_in(self) -> CheckInForm:
        session, edits = self._session, Edits(self._session)
        return CheckInForm(
            self._theme,
            session.drafts,
            edits.check_in,
            session.outbox.actions,
            session.rooms.rooms,
            edits.search,
            edits.read,
            edits.known,
            session.clock.now,
            self._report,
            self._window,
        )

    def _show_times(self, _change: Change) -> None:
        show_times_in(self._session.zone)

    def _watch_absence(self) -> Away:
        queue = self._session.queue
        return Away(queue.visits, queue.connection, self._session.clock, self._tell_of_absence)

    def _chosen(self) -> None:
        """Where another room is watched, who left the list by that has not left the clinic."""
        if self._session.queue.room != self._room:
            self._room = self._session.queue.room
            self._away.close()
            self._away = self._watch_absence()

    def _tell_of_absence(self, away: WhileAway) -> None:
        """One card for all that happened while the queue could not be seen (NOT-07)."""
        self._window.notices.say(away_text(away), "info", key="away")
        self._window.page.voice.rest()

    # -- what would be lost

    async def may_close(self) -> bool:
        """Asks before the program ends with what would be lost."""
        return await self._asked(close_question(self._theme, self._unkept(), self._window))

    async def may_leave(self) -> bool:
        """Asks before somebody signs out with what the server has not taken (OFF-04)."""
        is_kept = self._session.is_on_disk
        left = self._pending() if is_kept else self._unkept()
        return not left or await self._asked(sign_out_question(self._theme, left, is_kept, self._window))

    async def reset(self) -> bool:
        """Wipes what this computer keeps of the person, after a question (OFF-05); whether it did.

        What is on the screen shows it still: open another workplace.
        """
        is_live = self._session.queue.connection.standing().light == Light.LIVE
        question = reset_question(self._theme, self._unkept(), is_live, self._window)
        if not await self._asked(question):
            return False
        try:
            await self._session.reset()
        except StoreFault as fault:
            self._window.notices.say(f"Nothing was removed. {not_on_disk(fault)}", "bad", key="reset")
            return False
        return True

    def _pending(self) -> list[Described]:
        left = (action for action in self._session.outbox.actions if action.state != State.SENT)
        return [self._descriptions.describe(action) for action in left]

    def _unkept(self) -> list[Described]:
        """What is in memory alone, where the store is."""
        places = self._session.drafts.places("")
        typed = [place for place in typed_places(places) if not place.startswith(PLACES)]
        unkept = ["1 text" if len(typed) == 1 else f"{len(typed)} texts"] if typed else []
        if FormDrafts(self._session.drafts, self._session.clock.now).begun_at is not None:
            unkept.append("A check-in that is not finished")
        return [*self._pending(), *(_not_saved(each) for each in unkept)]

    async def _asked(self, question: Question) -> bool:
        """One question at a time; it goes with the session, and is no then."""
        if self._question is not None:
            self._question.reject()
        self._question = question
        try:
            return await ask(question)
        finally:
            discard(question)
            if self._question is question:
                self._question = None

    # -- where the work is kept

    def _trouble(self) -> str:
        trouble = self._session.store.trouble
        return "" if trouble is None else not_on_disk(trouble)

    def _tell_of_store(self) -> None:
        about = about_store(self._session.kept)
        if about:
            self._window.notices.say(about, "warn", key="set aside")
        if self._session.kept.no_keyring:
            self._window.status.set_note(NO_KEYRING)
        self._tell_of_trouble()

    def _tell_of_trouble(self) -> None:
        text = self._trouble()
        if text:
            self._window.notices.say(text, "bad", key="store")
        else:
            self._window.notices.clear("store")


def _not_saved(what: str) -> Described:
    return Described(title="Typed and not saved", name=what, born="", lines=())
