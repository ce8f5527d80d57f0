"""The way back into a session by what this computer keeps of it: at the start, and after a switch."""

import time
from dataclasses import replace

from app.auth.kept import KeptSignIn
from app.auth.known import Known
from app.auth.tokens import Tokens
from app.core.store.opening import Opened
from app.entry import end_at_server, reopen
from app.errors import SignedOut
from app.home import SignInChoice
from app.profile import Profile
from app.reentry import Reentry
from app.sentences import about_store, sentence
from app.session import Session
from ui.doorway import Doorway
from ui.shift import KEPT, seen_in

OVER = "You were signed out: nobody was here for half an hour, or twelve hours are over."
LOST_SIGHT = (
    "Please sign in again: this computer does not know any more when you were here last. "
    "Its data may have been removed or damaged."
)
_AGAIN = "Please sign in again. {}"


class WayBack:
    """Of one program."""

    def __init__(self, doorway: Doorway) -> None:
        self._doorway, self._house = doorway, doorway.house
        self._screen = doorway.house.window.sign_in

    async def go(self, choice: SignInChoice, *, locks: bool) -> None:
        """Takes somebody's session up again, or asks who it is: where nothing is kept, its time is over, or
        this computer does not know any more since when nobody was here.

        locks: they have to show at the lock that it is them. Raises OpenElsewhere.
        """
        found = await self._doorway.kept_of(choice)
        if found is None:
            self._ask(choice)
            return
        profile, tokens = found
        # A token is compared with the one that is kept.
        known = Known(self._doorway.keys, profile, choice.username, "")
        proof = None if choice.way == "token" else await known.proof()
        opened = await self._doorway.store_of(profile)(tokens.user_id)
        session = None
        try:
            began = await seen_in(opened.store, time.time())
            if began is not None and not began.is_over:
                session = await self._reopened(profile, tokens, opened)
        finally:
            if session is None:
                await opened.store.close()
        if session is None or began is None:
            await KeptSignIn(self._doorway.keys, profile, choice.username).forget()
            is_over = began is not None and began.is_over
            self._ask(choice, f"{OVER} {KEPT}" if is_over else f"{LOST_SIGHT} {about_store(opened)}".strip())
            await end_at_server(profile, tokens)
            return
        began = replace(began, is_locked=began.is_locked or locks)
        reentry = Reentry(session, choice.username, choice.way, proof, self._doorway.keys)
        try:
            await self._doorway.enter(session, reentry, "resumed", began=began)
        except BaseException:
            await session.close()
            raise
        await self._doorway.keep(session, choice.username)
        self._doorway.remember(choice)
        await self._begin(session)

    def _ask(self, choice: SignInChoice, why: str = "") -> None:
        self._house.window.show_sign_in()
        self._screen.set_kept(choice, is_kept=False)
        self._screen.focus_first()
        self._screen.set_error(why)

    async def _reopened(self, profile: Profile, tokens: Tokens, opened: Opened) -> Session | None:
        app_keys = await self._doorway.app_keys(profile)
        return await reopen(profile, tokens, self._doorway.report, opened, app_keys=app_keys)

    async def _begin(self, session: Session) -> None:
        """Until the server has said who this is, what the store has is shown, and nothing else."""
        try:
            await session.begin()
        except SignedOut as failure:
            if self._house.session is session:
                kept = self._doorway.release()
                if kept is not None:
                    await kept.forget()
                await self._house.leave(session)
                self._screen.set_error(_AGAIN.format(sentence(failure)))
