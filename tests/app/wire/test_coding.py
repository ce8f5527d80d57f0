"""What is packed on its way comes out as it was, and never takes more than was agreed."""

import asyncio
import gzip
import itertools
import json
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from io import BytesIO

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Broken, Refused, Uncertain
from app.wire import client as wire
from app.wire.coding import _PIECE, body_of, codings
from tests.hostile import Hostile
from tests.until import until

MIB = 1024 * 1024
LIST = b'{"data": ["a", "b"]}'
REFUSAL = b'{"code": 403, "message": "Not yours."}'


def raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


@cache
def packed(size: int, layers: int = 1) -> bytes:
    body = bytes(size)
    for _ in range(layers):
        body = gzip.compress(body, 9)
    return body


@asynccontextmanager
async def at_most(mib: int) -> AsyncIterator[None]:
    """What is done within takes no more memory at any time."""
    before = asyncio.all_tasks()
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < mib * MIB
    finally:
        tracemalloc.stop()
    # The generators of a body that is not read to its end are closed by the loop, one after the other.
    await until(lambda: asyncio.all_tasks() <= before)


WAYS = [
    ("gzip", gzip.compress(LIST)),
    (" GZip ", gzip.compress(LIST)),
    ("x-gzip", gzip.compress(LIST)),
    ("gzip, identity", gzip.compress(LIST)),
    ("identity\r\nContent-Encoding: gzip", gzip.compress(LIST)),
    ("gzip", gzip.compress(LIST[:7]) + gzip.compress(LIST[7:])),
    ("gzip", gzip.compress(b"") + gzip.compress(LIST) + gzip.compress(b"")),
    ("gzip", gzip.compress(LIST) + bytes(600)),
    ("gzip", gzip.compress(LIST) + b"\r\nnonsense"),
    ("deflate", zlib.compress(LIST)),
    ("DEFLATE", zlib.compress(LIST, 9)),
    ("deflate", raw_deflate(LIST)),
    ("deflate", raw_deflate(LIST) + b"\x1f\r\n"),
    ("identity", LIST),
    (" Identity", LIST),
    ("", LIST),
    ("utf-8", LIST),
]


@pytest.mark.parametrize(("coding", "body"), WAYS, ids=itertools.count())
async def test_one_coding_is_undone(coding: str, body: bytes) -> None:
    async with Hostile(body, headers={"Content-Encoding": coding}) as server, server.client() as client:
        assert (await client.get("visits.list")).value() == ["a", "b"]
        assert b"accept-encoding: gzip, deflate\r\n" in server.requests[0].lower()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip, gzip", packed(32 * MIB, 2)),
        ("gzip\r\nContent-Encoding: gzip", packed(32 * MIB, 2)),
        ("gzip, deflate", zlib.compress(gzip.compress(LIST))),
        ("deflate, deflate", zlib.compress(zlib.compress(LIST))),
        ("br", packed(32 * MIB)),
    ],
    ids=itertools.count(),
)
async def test_other_codings_are_not_undone(coding: str, body: bytes) -> None:
    server = Hostile(body, headers={"Content-Encoding": coding})
    async with at_most(6), server, server.client() as client:
        with pytest.raises(Broken) as raised:
            await client.get("visits.list")
    assert raised.value.reason == "not_json"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_no_more_is_unpacked_than_may_be(monkeypatch: pytest.MonkeyPatch, coding: str) -> None:
    monkeypatch.setattr(wire, "LARGEST_BODY", 2 * MIB)
    body = packed(32 * MIB) if coding == "gzip" else zlib.compress(bytes(32 * MIB), 9)
    server = Hostile(body, headers={"Content-Encoding": coding})
    async with at_most(6), server, server.client() as client:
        with pytest.raises(Broken) as raised:
            await client.get("visits.list")
    assert raised.value.reason == "too_large"


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", b"<html>"),
        ("gzip", LIST),
        ("gzip", gzip.compress(LIST)[:-8] + bytes(8)),  # its checksum does not fit
        ("gzip", gzip.compress(LIST) + b"\x1fnonsense"),
        ("deflate", b"\x78<html>"),
        ("deflate", b"\xff<html>"),
    ],
    ids=itertools.count(),
)
async def test_what_is_damaged_is_broken(coding: str, body: bytes) -> None:
    async with (
        Hostile(body, status="401 No", headers={"Content-Encoding": coding}) as server,
        server.client() as client,
    ):
        with pytest.raises(Broken) as raised:
            await client.get("visits.list")
        assert (raised.value.reason, raised.value.status) == ("not_json", 401)
        # The server may have done it.
        with pytest.raises(Uncertain):
            await client.post("visits.confirm", {"id": "1"})


async def test_what_ends_too_early_is_not_taken_for_whole() -> None:
    body = gzip.compress(json.dumps({"data": [f"{n}" for n in range(99)]}).encode())[:-12]
    async with Hostile(body, headers={"Content-Encoding": "gzip"}) as server, server.client() as client:
        with pytest.raises(Broken) as raised:
            await client.get("visits.list")
    assert raised.value.reason == "not_json"


async def test_a_refused_download_is_understood_and_bounded() -> None:
    headers = {"Content-Encoding": "gzip"}
    for body, is_right in ((gzip.compress(REFUSAL), Refused), (packed(32 * MIB), Broken)):
        server = Hostile(body, status="403 No", headers=headers)
        async with at_most(6), server, server.client() as client:
            link = f"{client.endpoints.base('files')}files/view/1"
            with pytest.raises(is_right):
                await client.download("files.download", link, BytesIO())


# -- however it is cut into parts


def response(coding: str, parts: list[bytes]) -> httpx.Response:
    async def stream() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    return httpx.Response(200, headers={"Content-Encoding": coding}, content=stream())


SIZES = st.one_of(st.integers(0, 40), st.sampled_from([_PIECE - 1, _PIECE, _PIECE + 1, 3 * _PIECE]))
PACKED = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "x-gzip": lambda content: gzip.compress(content[:9]) + gzip.compress(content[9:]) + b"\r\n\x1f\0",
    "Deflate": raw_deflate,
}


@given(st.sampled_from(sorted(PACKED)), SIZES, st.sampled_from([b"\0", b"abc", b"\x1f"]), st.data())
def test_parts_of_any_size_give_the_same(coding: str, size: int, what: bytes, data: st.DataObject) -> None:
    content = (what * size)[:size]
    body = PACKED[coding](content)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(body)), max_size=12)))
    parts = [body[start:end] for start, end in itertools.pairwise([0, *cuts, len(body)])]
    assert asyncio.run(body_of(response(coding, parts), len(content) + 1)) == content
    each = [bytes((byte,)) for byte in body]
    assert asyncio.run(body_of(response(coding, each), len(content) + 1)) == content


async def test_what_zlib_holds_back_comes_too() -> None:
    content = (b"abc" * _PIECE)[: _PIECE + 9]
    assert await body_of(response("deflate", [raw_deflate(content)]), 2 * _PIECE) == content


@pytest.mark.parametrize("coding", ["gzip", "deflate", "identity", "gzip, gzip"])
async def test_no_body_is_an_empty_one(coding: str) -> None:
    assert await body_of(response(coding, []), 9) == b""
    assert await body_of(response(coding, [b""]), 9) == b""


async def test_others_have_their_turn_while_one_part_is_unpacked() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    busy = asyncio.create_task(others())
    assert len(await body_of(response("gzip", [packed(32 * MIB)]), 64 * MIB)) == 32 * MIB
    busy.cancel()
    await asyncio.wait((busy,))
    assert turns >= 32 * MIB / _PIECE


@pytest.mark.parametrize("coding", ["gzip", "identity"])
async def test_enough_is_enough(coding: str) -> None:
    parts = [gzip.compress(bytes(9 * _PIECE))] if coding == "gzip" else [bytes(_PIECE)] * 9
    assert 2 * _PIECE < len(await body_of(response(coding, parts), 2 * _PIECE + 1)) <= 3 * _PIECE + 1


def test_codings_are_told_in_their_order() -> None:
    headers = [("Content-Encoding", "GZIP,identity"), ("Content-Encoding", ", br "), ("Age", "1")]
    assert codings(httpx.Response(200, headers=headers)) == ["gzip", "br"]
    assert codings(httpx.Response(200)) == []
