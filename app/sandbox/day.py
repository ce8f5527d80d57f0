"""What happens as time passes: patients arrive, wait, are called, leave, come back; appointments come due.

Every 20 to 55 seconds of the world's time one thing happens (a "beat"), chosen by the seed and by how full
the clinic is; appointments and silences have moments of their own. Nothing here depends on how the time was
given: see `World.advance`. The visits of the first user ("me") are left to that user: nobody takes them, only
their patients may lose patience.
"""

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from app.sandbox import visit_acts
from app.sandbox.people import newcomer, practice_json, practice_toml
from app.sandbox.world import (
    CONFIRMED,
    E_CONSULT,
    IN_PROGRESS,
    PENDING,
    SCHEDULED,
    WALK_IN,
    Person,
    Room,
    Visit,
    World,
)

BEAT = (20, 55)
"""Seconds between two things that happen."""
FULL = 6
"""Waiting patients a normal hour has, when the opening scene has no more."""
IMPATIENT = 420
"""Seconds after which a waiting patient may give up."""
STUBBORN = 1_800
"""The same for somebody who has an appointment."""
MISSED = 3_600
"""Seconds after its end when the front desk cancels an appointment nobody kept."""
OVERTIME = 240
"""Seconds a colleague's visit lasts at least."""
BACK_WITHIN = 1_800
"""Seconds in which somebody who left may come back."""
GRACE = 60
"""Seconds a newly arrived patient waits before a colleague may take them."""
MANNERS = 2
"""Patients without a chosen provider that colleagues leave waiting for the first user."""


def begin(world: World) -> None:
    """Put the first beat and all appointments on the agenda."""
    world.script = happen
    world.waiting_at_start = len(world.waiting())
    _next_beat(world)
    for visit in world.open_visits():
        expect(world, visit)


def expect(world: World, visit: Visit) -> None:
    """An appointment's patient will come a few minutes early, or a little late."""
    if visit.type != SCHEDULED or visit.status not in {PENDING, CONFIRMED}:
        return
    early = world.dice("early", visit.id, visit.start).randint(-90, 300)
    if visit.start - early > world.now:
        world.later(visit.start - early - world.now, "due", f"{visit.id}@{visit.start}")


def happen(world: World, what: str, subject: str) -> None:
    """The script: one entry of the agenda comes up."""
    {"beat": _beat, "due": _due, "call": _call, "silence": _silence}[what](world, subject)


def listen(world: World, person: Person) -> None:
    """A heartbeat came (api/auth.md §3): silence longer than two intervals takes the provider offline."""
    person.last_beat = world.now
    interval = int(world.account["api"]["interval"]["users_alive"])
    world.later(2 * interval + 1, "silence", person.id)


def _silence(world: World, subject: str) -> None:
    person = world.people[subject]
    interval = int(world.account["api"]["interval"]["users_alive"])
    if person.last_beat is not None and world.now - person.last_beat > 2 * interval:
        world.go_offline(person)


def _due(world: World, subject: str) -> None:
    """The patient of an appointment enters the waiting room, or does not show up (one in eight)."""
    visit_id, _, start = subject.partition("@")
    visit = world.visits[visit_id]
    if visit.status not in {PENDING, CONFIRMED} or visit.related_walkin_id or visit.start != int(start):
        return
    if world.dice("show up", visit_id).random() < 0.125:
        return
    walkin = arrive_for(world, visit)
    if visit.provider_id not in {None, world.me}:
        world.later(max(0, visit.start - world.now) + 90, "call", walkin.id)


def _call(world: World, subject: str) -> None:
    """A colleague calls the patient of an appointment."""
    visit = world.visits[subject]
    colleague = world.people.get(visit.provider_id or "")
    if visit.is_waiting and colleague:
        visit_acts.take(world, visit, colleague)


# -- single things, also at a trainer's command (control.py) -------------------------------------


def arrive(
    world: World,
    dice: Random,
    *,
    patient: Person | None = None,
    room: Room | None = None,
    reason: str | None = None,
    provider_id: str | None = None,
    answers: dict[str, Any] | None = None,
    kind: int = WALK_IN,
) -> Visit:
    """Somebody enters a waiting room; what is not given is chosen by the dice."""
    room = room or _some_room(world, dice)
    if provider_id is None and kind == WALK_IN and dice.random() < 0.35:
        provider_id = dice.choice(colleagues(world, room) + _me(world, room)).id
    intake = visit_acts.write_intake(
        world,
        patient or _somebody(world, dice),
        room,
        kind=kind,
        reason=dice.choice(practice_toml("reasons.toml")["reasons"]) if reason is None else reason,
        provider_id=provider_id,
        answers=dice.choice(list(practice_json("answers.json").values())) if answers is None else answers,
    )
    return visit_acts.book(world, intake, room, kind, provider_id=provider_id)


def arrive_for(world: World, appointment: Visit) -> Visit:
    """The patient of an appointment opens a walk-in that is tied to it (api/visits.md §4)."""
    before = world.intakes[appointment.intake_id]
    room = world.rooms[appointment.room_code]
    intake = visit_acts.write_intake(
        world,
        world.people[appointment.member_id],
        room,
        reason=before.reason,
        provider_id=appointment.provider_id,
        answers=before.answers,
    )
    walkin = visit_acts.book(world, intake, room, WALK_IN, provider_id=appointment.provider_id)
    appointment.related_walkin_id = walkin.id
    world.keep(appointment)
    return walkin


def come_back(world: World, left: Visit) -> Visit:
    """Somebody who left enters again: a new visit with the old reason and answers."""
    before = world.intakes[left.intake_id]
    return arrive(
        world,
        world.dice("come back", left.id),
        patient=world.people[left.member_id],
        room=world.rooms[left.room_code],
        reason=before.reason,
        provider_id=left.provider_id,
        answers=before.answers,
    )


def appoint(world: World, dice: Random, minutes: int | None = None) -> Visit:
    """Somebody books an appointment, on the next free quarter of an hour."""
    room = _some_room(world, dice)
    provider = dice.choice(colleagues(world, room) + _me(world, room))
    patient = _somebody(world, dice)
    ahead = dice.randint(20, 180) if minutes is None else minutes
    start = (world.now + ahead * 60) // 900 * 900 + 900
    while visit_acts.slot_is_taken(world, room, (start, start + 900), provider.id):
        start += 900
    reason = dice.choice(practice_toml("reasons.toml")["reasons"])
    intake = visit_acts.write_intake(
        world, patient, room, kind=SCHEDULED, reason=reason, provider_id=provider.id
    )
    visit = visit_acts.book(
        world, intake, room, SCHEDULED, provider_id=provider.id, slot=(start, start + 900)
    )
    expect(world, visit)
    return visit


def colleagues(world: World, room: Room) -> list[Person]:
    """The room's providers other than the first user, as far as they work."""
    people = (world.people[provider_id] for provider_id in room.provider_ids)
    return [p for p in people if p.id != world.me and p.active and not p.hidden]


def free_colleague(world: World, dice: Random, visit: Visit) -> Person | None:
    """A colleague who is online, not in a call, and may take this visit: the chosen one or any other."""
    busy = {v.provider_id for v in world.open_visits() if v.status == IN_PROGRESS}
    there = [p for p in colleagues(world, world.rooms[visit.room_code]) if p.online and p.id not in busy]
    if visit.provider_id is not None:
        there = [p for p in there if p.id == visit.provider_id]
    return dice.choice(there) if there else None


# -- beats ---------------------------------------------------------------------------------------


class _Beat(NamedTuple):
    """One thing that may happen: how much it wants to, and what it does."""

    weight: Callable[[World, "_Scene"], int]
    act: Callable[[World, Random, "_Scene"], None]


class _Scene(NamedTuple):
    """The clinic at one beat, sorted by what may be done with whom."""

    waiting: list[Visit]
    takeable: list[Visit]
    impatient: list[Visit]
    running: list[Visit]
    gone: list[Visit]
    unconfirmed: list[Visit]
    e_consults: list[Visit]
    accepted: list[Visit]
    missed: list[Visit]
    ahead: list[Visit]
    full: int


def _look(world: World) -> _Scene:
    waiting = world.waiting()
    opened = list(world.open_visits())
    free = [v for v in waiting if v.provider_id is None and world.me in world.rooms[v.room_code].provider_ids]
    spared = {visit.id for visit in free[-MANNERS:]}
    appointments = {v.related_walkin_id for v in opened if v.related_walkin_id}
    return _Scene(
        waiting=waiting,
        takeable=[
            v
            for v in waiting
            if v.provider_id != world.me and v.id not in spared and world.now - v.start >= GRACE
        ],
        impatient=[
            v for v in waiting if world.now - v.start >= (STUBBORN if v.id in appointments else IMPATIENT)
        ],
        running=[
            v
            for v in opened
            if v.status == IN_PROGRESS
            and v.provider_id not in {None, world.me}
            and world.now - (v.actual_start or world.now) >= OVERTIME
        ],
        gone=_gone(world, opened),
        unconfirmed=[
            v for v in opened if v.type == SCHEDULED and v.status == PENDING and v.start > world.now
        ],
        e_consults=[v for v in opened if v.type == E_CONSULT and v.status == PENDING],
        accepted=[v for v in opened if _is_accepted(world, v)],
        missed=[v for v in opened if _is_missed(world, v)],
        ahead=[v for v in opened if v.type == SCHEDULED and v.start > world.now + 1_200],
        full=max(FULL, world.waiting_at_start),
    )


def _is_missed(world: World, visit: Visit) -> bool:
    """An appointment long past that never started."""
    waits = visit.status in {PENDING, CONFIRMED} and visit.type == SCHEDULED
    return waits and world.now - visit.end >= MISSED


def _is_accepted(world: World, visit: Visit) -> bool:
    """An e-consult that a colleague took on."""
    return visit.type == E_CONSULT and visit.status == CONFIRMED and visit.provider_id not in {None, world.me}


def _gone(world: World, opened: list[Visit]) -> list[Visit]:
    """Who left the waiting room a short while ago and is not back yet."""
    back = {visit.member_id for visit in opened}
    return [visit for visit in world.just_left(BACK_WITHIN) if visit.member_id not in back]


def _beat(world: World, _subject: str) -> None:
    dice = world.dice("beat", world.count("beat"))
    scene = _look(world)
    weights = [beat.weight(world, scene) for beat in _BEATS]
    dice.choices(_BEATS, weights=weights)[0].act(world, dice, scene)
    _next_beat(world)


def _next_beat(world: World) -> None:
    world.later(world.dice("pause", world.count("pause")).uniform(*BEAT), "beat")


def _arrival(world: World, dice: Random, _scene: _Scene) -> None:
    arrive(world, dice)


def _taking(world: World, dice: Random, scene: _Scene) -> None:
    for visit in scene.takeable:
        colleague = free_colleague(world, dice, visit)
        if colleague is not None:
            visit_acts.take(world, visit, colleague)
            return
    arrive(world, dice)


def _finishing(world: World, dice: Random, scene: _Scene) -> None:
    visit = dice.choice(scene.running)
    visit_acts.finish(world, visit, world.people[visit.provider_id or ""])


def _leaving(world: World, dice: Random, scene: _Scene) -> None:
    visit_acts.close(world, dice.choice(scene.impatient), None, reason="patient_exit_room")


def _return(world: World, dice: Random, scene: _Scene) -> None:
    come_back(world, dice.choice(scene.gone))


def _confirming(world: World, dice: Random, scene: _Scene) -> None:
    visit_acts.confirm(world, dice.choice(scene.unconfirmed))


def _booking(world: World, dice: Random, _scene: _Scene) -> None:
    appoint(world, dice)


def _cancelling(world: World, dice: Random, scene: _Scene) -> None:
    visit_acts.close(world, dice.choice(scene.ahead), None, reason="patient_cancel_appointment")


def _clearing(world: World, _dice: Random, scene: _Scene) -> None:
    visit_acts.delete(world, scene.missed[0])


def _asking(world: World, dice: Random, _scene: _Scene) -> None:
    arrive(world, dice, kind=E_CONSULT)


def _accepting(world: World, dice: Random, scene: _Scene) -> None:
    visit = dice.choice(scene.e_consults)
    colleague = free_colleague(world, dice, visit)
    if colleague is None:
        arrive(world, dice)
    else:
        visit_acts.accept(world, visit, colleague)


def _answering(world: World, dice: Random, scene: _Scene) -> None:
    visit = dice.choice(scene.accepted)
    visit_acts.finish(world, visit, world.people.get(visit.provider_id or ""))


def _presence(world: World, dice: Random, _scene: _Scene) -> None:
    others = [p for p in world.people.values() if p.sees_patients and p.id != world.me and p.active]
    person = dice.choice(others)
    person.online = [] if person.online and dice.random() < 0.6 else list(person.rooms)


_BEATS = (
    _Beat(lambda _w, s: 9 if len(s.waiting) < s.full else 2 if len(s.waiting) < s.full + 3 else 0, _arrival),
    _Beat(lambda _w, s: (6 if len(s.waiting) >= s.full else 2) if s.takeable else 0, _taking),
    _Beat(lambda _w, s: 3 + len(s.running) if s.running else 0, _finishing),
    _Beat(lambda _w, s: 1 + 2 * max(0, len(s.waiting) - s.full) if s.impatient else 0, _leaving),
    _Beat(lambda _w, s: len(s.missed), _clearing),
    _Beat(lambda _w, s: 3 if s.gone else 0, _return),
    _Beat(lambda _w, s: 1 if s.unconfirmed else 0, _confirming),
    _Beat(lambda _w, s: 1 if len(s.ahead) < 8 else 0, _booking),
    _Beat(lambda _w, s: 1 if len(s.ahead) > 5 else 0, _cancelling),
    _Beat(lambda _w, s: 1 if len(s.e_consults) < 3 else 0, _asking),
    _Beat(lambda _w, s: 1 if len(s.e_consults) > 2 else 0, _accepting),
    _Beat(lambda _w, s: len(s.accepted), _answering),
    _Beat(lambda _w, _s: 1, _presence),
)


# -- choices -------------------------------------------------------------------------------------


def _some_room(world: World, dice: Random) -> Room:
    rooms = [room for room in world.rooms.values() if not room.closed]
    return dice.choices(rooms, weights=([6, 3] + [1] * len(rooms))[: len(rooms)])[0]


def _me(world: World, room: Room) -> list[Person]:
    return [world.people[world.me]] if world.me in room.provider_ids else []


def _somebody(world: World, dice: Random) -> Person:
    """Mostly a new face; sometimes a known patient who has nothing open."""
    busy = {visit.member_id for visit in world.open_visits()}
    if dice.random() < 0.25:
        known = [p for p in world.people.values() if p.is_patient and p.id not in busy]
        if known:
            return dice.choice(known)
    return newcomer(world)
