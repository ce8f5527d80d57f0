"""The clinic's account (api/settings.md §1)."""

from collections.abc import Mapping

import msgspec

from app.accounts.schema import Step, read_step
from app.accounts.settings import AccountSettings, read_settings
from app.core.unreadable import Unreadable
from app.wire.reader import Row

Steps = tuple[Step | Unreadable, ...]


class AccountName(msgspec.Struct, frozen=True, kw_only=True):
    """One of the server's clinics, by its code."""

    code: str
    name: str = ""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A clinic (api/settings.md §1). None and "" mean that the server did not say.

    states: the clinic's forms by path, such as "signup.signup". intake_steps: what a patient fills in before
    the visit exists; post_intake_steps: afterwards. A step that cannot be read stays in its place.
    unread: paths of what came but could not be understood.
    """

    code: str
    id: str = ""
    name: str = ""
    domain: str = ""
    description: str = ""
    portal_title: str = ""
    privacy_id: str = ""
    logo_url: str = ""
    custom_endpoint: str = ""
    settings: AccountSettings = AccountSettings()
    states: Mapping[str, Steps] = {}
    intake_steps: Steps = ()
    post_intake_steps: Steps = ()
    unread: tuple[str, ...] = ()


def read_account_name(row: Row) -> AccountName | Unreadable:
    """A row of the list of clinics; only a missing code makes it Unreadable."""
    code = row.text("code")
    if not code:
        return row.unreadable("code is missing")
    return AccountName(code=code, name=row.text("name") or "")


def read_account(row: Row) -> Account | Unreadable:
    """The account that a JSON object describes; only a missing code makes it Unreadable."""
    complaints_before = len(row.complaints)
    code = row.text("code")
    if not code:
        return row.unreadable("code is missing")
    account = Account(
        code=code,
        id=row.text("id") or "",
        name=row.text("name") or "",
        domain=row.text("domain") or "",
        description=row.text("description") or "",
        portal_title=row.text("portal_title") or "",
        privacy_id=row.text("privacy_id") or "",
        logo_url=row.text("logo_url") or "",
        custom_endpoint=row.text("custom_endpoint") or "",
        settings=read_settings(row),
        states=_states(row.object("states")),
        intake_steps=_steps(row, "intake_steps"),
        post_intake_steps=_steps(row, "post_intake_steps"),
    )
    unread = tuple(dict.fromkeys(row.complaints[complaints_before:]))
    return msgspec.structs.replace(account, unread=unread)


def _states(row: Row) -> Mapping[str, Steps]:
    """Forms by state and name; a state that is a form itself has no name after it."""
    found: dict[str, Steps] = {}
    for state, forms in row.values.items():
        if isinstance(forms, list):
            found[state] = _steps(row, state)
        else:
            inner = row.object(state)
            found.update((f"{state}.{name}", _steps(inner, name)) for name in inner.values)
    return found


def _steps(row: Row, name: str) -> Steps:
    return tuple(read_step(step) for step in row.objects(name))
