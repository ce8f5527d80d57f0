"""Profiles: documented addresses, TLS only, and files that say what is wrong with them."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.home import SignInChoice
from app.profile import Profile, WrongProfile, at, checked, chosen, load, names


def profile(**values: Any) -> Profile:
    return checked(Profile(**{"name": "x", "api": "https://api.example/api_v3", "account": "x", **values}))


def test_addresses_are_made_whole() -> None:
    assert profile().api == "https://api.example/api_v3/"
    assert profile(portal=" https://p.example ").portal == "https://p.example/"
    assert profile().portal == ""


@pytest.mark.parametrize(
    "address",
    [
        "http://api.example/api_v3/",
        "ftp://api.example/",
        "api.example",
        "https://",
        "https://user:secret@api.example/",
        "https://api.example/?x=1",
        "https://api.example:port/",
        "",
    ],
)
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(WrongProfile):
        profile(api=address)


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:80"])
def test_plain_http_is_for_this_computer(host: str) -> None:
    assert profile(api=f"http://{host}/api_v3/").api == f"http://{host}/api_v3/"


@given(st.text(max_size=30))
def test_any_text_is_an_address_or_a_wrong_profile(address: str) -> None:
    try:
        assert profile(api=address).api.endswith("/")
    except WrongProfile:
        return


@pytest.mark.parametrize("account", ["", "a b", "x.example", "../x", "x/y", "a" * 64])
def test_an_account_code_cannot_change_the_host(account: str) -> None:
    with pytest.raises(WrongProfile):
        at("production", account)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('api = "https://a.example/"\npoll_s = 0', "poll_s"),
        ('api = "https://a.example/"\ncall_target = "elsewhere"', "call_target"),
        ('api = "https://a.example/"\n[endpoints]\n"visits.lst" = "off"', "visits.lst"),
        ('api = "https://a.example/"\n[endpoints]\n"visits.list" = "PUT x"', "visits.list"),
        ("api = 5", "wrong"),
        ('account = "x"', "wrong"),
        ("not toml", "cannot be read"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "mine.toml").write_text(text)
    with pytest.raises(WrongProfile, match=words):
        load("mine", tmp_path)


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "my clinic.toml").write_text(
        'api = "https://a.example/api_v3"\naccount = "x"\npoll_s = 5\n[endpoints]\n"rooms.list" = "off"\n'
    )
    found = load("my clinic", tmp_path)
    assert (found.name, found.poll_s, found.endpoints) == ("my clinic", 5, {"rooms.list": "off"})


@pytest.mark.parametrize("name", ["none", "../secret", "a/b", ""])
def test_a_name_without_a_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(WrongProfile):
        load(name, tmp_path)


@pytest.mark.parametrize(
    "broker", ["http://sso.example/", "https://u:p@sso.example/", "https://sso.example/?x=1"]
)
def test_a_broker_is_an_encrypted_plain_address(broker: str) -> None:
    with pytest.raises(WrongProfile, match="sign-in page"):
        profile(broker=broker)
    assert profile(broker="https://sso.example/go/").broker == "https://sso.example/go"
    with pytest.raises(WrongProfile, match="broker_returns"):
        profile(broker_returns="cookie")


def test_what_was_chosen_on_the_screen_is_a_profile(tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "Bay.toml").write_text('api = "https://b.example/"\naccount = "bay"\n')
    (tmp_path / "profiles" / "not.this.one.toml").write_text("")
    assert names(tmp_path) == ["Bay"]
    assert names(tmp_path / "none") == []
    assert chosen(SignInChoice(place="file", file="Bay"), tmp_path).account == "bay"
    assert chosen(SignInChoice(account="harbor"), tmp_path).api == "https://api.vsee.me/api_v3/"
    other = SignInChoice(place="other", account="x", api="https://c.example", broker="https://sso.example/")
    assert (chosen(other, tmp_path).api, chosen(other, tmp_path).broker) == (
        "https://c.example/",
        "https://sso.example",
    )
    for wrong in (SignInChoice(place="moon"), SignInChoice(place="file", file="../x"), SignInChoice()):
        with pytest.raises(WrongProfile):
            chosen(wrong, tmp_path)


@pytest.mark.parametrize("target", ["conference", "messenger"])
def test_what_a_call_opens_has_an_address(target: str) -> None:
    with pytest.raises(WrongProfile, match=target):
        profile(call_target=target)
    there = profile(call_target=target, **{target: "https://meet.example"})
    assert (there.call_target, there.call_targets) == (target, (target,))
    assert profile(portal="https://p.example").call_targets == ("visit", "dashboard", "room")


@pytest.mark.parametrize("country", ["", "us", "USA", "U1", "ÜS"])
def test_what_is_no_country(country: str) -> None:
    with pytest.raises(WrongProfile, match="country"):
        profile(country=country)
    assert profile(country="GB").country == "GB"
