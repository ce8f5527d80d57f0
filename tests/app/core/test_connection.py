"""The truth light (QUE-01)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_restored_facts_age_from_when_they_were_kept_and_say_so(
    hand: HandClock, connection: Connection
) -> None:
    kept_at = hand.wall() - 3 * 3600
    heard: list[Standing] = []
    connection.listen(heard.append)
    connection.restore(kept_at)
    hand.advance(5)
    standing = connection.standing()
    assert heard[0].is_restored
    assert standing == Standing(
        Light.CONNECTING, 3 * 3600 + 5, kept_at, None, is_restored=True, is_too_old=True
    )


def test_the_first_attempt_says_how_restored_facts_stand(hand: HandClock, connection: Connection) -> None:
    connection.restore(hand.wall() - 3600)
    connection.failed(Offline())
    standing = connection.standing()
    assert (standing.light, standing.is_restored) == (Light.OFFLINE, True)
    assert isinstance(standing.failure, Offline)
    connection.succeeded()
    standing = connection.standing()
    assert (standing.light, standing.is_restored, standing.is_too_old) == (Light.LIVE, False, False)
    assert standing.age_s == 0


def test_facts_kept_a_moment_ago_are_too_old_to_act_on_all_the_same(
    hand: HandClock, connection: Connection
) -> None:
    connection.restore(hand.wall() - 1)
    connection.failed(Offline())
    standing = connection.standing()
    assert (standing.light, standing.is_too_old) == (Light.DELAYED, True)


def test_the_age_of_restored_facts_is_right_once_the_server_has_told_its_time() -> None:
    hand = HandClock()
    clock = ServerClock(hand)
    connection = Connection(clock, 10)
    servers_now = hand.wall() + 7200  # this machine's clock is two hours behind
    connection.restore(servers_now - 600)
    assert connection.standing().age_s is None
    clock.observe(servers_now)
    assert connection.standing().age_s == pytest.approx(600, abs=1)


def test_facts_from_after_now_are_of_no_known_age_and_never_look_fresh(
    hand: HandClock, connection: Connection
) -> None:
    kept_at = hand.wall() + 3600
    connection.restore(kept_at)
    connection.failed(Offline())
    standing = connection.standing()
    assert (standing.light, standing.age_s, standing.confirmed_at) == (Light.OFFLINE, None, kept_at)
    assert (standing.is_restored, standing.is_too_old) == (True, True)


def test_clocks_that_differ_by_seconds_are_no_reason_to_doubt(
    hand: HandClock, connection: Connection
) -> None:
    connection.restore(hand.wall() + 30)
    assert connection.standing().age_s == 0


@given(st.lists(st.floats(0, 4e9), min_size=1))
def test_no_setting_of_the_machines_clock_gives_restored_facts_a_negative_age(walls: list[float]) -> None:
    hand = HandClock()
    connection = Connection(ServerClock(hand), 10)
    kept_at = hand.wall()
    connection.restore(kept_at)
    for wall in walls:
        hand.set_wall(wall)
        age_s = connection.standing().age_s
        assert age_s is None or age_s >= 0
        assert (age_s is None) == (wall < kept_at - 60)


def test_trouble_does_not_hide_that_the_facts_are_too_old(hand: HandClock, connection: Connection) -> None:
    connection.succeeded()
    connection.failed(Broken("not_json"))
    assert not connection.standing().is_too_old
    hand.advance(51)
    assert connection.standing().light == Light.TROUBLE
    assert connection.standing().is_too_old
