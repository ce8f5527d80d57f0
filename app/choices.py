"""What somebody has chosen for themselves at this computer; the clinic's word counts where they have not."""

from dataclasses import replace
from typing import Annotated, Any, Final, Literal, get_args

import msgspec

from app.accounts.settings import AccountSettings
from app.core.activity import Limits, limits_of, warning_within
from app.profile import CallTarget
from app.visits.filter import Filter
from app.visits.sections import Section
from app.visits.views import Views

PollS = Literal[5, 10, 15, 30, 60]
LockS = Literal[60, 120, 180, 300, 600, 900]
POLLS_S: Final[tuple[PollS, ...]] = get_args(PollS)
LOCKS_S: Final[tuple[LockS, ...]] = get_args(LockS)

Volume = Literal[25, 50, 75, 100]
VOLUMES: Final[tuple[Volume, ...]] = get_args(Volume)
USUAL_VOLUME: Final[Volume] = 75
_DeviceName = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
_ColumnName = Annotated[str, msgspec.Meta(max_length=32)]
_RoomCode = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """None is always: as the clinic says.

    poll_s: seconds from one answer about the queue to the next question. call_target: the page that a started
    call opens. lock_s: seconds without input until the window locks; never more than the clinic's limit
    (`shortened`). room: the code of the one room whose patients are shown. filter: what the list is narrowed
    to, without its text (`with_filter`). views: filters that were given a name.
    volume: of alerts, per cent. sound_device: by its name. low_sounds: whether alerts of the lowest priority
    sound; the others always do. folded: sections of the list that are shown as their heading alone.
    hidden_columns: by name.
    """

    poll_s: PollS | None = None
    call_target: CallTarget | None = None
    lock_s: LockS | None = None
    room: _RoomCode | None = None
    filter: Filter | None = None
    views: Views | None = None
    volume: Volume | None = None
    sound_device: _DeviceName | None = None
    low_sounds: bool | None = None
    folded: tuple[Section, ...] | None = None
    hidden_columns: tuple[_ColumnName, ...] | None = None


def read_choices(body: bytes | None) -> Choices:
    """As they lie in the store. What cannot be read, or is out of bounds, counts as not chosen."""
    try:
        said: Any = {} if body is None else msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = None
    if not isinstance(said, dict):
        return Choices()
    fields = msgspec.structs.fields(Choices)
    return Choices(
        **{field.encode_name: _fitting(said.get(field.encode_name), field.type) for field in fields}
    )


def _fitting(value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return None


def with_filter(choices: Choices, chosen: Filter) -> Choices:
    """What is kept when the list is narrowed to `chosen`: everything of it but its text."""
    lasting = chosen.lasting
    return msgspec.structs.replace(choices, filter=None if lasting.is_empty else lasting)


def clinic_limits(clinic: AccountSettings | None) -> Limits:
    """As the clinic has set them, within their bounds; None: it has not been read."""
    return Limits() if clinic is None else limits_of(clinic.idle_s, clinic.idle_warning_s)


def shortened(limits: Limits, lock_s: float | None) -> Limits:
    """The clinic's limits, with a shorter time until the lock (SEC-02); a longer one changes nothing."""
    if lock_s is None or lock_s >= limits.lock_s:
        return limits
    return replace(limits, lock_s=lock_s, warning_s=warning_within(lock_s, limits.warning_s))


def arranged_alike(choices: Choices) -> Choices:
    """Without how the list is arranged and narrowed: whoever looks for somebody sets nothing."""
    return msgspec.structs.replace(choices, filter=None, views=None, folded=None, hidden_columns=None)
