"""A waiting room (api/rooms.md §1)."""

import html
import re

import msgspec

from app.core.unreadable import Unreadable
from app.payments.record import Prices, read_prices
from app.wire.reader import Row

# A tag holds no further "<", so that no text takes longer than its length; "3 < 4 > 2" is none.
_TAG = re.compile(r"<[!/A-Za-z][^<>]*>")


class Specialty(msgspec.Struct, frozen=True, kw_only=True):
    """A field of medicine that a room offers. code: such as "dermatology"; minutes: None when not said."""

    code: str = ""
    name: str = ""
    minutes: int | None = None


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """A button of the patient's page. text: "" for the page's own words."""

    text: str = ""
    is_hidden: bool | None = None


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One way into a visit of this room: walk-in, appointment or e-consult.

    reviews_profile: patients look through their profile first.
    """

    is_enabled: bool | None = None
    reviews_profile: bool | None = None
    button: Button = Button()


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Whether patients choose a provider (api/rooms.md §1, "ProviderSelectConfig").

    any_text: the words for "whoever is free". shows: the choice is offered; allows_any: nobody need be
    chosen.
    """

    any_text: str = ""
    walk_in_shows: bool | None = None
    walk_in_allows_any: bool | None = None
    appointment_shows: bool | None = None
    appointment_allows_any: bool | None = None


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who may enter the room's page (api/rooms.md §1, keys `auth.*`)."""

    guest_log_in: bool | None = None
    guest_sign_up: bool | None = None
    member_log_in_disabled: bool | None = None
    member_sign_up_disabled: bool | None = None


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A waiting room (api/rooms.md §1). None and "" mean that the server did not say.

    code: what the API knows it by; number: the id that visits quote as `room_id`; slug: its page is
    {portal}u/<slug>, unique inside the domain. A row of a list says less than the room itself (quirk 21).
    created, modified: Unix s. zone: IANA. close_message: plain text, markup stripped. prices: consultations
    that patients choose from. start_blackout: seconds before its start from which an appointment may begin.
    allow_cancel: patients may cancel appointments. stays_after_call: patients stay in the waiting room until
    the visit is completed. chat_history: minutes of chat that are shown, -1 for all. unread: paths of what
    came but could not be understood.
    """

    code: str
    number: str = ""
    slug: str = ""
    name: str = ""
    short_name: str = ""
    domain: str = ""
    account_code: str = ""
    description: str = ""
    subtitle: str = ""
    logo_url: str = ""
    active: bool | None = None
    created: float | None = None
    modified: float | None = None
    is_closed: bool | None = None
    close_message: str = ""
    zone: str = ""
    provider_ids: tuple[str, ...] = ()
    specialties: tuple[Specialty, ...] = ()
    prices: Prices = Prices()
    walk_in: Way = Way()
    appointment: Way = Way()
    econsult: Way = Way()
    start_button: Button = Button()
    start_blackout: int | None = None
    allow_cancel: bool | None = None
    stays_after_call: bool | None = None
    selection: Selection = Selection()
    sign_in: SignIn = SignIn()
    providers_shown: bool | None = None
    public_access: bool | None = None
    guest_only: bool | None = None
    one_time_use: bool | None = None
    chat_history: int | None = None
    may_start_chat: bool | None = None
    unread: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Rooms are keyed by their code."""
        return self.code


def read_room(row: Row) -> Room | Unreadable:
    """The room that a JSON object describes; only a missing code makes it Unreadable."""
    code = row.text("code")
    if not code:
        return row.unreadable("code is missing")
    complaints_before = len(row.complaints)
    operation, visits = row.object("operation_settings"), row.object("visits")
    appointment, chat = visits.object("appointment"), row.object("chat").object("members")
    return Room(
        code=code,
        number=row.text("id") or "",
        slug=row.text("slug") or "",
        name=row.text("name", "display_name") or "",
        short_name=row.text("name_short") or "",
        domain=row.text("domain") or "",
        account_code=row.text("account_code") or "",
        description=row.text("description") or "",
        subtitle=row.text("subtitle") or "",
        logo_url=row.text("logo_url") or "",
        active=row.flag("active"),
        created=row.instant("created"),
        modified=row.instant("modified"),
        is_closed=operation.flag("is_closed"),
        close_message=_close_message(operation),
        zone=operation.text("default_timezone") or "",
        provider_ids=row.texts("provider_ids") or row.texts("users"),
        specialties=tuple(_specialty(part) for part in row.objects("specialties")),
        prices=read_prices(row),
        walk_in=_way(row, "walkin", "btn_walkin"),
        appointment=_way(row, "appointment", "btn_schedule"),
        econsult=_way(row, "econsult", "btn_econsult"),
        start_button=_button(row, "btn_start"),
        start_blackout=appointment.number("start_blackout"),
        allow_cancel=appointment.object("users").object("patient").flag("allow_cancel"),
        stays_after_call=visits.object("on_end_call").flag("show_local_video"),
        selection=_selection(row.object("provider_selection")),
        sign_in=_sign_in(row.object("auth")),
        providers_shown=row.object("provider_list").flag("show"),
        public_access=row.flag("public_access_room"),
        guest_only=row.flag("guest_only"),
        one_time_use=row.flag("one_time_use"),
        chat_history=chat.number("history"),
        may_start_chat=chat.flag("initiate_chat"),
        unread=tuple(dict.fromkeys(row.complaints[complaints_before:])),
    )


def _close_message(operation: Row) -> str:
    """Under its old name or its new one (quirk 22), as plain text."""
    message = operation.text("close_msg") or operation.object("close_message").text("html") or ""
    return " ".join(html.unescape(_TAG.sub(" ", message)).split())


def _specialty(row: Row) -> Specialty:
    return Specialty(code=row.text("code") or "", name=row.text("name") or "", minutes=row.number("duration"))


def _way(row: Row, name: str, button: str) -> Way:
    way = row.object("visits").object(name)
    return Way(
        is_enabled=way.flag("enabled"),
        reviews_profile=way.flag("force_profile_review"),
        button=_button(row, button),
    )


def _button(row: Row, name: str) -> Button:
    button = row.object("customization").object(name)
    return Button(text=button.text("text") or "", is_hidden=button.flag("hidden"))


def _selection(row: Row) -> Selection:
    walk_in, appointment = row.object("walkin"), row.object("appointment")
    return Selection(
        any_text=row.text("any_option_text") or "",
        walk_in_shows=walk_in.flag("show"),
        walk_in_allows_any=walk_in.flag("allow_any"),
        appointment_shows=appointment.flag("show"),
        appointment_allows_any=appointment.flag("allow_any"),
    )


def _sign_in(row: Row) -> SignIn:
    guest, member = row.object("guest"), row.object("member")
    return SignIn(
        guest_log_in=guest.object("log_in").flag("enabled"),
        guest_sign_up=guest.object("sign_up").flag("enabled"),
        member_log_in_disabled=member.object("log_in").flag("disabled"),
        member_sign_up_disabled=member.object("sign_up").flag("disabled"),
    )
