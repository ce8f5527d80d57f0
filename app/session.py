"""Everything one signed-in person may use, opened and closed in order."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec

from app.accounts.accounts import Accounts
from app.accounts.settings import AccountSettings
from app.auth import tokens as auth
from app.auth.alive import EVERY_S, KeepAlive
from app.auth.renewal import Renewal
from app.auth.sso import AppKeys, SsoPerson, sso
from app.cache import Cache
from app.calls.finishing import Finishing
from app.calls.messenger import Messenger, call_link
from app.calls.refusal import CannotStart
from app.calls.start import Calls
from app.calls.target import Target
from app.checkin.check_in import CheckInAct
from app.checkin.patients import Patients, Register
from app.checkin.record import Patient
from app.checkin.refs import Refs
from app.choices import Choices, arranged_alike, read_choices
from app.core.action import Act, State
from app.core.aside import aside
from app.core.audit import Audit, Event
from app.core.clock import ServerClock
from app.core.collection import Change
from app.core.connection import Standing
from app.core.drafts import Drafts
from app.core.listeners import Listeners
from app.core.outbox import Outbox
from app.core.store.opening import Opened, forget_set_aside
from app.core.tasks import Tasks
from app.emr.chart import Charts
from app.errors import Broken, Failure, Refused, SignedOut
from app.files.files import Files
from app.files.opened import OpenedFiles, opened_folder
from app.files.renaming import Renaming
from app.health.health import Health
from app.insurance.insurance import Insurance
from app.intakes.edit import IntakeEdit
from app.intakes.intakes import Intakes
from app.payments.payments import Payments
from app.pharmacies.pharmacies import Pharmacies
from app.pharmacies.registry import Registry
from app.profile import Profile
from app.push.push import Push
from app.rooms.own_state import OwnState
from app.rooms.rooms import Rooms
from app.rooms.zone import clinic_zone
from app.sentences import sentence
from app.settings.settings import UserSettings
from app.users.role import EVERYTHING, Me, Role, me_of, rights_of
from app.users.user import UserType
from app.users.users import Users
from app.visits.acts import VisitActs
from app.visits.availability import Availability
from app.visits.note_edit import NoteEdit
from app.visits.notes import Notes
from app.visits.queue import Queue
from app.visits.record import Visit
from app.visits.recordings import Recordings
from app.wire.client import Client, Credentials
from app.wire.endpoints import Endpoints
from app.wire.gate import Gate

Report = Callable[[BaseException], None]
# A part that stopped by a fault of ours is started again after this long: the queue must go on.
_AGAIN_S = 5.0
_CONFIRM_AGAIN_S = 5.0
NOT_STAFF = "This account is not one of the clinic's staff, for whom Vestibule is."
ME = "me"
"""Under this name the store knows whose it is."""
_CHOICES = "choices"
_CLINIC = "clinic"
_ZONE = "zone"
_LEAST_ALIVE_S = 30.0
# How often it is asked who this is and what the clinic has set; and how soon again where that failed.
_CONSIDER_EVERY_S = 300.0
_CONSIDER_AGAIN_S = 10.0
# The program ends within 2 s.
_FINISH_WITHIN_S = 1.0


class Session:
    """One person at one clinic's server. Made in `app.entry`; `start` it, then `close` it.

    Each feature has one line here. renewal: the tokens, and who is told of new ones. report: told of every
    fault of our own in a running part. rights: what this person may see; rights_changed: told of others;
    shut_out: told when the clinic lets them in no more. clinic: what the clinic has set for all its staff, as
    last read by `learn`, here or at an earlier start; None before. choices: what this person has chosen for
    themselves.
    """

    def __init__(
        self,
        profile: Profile,
        client: Client,
        clock: ServerClock,
        renewal: Renewal,
        me: Me,
        report: Report,
        kept: Opened,
        app_keys: AppKeys | None = None,
    ) -> None:
        self.profile = profile
        self.clock = clock
        self.me = me.person
        self.role = me.role
        self.kept = kept
        self.store = kept.store
        self.audit = Audit(self.store, self.me.id, clock)
        self.drafts = Drafts(self.store)
        self.renewal = renewal
        self.rooms = Rooms(client)
        self.queue = Queue(client, clock, profile.poll_s, profile.room, self.rooms.codes)
        self.intakes = Intakes(client)
        self.own_state = OwnState(self.rooms, self.me.id, self.audit, clock.now, lambda: self.rights.calls)
        self.visit_acts = VisitActs(client, self.queue.read)
        self.calls = self._make_calls(client)
        self._make_patients_parts(client)
        self.users = Users(client)
        self.accounts = Accounts(client)
        self.settings = UserSettings(client)
        self.push = Push(client)
        self.keep_alive = KeepAlive(client)
        self._public = _public_client(profile, clock)
        self.registry = Registry(self._public)
        self.cache = Cache(self.store, clock, self.queue, self.rooms, self.intakes)
        self.outbox = Outbox(
            self.store, self._acts(client, app_keys), clock, sentence, report, audit=self.audit
        )
        self.clinic: AccountSettings | None = None
        self.choices = self._kept_choices = Choices()
        self._choices_listeners: Listeners[[]] = Listeners()
        # Set by who has the keyring.
        self.messenger_keys: Callable[[], Awaitable[AppKeys | None]] = no_keys
        self.rights = EVERYTHING
        self.rights_changed: Callable[[], None] = lambda: None
        self.shut_out: Callable[[SignedOut], None] = lambda _failure: None
        self._doubted = asyncio.Event()
        self._is_reached = False
        self._is_closed = False
        self._kept_zone = ""
        self._hurried = asyncio.Event()
        self.queue.connection.listen(self._heard)
        self.queue.visits.listen(self._follow_calls)
        self.calls.opened.listen(lambda: self.own_state.set_in_call(bool(self.calls.opened.ids())))
        self.rooms.rooms.listen(self._keep_zone)
        self._client = client
        self._report = report
        self._tasks = Tasks(report)
        self.finishing = Finishing(self.calls.finish, clock.machine, self._tasks)
        self._apply_rights()

    def _make_patients_parts(self, client: Client) -> None:
        """What there is of one patient besides their visits."""
        self.availability = Availability(client)
        self.notes = Notes(client)
        self.recordings = Recordings(client)
        self.files = Files(client)
        self.opened = OpenedFiles(self.files, opened_folder(), self.audit)
        self.charts = Charts(client)
        self.health = Health(client)
        self.pharmacies = Pharmacies(client)
        self.payments = Payments(client)
        self.insurance = Insurance(client)

    async def load(self) -> None:
        """Brings back what the store has: facts, pending actions, drafts. Raises StoreFault."""
        await self.drafts.load()
        await self.outbox.load()
        settings = await self.store.settings()
        self._kept_zone = settings.get(_ZONE, b"").decode(errors="replace")
        self._kept_choices = read_choices(settings.get(_CHOICES))
        self._apply_choices(self._kept_choices)
        with suppress(msgspec.MsgspecError):
            self._set_by_clinic(msgspec.json.decode(settings.get(_CLINIC, b""), type=AccountSettings))
        await self.cache.load()

    def start(self) -> None:
        """Begins to keep the facts fresh, and to send what is pending."""
        parts = {
            "queue": self.queue.run,
            "rooms": self.rooms.run,
            "own_state": self.own_state.run,
            "cache": self.cache.run,
            "outbox": self.outbox.run,
            "rights": self._consider,
        }
        if self.own_state.is_provider:
            # Patients wait for them: the clinic sees that they are there.
            parts["alive"] = self.keep_alive.run
        self._tasks.start(self.opened.sweep(), "opened.sweep")
        for name, run in parts.items():
            self._tasks.start(self._kept_running(run), name)

    async def close(self) -> None:
        """Ends every task, then gives connections and store back. The server's session goes on."""
        await self.disconnect()
        await self.store.close()

    async def disconnect(self) -> None:
        """Ends every task and gives the connections back; the store stays open for who comes next."""
        self._is_closed = True
        self._hurried.set()
        await self.finishing.flush(_FINISH_WITHIN_S)
        await self._tasks.close()
        await self.opened.close()
        await self._client.close()
        await self._public.close()

    async def stop(self) -> None:
        """Keeps the facts fresh no longer."""
        await self.finishing.flush(_FINISH_WITHIN_S)
        await self._tasks.close()

    @property
    def is_on_disk(self) -> bool:
        """Whether what was done and typed outlives the program."""
        return self.store.is_kept and self.store.trouble is None

    @property
    def has_unsent(self) -> bool:
        """Whether something was done or typed that the server does not have."""
        is_pending = any(action.state != State.SENT for action in self.outbox.actions)
        return is_pending or bool(self.drafts.places(""))

    @property
    def is_safe(self) -> bool:
        """Whether nothing would be lost if the program ended now."""
        return self.is_on_disk or not self.has_unsent

    @property
    def not_offered(self) -> frozenset[str]:
        """Keys of the path table that this clinic's server was found not to offer since the sign-in."""
        return self._client.offers.missing

    def look_again(self) -> None:
        """What was found not to be offered is asked for again (api/README.md §12 rule 1)."""
        self._client.offers.forget()

    def reconnect(self) -> None:
        """After sleep, or on another network: new connections, and everything is asked at once (QUE-05)."""
        self._client.reconnect()
        self._doubted.set()
        self._hurried.set()
        self.queue.poller.restart()
        self.outbox.try_all()

    def look(self) -> None:
        """Asks the queue now, unless the server wished to be left alone."""
        self._hurried.set()
        self.queue.poller.wake()

    async def begin(self) -> None:
        """For a session that began without the server: asks who this is until it knows, then starts; or
        until it is closed.

        Nothing is asked or sent for this person before: the token may be somebody else's. Meanwhile they read
        what was last known, and the audit says so (SEC-11). Raises SignedOut.
        """
        tries = 0
        while not self._is_closed:
            tries += 1
            if tries == 2:
                self.audit.note(Event.EMERGENCY_ACCESS, self.me.id, "restored")
            self._hurried.clear()
            try:
                await self.confirm()
            except SignedOut:
                raise
            except Failure as failure:
                self.queue.connection.failed(failure)
                with suppress(TimeoutError):
                    async with asyncio.timeout(failure.retry_after or _CONFIRM_AGAIN_S):
                        await self._hurried.wait()
            else:
                self.start()
                return

    async def confirm(self) -> None:
        """Asks the server who this is. Raises Failure; SignedOut when it is somebody else, or nobody."""
        try:
            user = await auth.who_am_i(self._client)
        except Broken as failure:
            if failure.reason != "shape":
                raise
            user = None
        if user is None:
            # This server does not say; the token was kept under this person's name.
            return
        self.renewal.holds()
        me = me_of(user, self.profile.role)
        if me.person.id != self.me.id:
            raise SignedOut("Somebody else is signed in with this token.")
        if me.role == Role.OUTSIDER:
            raise SignedOut(NOT_STAFF)
        has_changed = me.role != self.role
        self.remember(me)
        if has_changed:
            self._change_rights()

    async def reset(self) -> None:
        """Wipes what this machine keeps of the person and reads anew (OFF-05); the audit stays.

        Raises StoreFault.
        """
        await self.store.wipe()
        self._kept_choices = Choices()
        self._apply_choices(self._kept_choices)
        self.drafts.forget()
        await self.outbox.load()
        self.queue.forget()
        self.intakes.intakes.replace({})
        await aside(lambda: forget_set_aside(self.store.path))
        self.remember(Me(person=self.me, role=self.role))
        if self.clinic is not None:
            self.store.put_setting(_CLINIC, msgspec.json.encode(self.clinic))
        self.audit.note(Event.DATA_REMOVED, self.me.id)
        self.queue.poller.wake()

    def remember(self, me: Me) -> None:
        """Keeps who this is, so that the next session can begin without the server."""
        self.me, self.role = me.person, me.role
        self.store.put_setting(ME, msgspec.json.encode(me))

    @property
    def zone(self) -> str:
        """Where the clinic is (TIM-01): an IANA name, also before its rooms have been read; "" not known."""
        return clinic_zone(self.rooms.rooms, self.queue.room) or self._kept_zone

    def _keep_zone(self, _change: Change) -> None:
        zone = self.zone
        if zone != self._kept_zone:
            self._kept_zone = zone
            self.store.put_setting(_ZONE, zone.encode())

    # -- what this person may see

    def doubt(self) -> None:
        """Somebody came back, or signed in again: what they may do is asked anew, at once."""
        self._doubted.set()

    async def _consider(self) -> None:
        """A role may change while somebody works, and so may what the clinic has set."""
        failure = await self._failed(self.learn)
        while True:
            pause_s = _CONSIDER_EVERY_S if failure is None else failure.retry_after or _CONSIDER_AGAIN_S
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._doubted.wait()
            self._doubted.clear()
            try:
                failure = await self._failed(self.confirm) or await self._failed(self.learn)
            except SignedOut as shut_out:
                failure = None
                # Of one that has only ended the queue tells.
                if not self.renewal.is_over:
                    self.role = Role.OUTSIDER
                    self._change_rights()
                    self.shut_out(shut_out)

    async def _failed(self, ask: Callable[[], Awaitable[object]]) -> Failure | None:
        """Why it is not known; None where it is, or the server has nothing to say. Raises SignedOut."""
        try:
            await ask()
        except SignedOut:
            raise
        except Failure as failure:
            is_answer = isinstance(failure, Refused) and failure.status != 429
            return None if is_answer else failure
        return None

    async def learn(self) -> AccountSettings:
        """What the clinic has set, for all its staff. Raises Failure."""
        chosen = (await self.accounts.read()).settings
        if chosen != self.clinic:
            self.store.put_setting(_CLINIC, msgspec.json.encode(chosen))
            self._set_by_clinic(chosen)
        return chosen

    def _set_by_clinic(self, chosen: AccountSettings) -> None:
        if self.clinic is not None and chosen.wait_limits != self.clinic.wait_limits:
            self.audit.note(Event.SETTINGS_CHANGED, self.me.id, "wait_limits")
        self.keep_alive.every_s = max(chosen.keep_alive_s or EVERY_S, _LEAST_ALIVE_S)
        desk_saw_reason = self._desk_sees_reason
        self.clinic = chosen
        if self._desk_sees_reason != desk_saw_reason:
            self._change_rights()
        self._choices_listeners.tell()

    @property
    def _desk_sees_reason(self) -> bool:
        return self.clinic is not None and bool(self.clinic.desk_sees_reason)

    def _apply_rights(self) -> None:
        self.rights = rights_of(self.role, desk_sees_reason=self._desk_sees_reason)
        self._client.closed = self.rights.closed
        self.intakes.is_kept = self.rights.clinical
        if not self.rights.clinical:
            self.intakes.intakes.replace({})
        self.queue.limit_to(self.rights)

    def _change_rights(self) -> None:
        """While somebody works: what they see is made anew."""
        before = self.rights
        self._apply_rights()
        if self.rights != before:
            self.queue.poller.wake()
            self.rights_changed()

    # -- what this person has chosen

    def choose(self, choices: Choices) -> None:
        """From now on and at the next start. A room that the clinic has set for this computer stays."""
        if choices != self.choices:
            has_set = arranged_alike(choices) != arranged_alike(self.choices)
            self._apply_choices(choices)
            self._keep_choices()
            if has_set:
                self.audit.note(Event.SETTINGS_CHANGED, self.me.id)

    def listen_to_choices(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls `listener` when `choices` are others, or `clinic` is. Returns the way to stop it."""
        return self._choices_listeners.add(listener)

    def _apply_choices(self, choices: Choices) -> None:
        before, self.choices = self.choices, choices
        self.calls.target.chosen = choices.call_target or self.profile.call_target
        if choices.poll_s != before.poll_s:
            self.queue.poller.set_interval(choices.poll_s or self.profile.poll_s)
        if not self.profile.room:
            self.queue.watch_room(choices.room or "")
        self._choices_listeners.tell()

    def _keep_choices(self) -> None:
        choices = self.choices
        if self.queue.is_partial:
            # Else the next start would show the list of one room as that of all.
            choices = msgspec.structs.replace(choices, room=self._kept_choices.room)
        if choices != self._kept_choices:
            self._kept_choices = choices
            self.store.put_setting(_CHOICES, msgspec.json.encode(choices))

    def _make_calls(self, client: Client) -> Calls:
        target = Target(client, self.profile, self.clock, self.rooms.read, self._messenger_link)
        rooms, read = self.rooms.rooms, self.queue.read
        return Calls(client, self.me, self.clock, target, self.visit_acts, read, rooms.get, self.audit)

    async def _messenger_link(self, visit: Visit) -> str:
        keys = await self.messenger_keys()
        if keys is None:
            raise CannotStart("no_messenger_keys")
        messenger = Messenger(self._client, keys.key, keys.secret)
        member = visit.member.id if visit.member else ""
        return await call_link(messenger, self.users.read, self.me.id, member)

    def _acts(self, client: Client, app_keys: AppKeys | None) -> dict[str, Act]:
        """How each kind of action that may wait is put through."""
        register = None if app_keys is None else registering(client, app_keys)
        patients = Patients(self.users, register)
        refs = Refs(self.store, self.clock)
        check_in = CheckInAct(
            client, self.clock, patients, self.intakes, self.visit_acts, self.queue.read, refs
        )
        return {
            "check_in": check_in,
            "note": NoteEdit(self.notes),
            "intake_edit": IntakeEdit(self.intakes),
            "rename": Renaming(self.files),
        }

    def _follow_calls(self, _change: Change) -> None:
        for visit_id in self.calls.opened.ids():
            visit = self.queue.visits.get(visit_id)
            if isinstance(visit, Visit):
                self.calls.follow(visit)

    def _heard(self, standing: Standing) -> None:
        """Back in contact: what waits to be sent waits no longer."""
        self._keep_choices()
        is_reached = standing.failure is None and not standing.is_restored
        if is_reached:
            self.outbox.answered()
        if is_reached and not self._is_reached:
            self.outbox.try_all()
        self._is_reached = is_reached

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


async def no_keys() -> AppKeys | None:
    """Nobody has entered any."""
    return None


async def _begun(run: Callable[[], Awaitable[None]]) -> None:
    """Made only when its task runs: one that is cancelled before leaves nothing un-awaited."""
    await run()


def registering(client: Client, keys: AppKeys) -> Register:
    """Makes accounts for patients who have none: users are created by single sign-on (api/auth.md §1)."""

    async def register(patient: Patient, code: str) -> str:
        person = SsoPerson(
            first_name=patient.first_name,
            last_name=patient.last_name,
            type=UserType.MEMBER,
            code=code,
            born=patient.born,
            gender=patient.gender,
            email=patient.email,
            phone=patient.phone,
        )
        return (await sso(client, keys, person)).user_id

    return register


def _public_client(profile: Profile, clock: ServerClock) -> Client:
    """For the public registry: no token, and its own polite pace (api/pharmacy.md B)."""
    endpoints = Endpoints(profile.nppes, overrides=profile.endpoints, nppes=profile.nppes)
    return Client(endpoints, Credentials(""), clock, Gate(at_once=1, per_s=2.0, burst=1))
