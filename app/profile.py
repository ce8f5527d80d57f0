"""Which server, which clinic: a profile, and the file a clinic keeps it in (api/README.md §3)."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from app.home import SignInChoice
from app.users.role import Role
from app.wire.endpoints import METHODS, TABLE, Endpoints

CallTarget = Literal["visit", "dashboard", "room", "conference", "messenger"]
BrokerReturns = Literal["code", "token"]
Place = Literal["production", "production-clinic", "staging", "staging-next", "staging-clinic", "other"]

_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
_NAME = re.compile(r"[\w -]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
# The public directory of pharmacies (api/pharmacy.md B); it hears places and pharmacy names only.
NPPES = "https://npiregistry.cms.hhs.gov/api/"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

# What the vendor documents: API address and portal address, {account} replaced by the clinic's code.
PLACES: Mapping[Place, tuple[str, str]] = {
    "production": ("https://api.vsee.me/api_v3/", "https://{account}.vsee.me/"),
    "production-clinic": ("https://api-{account}.vsee.me/api_v3/", "https://{account}.vsee.me/"),
    "staging": (
        "https://api.vseepreview.com/vc/stable/api_v3/",
        "https://{account}.vseepreview.com/vc/stable/",
    ),
    "staging-next": (
        "https://api.vseepreview.com/vc/next/api_v3/",
        "https://{account}.vseepreview.com/vc/next/",
    ),
    "staging-clinic": (
        "https://api-{account}.vseepreview.com/vc/stable/api_v3/",
        "https://{account}.vseepreview.com/vc/stable/",
    ),
}


class WrongProfile(ValueError):
    """A profile that cannot be used; the text says what is wrong with it, for people."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One clinic's server.

    api, portal: addresses ending in "/"; portal "" when not known. room: watch this room only, "" for all.
    call_target: what a started call opens. poll_s: seconds between two polls. endpoints: overrides of
    the path table, key -> "METHOD path" or "off". claims: where the list of insurers is, "" for beside the
    API. nppes: the public pharmacy directory, "" for none. messenger: the separate service of
    api/calls.md §5, "" for none. conference: where meetings are joined from a browser, each under its id
    (api/calls.md §4) [assumed], "" for none. country: of the clinic, two letters: which dial-in numbers come
    first. role: what whoever signs in may do here at most, and where the server does not say what they are.
    requests_at_once, requests_per_s: how much of this workstation the server has to bear. broker: address of
    the clinic's own sign-in page (`app.auth.broker`), "" when it has none; broker_returns: what it sends the
    browser back with. A token there stands in an address, so a profile has to say so.
    """

    name: str
    api: str
    portal: str = ""
    account: str = ""
    room: str = ""
    call_target: CallTarget = "dashboard"
    poll_s: float = 10.0
    endpoints: Mapping[str, str] = field(default_factory=dict)
    claims: str = ""
    nppes: str = NPPES
    messenger: str = ""
    conference: str = ""
    country: str = "US"
    role: Role = Role.UNKNOWN
    requests_at_once: int = 4
    requests_per_s: float = 10.0
    broker: str = ""
    broker_returns: BrokerReturns = "code"

    @property
    def call_targets(self) -> tuple[CallTarget, ...]:
        """What a started call can open at this clinic: that for which the profile has an address."""
        addresses = {"conference": self.conference, "messenger": self.messenger}
        return tuple(target for target in get_args(CallTarget) if addresses.get(target, self.portal))

    def table(self) -> Endpoints:
        """The path table as this clinic has it."""
        # Documented beside the API of each clinic: .../claims_v2/api_v3/ (api/README.md §3).
        claims = self.claims or self.api.removesuffix("api_v3/") + "claims_v2/api_v3/"
        return Endpoints(self.api, self.portal, self.endpoints, claims, self.nppes, self.messenger)


def at(place: Place, account: str) -> Profile:
    """The profile of a clinic at one of the vendor's documented addresses. Raises WrongProfile."""
    api, portal = PLACES[place]
    if not _ACCOUNT.fullmatch(account):
        raise WrongProfile("The account code may hold letters, digits, hyphens and underscores only.")
    return checked(
        Profile(
            name=f"{account} ({place})",
            api=api.format(account=account),
            portal=portal.format(account=account),
            account=account,
        )
    )


def checked(profile: Profile) -> Profile:
    """The profile with its addresses made whole. Raises WrongProfile."""
    unknown = sorted(set(profile.endpoints) - set(TABLE))
    if unknown:
        raise WrongProfile(f"The profile overrides unknown endpoints: {', '.join(unknown)}.")
    for key, override in profile.endpoints.items():
        if override != "off" and override.partition(" ")[0] not in METHODS:
            raise WrongProfile(
                f'The override of {key} must be "GET path", "POST path", "DELETE path" or "off".'
            )
    if not (profile.account.isascii() and profile.account.isprintable()):
        raise WrongProfile("The account code may hold plain letters, digits and signs only.")
    if profile.call_target not in get_args(CallTarget):
        raise WrongProfile('call_target must be "visit", "dashboard", "room", "conference" or "messenger".')
    if profile.call_target in ("conference", "messenger") and profile.call_target not in profile.call_targets:
        raise WrongProfile(f'call_target "{profile.call_target}" needs the address {profile.call_target}.')
    if not _COUNTRY.fullmatch(profile.country):
        raise WrongProfile('country must be two capital letters, such as "US".')
    if profile.broker_returns not in get_args(BrokerReturns):
        raise WrongProfile('broker_returns must be "code" or "token".')
    if profile.role == Role.OUTSIDER:
        raise WrongProfile("role must be one of the clinic's staff, or left out.")
    if not 1 <= profile.poll_s <= 300:
        raise WrongProfile("poll_s must be 1 to 300 seconds.")
    if not 1 <= profile.requests_at_once <= 16:
        raise WrongProfile("requests_at_once must be 1 to 16.")
    if not 1 <= profile.requests_per_s <= 100:
        raise WrongProfile("requests_per_s must be 1 to 100.")
    return replace(
        profile,
        api=_address(profile.api, "API"),
        portal=_address(profile.portal, "portal") if profile.portal else "",
        claims=_address(profile.claims, "claims") if profile.claims else "",
        nppes=_address(profile.nppes, "pharmacy directory's") if profile.nppes else "",
        messenger=_address(profile.messenger, "Messenger") if profile.messenger else "",
        conference=_address(profile.conference, "conference") if profile.conference else "",
        broker=_address(profile.broker, "sign-in page's").rstrip("/") if profile.broker else "",
    )


def chosen(choice: SignInChoice, folder: Path) -> Profile:
    """The profile that somebody chose on the sign-in screen. folder: see `load`. Raises WrongProfile."""
    match choice.place:
        case "file":
            return load(choice.file, folder)
        case "other":
            profile = Profile(
                name=choice.account, api=choice.api, portal=choice.portal, account=choice.account
            )
        case place if place in PLACES:
            profile = at(cast(Place, place), choice.account)
        case _:
            raise WrongProfile("There is no such server.")
    return checked(replace(profile, broker=choice.broker))


def names(folder: Path) -> list[str]:
    """The names of the profile files that an administrator has put into `folder`/profiles, in order."""
    return sorted(path.stem for path in (folder / "profiles").glob("*.toml") if _NAME.fullmatch(path.stem))


def load(name: str, folder: Path) -> Profile:
    """The profile in `folder`/profiles/`name`.toml. Raises WrongProfile."""
    path = folder / "profiles" / f"{name}.toml"
    if not _NAME.fullmatch(name):
        raise WrongProfile(f'"{name}" is no profile name.')
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WrongProfile(f'There is no profile "{name}"; its file would be profiles/{name}.toml.') from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongProfile(f'The profile "{name}" cannot be read: {error}.') from None
    import msgspec  # here: the first paint has no need of it

    try:
        return checked(msgspec.convert({**values, "name": name}, Profile))
    except msgspec.ValidationError as error:
        raise WrongProfile(f'The profile "{name}" is wrong: {error}.') from None


def _address(address: str, what: str) -> str:
    """A base address with its closing slash; TLS only, but for this machine itself (DAT-04)."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        raise WrongProfile(f"The {what} address is not valid.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise WrongProfile(f"The {what} address must look like https://host/path/.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise WrongProfile(
            f"The {what} address must begin with https://, so that patient data travels encrypted."
        )
    if parts.username or parts.password:
        raise WrongProfile(f"The {what} address must not hold a user name or password.")
    try:
        _ = parts.port
    except ValueError:
        raise WrongProfile(f"The {what} address has no valid port.") from None
    return address.strip().rstrip("/") + "/"
