"""How the clinic stands when the day begins: rooms, people, the visits of resources/practice/scene.toml."""

import copy
from typing import Any

from app.files.sandbox.stored import photo
from app.sandbox import day
from app.sandbox.people import newcomer, populate, practice_json, practice_toml
from app.sandbox.visit_acts import book, write_intake
from app.sandbox.world import (
    CANCELLED,
    COMPLETED,
    CONFIRMED,
    E_CONSULT,
    ENDED,
    IN_PROGRESS,
    INVITED_GUEST,
    PENDING,
    REFUNDED,
    SCHEDULED,
    WALK_IN,
    Consultation,
    Person,
    Room,
    Visit,
    World,
)

FIRST_ROOM = 171
KINDS = {"walkin": WALK_IN, "scheduled": SCHEDULED, "econsult": E_CONSULT, "guest": INVITED_GUEST}
GROUND = 86_400 * 200
"""Seconds the rooms and the clinic existed before the day begins."""


def open_clinic(seed: int, start: float, visits: int | None = None) -> World:
    """The world at the start of the day; with `visits`, exactly that many open visits."""
    world = World(seed, start)
    cast = populate(world)
    world.me = cast["haddad"].id
    world.account = _account(world)
    for entry in practice_toml("rooms.toml")["room"]:
        _room(world, entry)
    entries = practice_toml("scene.toml")["visit"]
    if visits is not None:
        entries = _first_open(entries, visits)
    for entry in entries:
        _stage(world, cast, entry)
    _grow(world, visits or 0)
    day.begin(world)
    return world


def _account(world: World) -> dict[str, Any]:
    account = copy.deepcopy(practice_json("account.json"))
    return {"id": world.uuid("account"), "code": world.account_code, **account}


def _room(world: World, entry: dict[str, Any]) -> None:
    code = entry["code"]
    world.rooms[code] = Room(
        id=str(world.count("room", FIRST_ROOM)),
        code=code,
        slug=entry["slug"],
        name=entry["name"],
        description=entry["description"],
        provider_ids=[person.id for person in world.people.values() if code in person.rooms],
        specialties=[tuple(row) for row in entry["specialties"]],
        consultations=[
            Consultation(world.uuid("consultation", code, n), *row)
            for n, row in enumerate(entry["consultations"])
        ],
        created=world.start - GROUND,
        modified=world.start - GROUND,
        closed=entry.get("closed", False),
        close_message=entry.get("close_message", ""),
        allow_cancel=entry.get("allow_cancel", True),
    )


def _first_open(entries: list[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """All ended visits of the scene, and the first open ones up to the limit."""
    kept, left = [], limit
    for entry in entries:
        if entry["status"] in ENDED:
            kept.append(entry)
        elif left > 0:
            kept.append(entry)
            left -= 1
    return kept


def _stage(world: World, cast: dict[str, Person], entry: dict[str, Any]) -> None:
    """Put one visit of the scene on stage, with the past it must have had."""
    reason = entry.get("reason") or practice_toml("reasons.toml")["reasons"][entry["reason_index"]]
    provider = cast[entry["provider"]].id if "provider" in entry else None
    visit = _visit(
        world,
        cast[entry["patient"]],
        entry["room"],
        KINDS[entry["kind"]],
        entry["minutes"],
        provider,
        reason,
        practice_json("answers.json")[entry["answers"]],
    )
    intake = world.intakes[visit.intake_id]
    intake.attachments = [photo(world, visit, n) for n in range(entry.get("attachments", 0))]
    visit.left_because = entry.get("closed_with")
    _give_past(world, visit, entry["status"])


def _visit(
    world: World,
    patient: Person,
    room_code: str,
    kind: int,
    minutes: int,
    provider: str | None,
    reason: str,
    answers: dict[str, Any],
) -> Visit:
    """A visit that began `minutes` ago (an appointment ahead of us: negative)."""
    room = world.rooms[room_code]
    start = world.now - minutes * 60
    slot = (start, start + room.consultations[0].minutes * 60)
    intake = write_intake(
        world, patient, room, kind=kind, reason=reason, provider_id=provider, answers=answers
    )
    visit = book(world, intake, room, kind, provider_id=provider, slot=slot)
    visit.created = visit.modified = min(start, world.now - 86_400) if kind == SCHEDULED else start
    intake.created = visit.created - 75
    intake.modified = visit.created - 5
    return visit


def _give_past(world: World, visit: Visit, status: int) -> None:
    """The times and the end a visit of this status must have had."""
    visit.status = status
    if status in {IN_PROGRESS, COMPLETED, REFUNDED}:
        visit.actual_start = max(visit.start, min(visit.start + 360, world.now - 45))
        visit.modified = visit.actual_start
    if status in {COMPLETED, REFUNDED}:
        visit.actual_end = min(visit.start + 360 + visit.minutes * 60, world.now - 20)
        visit.completed_by = visit.provider_id
        visit.modified = visit.actual_end
    if status == CANCELLED:
        visit.actual_end = min(visit.start + 600, world.now - 30)
        visit.modified = visit.actual_end
    world.keep(visit)


def _grow(world: World, wanted: int) -> None:
    """Add open visits by chance until there are as many as wanted."""
    missing = wanted - sum(1 for _ in world.open_visits())
    rooms = [room for room in world.rooms.values() if not room.closed]
    reasons = practice_toml("reasons.toml")["reasons"]
    answers = list(practice_json("answers.json").values())
    for number in range(missing):
        dice = world.dice("grow", number)
        room = dice.choices(rooms, weights=(6, 3, 1))[0]
        kind = dice.choices((WALK_IN, SCHEDULED, E_CONSULT), weights=(6, 3, 1))[0]
        minutes = -dice.randint(5, 600) if kind == SCHEDULED else dice.randint(0, 200)
        status = dice.choices((PENDING, CONFIRMED, IN_PROGRESS), weights=(6, 3, 1))[0]
        if kind != WALK_IN and status == IN_PROGRESS:
            status = PENDING
        chosen = status == IN_PROGRESS or dice.random() < 0.4
        provider = dice.choice(day.colleagues(world, room)).id if chosen else None
        visit = _visit(
            world,
            newcomer(world),
            room.code,
            kind,
            minutes,
            provider,
            dice.choice(reasons),
            dice.choice(answers),
        )
        _give_past(world, visit, status)
