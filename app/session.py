"""Everything one signed-in person may use, opened and closed in order."""

import asyncio
from collections.abc import Awaitable, Callable

from app.accounts.accounts import Accounts
from app.auth import tokens as auth
from app.auth.alive import KeepAlive
from app.auth.renewal import Again, Renewal
from app.auth.sso import AppKeys, SsoPerson, sso
from app.auth.tokens import Tokens
from app.calls.start import Calls
from app.core.clock import Clock, ServerClock, SystemClock
from app.core.tasks import Tasks
from app.emr.chart import Charts
from app.errors import Broken, Refused
from app.files.files import Files
from app.health.health import Health
from app.insurance.insurance import Insurance
from app.intakes.intakes import Intakes
from app.payments.payments import Payments
from app.pharmacies.pharmacies import Pharmacies
from app.pharmacies.registry import Registry
from app.profile import Profile
from app.push.push import Push
from app.rooms.rooms import Rooms
from app.settings.settings import UserSettings
from app.users.record import Person
from app.users.users import Users
from app.visits.acts import VisitActs
from app.visits.availability import Availability
from app.visits.notes import Notes
from app.visits.queue import Queue
from app.visits.recordings import Recordings
from app.wire.client import Client, Credentials
from app.wire.endpoints import Endpoints
from app.wire.gate import Gate

Report = Callable[[BaseException], None]
Sign = Callable[[Client], Awaitable[tuple[Tokens, Person | None, Again | None]]]
# A part that stopped by a fault of ours is started again after this long: the queue must go on.
_AGAIN_S = 5.0


class Session:
    """One person at one clinic's server. Made by `sign_in` or `resume`; `start` it, then `close` it.

    Each feature has one line here. renewal: the tokens, and who is told of new ones. report: told of every
    fault of our own in a running part.
    """

    def __init__(
        self,
        profile: Profile,
        client: Client,
        clock: ServerClock,
        renewal: Renewal,
        me: Person,
        report: Report,
    ) -> None:
        self.profile = profile
        self.clock = clock
        self.me = me
        self.renewal = renewal
        self.rooms = Rooms(client)
        self.queue = Queue(client, clock, profile.poll_s, profile.room, self.rooms.codes)
        self.intakes = Intakes(client)
        self.calls = Calls(client, profile, me, clock, self.queue.read, self.rooms.read)
        self.visit_acts = VisitActs(client, self.queue.read)
        self.availability = Availability(client)
        self.notes = Notes(client)
        self.recordings = Recordings(client)
        self.files = Files(client)
        self.charts = Charts(client)
        self.health = Health(client)
        self.pharmacies = Pharmacies(client)
        self.payments = Payments(client)
        self.insurance = Insurance(client)
        self.users = Users(client)
        self.accounts = Accounts(client)
        self.settings = UserSettings(client)
        self.push = Push(client)
        self.keep_alive = KeepAlive(client)
        self._public = _public_client(profile, clock)
        self.registry = Registry(self._public)
        self._client = client
        self._report = report
        self._tasks = Tasks(report)

    def start(self) -> None:
        """Begins to keep the facts fresh."""
        for name, run in (("queue", self.queue.run), ("rooms", self.rooms.run)):
            self._tasks.start(self._kept_running(run), name)

    async def close(self) -> None:
        """Ends every task, then gives the connections back. The server's session goes on."""
        await self._tasks.close()
        await self._client.close()
        await self._public.close()

    async def stop(self) -> None:
        """Keeps the facts fresh no longer."""
        await self._tasks.close()

    async def sign_out(self) -> None:
        """Ends the session at the server, where it offers that. `close` it afterwards in any case."""
        await auth.sign_out(self._client)

    @property
    def not_offered(self) -> frozenset[str]:
        """Keys of the path table that this clinic's server was found not to offer since the sign-in."""
        return self._client.offers.missing

    def look_again(self) -> None:
        """What was found not to be offered is asked for again (api/README.md §12 rule 1)."""
        self._client.offers.forget()

    async def _kept_running(self, run: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                # In a task of its own: a TaskGroup that has failed leaves its task marked as being cancelled.
                await asyncio.get_running_loop().create_task(_begun(run), name="session.part")
            except Exception as error:  # noqa: BLE001 (whatever our fault is: told, and the queue goes on)
                self._report(error)
            if (task := asyncio.current_task()) and task.cancelling():
                # It ended while it was being ended: it must not begin again.
                return
            await asyncio.sleep(_AGAIN_S)


async def sign_in(
    profile: Profile, username: str, password: str, report: Report, clock: Clock | None = None
) -> Session:
    """A session by user name and password. Raises Failure; SignedOut when they are wrong."""

    async def sign(client: Client) -> tuple[Tokens, Person | None, Again | None]:
        tokens, me = await auth.sign_in(client, username, password)
        return tokens, me, None

    return await _opened(profile, sign, report, clock)


async def sign_in_by_sso(
    profile: Profile, keys: AppKeys, person: SsoPerson, report: Report, clock: Clock | None = None
) -> Session:
    """A session by the clinic's app keys, for a person they vouch for; renewed likewise. Raises Failure."""

    async def sign(client: Client) -> tuple[Tokens, Person | None, Again | None]:
        # Without a code of the partner's each sign-on makes another user: that would be no renewal.
        again = (lambda: sso(client, keys, person)) if person.code else None
        return await sso(client, keys, person), None, again

    return await _opened(profile, sign, report, clock)


async def resume(profile: Profile, tokens: Tokens, report: Report, clock: Clock | None = None) -> Session:
    """A session by tokens of an earlier sign-in, or a token alone. Raises Failure."""

    async def sign(_client: Client) -> tuple[Tokens, Person | None, Again | None]:
        return tokens, None, None

    return await _opened(profile, sign, report, clock)


async def _begun(run: Callable[[], Awaitable[None]]) -> None:
    """Made only when its task runs: one that is cancelled before leaves nothing un-awaited."""
    await run()


def _public_client(profile: Profile, clock: ServerClock) -> Client:
    """For the public registry: no token, and its own polite pace (api/pharmacy.md B)."""
    endpoints = Endpoints(profile.nppes, overrides=profile.endpoints, nppes=profile.nppes)
    return Client(endpoints, Credentials(""), clock, Gate(at_once=1, per_s=2.0, burst=1))


async def _opened(profile: Profile, sign: Sign, report: Report, clock: Clock | None) -> Session:
    server_clock = ServerClock(clock or SystemClock())
    gate = Gate(profile.requests_at_once, profile.requests_per_s)
    client = Client(profile.table(), Credentials(profile.account), server_clock, gate)
    try:
        tokens, me, again = await sign(client)
        renewal = Renewal(client, tokens, server_clock.now(), again)
        if me is None or not me.name:
            me = await _me(client, tokens)
    except BaseException:
        await client.close()
        raise
    return Session(profile, client, server_clock, renewal, me, report)


async def _me(client: Client, tokens: Tokens) -> Person:
    """The person signed in; by id alone at a server that does not say more."""
    try:
        return await auth.who_am_i(client)
    except (Refused, Broken):
        return Person(id=tokens.user_id)
