"""The client against a real server in every weather: five kinds of failure, never a sixth."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from app.core import backoff
from app.core.clock import ServerClock, SystemClock
from app.errors import Broken, Failure, NotOffered, Offline, Refused, SignedOut, Uncertain
from app.wire import client as wire
from app.wire.client import Client, Credentials, Token
from app.wire.endpoints import TABLE, Endpoints
from app.wire.gate import Gate
from tests.hostile import Hostile
from tests.practice import START, Practice
from tests.sessions import client_of
from tests.until import until


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between two tries are not what most of these tests are about."""
    monkeypatch.setattr(backoff, "FIRST_BACKOFF_S", 0.01)


WEATHERS: list[tuple[str, dict[str, object], Callable[[Failure], bool]]] = [
    ("cut_before", {}, lambda failure: isinstance(failure, Offline)),
    ("cut_after", {}, lambda failure: isinstance(failure, Offline)),
    ("status", {"status": 401}, lambda failure: isinstance(failure, SignedOut)),
    ("status", {"status": 403}, lambda failure: isinstance(failure, Refused) and failure.status == 403),
    ("status", {"status": 404}, lambda failure: isinstance(failure, Refused) and failure.status == 404),
    ("status", {"status": 429, "retry_after": 70}, lambda failure: failure.retry_after == 70),
    ("status", {"status": 500}, lambda failure: isinstance(failure, Broken) and failure.status == 500),
    ("status", {"status": 503}, lambda failure: isinstance(failure, Broken) and failure.status == 503),
    ("html", {}, lambda failure: isinstance(failure, Broken) and failure.reason == "not_json"),
    ("truncated", {}, lambda failure: isinstance(failure, Broken) and failure.reason == "not_json"),
    ("code_in_200", {"code": 403}, lambda failure: isinstance(failure, Refused) and failure.status == 403),
    ("code_in_200", {"code": 401}, lambda failure: isinstance(failure, SignedOut)),
    ("wrong_json", {"body": []}, lambda failure: isinstance(failure, Broken) and failure.reason == "shape"),
    ("wrong_json", {"body": "text"}, lambda failure: isinstance(failure, Broken)),
]


@pytest.mark.parametrize(("kind", "details", "is_right"), WEATHERS)
async def test_each_weather_is_one_failure_and_goes_away(
    clinic: Practice, kind: str, details: dict[str, object], is_right: Callable[[Failure], bool]
) -> None:
    async with client_of(clinic) as client:
        clinic.weather(kind, "visits.list", **details)
        with pytest.raises(Failure) as raised:
            await client.get("visits.list")
        assert is_right(raised.value), repr(raised.value)
        clinic.clear()
        assert (await client.get("visits.list")).value()


async def test_a_server_that_is_gone_is_offline(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        clinic.stop()
        with pytest.raises(Offline) as raised:
            await client.get("visits.list")
        assert raised.value.reason == "unreachable"


async def test_a_name_nobody_knows_is_offline() -> None:
    endpoints = Endpoints("https://no-such-host.invalid/api_v3/", "")
    async with Client(endpoints, Credentials("x"), ServerClock(SystemClock())) as client:
        with pytest.raises(Offline) as raised:
            await client.get("visits.list")
        assert raised.value.reason == "name"


async def test_the_token_does_not_follow_a_redirect_to_another_host(clinic: Practice) -> None:
    with Practice() as other:
        async with client_of(clinic) as client:
            clinic.weather("redirect", "visits.list", to=f"{other.api}visits")
            with pytest.raises(Broken) as raised:
                await client.get("visits.list")
            assert raised.value.reason == "redirect"
        assert other.log() == []


async def test_a_redirect_at_home_is_followed(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        clinic.weather("redirect", "visits.list", to=f"{clinic.api}rooms")
        assert (await client.get("visits.list")).value()[0]["slug"]


async def test_an_act_is_never_redirected(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        clinic.weather("redirect", "visits.close", to=f"{clinic.api}visits/close")
        with pytest.raises(Uncertain):
            await client.post("visits.close", {"id": "48211", "status": 30})
    assert clinic.status("48211") != 30


async def test_an_act_whose_answer_is_lost_is_uncertain(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        clinic.weather("cut_after", "visits.inprogress", times=1)
        with pytest.raises(Uncertain):
            await client.post("visits.inprogress", {"id": "48211", "actual_start": START})
    assert clinic.status("48211") == 25


async def test_an_act_that_never_left_is_offline(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        clinic.stop()
        with pytest.raises(Offline):
            await client.post("visits.inprogress", {"id": "48211", "actual_start": START})


async def test_no_answer_in_time_is_offline_for_a_question_and_uncertain_for_an_act(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ANSWER_WITHIN_S", 0.3)
    async with client_of(clinic) as client:
        clinic.weather("latency", "/visits", seconds=2)
        with pytest.raises(Offline) as raised:
            await client.get("visits.list")
        assert raised.value.reason == "timeout"
        with pytest.raises(Uncertain):
            await client.post("visits.inprogress", {"id": "48211", "actual_start": START})


async def test_a_body_that_drips_does_not_outlast_the_one_time_out(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ANSWER_WITHIN_S", 0.5)
    async with client_of(clinic) as client:
        clinic.weather("slow_body", "visits.list", seconds=5)
        with pytest.raises(Offline) as raised:
            await client.get("visits.list")
        assert raised.value.reason == "timeout"


async def test_a_body_beyond_the_bound_is_refused(clinic: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LARGEST_BODY", 1000)
    async with client_of(clinic) as client:
        with pytest.raises(Broken) as raised:
            await client.get("visits.list")
        assert raised.value.reason == "too_large"


async def test_cancelling_a_request_leaves_the_client_usable(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        clinic.weather("latency", "visits.list", seconds=5, times=1)
        asking = asyncio.create_task(client.get("visits.list"))
        await until(lambda: clinic.asked("visits.list"))
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert (await client.get("visits.list")).value()


async def test_cancelled_requests_give_their_connections_back(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        client._gate = Gate(4, 100_000.0)
        for turns in range(60):
            asking = asyncio.create_task(client.get("rooms.get", code=clinic.room, repeat=False))
            for _ in range(turns):
                await asyncio.sleep(0)
            asking.cancel()
            with suppress(asyncio.CancelledError):
                await asking
        pool = client._transport._pool.http._transport._pool  # type: ignore[attr-defined]
        assert [connection for connection in pool.connections if not connection.is_idle()] == []
        assert (await client.get("visits.list")).value()


async def test_a_pool_that_may_have_lost_connections_is_left_and_closed(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        first = client._transport._pool
        clinic.weather("latency", "visits.list", seconds=2)
        for _ in range(4):
            asking = asyncio.create_task(client.get("visits.list", repeat=False))
            await until(lambda: first.under_way > 0)
            asking.cancel()
            with suppress(asyncio.CancelledError):
                await asking
        clinic.clear()
        assert (await client.get("visits.list")).value()
        assert client._transport._pool is not first
        await until(lambda: first.http.is_closed)


async def test_a_closed_client_is_offline(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        clinic.weather("latency", "visits.list", seconds=2)
        asking = asyncio.create_task(client.get("visits.list", repeat=False))
        await until(lambda: clinic.asked("visits.list") == 1)
        await client.close()
        for sent in (asking, client.get("rooms.list")):
            with pytest.raises(Offline):
                await sent


@pytest.mark.parametrize("turns", [*range(12), 100])
async def test_what_is_being_connected_when_the_client_closes_is_cut(clinic: Practice, turns: int) -> None:
    clinic.weather("latency", "rooms.get", seconds=1)
    async with client_of(clinic) as client:
        client.reconnect()  # Nothing is connected yet.
        asking = asyncio.create_task(client.get("rooms.get", code=clinic.room, repeat=False))
        for _ in range(turns):
            await asyncio.sleep(0)
    with pytest.raises(Offline):
        await asking


async def test_what_was_asked_before_a_reconnection_is_cut_as_well(clinic: Practice) -> None:
    clinic.weather("latency", "rooms.get", seconds=1)
    async with client_of(clinic) as client:
        asking = asyncio.create_task(client.get("rooms.get", code=clinic.room, repeat=False))
        await until(lambda: clinic.asked("rooms.get"))
        client.reconnect()
    with pytest.raises(Offline):
        await asking


@pytest.mark.parametrize(
    ("raw", "is_right"),
    [
        (b'{"code": 400, "message": "M\xe4rz"}', lambda failure: isinstance(failure, Refused)),
        (b'{"code": 1e999}', lambda failure: isinstance(failure, Broken)),
        (b'{"code": ' + b"9" * 5000 + b"}", lambda failure: isinstance(failure, Broken)),
        (b'{"data": ["\\ud83d"], "total_count": 150}', lambda reply: reply.total() == 150),
        (b'{"data": [], "total_count": "' + b"9" * 5000 + b'"}', lambda reply: reply.total() is None),
    ],
)
async def test_odd_bytes_are_no_sixth_failure(raw: bytes, is_right: Callable[[object], bool]) -> None:
    async with Hostile(body=raw) as server, server.client() as client:
        assert is_right(await _outcome(client.get("visits.list")))


@pytest.mark.parametrize(
    "headers",
    [
        {"Date": "Mon, 01 Jan 2024 00:00:00 +9999999999999999999"},
        {"Retry-After": "Mon, 01 Jan 2024 00:00:00 +9999999999999999999"},
        {"Set-Cookie": "PHPSESSID=other"},
    ],
)
async def test_odd_headers_do_no_harm(headers: dict[str, str]) -> None:
    async with Hostile(headers=headers) as server, server.client() as client:
        for _ in range(2):
            assert (await client.get("visits.list")).value() == []
        assert all(b"cookie" not in request.lower() for request in server.requests)


@pytest.mark.parametrize("to", ["javascript:x", "http://[", "//", "ht!tp://x", "http://127.0.0.1:99999/"])
async def test_odd_redirects_are_no_sixth_failure(to: str) -> None:
    async with Hostile(status="302 Found", headers={"Location": to}) as server, server.client() as client:
        assert isinstance(await _outcome(client.get("visits.list")), Failure)


@pytest.mark.parametrize("status", ["500 Oops", "502 Bad Gateway", "504 Gateway Timeout"])
async def test_an_act_that_a_server_broke_over_is_uncertain(status: str) -> None:
    async with Hostile(status=status, body=b"<html>") as server, server.client() as client:
        assert isinstance(await _outcome(client.post("visits.confirm", {"id": "1"})), Uncertain)
        # Signing in does nothing that could be done twice.
        assert isinstance(await _outcome(client.post("auth.login", {"username": "x"})), Broken)
        assert len(server.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 407, 451])
async def test_a_page_of_something_on_the_way_is_nobodys_no(status: int) -> None:
    async with Hostile(status=f"{status} No", body=b"<html>") as server, server.client() as client:
        is_proxy, has_done_nothing = status == 407, status in (401, 404)
        for question in (client.get("visits.list"), client.post("auth.login", {"username": "x"})):
            assert isinstance(await _outcome(question), Offline if is_proxy else Broken)
        told = await _outcome(client.post("visits.close", {"id": "1"}))
        assert isinstance(told, Offline if is_proxy else Broken if has_done_nothing else Uncertain)


@pytest.mark.parametrize("status", [400, 409, 422])
async def test_json_of_something_on_the_way_leaves_open_whether_an_act_was_done(status: int) -> None:
    body = b'{"error": "no route"}'
    async with Hostile(status=f"{status} No", body=body) as server, server.client() as client:
        assert isinstance(await _outcome(client.post("visits.close", {"id": "1"})), Uncertain)
        assert isinstance(await _outcome(client.get("visits.list")), Broken)


@pytest.mark.parametrize("status", [408, 425])
@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"error": "timeout"}', b'{"message": "Too slow."}'])
async def test_too_slow_and_too_early_are_uncertain_for_an_act_and_pass_for_a_question(
    status: int, body: bytes
) -> None:
    async with Hostile(status=f"{status} Not now", body=body) as server, server.client() as client:
        assert isinstance(await _outcome(client.post("visits.close", {"id": "1"})), Uncertain)
        assert len(server.requests) == 1
        assert isinstance(await _outcome(client.get("visits.list")), Broken)
        assert len(server.requests) == 1 + wire.TRIES
        assert isinstance(await _outcome(client.exchange("visits.close", {})), Uncertain)


@pytest.mark.parametrize("value", ["", ".", "..", "\ud83d"])
async def test_an_id_that_leads_elsewhere_is_refused_here(value: str) -> None:
    async with Hostile() as server, server.client() as client:
        for sent in (client.get("visits.get", id=value), client.delete("files.delete", id=value)):
            assert isinstance(await _outcome(sent), Refused)
        assert server.requests == []


async def _outcome(sent: Awaitable[object]) -> object:
    try:
        return await sent
    except Failure as failure:
        return failure


async def test_the_servers_time_is_learnt_from_its_replies(clinic: Practice) -> None:
    clock = ServerClock(SystemClock())
    endpoints = Endpoints(clinic.api, clinic.portal)
    async with Client(endpoints, Credentials(clinic.account), clock) as client:
        await client.get("rooms.list")
    assert START <= clock.now() <= START + 3


def at_renewal(client: Client) -> list[str]:
    """The tokens of those who have come to the renewal, from now on."""
    come: list[str] = []
    renewed = client._renewed

    def noted(old: str) -> Awaitable[bool]:
        come.append(old)
        return renewed(old)

    client._renewed = noted
    return come


async def test_a_refused_token_is_renewed_once_for_all_who_wait(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        good = client.credentials.token
        client.credentials.token = "0" * 32
        renewals, waiting = [], at_renewal(client)

        async def renew() -> Token:
            await until(lambda: len(waiting) == 5)
            renewals.append(1)
            return Token(good)

        client.credentials.renew = renew
        replies = await asyncio.gather(*(client.get("visits.list") for _ in range(5)))
        assert len(replies) == 5
        assert renewals == [1]


async def test_a_token_that_cannot_be_renewed_is_signed_out_and_not_tried_again(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        client.credentials.token = "0" * 32
        tried = []

        async def renew() -> None:
            tried.append(1)

        client.credentials.renew = renew
        for _ in range(3):
            with pytest.raises(SignedOut):
                await client.get("visits.list")
        assert tried == [1]


@pytest.mark.parametrize("is_renewed", [True, False])
async def test_a_401_in_nobodys_words_renews_the_token_and_signs_nobody_out(
    clinic: Practice, is_renewed: bool
) -> None:
    async with client_of(clinic) as client:
        fresh = Token(client.credentials.token) if is_renewed else None
        client.credentials.token = "0" * 32

        async def renew() -> Token | None:
            return fresh

        client.credentials.renew = renew
        clinic.weather("html", "visits.close", status=401, times=1)
        told = await _outcome(client.post("visits.close", {"id": "48211", "status": 30}))
        if is_renewed:
            assert clinic.status("48211") == 30
        else:
            assert isinstance(told, Broken)


async def test_a_token_near_its_end_is_renewed_before_it_is_used_once_for_all(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        good = client.credentials.token
        await client.get("rooms.list")
        client.credentials.adopt(Token("0" * 32, START + 59), START - 400)
        renewals, waiting = [], at_renewal(client)

        async def renew() -> Token:
            renewals.append(1)
            await until(lambda: len(waiting) == 5)
            return Token(good, START + 86_400)

        client.credentials.renew = renew
        clinic.forget()
        await asyncio.gather(*(client.get("visits.list") for _ in range(5)))
        assert renewals == [1]
        assert [entry["key"] for entry in clinic.log()] == ["visits.list"] * 5


def test_a_short_lived_token_is_not_renewed_with_every_request() -> None:
    held = Credentials("harbor")
    for life_s, before_s in ((86_400, 60), (30, 7.5)):
        held.adopt(Token("t", START + life_s), START)
        assert held.renew_at == START + life_s - before_s
    # Said to be dead already: the server knows better, by a 401.
    held.adopt(Token("t", START - 5), START)
    assert held.renew_at is None


async def test_one_who_gives_up_does_not_spoil_the_renewal_for_the_others(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        good, client.credentials.token = client.credentials.token, "0" * 32
        renewals, waiting, is_over = [], at_renewal(client), asyncio.Event()

        async def renew() -> Token:
            renewals.append(1)
            await is_over.wait()
            return Token(good)

        client.credentials.renew = renew
        first = asyncio.create_task(client.get("visits.list"))
        second = asyncio.create_task(client.get("users.get", id="-"))
        await until(lambda: len(waiting) == 2)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        is_over.set()
        await second
        assert (client.credentials.token, renewals) == (good, [1])


async def test_a_failed_renewal_is_told_to_all_and_not_repeated_at_once(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        client.credentials.token = "0" * 32
        tried = []

        async def renew() -> Token:
            tried.append(1)
            raise Uncertain

        client.credentials.renew = renew
        asked = (client.get("visits.list") for _ in range(5))
        failures = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(failure, Offline) for failure in failures)
        with pytest.raises(Offline):
            await client.post("visits.confirm", {"id": "48211"})
        assert tried == [1]


async def test_a_renewal_that_fails_for_the_moment_does_not_fail_the_request(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        await client.get("rooms.list")
        client.credentials.renew_at = START

        async def renew() -> Token:
            raise Offline("unreachable")

        client.credentials.renew = renew
        assert (await client.get("visits.list")).value()


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("status", {"status": 503}),
        ("status", {"status": 429, "retry_after": 1}),
        ("cut_before", {}),
        ("cut_after", {}),
    ],
)
async def test_a_question_is_put_again_after_a_passing_fault(
    clinic: Practice, kind: str, details: dict[str, object]
) -> None:
    async with client_of(clinic) as client:
        clinic.weather(kind, "visits.get", times=1, **details)
        assert (await client.get("visits.get", id="48211")).value()["id"] == "48211"
        assert clinic.asked("visits.get") == 2


async def test_a_question_is_put_three_times_at_most_and_once_for_who_repeats_it(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        clinic.weather("status", "visits.get", status=503)
        for repeat, times in ((True, wire.TRIES), (False, 1)):
            clinic.forget()
            with pytest.raises(Broken):
                await client.get("visits.get", repeat=repeat, id="48211")
            assert clinic.asked("visits.get") == times


@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_a_no_is_not_asked_for_again(clinic: Practice, status: int) -> None:
    async with client_of(clinic) as client:
        clinic.weather("status", "visits.get", status=status)
        with pytest.raises(Failure):
            await client.get("visits.get", id="48211")
        assert clinic.asked("visits.get") == 1


@pytest.mark.parametrize("kind", ["cut_after", "status"])
async def test_an_act_is_put_once(clinic: Practice, kind: str) -> None:
    async with client_of(clinic) as client:
        clinic.weather(kind, "visits.inprogress", times=1)
        with pytest.raises(Failure):
            await client.post("visits.inprogress", {"id": "48211"})
        assert clinic.asked("visits.inprogress") == 1


async def test_text_that_cannot_be_sent_is_refused_here(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        for sent in (
            client.get("users.list", {"q": "\ud83d"}),
            client.post("intakes.create", {"x": "\ud83d"}),
        ):
            with pytest.raises(Refused) as raised:
                await sent
            assert raised.value.status == 400
        client.credentials.token = "schlüssel"
        with pytest.raises(Refused):
            await client.get("visits.list")
    assert clinic.log() == []


async def test_a_wrong_password_renews_nothing(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        client.credentials.renew = pytest.fail
        with pytest.raises(SignedOut):
            await client.post("auth.login", {"username": "noor.haddad", "password": "wrong"})


async def test_public_calls_carry_no_token(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        await client.page("portal.room", slug="general-care")
        with pytest.raises(SignedOut):
            await client.post("auth.login", {"username": "noor.haddad", "password": "wrong"})
    assert [entry["token_fingerprint"] for entry in clinic.log()] == [False, False]


async def test_a_page_is_there_or_a_failure(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        await client.page("portal.visit", id="48211")
        with pytest.raises(Refused):
            await client.page("portal.room", slug="no-such-room")
        clinic.weather("status", "/u/", status=503)
        with pytest.raises(Broken):
            await client.page("portal.room", slug="general-care")


async def test_a_clinic_overrides_and_switches_off_endpoints(clinic: Practice) -> None:
    async with client_of(clinic, **{"visits.list": "GET visits.json", "rooms.list": "off"}) as client:
        assert (await client.get("visits.list")).value()
        with pytest.raises(NotOffered) as raised:
            await client.get("rooms.list")
        assert raised.value.key == "rooms.list"
    assert [entry["path"] for entry in clinic.log()] == ["/api_v3/visits.json"]


def test_values_in_paths_are_encoded() -> None:
    endpoints = Endpoints("https://api.example/api_v3/", "https://portal.example/")
    assert (
        endpoints.url(TABLE["visits.get"], {"id": "5/../6?x"})
        == "https://api.example/api_v3/visits/5%2F..%2F6%3Fx"
    )
    assert endpoints.url(TABLE["users.get"], {"id": "-"}) == "https://api.example/api_v3/users/-"
