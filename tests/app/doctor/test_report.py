"""The printed report: one line a finding, one JSON object, and no names in it."""

import json
import re

from hypothesis import given
from hypothesis import strategies as some

from app import __version__
from app.doctor.report import Finding, as_json, fail, line, ok, skipped, summary, warn, without_names

FINDINGS = [
    Finding("dns", ok("clinic.test: 2 addresses"), 12),
    Finding("tls", warn("TLSv1.3, 12 days left", "Tell whoever runs the server."), 80),
    Finding("api", fail("The server cannot be reached", "Check the network."), 3),
    Finding("sign-in", skipped("api failed", bars=True)),
]


def test_a_line_says_state_name_what_was_found_and_what_to_do() -> None:
    assert line(FINDINGS[0]) == "ok      dns                         clinic.test: 2 addresses"
    assert line(FINDINGS[2]).endswith(
        "api                         The server cannot be reached. Check the network."
    )
    assert summary(FINDINGS) == "1 ok, 1 warn, 1 fail, 1 skipped"


def test_a_line_stays_one_line_and_steers_no_terminal() -> None:
    said = line(Finding("tls", ok("issued by \x1b[31mred\nfail    dns   spoofed"), 1))
    assert len(said.splitlines()) == 1
    assert "\x1b" not in said


def test_the_json_has_the_promised_keys() -> None:
    report = json.loads(as_json("harbor", FINDINGS))
    assert set(report) == {"vestibule", "profile", "checks"}
    assert (report["vestibule"], report["profile"]) == (__version__, "harbor")
    assert report["checks"][1] == {
        "name": "tls",
        "state": "warn",
        "found": "TLSv1.3, 12 days left",
        "advice": "Tell whoever runs the server.",
        "ms": 80,
    }
    assert report["checks"][3]["ms"] is None


def test_plain_words_of_a_server_stay() -> None:
    assert without_names("User name or password is wrong.") == "User name or password is wrong."
    assert without_names("Unauthorized") == "Unauthorized"
    assert without_names("") == ""


def test_what_may_name_somebody_goes() -> None:
    assert without_names("Mira Okafor (7301) is locked since 2026-05-28") == "… is locked since …"
    assert without_names("noor is locked, noor!", "Noor.Haddad") == "… is locked, …"
    assert without_names("see https://x.test/?token=1 or mira@example.test") == "see … or …"
    assert without_names("Hello Mira, sign in") == "… sign in"


NAMES = some.from_regex(r"[A-ZÄÖ][a-zäö]{1,9}", fullmatch=True)
SECRETS = some.one_of(
    some.from_regex(r"[0-9a-f]{8}[0-9]{4}", fullmatch=True),
    some.from_regex(r"[a-z]{2,8}\.[a-z]{2,8}@example\.test", fullmatch=True),
    some.from_regex(r"[0-9]{3,9}", fullmatch=True),
)
WORDS = some.sampled_from(["is", "locked.", "user", "(not", "known)", "-", "token:"])


@given(some.lists(WORDS), NAMES, NAMES, SECRETS, some.lists(WORDS))
def test_no_name_id_or_token_in_a_servers_words_comes_through(
    before: list[str], first: str, last: str, secret: str, after: list[str]
) -> None:
    told = without_names(" ".join([*before, first, last, secret, *after]))
    for hidden in (first, last, secret):
        assert not re.search(rf"\b{re.escape(hidden)}\b", told)
    assert all(word in told for word in before if word.isalpha())


@given(some.text(), some.text(max_size=20))
def test_any_words_can_be_told(words: str, username: str) -> None:
    assert len(without_names(words, username).split()) <= 30
