"""One person's time at this workstation: from the sign-in to the sign-out, locked in between."""

from collections.abc import Callable

import msgspec
from PySide6.QtWidgets import QWidget

from app.alerts.speaker import SoundCard
from app.calls.start import OpenLink
from app.choices import clinic_limits, shortened
from app.core.activity import WALL_BOARD, Activity, Limits, Noted, Presence, Since, since
from app.core.store.fault import StoreFault
from app.core.store.store import Store
from app.reentry import Reentry
from app.session import Session
from ui.alerts.alerting import Alerting
from ui.kit.clipboard import forget as forget_clipboard
from ui.kit.formats import listed, time_text
from ui.lock.lock import EndReason, Lock
from ui.shell.window import Window
from ui.theme.theme import Theme
from ui.visits.counts import counts_text
from ui.workplace import Place, Workplace

# Under this name the store knows when somebody was here last.
_SEEN = "seen"
_NOTE_EVERY_S = 30.0
_SAID_BEFORE_S = 3600.0
_LAST_HOUR = "You will be signed out at {}, twelve hours after signing in. {}"
KEPT = "What you typed is kept on this computer."
LOST = "What you typed and did not send is lost then: nothing can be kept on this computer."
_LOCKED_UNSAVED = "What was done here is in memory alone and would be lost. Unlock first."


class Shift:
    """Made when a session opens, closed before it.

    where: the clinic's name. reentry: how the person shows that it is them. end: ends the session by itself,
    and says why. sign_out: the person, or the next one, wants it ended. began: of a sign-in of an
    earlier run; it may begin locked, and then nothing of a patient is drawn at all.
    """

    def __init__(
        self,
        session: Session,
        window: Window,
        theme: Theme,
        open_link: OpenLink,
        report: Callable[[BaseException], None],
        where: str,
        reentry: Reentry,
        end: Callable[[EndReason], None],
        sign_out: Callable[[], None],
        began: Since | None = None,
    ) -> None:
        self.session = session
        self._window, self._theme, self._report = window, theme, report
        self._open_link = open_link
        self._activity = Activity(session.clock.machine, self._limits(), began)
        self._activity.changed = self._note
        self._noted_at = 0.0
        self._has_said = False
        self._place: Place | None = None
        self.workplace: Workplace | None = None
        window.open_session(session, where)
        self.alerting = Alerting(session, window, theme, self._show_visit, report, SoundCard())
        self.alerting.announced.connect(self._arrivals_told)
        self.lock = Lock(
            theme,
            window,
            window.notices,
            window.ticker,
            self._activity,
            session.audit,
            session.me.name or session.me.id,
            reentry,
            open_link,
            self._counts,
            self._fate,
            self._cover,
            self._uncover,
            end,
            sign_out,
            report,
        )
        if not self.is_locked:
            self._open()
        session.rights_changed = self._rights_changed
        self._stop_listening = session.listen_to_choices(self._apply_limits)
        window.ticker.ticked.connect(self._tick)
        self._note()

    @property
    def is_locked(self) -> bool:
        """Whether nothing of a patient is in sight."""
        return self.lock.screen is not None

    @property
    def ends_at(self) -> float:
        """When the session ends if nobody comes back, in Unix s of this machine."""
        return self._activity.ends_at

    def close(self) -> None:
        """Takes every word of the session off the screen."""
        self.session.rights_changed = lambda: None
        self._stop_listening()
        self._window.ticker.ticked.disconnect(self._tick)
        self._note()
        self._activity.changed = lambda: None
        self.alerting.close()
        self.lock.close()
        self._window.notices.clear("last hour")
        self._window.status.set_note("")
        forget_clipboard()
        place, self.workplace = self.workplace, None
        if place is not None:
            place.close()
        self._window.close_session()

    def end(self) -> None:
        """Closes it for good: no start takes it up, whatever a keyring that does not answer still holds."""
        self.close()
        over = Noted(0.0, 0.0, is_locked=True)
        self.session.store.put_setting(_SEEN, msgspec.json.encode(over))

    def reopen(self) -> None:
        """Makes the workplace anew, after the data on this computer was removed."""
        if self.workplace is not None:
            self.workplace.close()
            self._open()

    def _arrivals_told(self) -> None:
        if self.workplace is not None:
            self._window.page.voice.arrivals_told()

    def _apply_limits(self) -> None:
        self._activity.limits = self._limits()
        self.lock.watch.look()

    def _limits(self) -> Limits:
        session = self.session
        if not session.rights.identity:
            return WALL_BOARD
        return shortened(clinic_limits(session.clinic), session.choices.lock_s)

    def _rights_changed(self) -> None:
        # Where somebody was may be nothing for them any more.
        self._place = None
        self._apply_limits()
        self.alerting.rights_changed()
        if self._activity.idle().presence != Presence.ENDED:
            self.reopen()

    # -- what would be lost

    async def may_close(self) -> bool:
        """Asks before the program ends with what would be lost; a locked screen names nothing."""
        if self.session.is_safe:
            return True
        place = self.workplace
        if place is None:
            self._refuse()
            return False
        return await place.may_close() and self.workplace is place

    async def may_leave(self) -> bool:
        """Asks before somebody signs out with what the server has not taken (OFF-04)."""
        place = self.workplace
        if place is None:
            if not self.session.is_safe:
                self._refuse()
            return self.session.is_safe
        return await place.may_leave() and self.workplace is place

    def _refuse(self) -> None:
        if self.lock.screen is not None:
            self.lock.screen.set_error(_LOCKED_UNSAVED)

    # -- lock

    def _open(self) -> None:
        self.workplace = Workplace(self.session, self._window, self._theme, self._open_link, self._report)

    def _cover(self, screen: QWidget) -> None:
        place, self.workplace = self.workplace, None
        if place is not None:
            self._place = place.place()
            place.leave()
        self.alerting.set_locked(True)
        self._window.cover(screen)

    def _uncover(self) -> None:
        self.session.doubt()
        self.alerting.set_locked(False)
        self._open()
        place, self._place = self._place, None
        if place is not None and self.workplace is not None:
            self.workplace.return_to(place)

    def _show_visit(self, visit_id: str | None) -> None:
        page = self._window.page
        if self.workplace is not None and page is not None and visit_id is not None:
            page.show_visit(visit_id)

    def _counts(self) -> str:
        queue = self.session.queue
        counts = counts_text(queue.visits, self.session.clock.now())
        # Not which: a room's name may tell of a condition (NOT-01).
        return listed((counts or "Nobody waiting", "one room only")) if queue.room else counts

    def _fate(self) -> str:
        """What becomes of what is typed when the session ends."""
        return KEPT if self.session.is_on_disk else LOST

    def _tick(self) -> None:
        if self._activity.ends_in_s <= _SAID_BEFORE_S and not self._has_said and not self.is_locked:
            self._has_said = True
            now = self.session.clock.now()
            when = time_text(now + self._activity.ends_in_s, now)
            self._window.notices.say(_LAST_HOUR.format(when, self._fate()), "info", key="last hour")
        if self.session.clock.machine.monotonic() - self._noted_at >= _NOTE_EVERY_S:
            self._note()

    def _note(self) -> None:
        """So that another start goes on where this one ended, however it ends."""
        self._noted_at = self.session.clock.machine.monotonic()
        self.session.store.put_setting(_SEEN, msgspec.json.encode(self._activity.noted()))


async def seen_in(store: Store, now: float) -> Since | None:
    """When the owner of a store was here last; None when it does not say. now: Unix s of this machine."""
    try:
        kept = (await store.settings()).get(_SEEN)
        return None if kept is None else since(msgspec.json.decode(kept, type=Noted), now)
    except (StoreFault, msgspec.MsgspecError):
        return None
