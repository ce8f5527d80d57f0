"""Files on their way: what a broken line means, and who waits for whom."""

import asyncio
from io import BytesIO

import pytest

from app.errors import Broken, Offline, SignedOut, Uncertain
from app.wire import client as wire
from app.wire.client import Client, Reply, Token
from tests.hostile import Hostile
from tests.practice import Practice
from tests.sessions import client_of
from tests.until import until

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 300_000


async def send(client: Client, content: BytesIO) -> Reply:
    return await client.upload(
        "files.upload", content, "a.png", "image/png", {"meta.category": "user_document"}
    )


async def test_who_waits_in_line_is_not_timed_out_there(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with client_of(clinic) as client:
        monkeypatch.setattr(wire, "ANSWER_WITHIN_S", 1.0)
        clinic.weather("latency", "files.upload", seconds=0.6)
        await asyncio.gather(*(send(client, BytesIO(PNG)) for _ in range(5)))
        assert clinic.asked("files.upload") == 5


async def test_an_answer_that_is_lost_is_uncertain(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        clinic.weather("cut_after", "files.upload", times=1)
        with pytest.raises(Uncertain):
            await send(client, BytesIO(PNG))


async def test_half_a_file_is_not_kept_and_so_not_uncertain(clinic: Practice) -> None:
    class Cut(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 100_000:
                clinic.process.kill()
                clinic.process.wait()
            return super().read(size)

    async with client_of(clinic) as client:
        with pytest.raises(Offline):
            await send(client, Cut(PNG * 40))


@pytest.mark.parametrize("change", ["shorter", "longer"])
async def test_a_file_that_changes_on_its_way_is_our_own_fault_or_goes_as_it_was(
    clinic: Practice, change: str
) -> None:
    class Changing(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            part = super().read(size)
            if change == "shorter":
                self.truncate(100_000)
            else:
                place = self.tell()
                self.write(b"more")
                self.seek(place)
            return part

    async with client_of(clinic) as client:
        if change == "shorter":
            with pytest.raises(OSError, match="shorter"):
                await send(client, Changing(PNG))
        else:
            await send(client, Changing(PNG))


@pytest.mark.parametrize("link", ["http://[", "https://127.0.0.1:1/x", "http://127.0.0.2/x", "x", ""])
async def test_a_link_to_elsewhere_is_not_followed(link: str) -> None:
    async with Hostile() as server, server.client() as client:
        with pytest.raises(Broken):
            await client.download("files.download", link, BytesIO())
        assert server.requests == []


async def test_a_download_is_bounded_and_comes_as_it_is() -> None:
    async with Hostile(b"x" * 1000) as server, server.client() as client:
        link = f"{client.endpoints.base('files')}files/view/1"
        with pytest.raises(Broken):
            await client.download("files.download", link, BytesIO(), largest=999)
    async with (
        Hostile(b"x" * 1000, headers={"Content-Encoding": "gzip"}) as server,
        server.client() as client,
    ):
        link = f"{client.endpoints.base('files')}files/view/1"
        with pytest.raises(Broken):
            await client.download("files.download", link, BytesIO())


async def test_a_file_waits_for_the_person_to_sign_in_again_and_is_sent_from_its_beginning(
    clinic: Practice,
) -> None:
    async with client_of(clinic) as client:
        held = client.credentials
        old, held.token, held.can_return = held.token, "over", True
        sending = asyncio.create_task(send(client, BytesIO(PNG)))
        await until(lambda: clinic.asked("files.upload") == 1)
        await until(lambda: held._fresh._waiters)
        held.adopt(Token(old), 0.0)
        assert (await sending).value()["size"] == len(PNG)
        assert clinic.asked("files.upload") == 2


async def test_a_file_that_waits_for_somebody_ends_with_the_session(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        client.credentials.token, client.credentials.can_return = "over", True
        sending = asyncio.create_task(send(client, BytesIO(PNG)))
        await until(lambda: client.credentials._fresh._waiters)
        await client.close()
        with pytest.raises(SignedOut):
            await sending


async def test_where_nobody_can_sign_in_again_a_file_waits_for_nobody(clinic: Practice) -> None:
    async with client_of(clinic) as client:
        client.credentials.token = "over"
        with pytest.raises(SignedOut):
            await send(client, BytesIO(PNG))
