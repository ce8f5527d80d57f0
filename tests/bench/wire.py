"""The client against its yardsticks: `json.loads` of the same bytes, bare httpx to the same server."""

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import msgspec

from app.files.files import Files
from app.files.record import read_file
from app.sandbox import visit_rows
from app.sandbox.app import build
from app.sandbox.opening import open_clinic
from app.sandbox.quirks import encode
from app.visits.record import read_visit
from app.wire.client import Reply
from app.wire.envelope import data_of, rows_of
from app.wire.gate import Gate
from app.wire.listing import listing
from tests.practice import START, Practice
from tests.sessions import client_of

ROUNDS = 9
RECORDS = 1_000
REQUESTS = 200
LARGE = 200 * 1024 * 1024
HUGE = 1024 * 1024 * 1024
TRANSFERS = 7
_CHUNK = 64 * 1024
# The politeness is not what is measured.
_OPEN_GATE = 1_000_000.0


def decoding() -> list[tuple[str, float, str]]:
    """(what, ratio, beside) of decoding 1,000 full visits, and 1,000 files."""
    world = build(open_clinic(7, START, RECORDS)).world
    visits = [encode(visit.id, visit_rows.detail(world, visit)) for visit in world.visits.values()]
    visits_body = b'{"data":[' + b",".join(visits[:RECORDS]) + b"]}"
    files_body = msgspec.json.encode({"data": [_file(number) for number in range(RECORDS)]})

    def read_visits() -> None:
        for raw in rows_of(data_of(200, visits_body, None, needs_data=True)):
            read_visit(bytes(raw))

    def read_files() -> None:
        found = listing(
            Reply(data_of(200, files_body, None, needs_data=True), files_body), read_file, "files.list"
        )
        assert len(found.records) == RECORDS

    return [
        _compared("decode 1,000 full visits", read_visits, visits_body),
        _compared("decode 1,000 files", read_files, files_body),
    ]


def _file(number: int) -> dict[str, Any]:
    return {
        "id": f"68a1c0de-1111-4222-8333-{number:012}",
        "name": f"photo {number}.png",
        "size": 48_000 + number,
        "ext": "png",
        "fullpath": f"https://api.example.test/files/view/{number}?auth_code={'a' * 40}&time={START}",
        "meta": {
            "category": "intake_attachment",
            "target": {"id": "48211", "type": "visit"},
            "account": {"code": "harbor"},
            "visible": True,
        },
        "creator": {"username": "someone", "type": 200, "full_name": "Some One"},
        "is_deletable": False,
        "created": START,
    }


def _compared(what: str, ours: Callable[[], None], body: bytes) -> tuple[str, float, str]:
    ratios, yardsticks = [], []
    for _ in range(ROUNDS):
        yardsticks.append(_ms(lambda: json.loads(body)))
        ratios.append(_ms(ours) / yardsticks[-1])
    return what, median(ratios), f"json.loads {median(yardsticks):.1f} ms of {len(body) // 1024} KiB"


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


async def requests() -> list[tuple[str, float, str]]:
    """200 requests one after the other through the client, and through a bare httpx client."""
    clinic = Practice()
    try:
        async with client_of(clinic, Gate(4, _OPEN_GATE)) as client, httpx.AsyncClient() as bare:
            headers = {"X-ApiToken": client.credentials.token}
            url = f"{clinic.api}rooms/{clinic.room}"

            async def ours() -> None:
                for _ in range(REQUESTS):
                    (await client.get("rooms.get", code=clinic.room)).value()

            async def theirs() -> None:
                for _ in range(REQUESTS):
                    (await bare.get(url, headers=headers)).json()

            ratio, yardstick = await _ratio(ours, theirs, ROUNDS)
    finally:
        clinic.close()
    return [
        ("200 requests through the client", ratio, f"bare httpx {yardstick * 1000 / REQUESTS:.2f} ms each")
    ]


async def _ratio(
    ours: Callable[[], Awaitable[object]], theirs: Callable[[], Awaitable[object]], rounds: int
) -> tuple[float, float]:
    """(median ratio, median seconds of the yardstick), in turns, after one of each that is not counted."""
    await theirs()
    await ours()
    ratios, yardsticks = [], []
    for _ in range(rounds):
        began = time.perf_counter()
        await theirs()
        between = time.perf_counter()
        await ours()
        yardsticks.append(between - began)
        ratios.append((time.perf_counter() - between) / yardsticks[-1])
    return median(ratios), median(yardsticks)


async def transfers() -> list[tuple[str, float, str]]:
    """Upload and download of 200 MiB through `Files`, and through bare httpx streams of the same file."""
    clinic = Practice(largest_file=HUGE * 2)
    try:
        with tempfile.TemporaryDirectory() as folder:
            source = _source(Path(folder), LARGE)
            async with (
                client_of(clinic, Gate(4, _OPEN_GATE)) as client,
                httpx.AsyncClient(timeout=None) as bare,
            ):
                files = Files(client)
                headers = {"X-ApiToken": client.credentials.token}
                kept = await files.upload(source)

                async def upload() -> None:
                    await files.delete((await files.upload(source)).id)

                async def bare_upload() -> None:
                    with source.open("rb") as content:
                        reply = await bare.post(
                            f"{clinic.api}files", headers=headers, files={"file": ("a.bin", content)}
                        )
                    await bare.delete(f"{clinic.api}files/{reply.json()['data']['id']}", headers=headers)

                async def download() -> None:
                    await files.download(kept, Path(folder) / "ours.bin")

                async def bare_download() -> None:
                    link = (await bare.get(f"{clinic.api}files/{kept.id}", headers=headers)).json()["data"]
                    with (Path(folder) / "bare.bin").open("wb") as content:
                        plain = {"Accept-Encoding": "identity"}
                        async with bare.stream("GET", link["fullpath"], headers=plain) as reply:
                            async for part in reply.aiter_raw():
                                content.write(part)

                up, up_s = await _ratio(upload, bare_upload, TRANSFERS)
                down, down_s = await _ratio(download, bare_download, TRANSFERS)
    finally:
        clinic.close()
    mib = LARGE / 1024 / 1024
    return [
        ("upload of 200 MiB", up, f"bare httpx {mib / up_s:.0f} MiB/s"),
        ("download of 200 MiB", down, f"bare httpx {mib / down_s:.0f} MiB/s"),
    ]


def memory() -> list[tuple[str, float]]:
    """(what, MiB more than before) of a 1 GiB file going up and coming down, each in a process of its own."""
    found = []
    for which in ("upload", "download"):
        out = subprocess.run(
            [sys.executable, "-m", "tests.bench.wire", which], capture_output=True, text=True, check=True
        ).stdout
        found.append((f"{which} of 1 GiB", float(out)))
    return found


async def _extra_memory(which: str) -> float:
    clinic = Practice(largest_file=HUGE * 2)
    try:
        with tempfile.TemporaryDirectory() as folder:
            async with client_of(clinic, Gate(4, _OPEN_GATE)) as client:
                files = Files(client)
                small = await files.upload(_source(Path(folder), 1024 * 1024))
                await files.download(small, Path(folder) / "small.bin")
                source = _source(Path(folder), HUGE)
                before = _peak_mib()
                sent = await files.upload(source)
                if which == "download":
                    before = _peak_mib()
                    await files.download(sent, Path(folder) / "back.bin")
                return _peak_mib() - before
    finally:
        clinic.close()


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _source(folder: Path, size: int) -> Path:
    path = folder / f"{size}.bin"
    block = os.urandom(_CHUNK)
    with path.open("wb") as content:
        for _ in range(size // _CHUNK):
            content.write(block)
    return path


if __name__ == "__main__":
    print(asyncio.run(_extra_memory(sys.argv[1])))
