"""The trainer's hand on the practice clinic: clock, single happenings, weather, journal.

Not part of the vendor API.

Every route is under `/sandbox/` and wants the admin token in `X-ApiToken`. Replies use the vendor's envelope.
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.sandbox import day, signs, visit_acts
from app.sandbox.http import Refusal, as_truth, as_whole, read_whole, refuse, reply
from app.sandbox.journal import Journal
from app.sandbox.visit_states import WrongState
from app.sandbox.weather import Rule, Weather
from app.sandbox.world import COMPLETED, E_CONSULT, WALK_IN, Person, Visit, World

Body = dict[str, Any]


class Control:
    """The control routes over one world, its weather and its journal."""

    def __init__(self, world: World, weather: Weather, journal: Journal) -> None:
        self.world = world
        self.weather = weather
        self.journal = journal

    def routes(self) -> list[Route]:
        """All of them; a path alone says what it does."""
        handlers: dict[tuple[str, str], Callable[[Body], Any]] = {
            ("POST", "clock"): self.clock,
            ("GET", "clock"): self.clock,
            ("POST", "do"): self.do,
            ("POST", "account"): self.set_account,
            ("POST", "person"): self.set_person,
            ("POST", "weather"): self.set_weather,
            ("GET", "weather"): self.see_weather,
            ("GET", "log"): self.log,
            ("POST", "log/clear"): self.clear_log,
            ("GET", "state"): self.state,
        }
        return [
            Route(f"/sandbox/{path}", self._guarded(handler), methods=[method])
            for (method, path), handler in handlers.items()
        ]

    def _guarded(self, handler: Callable[[Body], Any]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            if request.headers.get("x-apitoken") != self.world.admin_token:
                return refuse(401)
            try:
                body = json.loads(await read_whole(request) or b"{}")
                return reply(handler(body))
            except Refusal as refusal:
                return refuse(refusal.status, refusal.message)
            except (WrongState, msgspec.ValidationError) as error:
                return refuse(400, str(error))
            except (ValueError, TypeError, AttributeError, KeyError, LookupError) as error:
                return refuse(400, f"{type(error).__name__}: {error}")

        return endpoint

    def clock(self, body: Body) -> Body:
        """`{"advance": seconds}` lets time pass; answers the world's time."""
        self.world.advance(float(body.get("advance", 0)))
        return {"now": self.world.now}

    def set_account(self, body: Body) -> Body:
        """`{"session.idle_timeout.duration": 120}` sets what the clinic has chosen, by key path."""
        for path, value in body.items():
            *branches, leaf = path.split(".")
            place = self.world.account
            for branch in branches:
                place = place.setdefault(branch, {})
            place[leaf] = value
        return self.world.account

    def set_person(self, body: Body) -> Body:
        """`{"person": id, ...}`: `"active": false`, they may not sign in; `"signed_in": false`, all their
        sign-ins end; `"subtype": "470"`, they do something else (api/users.md §1)."""
        person = _person(self.world, body, "person")
        if person is None:
            raise Refusal(400, "person is required.")
        if "subtype" in body:
            person.subtype = str(body["subtype"])
        if "active" in body:
            person.active = bool(as_truth(body["active"]))
        if "signed_in" in body and not as_truth(body["signed_in"]):
            self.world.end_sign_ins(person)
        return {"person": person.id, "active": person.active}

    def set_weather(self, body: Body) -> Body:
        """One rule, `{"rules": [...]}`, or `{"clear": true}`; a clear comes first."""
        if body.get("clear"):
            self.weather.rules = []
        new = body.get("rules", [body] if "kind" in body else [])
        self.weather.rules = [*self.weather.rules, *msgspec.convert(new, list[Rule])]
        return self.see_weather({})

    def see_weather(self, _body: Body) -> Body:
        """The rules in force, in order."""
        return {"rules": msgspec.to_builtins(self.weather.rules)}

    def log(self, _body: Body) -> list[Body]:
        """What was asked, oldest first."""
        return list(self.journal.entries)

    def clear_log(self, _body: Body) -> bool:
        """Forget what was asked."""
        self.journal.entries.clear()
        return True

    def state(self, _body: Body) -> Body:
        """Ids and statuses, who is online, and how often each token was spent on the portal."""
        world = self.world
        return {
            "now": world.now,
            "me": world.me,
            "visits": [
                {
                    "id": v.id,
                    "status": v.status,
                    "type": v.type,
                    "provider": v.provider_id,
                    "patient": v.member_id,
                    "room": v.room_code,
                    "start": v.start,
                    "intake": v.intake_id,
                    "related_walkin": v.related_walkin_id,
                    "left_because": v.left_because,
                }
                for v in world.visits.values()
            ],
            "online": {p.id: list(p.online) for p in world.people.values() if p.online},
            "sso_uses": dict(world.sso_uses),
        }

    def do(self, body: Body) -> Body:
        """Make one exact thing happen: `{"what": ..., ...}`; answers the visit's id and status."""
        act = _ACTS.get(str(body.get("what")))
        if act is None:
            raise Refusal(400, f"what is one of {', '.join(_ACTS)}.")
        visit = act(self.world, body, self.world.dice("do", self.world.count("do")))
        return {
            "visit": visit.id,
            "status": visit.status,
            "intake": visit.intake_id,
            "patient": visit.member_id,
        }


# -- the things a trainer can make happen --------------------------------------------------------


def _visit(world: World, body: Body) -> Visit:
    visit = world.visits.get(str(body.get("visit")))
    if visit is None:
        raise Refusal(404, "visit is not known.")
    return visit


def _person(world: World, body: Body, name: str) -> Person | None:
    if name not in body or body[name] is None:
        return None
    person = world.people.get(str(body[name]))
    if person is None:
        raise Refusal(404, f"{name} is not known.")
    return person


def _arrive(world: World, body: Body, dice: Random, kind: int = WALK_IN) -> Visit:
    """`patient`, `room`, `reason`, `provider` (null = none), `answers` fix parts; `visit`: an appointment."""
    if "visit" in body:
        return day.arrive_for(world, _visit(world, body))
    room = world.rooms[str(body["room"])] if "room" in body else None
    provider = _person(world, body, "provider")
    visit = day.arrive(
        world,
        dice,
        patient=_person(world, body, "patient"),
        room=room,
        reason=body.get("reason"),
        provider_id=provider.id if provider else None,
        answers=body.get("answers"),
        kind=kind,
    )
    if "provider" in body and provider is None:
        visit.provider_id = None
        world.intakes[visit.intake_id].provider_id = None
        world.keep(visit)
    return visit


def _ask(world: World, body: Body, dice: Random) -> Visit:
    """A new e-consult."""
    return _arrive(world, body, dice, E_CONSULT)


def _leave(world: World, body: Body, _dice: Random) -> Visit:
    """The patient leaves, with `reason` (default: left the room)."""
    visit = _visit(world, body)
    visit_acts.close(world, visit, None, reason=str(body.get("reason", "patient_exit_room")))
    return visit


def _come_back(world: World, body: Body, _dice: Random) -> Visit:
    """The patient of an ended visit enters again."""
    return day.come_back(world, _visit(world, body))


def _lose_signal(world: World, body: Body, _dice: Random) -> Visit:
    """Nothing is heard of the patient's page from now on; they have not left."""
    visit = _visit(world, body)
    signs.lose(world, visit)
    return visit


def _regain_signal(world: World, body: Body, _dice: Random) -> Visit:
    """The patient's page is open again, or for the first time."""
    visit = _visit(world, body)
    signs.regain(world, visit)
    return visit


def _take(world: World, body: Body, dice: Random) -> Visit:
    """A colleague (`provider`, or one of the room) takes the visit into the call."""
    visit = _visit(world, body)
    by = _person(world, body, "provider") or dice.choice(day.colleagues(world, world.rooms[visit.room_code]))
    visit_acts.take(world, visit, by)
    return visit


def _finish(world: World, body: Body, _dice: Random) -> Visit:
    """The visit is completed by its provider."""
    visit = _visit(world, body)
    visit_acts.finish(world, visit, world.people.get(visit.provider_id or ""))
    return visit


def _cancel(world: World, body: Body, _dice: Random) -> Visit:
    """The patient cancels."""
    visit = _visit(world, body)
    visit_acts.close(world, visit, None, reason="patient_cancel_appointment")
    return visit


def _confirm(world: World, body: Body, _dice: Random) -> Visit:
    """The visit is confirmed."""
    visit = _visit(world, body)
    visit_acts.confirm(world, visit)
    return visit


def _assign(world: World, body: Body, _dice: Random) -> Visit:
    """The visit goes to another `provider`."""
    visit, provider = _visit(world, body), _person(world, body, "provider")
    if provider is None:
        raise Refusal(400, "provider is required.")
    visit_acts.assign(world, visit, provider.id)
    return visit


def _appoint(world: World, body: Body, dice: Random) -> Visit:
    """An appointment is booked, in `minutes` minutes rounded up to a quarter of an hour."""
    return day.appoint(world, dice, as_whole(body.get("minutes"), "minutes"))


def _patch(world: World, body: Body, _dice: Random) -> Visit:
    """Distorts the raw rows of a visit: `set` overwrites keys, `unset` drops them, `reset` undoes it."""
    visit = _visit(world, body)
    if as_truth(body.get("reset")):
        visit.set_raw, visit.unset_raw = {}, []
    visit.set_raw = visit.set_raw | dict(body.get("set", {}))
    visit.unset_raw = [*visit.unset_raw, *body.get("unset", [])]
    world.keep(visit)
    return visit


def _complete_elsewhere(world: World, body: Body, _dice: Random) -> Visit:
    """Closed as completed by `provider`, whatever its provider is."""
    visit = _visit(world, body)
    visit_acts.close(world, visit, _person(world, body, "provider"), status=COMPLETED)
    return visit


_ACTS: dict[str, Callable[[World, Body, Random], Visit]] = {
    "arrive": _arrive,
    "econsult": _ask,
    "leave": _leave,
    "come_back": _come_back,
    "lose_signal": _lose_signal,
    "regain_signal": _regain_signal,
    "take": _take,
    "finish": _finish,
    "close": _complete_elsewhere,
    "cancel": _cancel,
    "confirm": _confirm,
    "assign": _assign,
    "book": _appoint,
    "patch": _patch,
}
