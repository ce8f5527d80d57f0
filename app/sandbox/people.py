"""The invented people: those of resources/practice/people.toml, and as many more as the day needs."""

import json
import tomllib
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from app.sandbox.world import GUEST, MEMBER, PROVIDER, Person, World

PASSWORD = "practice"  # noqa: S105 -- the whole clinic is invented, and prints it
FIRST_PROVIDER = 612
FIRST_STAFF = 640
FIRST_PATIENT = 7301


@cache
def practice_toml(name: str) -> dict[str, Any]:
    """One TOML file of resources/practice."""
    return tomllib.loads((files("resources") / "practice" / name).read_text("utf-8"))


@cache
def practice_json(name: str) -> dict[str, Any]:
    """One JSON file of resources/practice."""
    loaded: dict[str, Any] = json.loads((files("resources") / "practice" / name).read_text("utf-8"))
    return loaded


def populate(world: World) -> dict[str, Person]:
    """Put everybody of people.toml into the world; answers them by their key in that file."""
    cast: dict[str, Person] = {}
    book = practice_toml("people.toml")
    for entry in book["provider"]:
        cast[entry["key"]] = _provider(world, entry)
    for entry in book["staff"]:
        cast[entry["key"]] = _staff(world, entry)
    for entry in book["patient"]:
        cast[entry["key"]] = _patient(world, entry)
    return cast


def newcomer(world: World) -> Person:
    """A patient nobody has seen before, made of the seed and a running number."""
    number = world.count("newcomer")
    dice = world.dice("newcomer", number)
    names = practice_toml("people.toml")["later"]
    entry = {
        "first_name": dice.choice(names["given"]),
        "last_name": dice.choice(names["family"]),
        "age_days": _age_in_days(dice),
        "gender": dice.choice((1, 2)),
    }
    return _patient(world, entry)


def _age_in_days(dice: Random) -> int:
    """A clinic's spread of ages: some children, many adults, some old people."""
    years = dice.choices((3, 14, 32, 55, 76), weights=(2, 1, 4, 4, 3))[0] + dice.randint(-2, 9)
    return years * 365 + dice.randint(30, 330)


def _provider(world: World, entry: dict[str, Any]) -> Person:
    person = _person(world, entry, str(world.count("provider", FIRST_PROVIDER)), PROVIDER)
    person.role = "provider"
    person.subtype = entry["subtype"]
    person.title = entry["title"]
    person.suffix = entry["suffix"]
    person.rooms = list(entry["rooms"])
    person.online = list(person.rooms) if entry["online"] else []
    person.hidden = entry.get("hidden", False)
    person.profile = {key: entry[key] for key in ("short_bio", "languages", "states_licensed")}
    if entry.get("activation"):
        person.password, person.active, person.status, person.tos = None, False, 10, False
        person.email_token = world.hex32("activation", person.id)
    return person


def _staff(world: World, entry: dict[str, Any]) -> Person:
    person = _person(world, entry, str(world.count("staff", FIRST_STAFF)), entry["type"])
    person.role = entry["role"]
    person.subtype = entry["subtype"]
    return person


def _patient(world: World, entry: dict[str, Any]) -> Person:
    number = world.count("patient", FIRST_PATIENT)
    person = _person(world, entry, str(number), entry.get("type", MEMBER))
    person.dob = _born(world, entry)
    person.timezone = entry.get("timezone", person.timezone)
    person.phone = f"{(415, 503, 702, 206, 808)[number % 5]}55501{number % 100:02d}"
    person.address = {
        "street_addr": f"{number % 900 + 10} Practice Street",
        "city": "Harbor City",
        "state": ("CA", "NV", "OR", "WA")[number % 4],
        "zip": f"{number * 37 % 100_000:05d}",
    }
    if person.type == GUEST:
        person.password = None
    return person


def _person(world: World, entry: dict[str, Any], person_id: str, kind: int) -> Person:
    username = entry.get("username") or f"patient.{person_id}"
    person = Person(
        id=person_id,
        code=world.hex32("user code", person_id),
        first_name=entry["first_name"],
        last_name=entry["last_name"],
        username=username,
        email=f"{username}@example.test",
        type=kind,
        password=PASSWORD,
        gender=entry["gender"],
    )
    world.people[person.id] = person
    return person


def _born(world: World, entry: dict[str, Any]) -> str | None:
    if "born" in entry:
        return str(entry["born"])
    today = datetime.fromtimestamp(world.start, UTC).date()
    if "age_years" in entry:
        return date(today.year - int(entry["age_years"]), 1, 1).isoformat()
    if "age_days" in entry:
        return (today - timedelta(days=int(entry["age_days"]))).isoformat()
    return None
