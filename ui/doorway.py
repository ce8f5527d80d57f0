"""What all ways into a session have in common: whose window it is, how they are known again, what is kept."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from app.auth.app_keys import KeptAppKeys
from app.auth.kept import KeptSignIn
from app.auth.messenger_keys import KeptMessengerKeys
from app.auth.sso import AppKeys
from app.auth.tokens import Tokens
from app.core.activity import Since
from app.core.audit import Event
from app.core.keys import Keys
from app.core.store.opening import Opened, name_of, open_store
from app.entry import end_at_server
from app.home import Preferences, SignInChoice
from app.profile import Profile, WrongProfile, chosen
from app.reentry import Reentry
from app.session import Report, Session
from ui.shell.claim import Claim
from ui.shell.sign_in_form import PRACTICE
from ui.shell.window import Window
from ui.theme.theme import Theme

_LOOK_EVERY_S = 30.0
_NOT_KEPT = "Sign-in is for this session only: this desktop has no keyring to keep it in."


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who has got in. where: the clinic's name. reentry: how they show that it is them. began: of
    a sign-in of an earlier run."""

    session: Session
    where: str
    reentry: Reentry
    began: Since | None = None


class House(Protocol):
    """What a way in leads into: the program."""

    window: Window
    theme: Theme
    session: Session | None
    preferences: Preferences

    def do(
        self,
        work: Coroutine[Any, Any, None],
        name: str,
        report: Report | None = None,
        busy: QWidget | None = None,
    ) -> asyncio.Task[None] | None:
        """Runs work that ends before the program does."""

    def prefer(self, preferences: Preferences) -> None:
        """Keeps what was chosen."""

    async def enter(self, entered: Entered) -> None:
        """Shows a session in place of the one before."""

    async def leave(self, only: Session | None = None) -> None:
        """Closes the session, if there is one. only: none but this one."""

    async def open_practice_clinic(self) -> Session:
        """Starts a practice clinic of our own and signs in. Raises OSError, Failure."""

    def begin_anew(self) -> None:
        """Somebody begins to sign in."""

    def stop(self) -> None:
        """Ends the run."""


class Doorway:
    """Of one program. folder: where preferences, profiles and stores lie. report: told of a fault of ours."""

    def __init__(self, house: House, folder: Path, keys: Keys, report: Report) -> None:
        self.house, self.folder, self.keys, self.report = house, folder, keys, report
        self.claim = Claim(house.window, folder / "stores")
        self._kept: KeptSignIn | None = None

    def store_of(self, profile: Profile) -> Callable[[str], Awaitable[Opened]]:
        """Opens the store of a person of this clinic, by their id, once no other window is theirs.

        It raises OpenElsewhere.
        """

        async def open_it(user_id: str) -> Opened:
            name = name_of(profile.api, profile.account, user_id)
            # Our own claim would be in the way.
            await self.house.leave()
            await self.claim.make(name)
            return await open_store(self.folder / "stores", self.keys, name)

        return open_it

    async def app_keys(self, profile: Profile) -> AppKeys | None:
        """The clinic's app keys that an administrator has entered at this computer."""
        return await KeptAppKeys(self.keys, profile).read()

    async def enter(
        self,
        session: Session,
        reentry: Reentry,
        how: str,
        where: str = "",
        began: Since | None = None,
    ) -> None:
        """Shows a session. how: the way the person came, a code for the audit. where: the account if "".
        reentry, began: see `Entered`.
        """
        session.messenger_keys = KeptMessengerKeys(self.keys, session.profile).read
        session.audit.note(Event.SIGN_IN, session.me.id, how)
        await self.house.enter(Entered(session, where or session.profile.account, reentry, began))
        self._kept = None

    async def keep(self, session: Session, username: str) -> None:
        """Keeps the sign-in in the keyring, now and whenever it is renewed."""
        self._kept = KeptSignIn(self.keys, session.profile, username)

        def changed(tokens: Tokens) -> None:
            self.house.do(self._write(tokens), "keep")

        session.renewal.changed = changed
        await self._write(session.renewal.tokens)

    async def kept_of(self, choice: SignInChoice) -> tuple[Profile, Tokens] | None:
        """What is kept of somebody's sign-in."""
        if not choice.username or choice.place == PRACTICE:
            return None
        try:
            profile = chosen(choice, self.folder)
        except WrongProfile:
            return None
        tokens = await KeptSignIn(self.keys, profile, choice.username).read()
        return None if tokens is None else (profile, tokens)

    async def forget(self, kept: KeptSignIn) -> None:
        """Forgets a sign-in that was released, unless the same person has signed in again meanwhile."""
        if self._kept is None or self._kept.name != kept.name:
            await kept.forget()

    def release(self) -> KeptSignIn | None:
        """What is kept of whoever is here, which is not renewed any more; None when nothing is."""
        kept, self._kept = self._kept, None
        return kept

    async def end_when_due(self, profile: Profile, kept: KeptSignIn, ends_at: float) -> None:
        """Ends a sign-in to which nobody has come back in time (SEC-03). ends_at: Unix s of this machine."""
        while (left_s := ends_at - time.time()) > 0:  # noqa: ASYNC110 (the loop's clock stops in sleep)
            await asyncio.sleep(min(left_s, _LOOK_EVERY_S))
        tokens = await kept.read()
        if tokens is not None and await kept.ends_at() == ends_at:
            await kept.forget()
            await end_at_server(profile, tokens)

    async def end_all_when_due(self) -> None:
        """Those to which nobody had come back when the program ended."""
        async with asyncio.TaskGroup() as group:
            for choice in self.house.preferences.remembered:
                with suppress(WrongProfile):
                    profile = chosen(choice, self.folder)
                    kept = KeptSignIn(self.keys, profile, choice.username)
                    ends_at = await kept.ends_at()
                    if ends_at is not None:
                        group.create_task(self.end_when_due(profile, kept, ends_at), name="doorway.end")

    def left(self) -> None:
        """The session has been closed; its window may be anybody's."""
        self.claim.let_go()

    def remember(self, choice: SignInChoice) -> None:
        """Offers somebody who has got in again, and first."""
        self.house.prefer(self.house.preferences.signed_in(choice))

    async def _write(self, tokens: Tokens) -> None:
        is_kept = self._kept is None or await self._kept.write(tokens)
        session = self.house.session
        if not is_kept and session is not None and not session.kept.no_keyring:
            self.house.window.status.set_note(_NOT_KEPT)
