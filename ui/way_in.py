"""The ways into a session by hand: from the sign-in screen, by password, in the browser or with a token."""

import asyncio
from dataclasses import replace

import msgspec
from PySide6.QtCore import QTimer

from app.auth.app_keys import KeptAppKeys
from app.auth.broker import NoReturn, sign_in_by_broker
from app.auth.clock import clock_ahead_s
from app.auth.kept import KeptSignIn
from app.auth.known import Known
from app.auth.messenger_keys import KeptMessengerKeys
from app.auth.proof import Proof
from app.auth.tokens import UNNAMED, Tokens
from app.calls.start import OpenLink
from app.cause import cause_of
from app.core.audit import Event
from app.core.operator import note_everywhere
from app.core.store.opening import name_of
from app.entry import end_at_server, owner_of, resume, sign_in
from app.errors import Failure, Offline, SignedOut
from app.home import SignInChoice
from app.profile import Profile, WrongProfile, chosen
from app.reentry import Reentry
from app.sentences import not_signed_in
from app.session import Session
from app.users.user import User
from ui.doorway import Doorway
from ui.kit.ask import Question, ask, discard
from ui.shell.app_keys import ask_app_keys
from ui.shell.claim import OpenElsewhere
from ui.shell.messenger_keys import ask_messenger_keys
from ui.shell.sign_in import SignInRequest
from ui.shell.sign_in_form import title_of
from ui.way_back import WayBack

_FORGET_AFTER_MS = 60_000
"""Without typing; a password that was typed is not kept in sight of its button for longer."""
_REMOVED = "What they typed and did not send stays on this computer, encrypted, until they sign in again."


class WayIn:
    """Listens to the sign-in screen of one program. open_link: hands an address to the desktop."""

    def __init__(self, doorway: Doorway, way_back: WayBack, open_link: OpenLink) -> None:
        self._doorway, self._house, self._open_link = doorway, doorway.house, open_link
        self._way_back = way_back
        self._screen = screen = doorway.house.window.sign_in
        self._resuming: asyncio.Task[None] | None = None
        self._signing: asyncio.Task[None] | None = None
        # Whoever comes next must not find it in its field.
        self._forgets = QTimer(screen, singleShot=True, interval=_FORGET_AFTER_MS)
        self._forgets.timeout.connect(screen.forget_password)
        for field in (screen.password, screen.form.token):
            field.textEdited.connect(self._typed)
        screen.look_in(doorway.folder)
        screen.submitted.connect(self._submitted)
        screen.back_wanted.connect(self._back_wanted)
        screen.cancel_wanted.connect(self._cancel)
        screen.chosen.connect(self._chosen)
        screen.remove_wanted.connect(self._remove_wanted)
        screen.app_keys_wanted.connect(self._app_keys_wanted)
        screen.messenger_keys_wanted.connect(self._messenger_keys_wanted)

    def resume_last(self) -> None:
        """Takes up the session that was open when the program ended; else asks who it is."""
        work = self._way_back.go(self._house.preferences.last, locks=False)
        self._resuming = self._house.do(work, "begin", self.begin_failed)
        self._house.do(self._doorway.end_all_when_due(), "end_all")

    def begin_failed(self, error: BaseException) -> None:
        """Of what the program does first."""
        if isinstance(error, OpenElsewhere) and error.came:
            self._house.stop()
            return
        self._house.window.show_sign_in()
        self._failed(error)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Failure):
            self._screen.set_error(not_signed_in(error))
        elif isinstance(error, OpenElsewhere | WrongProfile):
            self._screen.forget_password()
            self._screen.set_error(str(error))
        elif isinstance(error, OSError):
            self._screen.set_error("The practice clinic could not be started on this computer.")
        else:
            self._doorway.report(error)

    # -- signing in

    def _typed(self) -> None:
        self._forgets.start()

    def _submitted(self, request: SignInRequest) -> None:
        self._house.begin_anew()
        work = self._sign_in(request)
        self._signing = self._house.do(work, "sign_in", self._failed, self._screen.button) or self._signing

    def _cancel(self) -> None:
        if self._signing is not None:
            self._signing.cancel()

    async def _sign_in(self, request: SignInRequest) -> None:
        await self._give_way()
        profile = request.profile
        if profile is None:
            await self._house.open_practice_clinic()
            self._doorway.remember(request.choice)
            return
        try:
            await self._sign_in_to(profile, request)
        except (Failure, NoReturn) as failure:
            if isinstance(failure, SignedOut):
                self._screen.forget_password()
                self._screen.focus_first()
            self._screen.set_error(not_signed_in(failure, await _clock_ahead_s(failure, request)))

    async def _give_way(self) -> None:
        """Whoever signs in by hand must not be followed by whoever was here before."""
        resuming, self._resuming = self._resuming, None
        await _ended(resuming)

    async def _sign_in_to(self, profile: Profile, request: SignInRequest) -> None:
        if request.choice.way == "password":
            await self._by_password(profile, request)
            return
        found = await self._token_of(profile, request)
        if found is not None:
            tokens, user = found
            store_of, app_keys = self._doorway.store_of(profile), await self._doorway.app_keys(profile)
            session = await resume(
                profile,
                tokens,
                self._doorway.report,
                open_store=store_of,
                app_keys=app_keys,
                is_ours=request.choice.way == "browser",
            )
            # Whoever has pasted a token can paste it again at the lock.
            proof = await Proof.made(request.secret) if request.secret else None
            username = user.username or user.person.email or user.id
            await self._open(session, replace(request.choice, username=username), proof)

    async def _by_password(self, profile: Profile, request: SignInRequest) -> None:
        username, password = request.choice.username, request.secret
        store_of, app_keys = self._doorway.store_of(profile), await self._doorway.app_keys(profile)
        session = await sign_in(
            profile, username, password, self._doorway.report, open_store=store_of, app_keys=app_keys
        )
        proof = await Proof.made(password)
        await self._open(session, request.choice, proof)
        # So that the commands keep this person's check-ins while the server is away.
        known = Known(self._doorway.keys, profile, username, password)
        await known.remember(name_of(profile.api, profile.account, session.me.id), proof)

    async def _open(self, session: Session, choice: SignInChoice, proof: Proof | None) -> None:
        reentry = Reentry(session, choice.username, choice.way, proof, self._doorway.keys)
        await self._doorway.enter(session, reentry, choice.way)
        session.start()
        await self._doorway.keep(session, choice.username)
        self._doorway.remember(choice)

    async def _token_of(self, profile: Profile, request: SignInRequest) -> tuple[Tokens, User] | None:
        """The tokens and whose they are; None when nobody meant that person. Nothing is open yet."""
        if request.choice.way == "browser":
            return await self._from_browser(profile)
        tokens = Tokens(user_id=UNNAMED, token=request.secret)
        user = await owner_of(profile, tokens.token)
        if not await self._is_meant(profile, user):
            self._screen.forget_password()
            return None
        return msgspec.structs.replace(tokens, user_id=user.id), user

    async def _from_browser(self, profile: Profile) -> tuple[Tokens, User]:
        self._screen.set_waiting(True)
        try:
            tokens = await sign_in_by_broker(profile.broker, profile.broker_returns, self._open_link)
        finally:
            self._screen.set_waiting(False)
        try:
            user = await owner_of(profile, tokens.token)
            if tokens.user_id not in (UNNAMED, user.id):
                raise SignedOut("The clinic's sign-in page signed somebody else in.")
        except Failure:
            await end_at_server(profile, tokens)
            raise
        return msgspec.structs.replace(tokens, user_id=user.id), user

    async def _is_meant(self, profile: Profile, user: User) -> bool:
        name = user.name or user.username or user.id
        text = f"The token belongs to {name}, user {user.id} of {profile.account}."
        return await self._asked(f"Sign in as {name}?", text, "Sign in")

    # -- who is offered

    def _chosen(self, choice: SignInChoice) -> None:
        self._house.do(self._offer_way_back(choice), "kept")

    async def _offer_way_back(self, choice: SignInChoice) -> None:
        is_kept = await self._doorway.kept_of(choice) is not None
        if is_kept and self._house.session is None:
            self._screen.set_kept(choice, is_kept=True)

    def _back_wanted(self, choice: SignInChoice) -> None:
        work = self._come_back(choice, self._resuming)
        self._resuming = self._house.do(work, "come_back", self._failed)

    async def _come_back(self, choice: SignInChoice, before: asyncio.Task[None] | None) -> None:
        await _ended(before)
        await self._way_back.go(choice, locks=True)

    def _remove_wanted(self, choice: SignInChoice) -> None:
        self._house.do(self._remove(choice), "remove", busy=self._screen.remove_button)

    async def _remove(self, choice: SignInChoice) -> None:
        if not await self._asked(f"Take {title_of(choice)} off the list?", _REMOVED, "Take off"):
            return
        self._house.prefer(self._house.preferences.forgotten(choice))
        self._screen.fill(self._house.preferences)
        try:
            profile = chosen(choice, self._doorway.folder)
        except WrongProfile:
            return
        await KeptSignIn(self._doorway.keys, profile, choice.username).forget()
        await Known(self._doorway.keys, profile, choice.username, "").forget()

    def _app_keys_wanted(self, profile: Profile) -> None:
        self._house.do(self._ask_app_keys(profile), "app_keys", busy=self._screen.app_keys_button)

    def _messenger_keys_wanted(self, profile: Profile) -> None:
        busy = self._screen.messenger_keys_button
        self._house.do(self._ask_messenger_keys(profile), "messenger_keys", busy=busy)

    async def _ask_app_keys(self, profile: Profile) -> None:
        keys, house = self._doorway.keys, self._house
        kept = KeptAppKeys(keys, profile)
        await self._note_keys(await ask_app_keys(house.theme, kept, profile.account, house.window))

    async def _ask_messenger_keys(self, profile: Profile) -> None:
        keys, house = self._doorway.keys, self._house
        kept = KeptMessengerKeys(keys, profile)
        await self._note_keys(await ask_messenger_keys(house.theme, kept, profile.account, house.window))

    async def _note_keys(self, outcome: str | None) -> None:
        keys = self._doorway.keys
        if outcome is not None:
            # Nobody is signed in: it stands with everybody who works here.
            await note_everywhere(keys, self._doorway.folder / "stores", Event.SETTINGS_CHANGED, outcome)

    async def _asked(self, title: str, text: str, accept: str) -> bool:
        question = Question(self._house.theme, title, text, accept=accept, parent=self._house.window)
        try:
            return await ask(question)
        finally:
            discard(question)


async def _ended(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.wait((task,))


async def _clock_ahead_s(failure: Failure | NoReturn, request: SignInRequest) -> float | None:
    """How wrong this computer's clock is, where it may be to blame; None where it is not, or nobody knows."""
    is_by_certificate = isinstance(failure, Offline) and cause_of(failure) in ("expired", "not_yet_valid")
    is_by_token = isinstance(failure, SignedOut) and request.choice.way != "password"
    if request.profile is None or not (is_by_certificate or is_by_token):
        return None
    return await clock_ahead_s(request.profile.api)
