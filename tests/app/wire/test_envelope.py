"""What is a success, and which failure the rest is (api/README.md §6 and §7)."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Broken, Failure, Offline, Refused, SignedOut
from app.wire.envelope import data_of, http_date, retry_after_s, rows_of
from tests.app.wire.test_reader import JSON

YEAR_2020, YEAR_2100 = 1_577_836_800.0, 4_102_444_800.0


def data(status: int, value: Any, needs_data: bool = True) -> Any:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    raw = bytes(data_of(status, body, None, needs_data=needs_data))
    return json.loads(raw) if raw else None


def test_success_is_200_with_data() -> None:
    assert data(200, {"data": {"id": "1"}}) == {"id": "1"}
    assert data(200, {"data": True, "code": 200}) is True
    assert data(200, b'\xef\xbb\xbf{"data": [1]}') == [1]


def test_only_the_top_level_code_counts() -> None:
    assert data(200, {"data": {"code": "k7m2p"}}) == {"code": "k7m2p"}


@pytest.mark.parametrize("code", [401, "401"])
def test_a_bad_code_in_a_200_body_is_a_failure(code: Any) -> None:
    with pytest.raises(SignedOut):
        data(200, {"code": code, "message": "no"})


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"code": 401, "message": "no"}, SignedOut),
        (403, {"code": 403, "message": "no"}, Refused),
        (404, {}, Refused),
        (429, {}, Refused),
        (429, b"<html>", Refused),
        (413, b"<html>", Refused),
        (407, b"<html>", Offline),
        (500, b"<html>", Broken),
        (503, {"data": [1]}, Broken),
        (204, b"", Broken),
        (200, b"<html>", Broken),
        (200, b'{"data": [{"id": "1"}, {"i', Broken),
        (200, b"", Broken),
        (200, [], Broken),
        (200, {"items": []}, Broken),
        (200, {"data": [1], "code": 0}, Broken),
        (200, {"data": [1], "code": "what"}, Broken),
    ],
)
def test_everything_else_is_one_of_the_five(status: int, body: Any, kind: type[Failure]) -> None:
    with pytest.raises(kind):
        data(status, body)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 451])
@pytest.mark.parametrize("body", [b"<html>", b"", b'{"code": 40'])
def test_a_no_that_is_not_in_json_is_not_the_apis(status: int, body: bytes) -> None:
    with pytest.raises(Broken) as raised:
        data(status, body)
    assert (raised.value.reason, raised.value.status) == ("not_json", status)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 422, 451])
@pytest.mark.parametrize("body", [{"error": "blocked"}, {"status": 403, "url": "x"}, ["blocked"], "blocked"])
def test_a_no_in_json_without_the_apis_keys_is_not_the_apis(status: int, body: Any) -> None:
    with pytest.raises(Broken) as raised:
        data(status, body)
    assert (raised.value.reason, raised.value.status) == ("not_json", status)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 422])
@pytest.mark.parametrize("body", [b"{}", b" []\n", b"null", b"\xef\xbb\xbf{}"])
def test_a_server_that_says_no_without_a_word_is_heard(status: int, body: bytes) -> None:
    with pytest.raises(Refused):
        data(status, body)


@pytest.mark.parametrize("status", [409, 410, 451])
def test_without_a_word_and_with_a_status_that_the_api_does_not_have_it_is_not_heard(status: int) -> None:
    with pytest.raises(Broken):
        data(status, {})


@pytest.mark.parametrize("status", [400, 403, 409, 422])
@pytest.mark.parametrize("body", [{"code": 403}, {"message": "no"}, {"message": "no", "error": "x"}])
def test_a_no_in_the_apis_words_is_heard(status: int, body: Any) -> None:
    with pytest.raises(Refused):
        data(status, body)


@pytest.mark.parametrize("body", [{}, {"error": "x"}, {"message": "no"}])
def test_a_401_is_one_in_any_json(body: Any) -> None:
    with pytest.raises(SignedOut):
        data(401, body)


@pytest.mark.parametrize("status", [408, 425])
@pytest.mark.parametrize("body", [b"<html>", {}, {"error": "timeout"}, {"code": 408, "message": "too slow"}])
def test_too_slow_and_too_early_are_nobodys_no(status: int, body: Any) -> None:
    with pytest.raises(Broken) as raised:
        data(status, body)
    assert (raised.value.reason, raised.value.status) == ("status", status)
    with pytest.raises(Broken):
        data(200, {"code": status})


def test_the_servers_words_are_kept() -> None:
    with pytest.raises(Refused) as refusal:
        data(400, {"code": 400, "message": "Visit 5 is already completed."})
    assert (refusal.value.status, refusal.value.message) == (400, "Visit 5 is already completed.")


def test_an_act_without_data_has_succeeded() -> None:
    assert data(200, {"ok": 1}, needs_data=False) is None
    with pytest.raises(Refused):
        data(200, {"code": 400}, needs_data=False)


@settings(max_examples=200)
@given(JSON, st.sampled_from([200, 201, 302, 400, 401, 404, 429, 500]))
def test_any_json_is_data_or_a_failure(value: Any, status: int) -> None:
    for needs_data in (True, False):
        try:
            data(status, json.dumps(value).encode(), needs_data)
        except Failure:
            continue


def rows(value: Any) -> list[Any]:
    raw = data_of(200, json.dumps({"data": value}).encode(), None, needs_data=True)
    return [json.loads(bytes(row)) for row in rows_of(raw)]


def test_rows_are_split_whatever_is_in_them() -> None:
    assert rows([{"id": 1}, None, "text", []]) == [{"id": 1}, None, "text", []]
    assert rows({"0": {"id": 1}, "3": {"id": 2}}) == [{"id": 1}, {"id": 2}]
    assert rows([]) == []


@pytest.mark.parametrize("value", [None, True, "text", 5, {}])
def test_what_is_no_list_is_not_taken_for_an_empty_one(value: Any) -> None:
    with pytest.raises(Broken):
        rows(value)


def test_retry_after_is_seconds_or_a_date() -> None:
    assert retry_after_s("7", 0) == 7
    assert retry_after_s("Wed, 01 Jan 2020 00:01:00 GMT", YEAR_2020 + 50) == 10
    assert retry_after_s("Wed, 01 Jan 2020 00:01:00 GMT", YEAR_2020 + 90) == 0
    assert retry_after_s("soon", 0) is None
    assert retry_after_s(None, 0) is None


def test_http_dates() -> None:
    assert http_date("Wed, 01 Jan 2020 00:01:00 GMT") == YEAR_2020 + 60
    assert http_date("Wed, 01 Jan 2020 01:01:00 +0100") == YEAR_2020 + 60
    assert http_date("Thu, 31 Dec 2099 23:59:59 GMT") == YEAR_2100 - 1
    assert http_date("yesterday") is None


@pytest.mark.parametrize(
    "date",
    ["Fri, 31 Dec 9999 23:59:59 -2359", "Fri, 01 Jan 2100 00:00:00 GMT", "Mon, 01 Jan 2001 00:00:00 GMT",
     "Tue, 31 Dec 2019 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 +2359"],
)  # fmt: skip
def test_a_date_that_cannot_be_true_is_none(date: str) -> None:
    assert http_date(date) is None


def test_half_an_emoji_hides_nobody_else() -> None:
    raw = data_of(200, rb'{"data": [{"id": "1", "name": "\ud83d x"}, {"id": "2"}]}', None, needs_data=True)
    found = [json.loads(bytes(row)) for row in rows_of(raw)]
    assert [row["id"] for row in found] == ["1", "2"]
