"""The window, the session and our own practice clinic: one way in, one way out."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from app import log
from app.auth.proof import Proof
from app.calls.start import OpenLink
from app.core.audit import Event
from app.core.keys import Keys
from app.entry import end_at_server, sign_in
from app.errors import SignedOut
from app.home import Preferences, write_preferences
from app.log.watch import watched
from app.profile import Profile, checked
from app.reentry import Reentry
from app.sandbox.process import Clinic, PracticeClinic
from app.sentences import not_signed_in
from app.session import Session
from ui.doorway import Doorway, Entered
from ui.kit import tasks
from ui.kit.opener import open_in_browser
from ui.lock.desktop_lock import DesktopLock
from ui.lock.lock import EndReason
from ui.shell.sign_in import PRACTICE
from ui.shell.wakes import FOCUS, RESUME, Wakes
from ui.shell.window import Window
from ui.shift import KEPT, Shift
from ui.support.support import Support
from ui.theme.theme import Theme
from ui.way_back import OVER, WayBack
from ui.way_in import WayIn
from ui.workplace import Workplace

Begin = Callable[["Program"], Coroutine[Any, Any, None]]
_GOOD_NEWS_S = 12.0
_ENDED: dict[EndReason, str] = {
    "ended": OVER,
    "guessed": "You were signed out: what was given to unlock was wrong five times.",
}
_GONE = "What you typed and did not send is lost: nothing could be kept on this computer."
_FAILED = "A part of Vestibule failed (reference {}) and starts again. What you see may be old."


class Program:
    """One run: a window, at most one session, at most one practice clinic of our own.

    folder: where preferences lie. begin: what to do first; else the last session is resumed. open_link:
    hands an address to the desktop. keys: the keyring.
    """

    def __init__(
        self,
        theme: Theme,
        window: Window,
        folder: Path,
        preferences: Preferences,
        *,
        begin: Begin | None = None,
        open_link: OpenLink | None = None,
        keys: Keys | None = None,
    ) -> None:
        self.theme = theme
        self.window = window
        self.session: Session | None = None
        self._folder = folder
        self.preferences = preferences
        self._begin = begin
        self._open_link = open_link or open_in_browser
        self.shift: Shift | None = None
        self._stop_watching: Callable[[], None] = lambda: None
        self.practice: Clinic | None = None
        self._clinic: PracticeClinic | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._leaving = asyncio.Lock()
        self._was_locked = False
        self.doorway = Doorway(self, folder, keys or Keys(), self._fault)
        self.way_in = WayIn(self.doorway, WayBack(self.doorway), self._open_link)
        window.closing.connect(self._closing)
        window.menu.sign_out_wanted.connect(self._sign_out_wanted)
        window.menu.switch_wanted.connect(self._switch_wanted)
        window.sign_in_wanted.connect(self._lock)
        window.menu.refresh_wanted.connect(self._refresh)
        window.menu.look_changed.connect(self._look_changed)
        window.menu.reset_wanted.connect(self._reset_wanted)
        window.menu.lock_wanted.connect(self._lock)
        window.menu.outbox_wanted.connect(self._outbox_wanted)
        window.menu.settings_wanted.connect(self._settings_wanted)
        window.menu.check_in_wanted.connect(self._check_in_wanted)
        window.status.outbox_wanted.connect(self._outbox_wanted)
        self._wakes = Wakes(QApplication.instance(), window)
        self._wakes.woken.connect(self._woken)
        DesktopLock(window).locked.connect(self._lock)
        self._support = Support(
            theme, window, folder, lambda: self.preferences, lambda: self.session, self._fault
        )

    async def run(self) -> int:
        """Runs until the window is closed or the process is asked to end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):
                loop.add_signal_handler(number, self._stop.set)
        if self.window.isVisible():
            if self._begin is None:
                self.way_in.resume_last()
            else:
                self.do(self._begin(self), "begin", self.way_in.begin_failed)
        else:
            self._stop.set()
        try:
            await self._stop.wait()
        finally:
            await self.close()
        return 0

    async def close(self) -> None:
        """Closes the session, then our practice clinic, then the window."""
        self.window.hide()
        # A start during our last moments must not be sent to a window that is gone.
        self.doorway.claim.let_go()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self.leave()
        if self._clinic is not None:
            await self._clinic.stop()
        self.window.deleteLater()

    def stop(self) -> None:
        """Ends the run."""
        self._stop.set()

    def do(
        self,
        work: Coroutine[Any, Any, None],
        name: str,
        report: Callable[[BaseException], None] | None = None,
        busy: QWidget | None = None,
    ) -> asyncio.Task[None] | None:
        """Runs work of the program's own, which ends before the program does."""
        report = report or self._fault
        task = tasks.run(self.window, work, busy=busy, name=f"program.{name}", report=report)
        if task is not None:
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return task

    # -- signing in

    async def open_practice_clinic(
        self, *, seed: int = 7, speed: float = 1.0, visits: int | None = None, poll_s: float = 2.0
    ) -> Session:
        """Starts a practice clinic of our own and signs in as its first provider. Raises OSError, Failure."""
        if self.practice is None:
            self._clinic = PracticeClinic()
            self.practice = await self._clinic.start(seed=seed, speed=speed, visits=visits)
        practice, user = self.practice, self.practice.users[0]
        profile = practice_profile(practice, poll_s)
        session = await sign_in(profile, user.username, user.password, self._fault)
        proof = await Proof.made(user.password)
        where = "Practice clinic: invented patients"
        reentry = Reentry(session, user.username, "password", proof)
        await self.doorway.enter(session, reentry, "practice", where)
        session.start()
        return session

    async def enter(self, entered: Entered) -> None:
        """Shows a session in place of the one before."""
        await self.leave()
        session = self.session = entered.session
        session.shut_out = lambda failure: self._shut_out_wanted(session, failure)
        self._stop_watching = watched(session)
        self.shift = Shift(
            session,
            self.window,
            self.theme,
            self._open_link,
            self._fault,
            entered.where,
            entered.reentry,
            self._end_wanted,
            self._sign_out_wanted,
            entered.began,
        )
        if self._was_locked:
            # The desktop was, while they signed in.
            self._lock()

    @property
    def workplace(self) -> Workplace | None:
        """What the person signed in has before them; None while it is locked, or nobody is signed in."""
        return None if self.shift is None else self.shift.workplace

    async def leave(self, only: Session | None = None) -> None:
        """Closes the session, if there is one. The server's goes on. only: none but this one."""
        async with self._leaving:
            session = self.session
            if session is None or only not in (None, session):
                return
            self._close_shift()
            self._stop_watching()
            await session.close()
            self.session = None
            self.doorway.left()

    def _close_shift(self) -> None:
        shift, self.shift = self.shift, None
        if shift is not None:
            shift.close()

    # -- leaving

    def _sign_out_wanted(self) -> None:
        self.do(self._sign_out(), "sign_out")

    async def _sign_out(self) -> None:
        shift = self.shift
        if shift is not None and await shift.may_leave() and self.shift is shift:
            await self._end_session(shift.session, Event.SIGN_OUT)

    async def _end_session(self, session: Session, event: Event, why: str = "ok", says: str = "") -> None:
        """Nothing of it is left here but what the store keeps, encrypted. event, why: for the audit. says: to
        whoever sits there then.

        Somebody else may sign in meanwhile, and is not touched.
        """
        session.audit.note(event, session.me.id, why)
        kept, tokens = self.doorway.release(), session.renewal.tokens
        shift, self.shift = self.shift, None
        if shift is not None:
            shift.end()
        await session.own_state.sign_off()
        await session.stop()
        if kept is not None:
            await self.doorway.forget(kept)
        await self.leave(session)
        if says and self.session is None:
            self.window.sign_in.set_error(says)
        await end_at_server(session.profile, tokens)

    def _shut_out_wanted(self, session: Session, failure: SignedOut) -> None:
        if self.session is session:
            self.do(self._shut_out(session, failure), "shut_out")

    def _switch_wanted(self) -> None:
        self.do(self._switch(), "switch")

    async def _switch(self) -> None:
        """Somebody else works here for a while. The sign-in stays kept: whoever comes back finds the lock."""
        shift = self.shift
        if shift is not None and await shift.may_leave() and self.shift is shift:
            session, ends_at, kept = shift.session, shift.ends_at, self.doorway.release()
            session.audit.note(Event.SIGN_OUT, session.me.id, "switched")
            self.prefer(self.preferences.left())
            self._close_shift()
            await session.stop()
            if kept is not None:
                await kept.write(session.renewal.tokens, ends_at)
            await self.leave(session)
            if kept is not None:
                self.do(self.doorway.end_when_due(session.profile, kept, ends_at), "switched")
            self.window.sign_in.fill(self.preferences)

    def _end_wanted(self, why: EndReason) -> None:
        if self.session is not None:
            self.do(self._end(self.session, why), "end")

    async def _end(self, session: Session, why: EndReason) -> None:
        fate = KEPT if session.is_on_disk else _GONE if session.has_unsent else ""
        await self._end_session(session, Event.SESSION_END, why, f"{_ENDED[why]} {fate}".strip())

    async def _shut_out(self, session: Session, failure: SignedOut) -> None:
        """The clinic lets somebody in no more who is at work."""
        await self._end_session(session, Event.SESSION_END, "shut_out", not_signed_in(failure))

    def _lock(self) -> None:
        """Also to sign in again: whoever unlocks is signed in, and finds everything as it was."""
        self._was_locked = self.shift is None
        if self.shift is not None:
            self.shift.lock.lock()

    def begin_anew(self) -> None:
        """Somebody begins to sign in: what the desktop did before is over."""
        self._was_locked = False

    def _closing(self) -> None:
        shift = self.shift
        if shift is None or shift.session.is_safe:
            self.window.hide()
            self._stop.set()
        else:
            self.do(self._close_or_stay(shift), "closing")

    async def _close_or_stay(self, shift: Shift) -> None:
        if await shift.may_close() and self.shift is shift:
            self._stop.set()

    def _reset_wanted(self) -> None:
        if self.workplace is not None:
            self.do(self._reset(self.workplace), "reset")

    async def _reset(self, place: Workplace) -> None:
        if await place.reset() and self.workplace is place and self.shift is not None:
            # Every word of it leaves the screen, too.
            self.shift.reopen()
            text = "Your data was removed from this computer. The list is read anew."
            self.window.notices.say(text, "good", key="reset", for_s=_GOOD_NEWS_S)

    def _check_in_wanted(self) -> None:
        if self.workplace is not None:
            self.workplace.check_in()

    def _outbox_wanted(self) -> None:
        if self.workplace is not None:
            self.workplace.show_outbox()

    def _settings_wanted(self) -> None:
        if self.workplace is not None:
            self.workplace.show_settings()

    # -- small things

    def _refresh(self) -> None:
        """What is known takes its place, and the server is asked for more."""
        if self.session is not None:
            if self.window.page is not None:
                self.window.page.apply_updates()
            self.session.look()

    def _woken(self, reason: str) -> None:
        """Facts may be stale, or a line that was dead works again."""
        if self.session is None:
            return
        if reason == RESUME:
            # Whoever woke the machine need not be who put it to sleep (SEC-08).
            self._lock()
        if reason == FOCUS:
            self.session.look()
        else:
            self.session.reconnect()

    def _look_changed(self) -> None:
        self.prefer(replace(self.preferences, theme=self.theme.mode, text_scale=self.theme.scale))

    def prefer(self, preferences: Preferences) -> None:
        """Keeps what was chosen, from now on and for the next start."""
        if preferences == self.preferences:
            return
        self.preferences = preferences
        try:
            write_preferences(self._folder, preferences)
        except OSError:
            self.window.notices.say(
                "Your choices are kept for this session only: the settings file could not be written.",
                "warn",
                key="settings",
            )

    def _fault(self, error: BaseException) -> None:
        """A fault of ours: told, without any record's content; the rest goes on (AUD-04)."""
        self.tell_fault(log.fault(error))

    def tell_fault(self, reference: str) -> None:
        """Says that a part of the program failed. reference: by which support finds it in the log."""
        self.window.notices.say(_FAILED.format(reference), "bad", key="fault")


def practice_profile(practice: Clinic, poll_s: float) -> Profile:
    """The profile of a practice clinic: polled often, and its calls open the visit's own page."""
    return checked(
        Profile(
            name=PRACTICE,
            api=practice.api,
            portal=practice.portal,
            nppes=practice.nppes,
            messenger=practice.messenger,
            conference=f"{practice.portal}call/",
            account=practice.account,
            call_target="visit",
            poll_s=poll_s,
        )
    )
