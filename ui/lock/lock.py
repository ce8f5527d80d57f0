"""Covers the window when it is due, and opens it again for the one person who is signed in."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Literal

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from app.auth.broker import NoReturn
from app.calls.start import OpenLink
from app.core.activity import Activity, Idle, Presence
from app.core.audit import Audit, Event
from app.errors import Failure, Refused, SignedOut
from app.reentry import Reentry
from app.sentences import not_signed_in
from ui.kit import tasks
from ui.kit.formats import span_text
from ui.kit.notices import Notices
from ui.kit.ticker import Ticker
from ui.lock.idle_watch import IdleWatch
from ui.lock.lock_screen import LockScreen
from ui.theme.theme import Theme

MOST_GUESSES = 5
"""Wrong passwords after which the session ends."""
_WRONG = "That is not the {}. {}"
_SOMEBODY_ELSE = "Somebody else signed in on the clinic's page, so this stays locked."
_ONE_LEFT = "One more wrong one signs you out. {}"
_UNTIL = "Signs out in {} if nobody unlocks it. {}"
_MEANWHILE = "It was locked again meanwhile, so it stays locked. Try once more."
_REFUSED = "This stays locked. {}"
_UNCHECKED = "It cannot be checked now, so this stays locked. {}"
_WARNING = "This window locks in {} s, because nobody used it. Press any key to stay."

EndReason = Literal["ended", "guessed"]


class Lock(QObject):
    """Lives as long as the session.

    who: name of the person signed in. reentry: how they show that it is them. open_link: hands an address
    to the desktop. counts: how many wait, without names. fate: what becomes of what is typed when the
    session ends. cover: takes every word of a patient off the screen and shows the given screen. uncover:
    shows it all again. end: ends the session, and says why. sign_out: somebody else wants to work here.
    """

    def __init__(
        self,
        theme: Theme,
        window: QWidget,
        notices: Notices,
        ticker: Ticker,
        activity: Activity,
        audit: Audit,
        who: str,
        reentry: Reentry,
        open_link: OpenLink,
        counts: Callable[[], str],
        fate: Callable[[], str],
        cover: Callable[[QWidget], None],
        uncover: Callable[[], None],
        end: Callable[[EndReason], None],
        sign_out: Callable[[], None],
        report: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._theme, self._window, self._notices, self._activity = theme, window, notices, activity
        self._audit = audit
        self._who, self._counts, self._fate = who, counts, fate
        self._reentry, self._open_link = reentry, open_link
        self._cover, self._uncover, self._end, self._sign_out = cover, uncover, end, sign_out
        self._report = report
        # How often it had been locked when somebody tried to unlock it last.
        self._locks_seen = 0
        self._trying: asyncio.Task[None] | None = None
        self.screen: LockScreen | None = None
        ticker.ticked.connect(self._tick)
        self.watch = IdleWatch(activity, self)
        self.watch.moved.connect(self._moved)
        if activity.idle().presence == Presence.LOCKED:
            self._close_all()

    def lock(self) -> None:
        """Now: by a key, or because the desktop locks, sleeps or shows somebody else (SEC-08)."""
        self.watch.lock()

    def close(self) -> None:
        """The session ends: nothing is to be locked any more."""
        self._notices.clear("idle")
        self._open(says=False)
        self.watch.moved.disconnect(self._moved)
        self.deleteLater()

    def _moved(self, idle: Idle) -> None:
        self._notices.clear("idle")
        match idle.presence:
            case Presence.WARNING:
                self._warn(idle.left_s)
            case Presence.LOCKED:
                self._close_all()
            case Presence.ENDED:
                self._end("ended")

    def _warn(self, left_s: float) -> None:
        # To the ten: a screen reader reads each of them out.
        text = _WARNING.format(math.ceil(left_s / 10) * 10)
        if text not in self._notices.texts():
            self._notices.say(text, "warn", key="idle")

    def _close_all(self) -> None:
        self._audit.note(Event.LOCK)
        self._notices.veil()
        self.screen = LockScreen(self._theme, self._who, self._reentry.way)
        self.screen.unlock_wanted.connect(self._unlock_wanted)
        self.screen.browser_wanted.connect(self._browser_wanted)
        self.screen.cancel_wanted.connect(self._cancel)
        self.screen.sign_out_wanted.connect(self._sign_out)
        self._cover(self.screen)
        QToolTip.hideText()
        for other in QApplication.topLevelWidgets():
            if other is not self._window and other.isVisible():
                other.hide()
        self._tick()

    def _open(self, *, says: bool) -> None:
        screen, self.screen = self.screen, None
        if screen is not None:
            screen.hide()
            screen.deleteLater()
            self._notices.lift_veil(says=says)

    def _tick(self) -> None:
        idle = self.watch.look()
        if idle.presence == Presence.WARNING:
            self._warn(idle.left_s)
        if self.screen is not None:
            left_s = idle.left_s
            self.screen.show_over(self._reentry.is_over)
            self.screen.show_counts(self._counts())
            self.screen.show_until(_UNTIL.format(span_text(round(left_s)), self._fate()))

    def _unlock_wanted(self, secret: str) -> None:
        self._try(lambda: self._reentry.by_secret(secret), self._guessed)

    def _browser_wanted(self) -> None:
        self._try(lambda: self._reentry.in_browser(self._open_link), self._somebody_else)

    def _cancel(self) -> None:
        if self._trying is not None:
            self._trying.cancel()

    def _try(self, shows: Callable[[], Awaitable[bool]], refused: Callable[[LockScreen], None]) -> None:
        """shows: whether it is the person. refused: what to do when it is not."""
        screen = self.screen
        if screen is not None:
            work, busy = self._unlock(screen, shows, refused), screen.unlock_button
            started = tasks.run(screen, work, busy=busy, name="lock.unlock", report=self._report)
            if started is not None:
                self._trying, self._locks_seen = started, self._activity.locks

    async def _unlock(
        self,
        screen: LockScreen,
        shows: Callable[[], Awaitable[bool]],
        refused: Callable[[LockScreen], None],
    ) -> None:
        screen.set_waiting(True)
        try:
            is_person = await shows()
        except (Failure, NoReturn) as failure:
            self._audit.note(Event.UNLOCK_REFUSED, outcome="unchecked")
            is_no = isinstance(failure, SignedOut | Refused)
            screen.set_error((_REFUSED if is_no else _UNCHECKED).format(not_signed_in(failure)))
            return
        finally:
            if self.screen is screen:
                screen.set_waiting(False)
        if not is_person:
            refused(screen)
            return
        if self._activity.locks != self._locks_seen:
            # The desktop locked, or went to sleep, after the password was given.
            screen.set_error(_MEANWHILE)
            return
        self._activity.unlock()
        if self.watch.look().presence == Presence.ACTIVE:
            self._audit.note(Event.UNLOCK)
            self._uncover()
            self._open(says=True)

    def _guessed(self, screen: LockScreen) -> None:
        self._activity.guessed()
        self._audit.note(Event.UNLOCK_REFUSED, outcome="wrong")
        if self._activity.wrong >= MOST_GUESSES:
            self._end("guessed")
        else:
            is_last = self._activity.wrong == MOST_GUESSES - 1
            last = _ONE_LEFT.format(self._fate()) if is_last else ""
            screen.set_error(_WRONG.format(screen.secret, last).strip())

    def _somebody_else(self, screen: LockScreen) -> None:
        self._audit.note(Event.UNLOCK_REFUSED, outcome="somebody_else")
        screen.set_error(_SOMEBODY_ELSE)
