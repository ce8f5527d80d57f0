"""How this installation is set up, and how a session stands: numbers and words of closed sets alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from app.core.action import State
from app.home import Preferences, ThemeMode
from app.log.fields import template
from app.profile import PLACES, CallTarget, Profile
from app.session import Session
from app.visits.record import Visit

_PLACES = (*PLACES, "practice", "file")


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of the desktop: its size in logical px, device px for each, and dots per inch."""

    width: int
    height: int
    ratio: float
    dpi: float


def of_screens(platform: str, screens: Sequence[Screen]) -> list[str]:
    """platform: Qt's own name for the kind of desktop."""
    each = [f"screen: {one.width} x {one.height}, {one.ratio:g} px each, {one.dpi:g} dpi" for one in screens]
    return [f"platform: {platform}", *each]


def of_preferences(preferences: Preferences) -> list[str]:
    """What was chosen on this workstation; of names only whether there are any."""
    return [
        f"colours: {_one_of(preferences.theme, get_args(ThemeMode))}",
        f"text size: {preferences.text_scale:.0%}",
        f"server: {_one_of(preferences.place, _PLACES)}",
        f"a user name is remembered: {_yes(preferences.username)}",
    ]


def of_profile(profile: Profile) -> list[str]:
    """Where its servers are, as the log has addresses, and what differs from the usual."""
    told = [f"{name}: {template(address)}" for name, address in addresses_of(profile).items()]
    overrides = [
        f"endpoint {key}: {'off' if override == 'off' else 'moved'}"
        for key, override in sorted(profile.endpoints.items())
    ]
    return [
        *told,
        f"watches one room: {_yes(profile.room)}",
        f"call page: {_one_of(profile.call_target, get_args(CallTarget))}",
        f"asks every: {profile.poll_s:g} s",
        f"requests: {profile.requests_at_once} at once, {profile.requests_per_s:g} a second",
        *overrides,
    ]


def addresses_of(profile: Profile) -> dict[str, str]:
    """Every address in a profile, by its name there."""
    names = ("api", "portal", "claims", "nppes", "messenger", "conference", "broker")
    return {name: address for name in names if (address := getattr(profile, name))}


def of_session(session: Session) -> list[str]:
    """How it stands with the server, how old its facts are, what waits, and whether the disk keeps it."""
    standing = session.queue.connection.standing()
    trouble = session.store.trouble
    states = Counter(action.state for action in session.outbox.actions)
    rows = list(session.queue.visits)
    skew = session.clock.skew_s()
    return [
        f"connection: {standing.light}",
        f"age of the facts: {'not known' if standing.age_s is None else f'{standing.age_s:.0f} s'}",
        f"kept from an earlier run: {_yes(standing.is_restored)}",
        f"clock is off by: {'not known' if skew is None else f'{skew:.0f} s'}",
        f"visits: {len(rows)}, of which unreadable: {sum(not isinstance(row, Visit) for row in rows)}",
        f"rooms: {len(session.rooms.rooms)}",
        *(f"outbox, {state}: {states[state]}" for state in State),
        f"texts not saved: {len(session.drafts.places(''))}",
        f"kept on the disk: {_yes(session.store.is_kept)}",
        f"store: {'well' if trouble is None else trouble.reason}",
        f"store files made anew: {session.store.renewals}",
        *(f"not offered: {key}" for key in sorted(session.not_offered)),
    ]


def _one_of(word: str, words: Sequence[str]) -> str:
    return word if word in words else "another"


def _yes(value: object) -> str:
    return "yes" if value else "no"
