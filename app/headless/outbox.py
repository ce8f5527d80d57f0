"""`vestibule outbox`: what one person did and the server has not taken yet.

Exit codes: 0 done, 1 refused again, not there or not to be discarded, 2 wrong use, 3 cannot sign in,
4 server not reachable and the person not known here, 5 tried again and not sent yet, or not known to be: it
stays kept.
"""

import argparse
import asyncio
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from app.core.action import Action, State
from app.core.keys import Keys
from app.core.pending import UNREADABLE
from app.credentials import profile_of
from app.headless.checkin import tell_of_store
from app.headless.command import (
    NOT_YET_SENT,
    OK,
    REFUSED,
    asked_to_end,
    complain,
    first,
    given,
    plain,
    run,
    say,
)
from app.headless.desk import Desk, open_desk
from app.headless.signing import SignIn, app_keys
from app.home import home
from app.users.role import Rights
from app.visits.export import iso

_DONE = (State.SENT, State.REFUSED)
_COLUMNS = (("STATE", 8), ("SINCE", 16), ("KIND", 11), ("WHOSE", 36), ("ID", 32), ("WHY", 0))
_PLACES = (("room", "room"), ("visit_id", "visit"), ("intake_id", "intake"), ("file_id", "file"))


def run_outbox(arguments: argparse.Namespace) -> int:
    """`vestibule outbox`."""
    return run(lambda: _run(SignIn(profile_of(arguments), given(), app_keys()), arguments))


async def _run(sign_in: SignIn, arguments: argparse.Namespace) -> int:
    desk = await open_desk(sign_in, Keys(), home() / "stores")
    tell_of_store(desk.kept)
    try:
        code = await act(
            desk, arguments.retry, arguments.discard, arguments.wait, send_anyway=arguments.send_anyway
        )
        show(desk.outbox.actions, desk.rights, as_json=arguments.json)
    finally:
        await desk.close()
    return code


async def act(
    desk: Desk,
    retry: Sequence[str],
    discard: Sequence[str],
    wait_s: float,
    *,
    send_anyway: Sequence[str] = (),
) -> int:
    """Discards and tries again, by id; the exit code. Raises Ended.

    send_anyway: without being found missing first: see `Outbox.send_anyway`. wait_s: for what is tried again.
    """
    discarded = [await _discarded(desk, action_id) for action_id in discard]
    tried = [action_id for action_id in retry if await _retried(desk, action_id)]
    tried += [action_id for action_id in send_anyway if await _insisted(desk, action_id)]
    states = await _outcome(desk, tried, wait_s) if tried else []
    if not all(discarded) or len(tried) < len(retry) + len(send_anyway) or State.REFUSED in states:
        return REFUSED
    return OK if all(state == State.SENT for state in states) else NOT_YET_SENT


def show(actions: Collection[Action], rights: Rights, *, as_json: bool) -> None:
    """Prints them, oldest first: for people, or one JSON object a line. Of what was done in another role no
    more than that it was (SEC-10)."""
    if as_json:
        for action in actions:
            say(json.dumps(_as_json(action, rights), ensure_ascii=False))
        return
    say(_row([title for title, _ in _COLUMNS]))
    for action in actions:
        whose = _whose(action) if rights.shows(action.kind) else ""
        say(_row([action.state, _since(action), action.kind, whose, action.id, action.words]))
    say(f"{sum(action.state != State.SENT for action in actions)} not sent")


async def _discarded(desk: Desk, action_id: str) -> bool:
    if action_id not in desk.outbox.actions:
        complain(f"There is no {plain(action_id)} in the outbox.")
        return False
    is_gone = await desk.outbox.discard(action_id)
    if not is_gone:
        complain(f"{plain(action_id)} is on its way just now, so it was not discarded.")
    return is_gone


async def _retried(desk: Desk, action_id: str) -> bool:
    action = desk.outbox.actions.get(action_id)
    if action is None:
        complain(f"There is no {plain(action_id)} in the outbox.")
    elif action.state == State.SENT or action.kind == UNREADABLE:
        complain(f"{plain(action_id)} cannot be sent again.")
    else:
        await desk.outbox.retry(action_id)
        return True
    return False


async def _insisted(desk: Desk, action_id: str) -> bool:
    action = desk.outbox.actions.get(action_id)
    if action is None:
        complain(f"There is no {plain(action_id)} in the outbox.")
    elif not await desk.outbox.send_anyway(action_id):
        complain(f"{plain(action_id)} is not one to decide on: it is looked for first. Use --retry.")
    else:
        return True
    return False


async def _outcome(desk: Desk, ids: Collection[str], wait_s: float) -> list[State]:
    """Where they stand when all have come to an end, or the time is over."""

    def states() -> list[State]:
        found = (desk.outbox.actions.get(action_id) for action_id in ids)
        return [action.state for action in found if action is not None]

    def done() -> bool:
        return all(state in _DONE for state in states())

    working = asyncio.ensure_future(desk.work())
    try:
        with asked_to_end() as stop:
            await first(working, desk.until(done), stop.wait(), within_s=wait_s)
        if working.done():
            working.result()
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    return states()


def _as_json(action: Action, rights: Rights) -> dict[str, Any]:
    said = {**asdict(action), "made_at": iso(action.made_at), "sent_at": iso(action.sent_at)}
    return said if rights.shows(action.kind) else {**said, "subject": "", "body": {}, "found": {}}


def _row(texts: list[str]) -> str:
    cells = (plain(text).ljust(width) for text, (_, width) in zip(texts, _COLUMNS, strict=True))
    return "  ".join(cells).rstrip()


def _since(action: Action) -> str:
    """When it left, else when it was done, in the time of this computer."""
    moment = action.sent_at or action.made_at
    return f"{datetime.fromtimestamp(moment, UTC).astimezone():%Y-%m-%d %H:%M}" if moment else "unknown"


def _whose(action: Action) -> str:
    """No more than is needed to tell them apart: the patient, and the place of what was done."""
    body = action.body if isinstance(action.body, dict) else {}
    patient = body.get("patient")
    if isinstance(patient, dict):
        who = " ".join(str(patient.get(name) or "") for name in ("first_name", "last_name", "dob"))
    else:
        who = f"patient {action.subject}" if action.subject.isalnum() else ""
    places = [f"{word} {body[key]}" for key, word in _PLACES if body.get(key)]
    return ", ".join(filter(None, (" ".join(who.split()), *places)))
