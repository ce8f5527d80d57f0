"""The window, the session and our own practice clinic: one way in, one way out."""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from app.auth.kept import KeptSignIn
from app.auth.known import Known
from app.auth.proof import Proof
from app.auth.tokens import Tokens
from app.calls.start import OpenLink
from app.core.activity import Since
from app.core.keys import Keys
from app.core.store.opening import Opened, name_of, open_store
from app.entry import is_password, reopen, resume, sign_in
from app.errors import Failure, Refused, SignedOut
from app.home import Preferences, write_preferences
from app.profile import Profile, WrongProfile, at, checked
from app.sandbox.process import Clinic, PracticeClinic
from app.sentences import sentence
from app.session import Session
from ui.kit import tasks
from ui.kit.opener import open_in_browser
from ui.lock.desktop_lock import DesktopLock
from ui.lock.lock import EndReason
from ui.loop import Loop
from ui.shell.instance import Instance, bring_to_front
from ui.shell.sign_in import PRACTICE, SignInRequest
from ui.shell.wakes import FOCUS, RESUME, Wakes
from ui.shell.window import Window
from ui.shift import Shift, seen_in
from ui.theme.theme import Theme
from ui.workplace import Workplace

log = logging.getLogger("vestibule")

# Work that blocks (looking up a host's name) gets two threads, not qasync's ten.
_THREADS = 2
Begin = Callable[["Program"], Coroutine[Any, Any, None]]
_RESUME_AGAIN_S = 5.0
_GOOD_NEWS_S = 12.0
_OPEN_AND_RAISED = "You are signed in already in another window; it was brought to the front."
_OPEN_AND_SILENT = (
    "You are signed in already in another window, which does not answer. Close it, then sign in again."
)
_ENDED: dict[EndReason, str] = {
    "ended": "You were signed out: nobody was here for half an hour, or twelve hours are over. "
    "What you typed is kept on this computer.",
    "guessed": "You were signed out: the password was wrong five times. "
    "What you typed is kept on this computer.",
}
_NOT_KEPT = "Sign-in is for this session only: this desktop has no keyring to keep it in."


class OpenElsewhere(Exception):
    """This person's window is open in another process. came: it came to the front."""

    def __init__(self, came: bool) -> None:
        super().__init__()
        self.came = came


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
        self._preferences = preferences
        self._begin = begin
        self._open_link = open_link or open_in_browser
        self._keys = keys or Keys()
        self._kept: KeptSignIn | None = None
        self.shift: Shift | None = None
        # By what the password of the person is known again; None where only the server can tell.
        self._proof: Proof | None = None
        self._instance: Instance | None = None
        self.practice: Clinic | None = None
        self._clinic: PracticeClinic | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._resuming: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        window.closing.connect(self._closing)
        window.sign_in.submitted.connect(self._submitted)
        window.menu.sign_out_wanted.connect(self._sign_out_wanted)
        window.sign_in_wanted.connect(self._sign_in_wanted)
        window.menu.refresh_wanted.connect(self._refresh)
        window.menu.look_changed.connect(self._look_changed)
        window.menu.reset_wanted.connect(self._reset_wanted)
        window.menu.lock_wanted.connect(self._lock)
        window.menu.outbox_wanted.connect(self._outbox_wanted)
        window.menu.check_in_wanted.connect(self._check_in_wanted)
        window.status.outbox_wanted.connect(self._outbox_wanted)
        self._wakes = Wakes(QApplication.instance(), window)
        self._wakes.woken.connect(self._woken)
        DesktopLock(window).locked.connect(self._lock)

    async def run(self) -> int:
        """Runs until the window is closed or the process is asked to end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):
                loop.add_signal_handler(number, self._stop.set)
        if self.window.isVisible():
            work = self._begin(self) if self._begin else self._resume_last()
            beginning = self._do(work, "begin", self._begin_failed)
            self._resuming = None if self._begin else beginning
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
        self._let_go()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._close_session()
        if self._clinic is not None:
            await self._clinic.stop()
        self.window.deleteLater()

    def stop(self) -> None:
        """Ends the run."""
        self._stop.set()

    def _do(
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
        await self._open(session, "Practice clinic: invented patients", user.username, proof)
        self._start(session)
        return session

    def _store_of(self, profile: Profile) -> Callable[[str], Awaitable[Opened]]:
        """Opens the store of a person of this clinic, by their id, once no other window is theirs."""

        async def open_it(user_id: str) -> Opened:
            name = name_of(profile.api, profile.account, user_id)
            await self._be_the_one(name)
            return await open_store(self._folder / "stores", self._keys, name)

        return open_it

    async def _be_the_one(self, name: str) -> None:
        """Claims the window of a person, by the name of their store. Raises OpenElsewhere."""
        # Our own claim would be in the way.
        await self._close_session()
        self._let_go()
        instance = Instance(name, self._folder / "stores", self.window)
        if not await instance.claim():
            came = await instance.ask_to_raise()
            # It may have ended while it was asked.
            if came or not await instance.claim():
                instance.deleteLater()
                raise OpenElsewhere(came)
        self._instance = instance
        instance.raise_wanted.connect(partial(bring_to_front, self.window))

    def _let_go(self) -> None:
        instance, self._instance = self._instance, None
        if instance is not None:
            instance.release()
            instance.deleteLater()

    def _begin_failed(self, error: BaseException) -> None:
        if isinstance(error, OpenElsewhere) and error.came:
            self.stop()
            return
        self.window.show_sign_in()
        self._sign_in_failed(error)

    def _submitted(self, request: SignInRequest) -> None:
        screen = self.window.sign_in
        self._do(self._sign_in(request), "sign_in", self._sign_in_failed, screen.button)

    async def _sign_in(self, request: SignInRequest) -> None:
        # Whoever signs in by hand must not be followed by whoever was here before.
        resuming, self._resuming = self._resuming, None
        if resuming is not None:
            resuming.cancel()
            await asyncio.wait((resuming,))
        if request.profile is None:
            await self.open_practice_clinic()
        else:
            session = await sign_in(
                request.profile,
                request.username,
                request.password,
                self._fault,
                open_store=self._store_of(request.profile),
            )
            proof = await Proof.made(request.password)
            await self._open(session, request.profile.account, request.username, proof)
            self._start(session)
            await self._keep(session, KeptSignIn(self._keys, request.profile, request.username))
            await self._introduce(request, session, proof)
        self._prefer(request)

    def _sign_in_failed(self, error: BaseException) -> None:
        screen = self.window.sign_in
        if isinstance(error, SignedOut):
            screen.set_error(error.message or "User name or password is wrong.")
            screen.password.setFocus()
            screen.password.selectAll()
        elif isinstance(error, Failure):
            screen.set_error(f"Not signed in. {sentence(error)}")
        elif isinstance(error, OpenElsewhere):
            screen.set_error(_OPEN_AND_RAISED if error.came else _OPEN_AND_SILENT)
        elif isinstance(error, OSError):
            screen.set_error("The practice clinic could not be started on this computer.")
        else:
            self._fault(error)

    async def _open(
        self, session: Session, where: str, username: str, proof: Proof | None, began: Since | None = None
    ) -> None:
        await self._close_session()
        self._kept = None
        self.session = session
        self._proof = proof

        async def is_mine(password: str) -> bool:
            return await self._is_password(session, username, password)

        self.shift = Shift(
            session,
            self.window,
            self.theme,
            self._open_link,
            self._fault,
            where,
            is_mine,
            self._end_wanted,
            self._sign_out_wanted,
            began,
        )

    @property
    def workplace(self) -> Workplace | None:
        """What the person signed in has before them; None while it is locked, or nobody is signed in."""
        return None if self.shift is None else self.shift.workplace

    async def _is_password(self, session: Session, username: str, password: str) -> bool:
        if self._proof is not None:
            return await self._proof.fits(password)
        is_right = await is_password(session.profile, username, password, session.me.id)
        if is_right:
            self._proof = await Proof.made(password)
        return is_right

    async def _close_session(self) -> None:
        session = self.session
        if session is not None:
            self._close_shift()
            await session.close()
            self.session = self._proof = None
            self._let_go()

    def _close_shift(self) -> None:
        shift, self.shift = self.shift, None
        if shift is not None:
            shift.close()

    # -- the session that is kept

    async def _resume_last(self) -> None:
        profile = last_profile(self._preferences)
        kept = None if profile is None else KeptSignIn(self._keys, profile, self._preferences.username)
        tokens = None if kept is None else await kept.read()
        if profile is None or kept is None or tokens is None:
            self.window.show_sign_in()
            return
        opened = await self._store_of(profile)(tokens.user_id)
        session = None
        try:
            began = await seen_in(opened.store, time.time())
            if began is not None and began.is_over:
                await kept.forget()
                self.window.show_sign_in()
                self.window.sign_in.set_error(_ENDED["ended"])
                return
            session = await reopen(profile, tokens, self._fault, opened)
            is_reopened = session is not None
            session = session or await self._resumed(profile, tokens, opened)
        finally:
            if session is None:
                await opened.store.close()
        if session is not None:
            proof = await Known(self._keys, profile, self._preferences.username, "").proof()
            await self._open(session, profile.account, self._preferences.username, proof, began)
            await self._keep(session, kept)
            if is_reopened:
                await self._begin_session(session)
            else:
                self._start(session)

    def _start(self, session: Session) -> None:
        session.start()
        self._learn_limits()

    def _learn_limits(self) -> None:
        if self.shift is not None:
            self._do(self.shift.learn_limits(), "limits")

    async def _begin_session(self, session: Session) -> None:
        """Until the server has said who this is, what the store has is shown, and nothing else."""
        try:
            await session.begin()
            self._learn_limits()
        except SignedOut as failure:
            if self.session is session:
                await self._close_session()
                self.window.sign_in.set_error(f"Please sign in again. {sentence(failure)}")

    async def _resumed(self, profile: Profile, tokens: Tokens, opened: Opened) -> Session | None:
        """The session of kept tokens; waits for the network as long as nobody signs in by hand.

        opened: the person's store, which did not know them.
        """

        async def store_of(_user_id: str) -> Opened:
            return opened

        while self.session is None:
            try:
                return await resume(profile, tokens, self._fault, open_store=store_of)
            except (SignedOut, Refused) as failure:
                self.window.show_sign_in()
                self.window.sign_in.set_error(f"Please sign in again. {sentence(failure)}")
                return None
            except Failure as failure:
                self.window.show_sign_in()
                self.window.sign_in.set_error(f"{sentence(failure)} Trying again by itself.")
                await asyncio.sleep(_RESUME_AGAIN_S)
        return None

    async def _keep(self, session: Session, kept: KeptSignIn) -> None:
        self._kept = kept

        def changed(tokens: Tokens) -> None:
            self._do(self._write(tokens), "keep")

        session.renewal.changed = changed
        await self._write(session.renewal.tokens)

    async def _introduce(self, request: SignInRequest, session: Session, proof: Proof) -> None:
        """Lets the commands keep this person's check-ins while the server is away."""
        profile = request.profile
        if profile is not None:
            known = Known(self._keys, profile, request.username, request.password)
            await known.remember(name_of(profile.api, profile.account, session.me.id), proof)

    async def _write(self, tokens: Tokens) -> None:
        is_kept = self._kept is None or await self._kept.write(tokens)
        if not is_kept and self.session is not None and not self.session.kept.no_keyring:
            self.window.status.set_note(_NOT_KEPT)

    def _sign_out_wanted(self) -> None:
        self._do(self._sign_out(), "sign_out")

    async def _sign_out(self) -> None:
        shift = self.shift
        if shift is not None and await shift.may_leave() and self.shift is shift:
            await self._end_session(shift.session)

    async def _end_session(self, session: Session) -> None:
        """Nothing of it is left here but what the store keeps, encrypted."""
        self._close_shift()
        await session.stop()
        if self._kept is not None:
            await self._kept.forget()
            self._kept = None
        await session.sign_out()
        await self._close_session()

    def _end_wanted(self, why: EndReason) -> None:
        if self.session is not None:
            self._do(self._end(self.session, why), "end")

    async def _end(self, session: Session, why: EndReason) -> None:
        await self._end_session(session)
        self.window.sign_in.set_error(_ENDED[why])

    def _sign_in_wanted(self) -> None:
        self._do(self._sign_in_again(), "sign_in_again")

    async def _sign_in_again(self) -> None:
        shift = self.shift
        if shift is not None and await shift.may_close() and self.shift is shift:
            await self._close_session()

    def _lock(self) -> None:
        if self.shift is not None:
            self.shift.lock.lock()

    # -- leaving

    def _closing(self) -> None:
        shift = self.shift
        if shift is None or shift.session.is_safe:
            self.window.hide()
            self._stop.set()
        else:
            self._do(self._close_or_stay(shift), "closing")

    async def _close_or_stay(self, shift: Shift) -> None:
        if await shift.may_close() and self.shift is shift:
            self._stop.set()

    def _reset_wanted(self) -> None:
        if self.workplace is not None:
            self._do(self._reset(self.workplace), "reset")

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

    # -- small things

    def _refresh(self) -> None:
        if self.session is not None:
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

    def _prefer(self, request: SignInRequest) -> None:
        profile = request.profile
        changes: dict[str, Any] = {"place": request.place}
        if profile is not None:
            changes |= {"account": profile.account, "username": request.username}
        if profile is not None and request.place == "other":
            changes |= {"api": profile.api, "portal": profile.portal}
        self._write_preferences(replace(self._preferences, **changes))

    def _look_changed(self) -> None:
        self._write_preferences(
            replace(self._preferences, theme=self.theme.mode, text_scale=self.theme.scale)
        )

    def _write_preferences(self, preferences: Preferences) -> None:
        self._preferences = preferences
        try:
            write_preferences(self._folder, preferences)
        except OSError:
            self.window.notices.say(
                "Your choices are kept for this session only: the settings file could not be written.",
                "warn",
                key="settings",
            )

    def _fault(self, error: BaseException) -> None:
        """A fault of ours: told, without any record's content; the rest goes on."""
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        log.error(
            "fault: %s", type(error).__name__, exc_info=error if os.environ.get("VESTIBULE_DEBUG") else None
        )
        self.window.notices.say(
            f"A part of Vestibule failed ({type(error).__name__}) and starts again. What you see may be old.",
            "bad",
            key="fault",
        )


def practice_profile(practice: Clinic, poll_s: float) -> Profile:
    """The profile of a practice clinic: polled often, and its calls open the visit's own page."""
    return checked(
        Profile(
            name=PRACTICE,
            api=practice.api,
            portal=practice.portal,
            nppes=practice.nppes,
            messenger=practice.messenger,
            account=practice.account,
            call_target="visit",
            poll_s=poll_s,
        )
    )


def last_profile(preferences: Preferences) -> Profile | None:
    """The profile that was signed in to last, None when there is none that can be resumed."""
    place, account = preferences.place, preferences.account
    if not account or not preferences.username or place == PRACTICE:
        return None
    try:
        if place == "other":
            return checked(
                Profile(name=account, api=preferences.api, portal=preferences.portal, account=account)
            )
        return at(place, account)  # type: ignore[arg-type]
    except (WrongProfile, KeyError):
        return None


def run_program(application: QApplication, make: Callable[[], Program]) -> int:
    """Gives the application its event loop, runs one program, and leaves nothing behind."""

    def loop() -> Loop:
        made = Loop(application)
        made.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="names"))
        return made

    async def main() -> int:
        return await make().run()

    with asyncio.Runner(loop_factory=loop) as runner:
        code = runner.run(main())
    _leave(code)
    return code


def _leave(code: int) -> None:
    """Ends now if a thread still waits for a dead name server: Python would wait for it."""
    waiting = [
        thread
        for thread in threading.enumerate()
        if thread is not threading.main_thread() and not thread.daemon
    ]
    if waiting:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
