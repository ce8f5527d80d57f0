"""What the doctor finds, for the bundle: without signing in, and without what names the clinic."""

import re
from collections.abc import Iterable
from dataclasses import replace

from app.credentials import Given
from app.doctor.check import run
from app.doctor.desktop import Desktop
from app.doctor.doctor import examine, of_desktop
from app.doctor.network import way_to
from app.doctor.report import Finding, line
from app.log.fields import public
from app.profile import Profile
from app.support.plain import without
from app.support.states import addresses_of

_SHORTEST = 3
# Parts of hosts that everybody has.
_COMMON = ("vsee", "vseepreview", "api", "www", "com", "org", "net")
# A proxy that opens TLS, or a clinic that vouches for itself, gives its own name here.
_ISSUER = re.compile(r"(?<=issued by ).*(?=, (?:\d+ days left|whom ))", re.DOTALL)


async def findings(profile: Profile | None) -> list[str]:
    """One line each, within a minute. profile: None where no clinic is known, then of this desktop alone.

    Raises WrongUse when the environment names certificates that cannot be read.
    """
    if profile is None:
        return [line(each) for each in await run(of_desktop(Desktop()), _unheard)]
    found = await examine(profile, Given(), _unheard)
    ways = [await way_to(address) for address in addresses_of(profile).values()]
    # A proxy is the clinic's own, too.
    hosts = [host for way in ways for host in (way.host, way.proxy.host if way.proxy else "")]
    names = [profile.account, *names_in(hosts)]
    return [line(nameless(each, names)) for each in found]


def names_in(hosts: Iterable[str]) -> list[str]:
    """What names a clinic in these hosts: each as a whole, and its parts. Public ones name none."""
    own = [host for host in hosts if public(host) != host]
    parts = [part for host in own for part in host.split(".")[:-1] if not part.isdecimal()]
    return [*own, *(part for part in parts if len(part) >= _SHORTEST and part not in _COMMON)]


def nameless(finding: Finding, names: Iterable[str]) -> Finding:
    """A finding with "…" in place of names and of who issued a certificate."""
    longest_first = sorted(names, key=len, reverse=True)
    found, advice = (
        without(_ISSUER.sub("…", text), *longest_first) for text in (finding.said.found, finding.said.advice)
    )
    return replace(finding, said=replace(finding.said, found=found, advice=advice))


def _unheard(_finding: Finding) -> None:
    """All of them are told at the end."""
