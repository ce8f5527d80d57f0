"""`vestibule doctor`: everything it looks at, in order, and the command.

Exit codes: 0 nothing failed, 1 something failed, 2 wrong use, 130 stopped by Ctrl-C.
"""

import argparse
import asyncio
import io
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from functools import partial

from app.credentials import Given, WrongUse, credentials, profile_of
from app.doctor import certificate, network
from app.doctor.check import Check, Tell, run
from app.doctor.desktop import Desktop
from app.doctor.groups import GROUPS, Group, look
from app.doctor.report import Finding, Said, as_json, heading, line, summary
from app.doctor.server import Server
from app.doctor.store import store
from app.errors import Offline
from app.profile import Profile
from app.wire.transport import is_loopback

NOTHING_FAILED, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130

_DESKTOP = (
    "system",
    "keyring",
    "files of this workstation",
    "store",
    "opener for web links",
    "sound",
    "notifications",
)
_NETWORK = "Check the network, and that no firewall keeps this machine from the server."


def run_doctor(arguments: argparse.Namespace) -> int:
    """`vestibule doctor`."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        profile, given = profile_of(arguments), credentials()
        findings = asyncio.run(_report(profile, given, as_lines=not arguments.json))
    except WrongUse as wrong:
        sys.stderr.write(f"vestibule: {wrong}\n")
        return WRONG_USE
    except KeyboardInterrupt:
        return INTERRUPTED
    return FAILED if any(finding.failed for finding in findings) else NOTHING_FAILED


async def _report(profile: Profile, given: Given, *, as_lines: bool) -> list[Finding]:
    if not as_lines:
        findings = await examine(profile, given, lambda _finding: None)
        _say(as_json(profile.name, findings))
        return findings
    _say(heading(profile.name))
    findings = await examine(profile, given, lambda finding: _say(line(finding)))
    _say(summary(findings))
    return findings


def _say(text: str) -> None:
    """One line of output. When its reader has gone, the rest is looked at all the same: for the exit code."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


async def examine(
    profile: Profile, given: Given, tell: Tell, desktop: Desktop | None = None
) -> list[Finding]:
    """Looks at everything for a profile; tells each finding, in a fixed order, as soon as it is known.

    given: what to sign in with, which may be nothing. desktop: this one. Nothing is changed at the server but
    that a user name and a password sign in; nothing is changed here. Ends within a minute. Raises WrongUse
    when the environment names certificates that cannot be read.
    """
    try:
        server = Server(profile, given)
    except Offline:
        raise WrongUse("SSL_CERT_FILE or SSL_CERT_DIR names no certificates.") from None
    try:
        return await run(plan(server, desktop or Desktop()), tell)
    finally:
        await server.close()


def of_desktop(desktop: Desktop) -> list[Check]:
    """Those that need no server."""
    return [
        Check(name="system", look=desktop.machine),
        Check(name="display", look=desktop.display),
        Check(name="keyring", look=desktop.keyring, within_s=15.0),
        Check(name="files of this workstation", look=desktop.files),
        Check(name="store", look=store, within_s=15.0),
        Check(name="opener for web links", look=desktop.opener),
        Check(name="sound", look=desktop.sound),
        Check(name="notifications", look=desktop.notifications),
    ]


def plan(server: Server, desktop: Desktop) -> list[Check]:
    """All checks, in the order they are told in."""
    return [
        *of_desktop(desktop),
        Check(name="gate", look=server.pace),
        *_way_checks(server.profile),
        _of_server("api", server.api, "tls"),
        # What is measured is measured alone: all else begins before or after it.
        _of_server("round trips", server.round_trips, "api", behind=_DESKTOP),
        _of_server("clock", server.clock_skew, "round trips"),
        _of_server("portal", server.portal, "dns", behind=("round trips",)),
        _of_server("pharmacy registry", server.registry, "dns", behind=("round trips",)),
        _of_server("sign-in", server.sign_in, "round trips"),
        *(_of_group(server, group) for group in GROUPS),
    ]


def _way_checks(profile: Profile) -> list[Check]:
    async def dns() -> Said:
        return await network.dns(await network.way_to(profile.api))

    async def tls() -> Said:
        trusted = certificate.trusted_by_client(by_environment=not is_loopback(profile.api))
        return await certificate.tls(await network.way_to(profile.api), trusted)

    late = "Check the network, and this machine's DNS server."
    return [
        Check(name="dns", look=dns, late=late),
        Check(name="tls", look=tls, after=("dns",), within_s=8.0, late=_NETWORK),
    ]


def _of_server(
    name: str, look: Callable[[], Awaitable[Said]], after: str, behind: tuple[str, ...] = ()
) -> Check:
    return Check(name=name, look=look, after=(after,), behind=behind, within_s=8.0, late=_NETWORK)


def _of_group(server: Server, group: Group) -> Check:
    return Check(
        name=f"group {group.name}",
        look=partial(look, server, group),
        after=() if group.unasked else ("round trips" if group.public else "sign-in",),
        within_s=10.0,
        late="Try again in a few minutes, then tell whoever runs the server.",
    )
