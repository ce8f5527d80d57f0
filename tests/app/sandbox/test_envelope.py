"""Envelope, errors and path rules (api/README.md §5 to §7)."""

from email.utils import parsedate_to_datetime

import pytest

from tests.app.sandbox.conftest import START

NO_PAGE = {"code": 404, "message": "Sorry, this page is not available."}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "nope"),
        ("PUT", "visits/48211"),
        ("DELETE", "visits/48211"),
        ("POST", "visits/48211"),
        ("GET", "visits/confirm/now"),
        ("GET", "/claims_v2/api_v3/insurances"),
        ("POST", "/nppes/api/"),
    ],
)
def test_everything_else_is_the_documented_404(asker, method, path):
    reply = asker.ask(method, path, "noor.haddad")
    assert (reply.status_code, reply.json()) == (404, NO_PAGE)


def test_json_suffix_means_the_same(asker):
    for path in ("visits", "visits/48211", "rooms/k7m2p", "users/-"):
        assert asker.get(f"{path}.json", "noor.haddad").content == asker.get(path, "noor.haddad").content


def test_success_is_200_even_after_creating(asker):
    assert asker.post("intakes", "mira.okafor", room_code="k7m2p").status_code == 200


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"text"', b"\xff\xfe"])
def test_a_body_that_is_no_object_is_400(asker, body):
    headers = {"Content-Type": "application/json"}
    reply = asker.ask("POST", "visits/confirm", "noor.haddad", content=body, headers=headers)
    assert (reply.status_code, reply.json()) == (400, {"code": 400, "message": "Bad Request"})


def test_wrong_account_header_is_ignored_where_the_token_decides(asker):
    reply = asker.ask("GET", "users/-", "noor.haddad", headers={"X-AccountCode": "someone-else"})
    assert reply.status_code == 200


def test_unknown_parameters_and_keys_are_ignored(asker):
    assert asker.get("visits", "noor.haddad", colour="green").status_code == 200
    assert asker.post("visits/confirm", "noor.haddad", id="48211", colour="green").status_code == 200


def test_date_is_the_worlds_time(asker):
    asker.world.advance(90)
    for path in ("rooms", "nope", "/u/general-care"):
        date = parsedate_to_datetime(asker.get(path).headers["date"])
        assert date.timestamp() == START + 90


def test_large_bodies_are_compressed(asker):
    reply = asker.get("visits", "app")
    assert reply.headers["content-encoding"] == "gzip"
