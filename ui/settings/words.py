"""What settings are called, and where their values come from."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from app.accounts.settings import AccountSettings
from app.alerts.rules import AlertRules
from app.choices import clinic_limits
from app.profile import CallTarget, Profile
from app.settings.record import Settings
from ui.kit.formats import span_text

_MINUTE_S = 60
_UNSAID = "The server does not say"
_NOT_FILLED_IN = f"{{}} ({_UNSAID[0].lower()}{_UNSAID[1:]})"

CALL_PAGES: dict[CallTarget, str] = {
    "visit": "The visit's own page",
    "dashboard": "The dashboard",
    "room": "The waiting room's page",
    "conference": "The meeting's own page",
    "messenger": "VSee Messenger",
}

Rows = list[tuple[str, str]]
"""Names and values, for people."""


def time_words(seconds: float) -> str:
    """Whole: 10 s, 90 s, 5 min, 4 hr."""
    return f"{seconds:g} s" if seconds < _MINUTE_S or seconds % _MINUTE_S else span_text(seconds)


def origin_words(value: str, *, is_chosen: bool, is_kept: bool) -> str:
    """Where a value comes from. value: what the clinic says. is_chosen: by the person. is_kept: on this
    computer, also when Vestibule closes."""
    if not is_chosen:
        return f"As the clinic says: {value}."
    return f"{chosen_words(is_kept)} The clinic says: {value}."


def chosen_words(is_kept: bool) -> str:
    """Beside a choice that somebody has made."""
    return "Chosen by you on this computer." if is_kept else "Chosen by you until Vestibule closes."


def account_rows(settings: AccountSettings) -> Rows:
    """What the clinic has set for all its staff."""
    limits, filled = clinic_limits(settings), settings.with_defaults()
    return [
        ("The window locks after", _limit(limits.lock_s, settings.idle_s)),
        ("Warning before that", _limit(limits.warning_s, settings.idle_warning_s)),
        ("Longest wait", _said(time_words(filled.max_wait_time or 0), settings.max_wait_time)),
        ("E-prescribing", _switch(filled.eprescribe, settings.eprescribe)),
        ("Chart", _switch(filled.emr, settings.emr)),
        ("Health data", _switch(filled.health, settings.health)),
        ("Chat of a visit", _switch(filled.visit_chat, settings.visit_chat)),
        ("Payment", _switch(filled.payment, settings.payment)),
        ("The front desk sees reasons", _switch(filled.desk_sees_reason, settings.desk_sees_reason)),
    ]


def alert_rows(rules: AlertRules) -> Rows:
    """When alerts are told: what the clinic has set, and the start values of what it has not."""

    def row(name: str, title: str, text: str) -> tuple[str, str]:
        return title, text if name in rules.said else f"{text} (the usual)"

    rooms = len(rules.rooms)
    own = [("Rooms with rules of their own", str(rooms))] if rooms else []
    return [
        row("repeat_s", "Told again after", time_words(rules.repeat_s)),
        row("most", "At most", f"{rules.most} times in each step"),
        row("flash_from", "The taskbar flashes from", f"the {_nth(rules.flash_from)} time"),
        row("desk_s", "The front desk is told after", time_words(rules.desk_s)),
        row("urgent_s", "Urgent after", time_words(rules.urgent_s)),
        row("group_s", "Who comes together is one alert, within", time_words(rules.group_s)),
        row("pause_s", "The sound can be paused for", time_words(rules.pause_s)),
        row("urgent_when_paused", "What is urgent sounds in a pause", _on(rules.urgent_when_paused)),
        *own,
    ]


def user_rows(settings: Settings) -> Rows:
    """What the server keeps for this person."""
    channels = settings.channels
    ways = (("e-mail", channels.email), ("SMS", channels.sms), ("push", channels.push))
    return [
        ("Language", settings.language or _UNSAID),
        ("Time zone", settings.zone or _UNSAID),
        ("Notifications", _channels(ways)),
        ("E-mail to you", _UNSAID if settings.disable_emails is None else _on(not settings.disable_emails)),
    ]


def profile_rows(profile: Profile, room: str) -> Rows:
    """What stands in the clinic's profile. room: name of the one that it watches, "" for all."""
    return [
        ("Server", urlsplit(profile.api).hostname or ""),
        ("Account", profile.account or "None"),
        ("The queue is read every", time_words(profile.poll_s)),
        ("Rooms", f"{room} only" if room else "All"),
        ("A started call opens", CALL_PAGES[profile.call_target]),
    ]


def _limit(counts_s: float, said_s: int | None) -> str:
    """Of a time that is kept within bounds (SEC-02)."""
    if said_s is None or said_s == counts_s:
        return _said(time_words(counts_s), said_s)
    theirs = f"the clinic's {time_words(said_s)} is out of bounds" if said_s else "the clinic: off"
    return f"{time_words(counts_s)} ({theirs})"


def _switch(value: bool | None, said: bool | None) -> str:
    return _said(_on(bool(value)), said)


def _said(text: str, said: object) -> str:
    return _NOT_FILLED_IN.format(text) if said is None else text


def _nth(number: int) -> str:
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(number, f"{number}th")


def _on(value: bool) -> str:
    return "On" if value else "Off"


def _channels(ways: Sequence[tuple[str, bool | None]]) -> str:
    if all(is_wanted is None for _, is_wanted in ways):
        return _UNSAID
    wanted = ", ".join(name for name, is_wanted in ways if is_wanted)
    return f"By {wanted}" if wanted else "None"
