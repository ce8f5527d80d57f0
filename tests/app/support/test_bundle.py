"""The support bundle: everything support asks for, and nothing of any person."""

import errno
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app import log
from app.doctor.certificate import _told
from app.doctor.report import Finding, fail, ok
from app.home import Preferences
from app.log.file import logged
from app.profile import Profile, at
from app.support.bundle import bundle, default_name, write
from app.support.findings import nameless, names_in
from app.support.plain import without
from app.support.states import Screen, of_preferences, of_profile
from tests.practice import Practice
from tests.sessions import signed_in


def part(text: str, title: str) -> list[str]:
    """The lines under a title."""
    return text.partition(f"== {title}")[2].partition("\n\n==")[0].strip("\n").splitlines()


async def test_it_says_how_a_session_stands(clinic: Practice, tmp_path: Path) -> None:
    session = await signed_in(clinic)
    await session.queue.poller.once()
    with logged(tmp_path):
        log.event("poll.failed", key="visits.list", status=503)
    text = await bundle(
        tmp_path,
        session.profile,
        session=session,
        preferences=Preferences(theme="dark", username="noor.haddad", account="harbor"),
        platform="offscreen",
        screens=[Screen(800, 600, 1.5, 96)],
    )
    await session.close()
    assert "connection: live" in part(text, "Session")
    assert f"visits: {len(session.queue.visits)}, of which unreadable: 0" in part(text, "Session")
    assert "outbox, queued: 0" in part(text, "Session")
    assert part(text, "Screens") == ["platform: offscreen", "screen: 800 x 600, 1.5 px each, 96 dpi"]
    assert "colours: dark" in part(text, "Settings")
    assert "a user name is remembered: yes" in part(text, "Settings")
    assert "api: http://127.0.0.1/api_v3/" in part(text, "Server")
    assert {line.split()[0] for line in part(text, "Doctor")} <= {"ok", "warn", "fail", "skipped"}
    assert any(line.startswith("ok      round trips") for line in part(text, "Doctor"))
    (line,) = part(text, "Log, oldest first")
    assert json.loads(line)["status"] == 503
    for name in ("noor", "haddad", "harbor", session.me.id, clinic.room):
        assert name not in text.lower()
    assert all(line.isprintable() for line in text.split("\n"))


async def test_without_a_clinic_it_looks_at_this_desktop_alone(own_home: Path) -> None:
    text = await bundle(own_home, None)
    assert part(text, "Server") == ["no clinic has been chosen"]
    assert part(text, "Session") == ["nobody is signed in here"]
    names = [line.split()[1] for line in part(text, "Doctor")]
    assert names[:3] == ["system", "display", "keyring"]
    assert "dns" not in names


async def test_the_clinic_of_the_last_sign_in_is_looked_at(clinic: Practice, own_home: Path) -> None:
    last = Preferences(place="other", account="harbor", api=clinic.api, portal=clinic.portal)
    text = await bundle(own_home, None, preferences=last)
    assert "api: http://127.0.0.1/api_v3/" in part(text, "Server")
    assert any("round trips" in line for line in part(text, "Doctor"))


async def test_lines_that_are_not_the_programs_own_are_left_out_and_counted(own_home: Path) -> None:
    with logged(own_home):
        log.event("store.well")
    path = own_home / "logs" / "vestibule.log"
    ours = path.read_text()
    forged = [json.dumps({**json.loads(ours), "patient": "Somebody"}), "Somebody", '{"at": "Somebody"}']
    path.write_text(ours + "\n".join(forged) + "\n")
    told = part(await bundle(own_home, None), "Log, oldest first")
    assert told == [ours.strip(), "lines that are not the program's own, left out: 3"]


def test_settings_name_nobody() -> None:
    told = "\n".join(
        of_preferences(
            Preferences(place="Okafor", account="okafor", api="https://okafor/", username="ngozi.okafor")
        )
    )
    assert "okafor" not in told.lower()
    assert "server: another" in told


def test_a_profile_is_told_without_its_clinic() -> None:
    told = of_profile(at("production-clinic", "Harbor-North"))
    assert told[:3] == [
        "api: https://*.vsee.me/api_v3/",
        "portal: https://*.vsee.me/",
        "nppes: https://npiregistry.cms.hhs.gov/api/",
    ]
    assert of_profile(at("production", "harbor"))[0] == "api: https://api.vsee.me/api_v3/"
    changed = Profile(
        name="Harbor",
        api="https://x.example/Harbor/api_v3/",
        account="Harbor",
        room="harbor-room",
        endpoints={"rooms.list": "GET harbor/rooms", "auth.refresh": "off"},
    )
    told = of_profile(changed)
    assert "harbor" not in "\n".join(told).lower()
    assert told[-2:] == ["endpoint auth.refresh: off", "endpoint rooms.list: moved"]


@pytest.mark.parametrize(
    "own",
    [
        {"api": "https://api.smithclinic.invalid/api_v3/", "portal": "https://smithclinic.invalid/"},
        {"api": "https://127.0.0.1:9/api_v3/", "portal": "https://smith-clinic.vsee.invalid/smith/"},
        {"api": "https://api-smithclinic.invalid/api_v3/", "broker": "https://sso.smithclinic.invalid/in"},
        {"api": "https://api.vsee.invalid/api_v3/", "claims": "https://claims.smith.invalid/"},
    ],
)
@pytest.mark.parametrize("account", ["smith", "smithclinic", ""])
async def test_no_line_of_it_names_the_clinic_by_an_address(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, own: dict[str, str], account: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://smith:PROXYSECRET@proxy.smithclinic.invalid:3128/")
    text = await bundle(own_home, Profile(name="Smith", account=account, **own))
    assert len(part(text, "Doctor")) > 8
    assert "smith" not in text.lower()
    assert "PROXYSECRET" not in text


def test_public_hosts_stay_and_whole_hosts_go() -> None:
    assert names_in(["api.vsee.me", "127.0.0.1", "npiregistry.cms.hhs.gov", "api.vseepreview.com"]) == []
    assert names_in(["api.smith.example", "10.1.2.3"]) == ["api.smith.example", "10.1.2.3", "smith"]
    told = nameless(
        Finding("dns", ok("api.smith.example by way of Smith's proxy 10.1.2.3")), ["10.1.2.3", "smith"]
    )
    assert told.said.found == "api.….example by way of …'s proxy …"


def test_who_issued_a_certificate_is_not_told() -> None:
    """A clinic may vouch for itself. The words are those of app/doctor/certificate.py."""
    certificate = {"notAfter": "Jan  1 00:00:00 2030 GMT", "issuer": ((("organizationName", "Smith, MD"),),)}
    trusted = nameless(Finding("tls", _told(certificate, "TLSv1.3", 0.0)), [])
    assert trusted.said.found.startswith("TLSv1.3, issued by …, ")
    distrusted = fail("the certificate is issued by Smith, MD, whom this program does not trust", "")
    found = nameless(Finding("tls", distrusted), []).said.found
    assert found == "the certificate is issued by …, whom this program does not trust"


@pytest.mark.parametrize(
    ("planted", "shown"),
    [
        ({"logger": "Some.Body"}, {"logger": "?"}),
        ({"logger": "json.Body"}, {"logger": "?"}),
        ({"logger": "httpx"}, {"logger": "httpx"}),
        ({"frames": ["Body.Some:1984", "json.decoder:5"]}, {"frames": ["?:1984", "json.decoder:5"]}),
        ({"type": "Some.Body"}, {"type": "?"}),
        ({"type": "app.errors.Body"}, {"type": "?"}),
        ({"type": "app.errors.Refused"}, {"type": "app.errors.Refused"}),
    ],
)
async def test_a_name_that_looks_like_a_module_is_not_shown(
    own_home: Path, planted: dict[str, Any], shown: dict[str, Any]
) -> None:
    (own_home / "logs").mkdir(parents=True)
    line = {"at": "2026-01-01T00:00:00.000Z", "level": "info", "event": "library"}
    (own_home / "logs" / "vestibule.log").write_text(json.dumps({**line, **planted}) + "\n")
    (told,) = part(await bundle(own_home, None), "Log, oldest first")
    assert json.loads(told) == {**line, **shown}


def test_names_that_are_not_there_change_nothing() -> None:
    assert without("as it is", "", "it") == "as … is"


def test_the_file_is_for_its_owner_and_replaces_nothing_unasked(tmp_path: Path) -> None:
    path = tmp_path / default_name()
    write(path, "one\n")
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError) as refused:
        write(path, "two\n")
    assert refused.value.errno == errno.EEXIST
    assert path.read_bytes() == b"one\n"
    path.chmod(0o644)
    write(path, "two\n", replaces=True)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"two\n", 0o600)


def test_its_name_is_the_day_and_nothing_else() -> None:
    assert default_name() == f"vestibule-support-{datetime.now(UTC):%Y-%m-%d}.txt"


async def test_a_log_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "vestibule.log").mkdir()
    assert part(await bundle(tmp_path, None), "Log, oldest first") == [
        "it cannot be read (IsADirectoryError)"
    ]


async def test_certificates_that_are_not_there_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    far = Profile(name="", api="https://clinic.invalid/api_v3/", account="x")
    assert part(await bundle(tmp_path, far), "Doctor") == [
        "SSL_CERT_FILE or SSL_CERT_DIR names no certificates."
    ]
