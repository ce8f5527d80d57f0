"""The whole examination of a practice clinic, in all kinds of weather."""

import re
import socket
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from app.credentials import Given
from app.doctor import network
from app.doctor.check import run
from app.doctor.desktop import Desktop
from app.doctor.doctor import examine, plan
from app.doctor.groups import GROUPS
from app.doctor.report import Finding, Said, as_json, line
from app.doctor.server import Server
from app.profile import Profile
from app.sandbox.opening import open_clinic
from app.wire.endpoints import TABLE
from tests.practice import START, Practice
from tests.sessions import profile

ASSUMED = [key for key, endpoint in TABLE.items() if endpoint.evidence == "assumed"]
ASKED = {group.name: group.keys[0] for group in GROUPS if not group.unasked}
NOBODY = "http://127.0.0.1:9/api_v3/"


def given(clinic: Practice, role: str = "provider") -> Given:
    user = clinic.user(role)
    return Given(username=user["username"], password=user["password"])


def at(clinic: Practice, **changes: Any) -> Profile:
    """A profile that need not be patient: the clinic is on this computer."""
    return profile(clinic, **{"requests_at_once": 8, "requests_per_s": 100.0, **changes})


async def findings(
    here: Profile, who: Given | None = None, machine: Desktop | None = None
) -> dict[str, Finding]:
    told: list[Finding] = []
    found = await examine(here, who or Given(), told.append, machine)
    assert told == found
    return {finding.name: finding for finding in found}


async def said(here: Profile, who: Given | None = None, machine: Desktop | None = None) -> dict[str, Said]:
    return {name: finding.said for name, finding in (await findings(here, who, machine)).items()}


# -- what is covered


def test_every_key_of_the_path_table_is_looked_at() -> None:
    looked_at = {key for group in GROUPS for key in group.keys}
    elsewhere = {"auth.sso", "auth.login", "auth.redirect", "nppes.search"}
    elsewhere |= {key for key in TABLE if key.startswith("portal.")}
    assert looked_at | elsewhere == set(TABLE)
    assert sum(len(group.keys) for group in GROUPS) == len(looked_at)


def test_what_is_asked_only_reads() -> None:
    for key in ASKED.values():
        assert TABLE[key].method == "GET"


async def test_it_ends_within_a_minute_even_when_everything_hangs(bare: Desktop) -> None:
    server = Server(Profile(name="", api=NOBODY, account="x"), Given())
    await server.close()
    longest: dict[str, float] = {}
    for check in plan(server, bare):
        longest[check.name] = check.within_s + max(
            (longest[name] for name in (*check.after, *check.behind)), default=0.0
        )
    assert max(longest.values()) < 55


async def test_a_server_that_never_answers_is_given_up(bare: Desktop) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        api = f"http://127.0.0.1:{silent.getsockname()[1]}/api_v3/"
        server = Server(Profile(name="", api=api, account="x", nppes=""), Given(token="t"))
        hasty = [replace(check, within_s=0.2) if check.after else check for check in plan(server, bare)]
        found = {finding.name: finding.said for finding in await run(hasty, lambda _finding: None)}
        await server.close()
    assert (found["api"].state, found["api"].found) == ("fail", "no answer within 0.2 s")
    assert found["api"].advice
    assert (found["group visits"].state, found["group visits"].found) == ("skipped", "api failed")


# -- fair weather


async def test_a_clinic_in_order(practice: Practice, bare: Desktop) -> None:
    found = await said(at(practice), given(practice), bare)
    assert list(found)[:9] == [
        *("system", "display", "keyring", "files of this workstation", "store", "opener for web links"),
        *("sound", "notifications", "gate"),
    ]
    assert (found["dns"].state, found["dns"].found) == ("ok", "127.0.0.1: 1 address")
    assert found["tls"].found == "not encrypted: this computer itself"
    for name in (
        "api",
        "round trips",
        "portal",
        "sign-in",
        "group visits",
        "group rooms",
        "group room queue",
    ):
        assert found[name].state == "ok", found[name]
    assert found["group visits"].found == "offered"
    assert re.fullmatch(r"median \d+ ms, worst \d+ ms of 5", found["round trips"].found)
    assert found["gate"].found == "8 requests at once, 100 a second, the queue every 1 s"


async def test_it_signs_in_and_changes_nothing_else(practice: Practice, bare: Desktop) -> None:
    before = practice.state()
    await examine(at(practice), given(practice), lambda _finding: None, bare)
    acts = [entry["key"] for entry in practice.log() if entry["method"] != "GET"]
    assert acts == ["auth.login"]
    assert practice.state() == before


async def test_a_token_is_tried_without_any_act(practice: Practice, bare: Desktop) -> None:
    found = await said(at(practice), Given(token=practice.admin_token), bare)
    assert found["sign-in"].state == "ok"
    assert found["group visits"].state == "ok"
    assert {entry["method"] for entry in practice.log()} == {"GET"}


async def test_without_credentials_what_is_public_is_looked_at_all_the_same(
    practice: Practice, bare: Desktop
) -> None:
    found = await said(at(practice), None, bare)
    assert found["sign-in"].state == "skipped"
    assert "VESTIBULE_TOKEN" in found["sign-in"].advice
    for name in ("api", "round trips", "clock", "portal", "group accounts", "group rooms"):
        assert found[name].state in ("ok", "warn"), name
    assert found["group visits"].found == "no credentials in the environment"
    assert not any(one.state == "fail" for name, one in found.items() if name != "opener for web links")
    assert not any(entry["token_fingerprint"] for entry in practice.log())


async def test_the_clock_is_compared_with_the_servers(practice: Practice, bare: Desktop) -> None:
    skew = (await said(at(practice), None, bare))["clock"]
    assert skew.state == "warn"
    assert re.fullmatch(r"this machine is \d+ days ahead of the server", skew.found)
    assert skew.advice


# -- other weather


async def test_each_group_that_is_not_there_is_named(practice: Practice, bare: Desktop) -> None:
    """A server of the documented endpoints alone: nothing fails, what is missing is named."""
    for key in ASSUMED:
        practice.weather("status", key, status=404)
    found = await said(at(practice), given(practice), bare)
    for name, key in ASKED.items():
        if key in ASSUMED:
            assert (found[f"group {name}"].state, found[f"group {name}"].found) == ("ok", "not offered"), name
    assert found["group medical record"].advice == "Open the portal's chart."
    assert found["group visits"].found == "offered"
    assert not any(one.state == "fail" for name, one in found.items() if name != "opener for web links")


@pytest.mark.parametrize(
    ("kind", "details", "state", "found"),
    [
        ("status", {"status": 400}, "ok", "offered"),
        ("status", {"status": 403}, "ok", "offered, not permitted to this user (403)"),
        ("status", {"status": 404}, "warn", "not found (404)"),
        ("status", {"status": 401}, "fail", "the token is not accepted (401)"),
        ("status", {"status": 429}, "warn", "the server is busy (429)"),
        ("status", {"status": 503}, "fail", "The server has a fault of its own (503)"),
        (
            "html",
            {},
            "fail",
            "The server answered with something other than its API, such as a network's sign-in page",
        ),
        ("cut_before", {}, "fail", "The connection to the server broke off"),
    ],
)
async def test_what_a_documented_group_may_answer(
    practice: Practice, bare: Desktop, kind: str, details: dict[str, Any], state: str, found: str
) -> None:
    practice.weather(kind, "visits.list", message="Mira Okafor", **details)
    said_of = (await said(at(practice), given(practice), bare))["group visits"]
    assert (said_of.state, said_of.found) == (state, found)
    assert bool(said_of.advice) == (state != "ok")


async def test_what_the_profile_switches_off_is_skipped(practice: Practice, bare: Desktop) -> None:
    off = dict.fromkeys(("emr.schemas", "visits.list", "nppes.search"), "off")
    here = replace(at(practice), endpoints=off, portal="", messenger="")
    found = await said(here, given(practice), bare)
    for name in ("group medical record", "group visits", "pharmacy registry"):
        assert (found[name].state, found[name].found) == ("skipped", "switched off in the profile")
    assert found["portal"].state == "skipped"
    assert found["group rooms"].state == "ok"


async def test_a_group_that_is_overridden_by_an_act_is_not_asked(practice: Practice, bare: Desktop) -> None:
    here = replace(at(practice), endpoints={"settings.get": "POST users/:id/settings"})
    assert (await said(here, given(practice), bare))["group settings"].state == "skipped"
    assert practice.asked("settings.save") == 0


async def test_a_refused_sign_in_is_told_in_the_servers_words(practice: Practice, bare: Desktop) -> None:
    user = practice.user("provider")
    wrong = Given(username=user["username"], password="not-this-one")
    found = await said(at(practice), wrong, bare)
    assert (found["sign-in"].state, found["sign-in"].found) == (
        "fail",
        "refused: User name or password is wrong",
    )
    assert (found["group visits"].state, found["group visits"].found) == ("skipped", "sign-in failed")
    assert found["group rooms"].state == "ok"
    assert (await said(at(practice), Given(token="0" * 32), bare))["sign-in"].state == "fail"


async def test_a_server_that_is_gone(bare: Desktop) -> None:
    found = await said(Profile(name="x", api=NOBODY, account="x", nppes=""), Given(token="t"), bare)
    assert (found["api"].state, found["api"].found) == ("fail", "The server cannot be reached")
    for name in ("round trips", "clock", "sign-in", "group rooms", "group visits"):
        assert found[name].state == "skipped", name
    assert found["clock"].found == "api failed"
    assert found["gate"].state == "ok"


async def test_no_network(bare: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_arguments: Any, **_options: Any) -> list[Any]:
        raise OSError("no network")

    monkeypatch.setattr(network, "_OUTSIDE", ())
    monkeypatch.setattr("socket.getaddrinfo", nothing)
    here = Profile(
        name="x", api="https://clinic.invalid/api_v3/", portal="https://clinic.invalid/", account="x"
    )
    found = await said(here, Given(token="t"), bare)
    assert (found["dns"].state, found["dns"].found) == ("fail", "this machine has no network")
    for name in ("tls", "api", "portal", "pharmacy registry", "sign-in", "group rooms", "group visits"):
        assert (found[name].state, found[name].found.split()[-1]) == ("skipped", "failed"), name


async def test_an_address_that_is_not_the_apis(practice: Practice, bare: Desktop) -> None:
    here = replace(at(practice), api=practice.portal + "elsewhere/")
    found = (await said(here, None, bare))["api"]
    assert (found.state, found.found) == ("fail", "what answers is not the API (404)")


async def test_public_lists_that_are_refused_end_nothing(practice: Practice, bare: Desktop) -> None:
    practice.weather("status", "accounts.list", status=403)
    found = await said(at(practice), given(practice), bare)
    assert found["api"].found == "rooms.list answers"
    practice.weather("status", "rooms.list", status=401)
    found = await said(at(practice), given(practice), bare)
    assert (found["api"].state, found["api"].found) == ("warn", "its public lists are refused (401)")
    assert found["round trips"].state == "ok"
    assert found["group visits"].state == "ok"


async def test_the_pharmacy_registry(practice: Practice, bare: Desktop) -> None:
    practice.weather("wrong_json", "/nppes", body={"result_count": 0, "results": []})
    assert (await said(at(practice), None, bare))["pharmacy registry"].state == "ok"
    practice.clear()
    practice.weather("html", "/nppes")
    assert (await said(at(practice), None, bare))["pharmacy registry"].state == "warn"
    assert (await said(at(practice, nppes=""), None, bare))["pharmacy registry"].state == "skipped"


# -- nothing of any person


@cache
def secrets() -> tuple[str, ...]:
    """Names, ids, addresses and the like of everybody in the practice clinic."""
    world = open_clinic(7, START)
    of_people = (
        (person.first_name, person.last_name, person.username, person.email, person.id, person.code)
        for person in world.people.values()
    )
    found = {text for texts in of_people for text in texts if text}
    found |= set(world.visits) | set(world.rooms) | {world.api_key, world.api_secret, world.admin_token}
    # A number of two or three digits may well be a time in ms.
    return tuple(text for text in found if len(text) > 3 or not text.isdecimal())


def leaks(found: dict[str, Finding]) -> set[str]:
    text = "\n".join([as_json("test", list(found.values())), *map(line, found.values())])
    words = set(re.findall(r"[\w.@-]+", text)) | set(re.findall(r"\w+", text))
    return words & set(secrets())


@pytest.mark.parametrize("role", ["provider", "front_desk", "clinic_admin", "patient"])
async def test_nobody_is_in_the_report(practice: Practice, role: str) -> None:
    assert "Okafor" in secrets()
    assert leaks(await findings(at(practice), given(practice, role))) == set()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 503])
async def test_nobody_is_in_the_report_when_the_server_names_them(practice: Practice, status: int) -> None:
    user = practice.user("provider")
    name = user["username"]
    words = (
        f"Noor Haddad ({name}, 7301) of room {practice.room} may not see Mira Okafor {practice.admin_token}"
    )
    practice.weather("status", "*", status=status, message=words)
    found = await findings(at(practice), given(practice))
    practice.clear()
    practice.weather("status", "auth.login", status=status, message=words)
    assert leaks(found) == set()
    assert leaks(await findings(at(practice), given(practice))) == set()


async def test_nobody_is_in_the_report_when_the_answers_are_spoilt(practice: Practice) -> None:
    for key in ("visits.list", "users.get", "files.list", "insurance.list", "rooms.list"):
        practice.weather("wrong_json", key, body={"data": "Mira Okafor 7301"})
    found = await findings(at(practice), given(practice))
    assert leaks(found) == set()
