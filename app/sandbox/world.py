"""The practice clinic's world: who is there, which visits there are, and what time it is.

Nothing here knows HTTP. The world stands still until it is told how many seconds have passed; everything that
looks like chance comes from the seed, so the same seed, start and acts give the same world, byte for byte.
Instants are whole epoch seconds unless a name ends in `_ms`.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random
from typing import Any, TypeVar
from uuid import UUID

T = TypeVar("T")

MEMBER = 200
PROVIDER = 400
GUEST = 600

WALK_IN = 1
SCHEDULED = 2
E_CONSULT = 3
INVITED_GUEST = 10

PENDING = 10
CONFIRMED = 20
IN_PROGRESS = 25
COMPLETED = 30
CANCELLED = 40
REFUNDED = 50
ENDED = frozenset({COMPLETED, CANCELLED, REFUNDED})

TOKEN_LIFE = 86_400
"""Seconds a user token lasts (api/README.md §11)."""
REFRESH_LIFE = 2_592_000
"""Seconds a refresh token lasts (api/README.md §11)."""


CLINIC_ZONE = "America/Los_Angeles"


@dataclass(slots=True)
class Person:
    """A user: patient, guest, provider or staff (api/users.md §2)."""

    id: str
    code: str
    first_name: str
    last_name: str
    username: str
    email: str
    type: int
    subtype: str = ""
    role: str = ""
    password: str | None = None
    email_token: str | None = None
    dob: str | None = None
    gender: int = 0
    phone: str = ""
    title: str = ""
    suffix: str = ""
    timezone: str = CLINIC_ZONE
    active: bool = True
    status: int = 20
    tos: bool = True
    hidden: bool = False
    address: dict[str, str] = field(default_factory=dict)
    profile: dict[str, str] = field(default_factory=dict)
    rooms: list[str] = field(default_factory=list)
    online: list[str] = field(default_factory=list)
    last_beat: int | None = None
    last_login: int | None = None

    @property
    def full_name(self) -> str:
        """First and last name; a person with one name has no blank after it."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def vseeid(self) -> str:
        """The identity in calls (api/auth.md §1)."""
        return f"practice+user{self.id}"

    @property
    def is_patient(self) -> bool:
        """A member or a guest: sees own visits only."""
        return self.type in {MEMBER, GUEST}

    @property
    def is_admin(self) -> bool:
        """A clinic admin."""
        return self.role == "clinic_admin"

    @property
    def sees_patients(self) -> bool:
        """A provider in the medical sense, not the front desk, though both have type 400."""
        return self.type == PROVIDER and self.role == "provider"


@dataclass(slots=True)
class Consultation:
    """One kind of visit a room offers (api/payments.md §1); minutes and US dollars."""

    id: str
    description: str
    minutes: int
    amount: float


@dataclass(slots=True)
class Room:
    """A waiting room (api/rooms.md §1)."""

    id: str
    code: str
    slug: str
    name: str
    description: str
    provider_ids: list[str]
    specialties: list[tuple[str, str, int]]
    consultations: list[Consultation]
    created: int
    modified: int
    closed: bool = False
    close_message: str = ""
    allow_cancel: bool = True


@dataclass(slots=True)
class Intake:
    """What a patient wrote before a visit (api/visits.md §5); `answers`: every other key as it was sent."""

    id: str
    member_id: str
    room_code: str
    type: int
    reason: str
    provider_id: str | None
    created: int
    modified: int
    visit_id: str | None = None
    by_staff: bool = False
    answers: dict[str, Any] = field(default_factory=dict)
    attachments: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Visit:
    """One visit (api/visits.md §2). `set_raw` and `unset_raw` distort its rows at a trainer's order.

    page_since, silent_since: when the patient's page opened anew, and fell silent, at a trainer's order.
    encoded, encoded_sign: its rows on the wire, and the sign of life that they tell.
    """

    id: str
    code: str
    member_id: str
    provider_id: str | None
    room_code: str
    type: int
    subtype: int
    status: int
    start: int
    end: int
    created: int
    modified: int
    intake_id: str
    minutes: int
    amount: float
    charge_for: str
    actual_start: int | None = None
    actual_end: int | None = None
    completed_by: str | None = None
    related_walkin_id: str | None = None
    left_because: str | None = None
    page_since: int | None = None
    silent_since: int | None = None
    set_raw: dict[str, Any] = field(default_factory=dict)
    unset_raw: list[str] = field(default_factory=list)
    encoded: dict[tuple[str, ...], bytes] = field(default_factory=dict, repr=False, compare=False)
    encoded_sign: int | None = field(default=None, repr=False, compare=False)

    @property
    def is_open(self) -> bool:
        """Neither completed, cancelled nor refunded; an unknown status counts as open (api/visits.md §1)."""
        return self.status not in ENDED

    @property
    def is_waiting(self) -> bool:
        """Somebody sits in the waiting room for it."""
        return self.status in {PENDING, CONFIRMED} and self.type in {WALK_IN, INVITED_GUEST}


@dataclass(slots=True)
class Token:
    """A user token with its refresh token (api/auth.md §1)."""

    token: str
    refresh_token: str
    user_id: str
    created: int

    @property
    def expiry(self) -> int:
        """When the token dies, in epoch seconds."""
        return self.created + TOKEN_LIFE

    @property
    def refresh_expiry(self) -> int:
        """When the refresh token dies, in epoch seconds."""
        return self.created + REFRESH_LIFE


def _nothing_happens(_world: "World", _what: str, _subject: str) -> None:
    """A world without a script."""


class World:
    """Everything the practice clinic knows. Made by `opening.open_clinic`, moved by `advance`."""

    def __init__(self, seed: int, start: float) -> None:
        self.seed = seed
        self.start = int(start)
        self.now_ms = int(start) * 1000
        self.account: dict[str, Any] = {}
        self.account_code = "harbor"
        self.me = ""
        self.api_key = self.hex32("api key")
        self.api_secret = self.hex32("api secret")
        self.admin_token = self.hex32("admin token")
        self.people: dict[str, Person] = {}
        self.rooms: dict[str, Room] = {}
        self.visits: dict[str, Visit] = {}
        self.intakes: dict[str, Intake] = {}
        self.tokens: dict[str, Token] = {}
        self.sso_uses: dict[str, int] = {}
        self.script: Callable[[World, str, str], None] = _nothing_happens
        self.waiting_at_start = 0
        self.largest_file = 100 * 1024 * 1024
        self._open: dict[str, None] = {}
        self._left: list[str] = []
        self._agenda: list[tuple[int, int, str, str]] = []
        self._counts: dict[str, int] = {}
        self._tables: dict[type[Any], dict[str, Any]] = {}

    # -- time -------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """The world's time in epoch seconds."""
        return self.now_ms // 1000

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass. Once 600 and 600 times 1 give the same world: events run in order of time."""
        target = self.now_ms + max(0, round(seconds * 1000))
        while self._agenda and self._agenda[0][0] <= target:
            at_ms, _, what, subject = heapq.heappop(self._agenda)
            self.now_ms = max(self.now_ms, at_ms)
            self.script(self, what, subject)
        self.now_ms = target

    def later(self, seconds: float, what: str, subject: str = "") -> None:
        """Put something on the agenda, `seconds` from now."""
        order = self.count("agenda")
        heapq.heappush(self._agenda, (self.now_ms + max(0, round(seconds * 1000)), order, what, subject))

    # -- repeatable chance ------------------------------------------------------------------------

    def dice(self, *about: object) -> Random:
        """A generator that depends on the seed and on what it is asked about, on nothing that went before."""
        return Random("/".join(map(str, (self.seed, *about))))

    def hex32(self, *about: object) -> str:
        """32 hex digits that depend on the seed and on what they are for."""
        return sha256("/".join(map(str, (self.seed, *about))).encode()).hexdigest()[:32]

    def uuid(self, *about: object) -> str:
        """A UUID string, repeatable like `hex32`."""
        return str(UUID(self.hex32("uuid", *about), version=4))

    def count(self, what: str, first: int = 1) -> int:
        """The next number of its kind: first, first + 1, ..."""
        number = self._counts.get(what, first)
        self._counts[what] = number + 1
        return number

    def table(self, kind: type[T]) -> dict[str, T]:
        """All things of one kind that a feature keeps here, by their id; the world need not know the kind."""
        return self._tables.setdefault(kind, {})

    # -- visits -----------------------------------------------------------------------------------

    def keep(self, visit: Visit) -> None:
        """Take a new or changed visit in: its encoded rows are stale, and it may have ended."""
        visit.encoded.clear()
        self.visits[visit.id] = visit
        if visit.is_open:
            self._open[visit.id] = None
        elif visit.id in self._open:
            del self._open[visit.id]
            if visit.left_because == "patient_exit_room" and visit.status == CANCELLED:
                self._left.append(visit.id)

    def just_left(self, seconds: int) -> list[Visit]:
        """Who left a waiting room unseen within the last `seconds`, earliest first."""
        self._left = [v for v in self._left if self.now - (self.visits[v].actual_end or 0) <= seconds]
        return [self.visits[visit_id] for visit_id in self._left]

    def open_visits(self) -> Iterator[Visit]:
        """The visits that have not ended, oldest id first."""
        return (self.visits[visit_id] for visit_id in list(self._open))

    def waiting(self, room_code: str | None = None) -> list[Visit]:
        """Who sits in a waiting room (in all of them, without a code), longest wait first."""
        found = [v for v in self.open_visits() if v.is_waiting and room_code in {None, v.room_code}]
        return sorted(found, key=lambda visit: (visit.start, visit.id))

    def person_changed(self, person: Person) -> None:
        """Rows of visits quote people: forget the encoded ones of this person."""
        for visit in self.visits.values():
            if person.id in {visit.member_id, visit.provider_id}:
                visit.encoded.clear()

    # -- sessions ---------------------------------------------------------------------------------

    def sign_in(self, person: Person) -> Token:
        """A fresh pair of tokens for a person."""
        number = self.count("token")
        token = Token(self.hex32("token", number), self.hex32("refresh", number), person.id, self.now)
        self.tokens[token.token] = token
        person.last_login = self.now
        return token

    def person_of(self, token: str) -> Person | None:
        """Whose living token this is, or nobody's."""
        found = self.tokens.get(token)
        if found is None or self.now >= found.expiry:
            return None
        return self.people.get(found.user_id)

    def end_sign_ins(self, person: Person) -> None:
        """All tokens of a person die."""
        for token in [each for each in self.tokens.values() if each.user_id == person.id]:
            del self.tokens[token.token]

    def go_offline(self, person: Person) -> None:
        """A provider who signed out or fell silent is available nowhere (api/rooms.md §3)."""
        person.online = []
