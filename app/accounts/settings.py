"""How a clinic has set up its account (api/settings.md §1, the SDK's key paths)."""

from typing import Final

import msgspec

from app.alerts.rules import AlertRules, read_rules
from app.calls.rules import CallRules, read_call_rules
from app.visits.limits import LONGEST_WAIT_S, Limits, read_limits
from app.wire.reader import Row

_MOST = 7 * 86_400


class AccountSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The clinic's choices. None and "" mean that the server did not say; `with_defaults` fills them in.

    keep_alive_s, current_visit_s, visit_detail_s: seconds between two questions. max_wait_time: seconds after
    which somebody who waits has waited too long. idle_s, idle_warning_s: seconds [assumed unit], 0 is off.
    desk_sees_reason: the front desk reads why patients come. free_text: what is shown for an amount of 0.
    support_html: with markup. selfpay_clinic: an account code. alerts: when they are told,
    where that is other than usual. wait_limits: for each visit, `max_wait_time` included.
    calls: how they are made.
    """

    keep_alive_s: int | None = None
    current_visit_s: int | None = None
    visit_detail_s: int | None = None
    max_wait_time: int | None = None
    wait_limits: Limits = Limits()
    calls: CallRules = CallRules()
    idle_s: int | None = None
    idle_warning_s: int | None = None
    desk_sees_reason: bool | None = None
    emr: bool | None = None
    eprescribe: bool | None = None
    pharmacy_required: bool | None = None
    health: bool | None = None
    dependants: bool | None = None
    eligibility: bool | None = None
    selfpay_clinic: str = ""
    international_address: bool | None = None
    visit_chat: bool | None = None
    payment: bool | None = None
    card_always_shown: bool | None = None
    card_optional: bool | None = None
    card_skipped_for_appointments: bool | None = None
    card_may_be_left_out: bool | None = None
    free_text: str = ""
    amount_hidden: bool | None = None
    duration_hidden: bool | None = None
    deferred_verification: bool | None = None
    unverified_may_schedule: bool | None = None
    unverified_may_walk_in: bool | None = None
    apple_login: bool | None = None
    facebook_login: bool | None = None
    google_login: bool | None = None
    system_messages: bool | None = None
    system_messages_urgent: bool | None = None
    waiting_room_title: str = ""
    waiting_room_subtitle: str = ""
    support_phone: str = ""
    support_html: str = ""
    theme: str = ""
    min_requirements_version: str = ""
    alerts: AlertRules | None = None

    def with_defaults(self) -> "AccountSettings":
        """These settings, and DEFAULTS for what the server did not say."""
        said = {
            name: value for name in self.__struct_fields__ if (value := getattr(self, name)) not in (None, "")
        }
        return msgspec.structs.replace(DEFAULTS, **said)


DEFAULTS: Final = AccountSettings(
    keep_alive_s=250,
    current_visit_s=60,
    visit_detail_s=15,
    max_wait_time=LONGEST_WAIT_S,
    idle_s=0,
    idle_warning_s=0,
    desk_sees_reason=False,
    emr=False,
    eprescribe=False,
    pharmacy_required=False,
    health=False,
    dependants=False,
    eligibility=False,
    international_address=False,
    visit_chat=False,
    payment=False,
    card_always_shown=False,
    card_optional=False,
    card_skipped_for_appointments=False,
    card_may_be_left_out=True,
    free_text="Free",
    amount_hidden=False,
    duration_hidden=False,
    deferred_verification=False,
    unverified_may_schedule=True,
    unverified_may_walk_in=True,
    apple_login=False,
    facebook_login=False,
    google_login=False,
    system_messages=False,
    system_messages_urgent=True,
    waiting_room_title="Waiting Room",
)
"""What the vendor's app takes for granted where the server is silent (api/settings.md §1, "default")."""


def read_settings(row: Row) -> AccountSettings:
    """The settings in an account. Numbers are kept within 0 and a week: a server can say any."""
    max_wait_time = _number(row, "max_wait_time")
    return AccountSettings(
        keep_alive_s=_number(row, "api.interval.users_alive"),
        current_visit_s=_number(row, "api.interval.visits_current"),
        visit_detail_s=_number(row, "api.interval.visits_view"),
        max_wait_time=max_wait_time,
        wait_limits=read_limits(row, max_wait_time),
        calls=read_call_rules(row),
        idle_s=_number(row, "session.idle_timeout.duration"),
        idle_warning_s=_number(row, "session.idle_timeout.warning_period"),
        # A setting of our own making [assumed]: the documented ones say nothing of who sees what.
        desk_sees_reason=_flag(row, "privacy.front_desk.reason.enabled"),
        emr=_flag(row, "emr.enabled"),
        eprescribe=_flag(row, "eprescribe.enabled"),
        pharmacy_required=_flag(row, "eprescribe.pharmacy.required"),
        health=_flag(row, "health.enabled"),
        dependants=_flag(row, "dependant.enabled"),
        eligibility=_flag(row, "eligibility.enabled"),
        selfpay_clinic=_text(row, "eligibility.selfpay_clinic_code"),
        international_address=_flag(row, "profile.international_address.enabled"),
        visit_chat=_flag(row, "visit_options.summary.chat.enabled"),
        payment=_flag(row, "payment.enabled"),
        card_always_shown=_flag(row, "payment.card_info.always_show"),
        card_optional=_flag(row, "payment.card_info.optional"),
        card_skipped_for_appointments=_flag(row, "payment.card_info.skip_during_appt_scheduling"),
        card_may_be_left_out=_flag(row, "card_info.optional"),
        free_text=_text(row, "consultation.amount.free_text"),
        amount_hidden=_flag(row, "consultation.amount.is_hidden"),
        duration_hidden=_flag(row, "consultation.duration.is_hidden"),
        deferred_verification=_flag(row, "auth.settings.member.portal.deferred_verification.enabled"),
        unverified_may_schedule=_flag(row, "deferred_verification_allow_schedule"),
        unverified_may_walk_in=_flag(row, "deferred_verification_allow_walk_in"),
        apple_login=_flag(row, "auth.settings.member.apple.enabled"),
        facebook_login=_flag(row, "auth.settings.member.facebook.enabled"),
        google_login=_flag(row, "auth.settings.member.google.enabled"),
        system_messages=_flag(row, "vsee_api.send_system_msg.enabled"),
        system_messages_urgent=_flag(row, "vsee_api.send_system_msg.priority"),
        waiting_room_title=_text(row, "waiting_room.alias"),
        waiting_room_subtitle=_text(row, "waiting_room.subtitle"),
        support_phone=_text(row, "support.phone_business"),
        support_html=_text(row, "support.message.html"),
        theme=_text(row, "theme.name"),
        min_requirements_version=_text(row, "min_requirements_version"),
        alerts=read_rules(row.object("alerts")),
    )


def _number(row: Row, path: str) -> int | None:
    said = _parent(row, path).number(_last(path))
    return None if said is None else min(max(said, 0), _MOST)


def _flag(row: Row, path: str) -> bool | None:
    return _parent(row, path).flag(_last(path))


def _text(row: Row, path: str) -> str:
    return _parent(row, path).text(_last(path)) or ""


def _parent(row: Row, path: str) -> Row:
    """The object that the last key of a dotted path is in."""
    for name in path.split(".")[:-1]:
        row = row.object(name)
    return row


def _last(path: str) -> str:
    return path.rpartition(".")[2]
