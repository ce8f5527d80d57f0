"""The truth light (QUE-01)."""

import pytest

from app.core.clock import ServerClock
from app.core.connection import Connection, Light, Standing
from app.errors import Broken, Failure, Offline, Refused, SignedOut
from tests.clocks import HandClock


@pytest.fixture
def hand() -> HandClock:
    return HandClock()


@pytest.fixture
def connection(hand: HandClock) -> Connection:
    return Connection(ServerClock(hand), interval_s=10)


def test_it_begins_with_connecting(connection: Connection) -> None:
    assert connection.standing() == Standing(Light.CONNECTING)


@pytest.mark.parametrize(
    ("age_s", "light"),
    [(0, Light.LIVE), (20, Light.LIVE), (21, Light.DELAYED), (50, Light.DELAYED), (51, Light.OFFLINE)],
)
def test_facts_age_without_an_error(
    hand: HandClock, connection: Connection, age_s: int, light: Light
) -> None:
    connection.succeeded()
    hand.advance(age_s)
    standing = connection.standing()
    assert (standing.light, standing.age_s) == (light, age_s)


@pytest.mark.parametrize(
    ("failure", "light"),
    [
        (Offline(), Light.DELAYED),
        (SignedOut(), Light.SIGNED_OUT),
        (Refused(403), Light.TROUBLE),
        (Refused(404), Light.TROUBLE),
        (Refused(429, retry_after=7), Light.DELAYED),
        (Broken("status", status=500), Light.TROUBLE),
        (Broken("not_json"), Light.TROUBLE),
        (Broken("redirect"), Light.TROUBLE),
    ],
)
def test_each_failure_shows_at_once_and_goes_with_the_next_success(
    connection: Connection, failure: Failure, light: Light
) -> None:
    connection.succeeded()
    connection.failed(failure)
    assert connection.standing().light == light
    assert connection.standing().failure is failure
    connection.succeeded()
    assert connection.standing().light == Light.LIVE


def test_no_contact_for_long_is_offline_since_the_last_success(
    hand: HandClock, connection: Connection
) -> None:
    connection.succeeded()
    confirmed = hand.wall()
    hand.advance(60)
    connection.failed(Offline())
    standing = connection.standing()
    assert (standing.light, standing.confirmed_at) == (Light.OFFLINE, confirmed)


def test_no_contact_ever_is_offline(connection: Connection) -> None:
    connection.failed(Offline())
    assert connection.standing().light == Light.OFFLINE


def test_listeners_hear_every_attempt(connection: Connection) -> None:
    heard: list[Light] = []
    connection.listen(lambda standing: heard.append(standing.light))
    connection.succeeded()
    connection.failed(SignedOut())
    assert heard == [Light.LIVE, Light.SIGNED_OUT]
