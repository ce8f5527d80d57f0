"""Names, proxies, and the way out."""

from typing import Any

import pytest

from app.doctor import network
from app.doctor.network import Way, dns, way_to

CLINIC = Way("clinic.test", 443, encrypted=True)


def found(*addresses: str) -> network.Resolve:
    return lambda _host, _port: list(addresses)


def nothing(_host: str, _port: int) -> list[Any]:
    raise OSError("no such name")


async def test_addresses_are_counted_and_not_listed() -> None:
    said = await dns(CLINIC, found("192.0.2.1", "2001:db8::1"))
    assert (said.state, said.found) == ("ok", "clinic.test: 2 addresses")
    assert (await dns(CLINIC, found("192.0.2.1"))).found == "clinic.test: 1 address"


async def test_one_address_is_counted_once() -> None:
    assert network.resolve("127.0.0.1", 80) == ["127.0.0.1"]


async def test_a_name_that_is_not_found_bars_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_OUTSIDE", ((network.socket.AF_INET, "127.0.0.1"),))
    said = await dns(CLINIC, nothing)
    assert (said.state, said.bars) == ("fail", True)
    assert said.found == "the name clinic.test is not found"
    assert "DNS" in said.advice


async def test_a_machine_without_a_network_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_OUTSIDE", ())
    said = await dns(CLINIC, nothing)
    assert said.found == "this machine has no network"


async def test_a_proxy_is_asked_for_by_its_name_and_its_password_is_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "http://noor:s3cret@proxy.clinic.test:3128/")
    way = await way_to("https://api.clinic.test/api_v3/")
    assert way.proxy is not None
    assert (way.proxy.kind, way.proxy.host, way.proxy.port) == ("http", "proxy.clinic.test", 3128)
    assert (way.proxy.username, way.proxy.password) == ("noor", "s3cret")
    asked: list[str] = []
    said = await dns(way, lambda host, _port: [asked.append(host)])
    assert asked == ["proxy.clinic.test"]
    assert said.found == "api.clinic.test by way of the proxy proxy.clinic.test: 1 address"
    assert "noor" not in f"{said}{way}"
    assert "s3cret" not in f"{said}{way}"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("https_proxy", "proxy.test", ("http", "proxy.test", 80)),
        ("all_proxy", "socks5://proxy.test", ("socks5", "proxy.test", 1080)),
        ("https_proxy", "http://proxy.test:nonsense", ("http", "proxy.test", 0)),
    ],
)
async def test_the_forms_of_a_proxy(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: tuple[str, str, int]
) -> None:
    monkeypatch.setenv(name, value)
    proxy = (await way_to("https://api.test/api_v3/")).proxy
    assert proxy is not None
    assert (proxy.kind, proxy.host, proxy.port) == expected


async def test_a_proxy_leads_neither_to_this_computer_nor_to_what_it_excepts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.test:1")
    monkeypatch.setenv("https_proxy", "http://proxy.test:1")
    monkeypatch.setenv("no_proxy", "clinic.test")
    assert await way_to("http://127.0.0.1:8080/api_v3/") == Way("127.0.0.1", 8080, encrypted=False)
    assert await way_to("https://api.clinic.test/api_v3/") == Way("api.clinic.test", 443, encrypted=True)
