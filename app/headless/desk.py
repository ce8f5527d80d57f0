"""One person's store and outbox at this computer, with the server or without it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.auth.known import Known
from app.auth.tokens import UNNAMED
from app.core.action import Action, State
from app.core.audit import Audit, Event
from app.core.backoff import backoff_s
from app.core.clock import ServerClock, SystemClock
from app.core.collection import Change, Listener
from app.core.keys import Keys
from app.core.outbox import Outbox
from app.core.store.chain import NOBODY
from app.core.store.fault import StoreFault
from app.core.store.opening import Opened, name_of, open_store
from app.core.tasks import Tasks
from app.entry import kept_me
from app.errors import Broken, Failure, SignedOut
from app.headless.command import CANNOT_SIGN_IN, NOT_REACHABLE, Ended, fault, sign_in_code
from app.headless.signing import SignIn
from app.profile import Profile
from app.sentences import sentence
from app.session import Session
from app.users.role import Me, Rights, Role, rights_of

_LOOK_EVERY_S = 1.0
_CONFIRM_EVERY_S = 5.0
_AGAIN_S = 5.0
_SLOWEST_TRY = 4  # at most 8 s between two tries to sign in
_UNNAMED = "The server does not say whose token this is, so nothing can be kept for its owner."
_SOMEBODY_ELSE = (
    "The server says that this is somebody else than before. What was kept stays with that person."
)


class Desk:
    """Where things are kept for one person, and sent as soon as the server knows them.

    kept: their store. me: who they are, None where the store does not say. listener: told of every change
    of an action. Made by `open_desk`; `close` it.
    """

    def __init__(self, sign_in: SignIn, known: Known, name: str, kept: Opened, me: Me | None) -> None:
        self.kept = kept
        self._role = me.role if me else Role.UNKNOWN
        who = me.person.id if me else NOBODY
        clock = ServerClock(SystemClock())
        self.outbox = Outbox(kept.store, {}, clock, sentence, fault, audit=Audit(kept.store, who, clock))
        self._sign_in = sign_in
        self._known = known
        self._name = name
        self._sessions: list[Session] = []
        self._session: Session | None = None
        self.listener: Listener = lambda _change: None
        self._tasks = Tasks(fault)
        # What is kept while a session takes the outbox over would be seen by neither.
        self._taking_over = asyncio.Lock()
        self._news = asyncio.Event()
        self.outbox.actions.listen(self._changed)

    @property
    def now(self) -> float:
        """The server's time as far as it is known, Unix s."""
        return (self._sessions[-1].clock if self._sessions else ServerClock(SystemClock())).now()

    @property
    def rights(self) -> Rights:
        """What this person may see, as far as the server has said, now or before."""
        return self._session.rights if self._session else rights_of(self._role)

    @property
    def is_on_disk(self) -> bool:
        """Whether all that was kept outlives the command."""
        return self.kept.store.is_kept and self.kept.store.trouble is None

    async def keep(self, action: Action) -> Action:
        """Keeps an action; returns it, or the one of its id that is here already."""
        async with self._taking_over:
            return await self.outbox.keep(action)

    async def work(self) -> None:
        """Signs in as soon as that can be, then sends; until cancelled.

        Raises Ended when the server says no.
        """
        while True:
            if self._session is None:
                await self._beside(self._watch(), self._signed_in())
            else:
                await self._beside(self._send(self._session), self._signed_out(self._session))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Returns as soon as a condition on its actions holds."""
        while not condition():
            self._news.clear()
            await self._news.wait()

    async def close(self) -> None:
        """Ends what is under way, gives connections and store back."""
        await self._tasks.close()
        for session in self._sessions:
            await session.disconnect()
        await self.kept.store.close()

    async def adopt(self, session: Session) -> None:
        """From now on the session's outbox is the one: it sends."""
        session.audit.note(Event.SIGN_IN, session.me.id, "command")
        self._sessions.append(session)
        self.kept = session.kept
        await self._known.remember(self._name)
        async with self._taking_over:
            await session.outbox.inherit(self.outbox)
            before, self.outbox = self.outbox, session.outbox
        self.outbox.actions.listen(self._changed)
        self._session = session
        while len(self._sessions) > 1:
            await self._sessions.pop(0).disconnect()
        known = {*before.actions.all(), *self.outbox.actions.all()}
        self._changed(Change(updated=tuple(known)))

    def _changed(self, change: Change) -> None:
        self.listener(change)
        self._news.set()

    async def _signed_in(self) -> None:
        """Returns when the server has accepted who this is. Raises Ended when it does not."""
        tries = 0
        while self._session is None:
            try:
                await self.adopt(await self._sign_in.session(self._same_store))
            except Failure as failure:
                if isinstance(failure, SignedOut):
                    await self._known.forget()
                if sign_in_code(failure) == CANNOT_SIGN_IN:
                    raise cannot_sign_in(failure, "What was kept here stays here.") from None
                tries = min(tries + 1, _SLOWEST_TRY)
                await asyncio.sleep(backoff_s(tries, failure.retry_after, random.random()))  # noqa: S311

    async def _same_store(self, user_id: str) -> Opened:
        if user_id == UNNAMED:
            # The server said whose token it is when it was known here last: this was not the server.
            raise Broken("shape", where="user.id")
        if store_name(self._sign_in.profile, user_id) != self._name:
            await self._known.forget()
            raise Ended(CANNOT_SIGN_IN, _SOMEBODY_ELSE)
        return self.kept

    async def _signed_out(self, session: Session) -> None:
        """Returns when the server accepts the sign-in no more; it is asked only while something is stuck."""
        is_reached = True
        while True:
            await asyncio.sleep(_CONFIRM_EVERY_S)
            if not any(_is_stuck(action) for action in session.outbox.actions):
                continue
            try:
                await session.confirm()
            except Failure as failure:
                if _asks_who(failure):
                    self._session = None
                    return
                is_reached = False
            else:
                if not is_reached:
                    session.outbox.try_all()
                session.outbox.answered()
                is_reached = True

    async def _watch(self) -> None:
        """Sees what another process of the same person sends meanwhile."""
        while True:
            async with self._taking_over:
                with suppress(StoreFault):
                    await self.outbox.load()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _send(self, session: Session) -> None:
        while True:
            try:
                # In a task of its own: a TaskGroup that has failed leaves its task marked as being cancelled.
                await asyncio.get_running_loop().create_task(session.outbox.run(), name="desk.outbox")
            except Exception as error:  # noqa: BLE001 (whatever our fault is: told, and sending goes on)
                fault(error)
            await asyncio.sleep(_AGAIN_S)

    async def _beside(self, side: Coroutine[Any, Any, None], main: Awaitable[None]) -> None:
        """Does both until `main` ends."""
        task = self._tasks.start(side, "desk.beside")
        try:
            await main
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def open_desk(sign_in: SignIn, keys: Keys, folder: Path) -> Desk:
    """The desk of whoever signs in so; without the server if it accepted the same credentials here last.

    folder: of the stores. Raises Ended.
    """
    profile, given = sign_in.profile, sign_in.given
    known = Known(keys, profile, "" if given.token else given.username, given.token or given.password)
    name = await known.store()
    if name is None:
        return await _opened_by_server(sign_in, known, keys, folder)
    kept = await open_store(folder, keys, name)
    me = await kept_me(kept.store)
    desk = Desk(sign_in, known, name, kept, me)
    with suppress(StoreFault):
        await desk.outbox.load()
    return desk


async def _opened_by_server(sign_in: SignIn, known: Known, keys: Keys, folder: Path) -> Desk:
    async def open_it(user_id: str) -> Opened:
        return await open_store(folder, keys, store_name(sign_in.profile, user_id))

    try:
        session = await sign_in.session(open_it)
    except Failure as failure:
        raise cannot_sign_in(failure) from None
    me = Me(person=session.me, role=session.role)
    desk = Desk(sign_in, known, store_name(sign_in.profile, session.me.id), session.kept, me)
    try:
        await desk.adopt(session)
    except BaseException:
        await desk.close()
        raise
    return desk


def store_name(profile: Profile, user_id: str) -> str:
    """The name of a person's store. Raises Ended when the server does not say who it is."""
    if user_id == UNNAMED:
        raise Ended(NOT_REACHABLE, _UNNAMED)
    return name_of(profile.api, profile.account, user_id)


def cannot_sign_in(failure: Failure, kept: str = "") -> Ended:
    """kept: what became of what was to be kept."""
    return Ended(sign_in_code(failure), " ".join(filter(None, ("Cannot sign in.", sentence(failure), kept))))


def _is_stuck(action: Action) -> bool:
    """A try has failed, and not by what was sent."""
    return action.state in (State.QUEUED, State.UNKNOWN) and action.words != ""


def _asks_who(failure: Failure) -> bool:
    """A 401, in whoever's words: signing in once more does no harm."""
    return isinstance(failure, SignedOut) or (isinstance(failure, Broken) and failure.status == 401)
