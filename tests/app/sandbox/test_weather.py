"""Every kind of weather over a real socket."""

import json

import httpx
import pytest


@pytest.fixture
def weather(served, browser):
    """Sets one rule."""

    def rule(**fields):
        reply = browser.post(served["portal"] + "sandbox/weather", json={"match": "visits.list", **fields})
        assert reply.status_code == 200, reply.text

    return rule


def ask(served, browser, path="visits", method="GET", **options):
    """One request to the API."""
    return browser.request(method, served["api"] + path, **options)


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
def test_a_cut_connection_and_then_fine_again(served, browser, weather, kind):
    weather(kind=kind, times=2)
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            ask(served, browser)
    assert ask(served, browser).status_code == 200


@pytest.mark.parametrize(("kind", "status"), [("cut_before", 10), ("cut_after", 20)])
def test_cut_after_has_done_the_work(served, browser, weather, kind, status):
    arrived = browser.post(served["portal"] + "sandbox/do", json={"what": "arrive"}).json()["data"]["visit"]
    weather(match="/visits/confirm", kind=kind, times=1)
    with pytest.raises(httpx.TransportError):
        ask(served, browser, "visits/confirm", "POST", json={"id": arrived})
    assert int(ask(served, browser, f"visits/{arrived}").json()["data"]["status"]) == status


def test_a_server_that_has_never_heard_of_a_key(served, browser, weather):
    arrived = browser.post(
        served["portal"] + "sandbox/do", json={"what": "arrive", "provider": "613", "room": "k7m2p"}
    )
    visit = arrived.json()["data"]["visit"]
    body = {"id": visit, "provider_id": "612", "if_provider_id": ""}
    assert ask(served, browser, "visits/assign", "POST", json=body).status_code == 400
    weather(match="visits.assign", kind="ignores", keys=["if_provider_id"], times=1)
    assert ask(served, browser, "visits/assign", "POST", json=body).status_code == 200
    assert ask(served, browser, "visits/assign", "POST", json=body).status_code == 400


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 502, 503])
def test_status(served, browser, weather, status):
    weather(kind="status", status=status, times=1)
    reply = ask(served, browser)
    assert (reply.status_code, reply.json()["code"]) == (status, status)


def test_html(served, browser, weather):
    weather(kind="html", times=1)
    reply = ask(served, browser)
    assert (reply.status_code, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Sign in" in reply.text


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_truncated(served, browser, weather, encoding):
    weather(kind="truncated", times=1)
    reply = ask(served, browser, headers={"Accept-Encoding": encoding})
    assert reply.status_code == 200
    assert reply.text.startswith('{"data":[')
    with pytest.raises(json.JSONDecodeError):
        reply.json()


def test_code_in_200(served, browser, weather):
    weather(kind="code_in_200", code=401, message="Expired", times=1)
    reply = ask(served, browser)
    assert (reply.status_code, reply.json()) == (200, {"code": 401, "message": "Expired"})


def test_redirect(served, browser, weather):
    weather(kind="redirect", to="http://127.0.0.2:9/elsewhere", times=1)
    reply = ask(served, browser)
    assert (reply.status_code, reply.headers["location"]) == (302, "http://127.0.0.2:9/elsewhere")


@pytest.mark.parametrize("body", [[], "text", None, {"data": "text"}])
def test_wrong_json(served, browser, weather, body):
    weather(kind="wrong_json", body=body, times=1)
    assert ask(served, browser).json() == body


@pytest.mark.parametrize("kind", ["latency", "slow_body"])
def test_slow(served, browser, weather, kind):
    weather(kind=kind, seconds=0.2, times=1)
    reply = ask(served, browser)
    assert reply.elapsed.total_seconds() >= 0.15
    assert reply.json()["data"]


def test_until_cleared_and_control_is_never_touched(served, browser, weather):
    weather(match="*", kind="status", status=503, times=None)
    for _ in range(3):
        assert ask(served, browser).status_code == 503
        assert browser.get(served["portal"] + "u/general-care").status_code == 503
    assert browser.get(served["portal"] + "sandbox/state").status_code == 200
    cleared = browser.post(served["portal"] + "sandbox/weather", json={"clear": True})
    assert cleared.json()["data"] == {"rules": []}
    assert ask(served, browser).status_code == 200


def test_rules_run_in_order(served, browser):
    rules = [{"match": "*", "kind": "status", "status": status, "times": 1} for status in (500, 429)]
    browser.post(served["portal"] + "sandbox/weather", json={"rules": rules})
    assert [ask(served, browser).status_code for _ in range(3)] == [500, 429, 200]
