"""The way back into a session by what this computer keeps of it: at the start, and after a switch."""

import asyncio
import time

from app.auth.kept import KeptSignIn
from app.auth.known import Known
from app.auth.tokens import Tokens
from app.core.activity import LOCK_S, Since
from app.core.store.opening import Opened
from app.entry import reopen, resume
from app.errors import Failure, Refused, SignedOut
from app.home import SignInChoice
from app.profile import Profile
from app.reentry import Reentry
from app.sentences import sentence
from app.session import Session
from ui.doorway import Doorway
from ui.shift import seen_in

OVER = (
    "You were signed out: nobody was here for half an hour, or twelve hours are over. "
    "What you typed is kept on this computer."
)
_RESUME_AGAIN_S = 5.0
_AGAIN = "Please sign in again. {}"


class WayBack:
    """Of one program."""

    def __init__(self, doorway: Doorway) -> None:
        self._doorway, self._house = doorway, doorway.house
        self._screen = doorway.house.window.sign_in
        self.is_trying = False
        """Whether it is tried again and again, and is not to be offered beside that."""

    async def go(self, choice: SignInChoice, *, locks: bool) -> None:
        """Takes somebody's session up again, or asks who it is where nothing is kept, or its time is over.

        locks: they have to show at the lock that it is them. Raises OpenElsewhere, Failure.
        """
        found = await self._doorway.kept_of(choice)
        if found is None:
            self._ask(choice)
            return
        profile, tokens = found
        opened = await self._doorway.store_of(profile)(tokens.user_id)
        session = None
        try:
            began = await seen_in(opened.store, time.time())
            if began is not None and began.is_over:
                await KeptSignIn(self._doorway.keys, profile, choice.username).forget()
                self._ask(choice, OVER)
                return
            session = await self._reopened(profile, tokens, opened)
            is_reopened = session is not None
            self.is_trying = session is None
            session = session or await self._patiently_resumed(profile, tokens, opened, choice.username)
        finally:
            self.is_trying = False
            if session is None:
                await opened.store.close()
        if session is None:
            return
        proof = await Known(self._doorway.keys, profile, choice.username, "").proof()
        began = _behind_lock(began) if locks else began
        await self._doorway.enter(
            session, Reentry(session, choice.username, choice.way, proof), "resumed", began=began
        )
        await self._doorway.keep(session, choice.username)
        self._doorway.remember(choice)
        if is_reopened:
            await self._begin(session)
        else:
            self._doorway.start(session)

    def _ask(self, choice: SignInChoice, why: str = "") -> None:
        self._house.window.show_sign_in()
        self._screen.set_kept(choice, is_kept=False)
        self._screen.focus_first()
        self._screen.set_error(why)

    async def _reopened(self, profile: Profile, tokens: Tokens, opened: Opened) -> Session | None:
        app_keys = await self._doorway.app_keys(profile)
        return await reopen(profile, tokens, self._doorway.report, opened, app_keys=app_keys)

    async def _patiently_resumed(
        self, profile: Profile, tokens: Tokens, opened: Opened, username: str
    ) -> Session | None:
        """The session of kept tokens; waits for the network as long as nobody signs in by hand.

        opened: the person's store, which did not know them.
        """

        async def store_of(_user_id: str) -> Opened:
            return opened

        app_keys = await self._doorway.app_keys(profile)
        while self._house.session is None:
            try:
                return await resume(
                    profile, tokens, self._doorway.report, open_store=store_of, app_keys=app_keys
                )
            except (SignedOut, Refused) as failure:
                # It would be offered again, and fail again.
                await KeptSignIn(self._doorway.keys, profile, username).forget()
                self._house.window.show_sign_in()
                self._screen.set_error(_AGAIN.format(sentence(failure)))
                return None
            except Failure as failure:
                self._house.window.show_sign_in()
                self._screen.set_error(f"{sentence(failure)} Trying again by itself.")
                await asyncio.sleep(_RESUME_AGAIN_S)
        return None

    async def _begin(self, session: Session) -> None:
        """Until the server has said who this is, what the store has is shown, and nothing else."""
        try:
            await session.begin()
            self._house.learn_limits()
        except SignedOut as failure:
            if self._house.session is session:
                await self._doorway.forget()
                await self._house.leave()
                self._screen.set_error(_AGAIN.format(sentence(failure)))


def _behind_lock(began: Since | None) -> Since:
    """As if nobody had been here for as long as it takes to lock."""
    began = began or Since(0.0, 0.0)
    return Since(began.began_s, max(began.used_s, LOCK_S))
