"""Files against a real practice clinic: there and back, in parts, and nothing left when it fails."""

import asyncio
import io
import os
import random
import resource
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.core.clock import ServerClock, SystemClock
from app.errors import Broken, Offline, Refused, Uncertain
from app.files.files import Files, UnfitFile
from app.files.record import File
from app.files.saving import Unsaved
from app.wire.client import Client, Credentials
from app.wire.endpoints import Endpoints
from tests.practice import Practice

MIB = 1024 * 1024
PDF = b"%PDF-1.4\nhand-made\n%%EOF\n"


@asynccontextmanager
async def files_of(clinic: Practice, role: str = "patient") -> AsyncIterator[tuple[Files, Client]]:
    endpoints = Endpoints(clinic.api, clinic.portal)
    async with Client(endpoints, Credentials(clinic.account), ServerClock(SystemClock())) as client:
        user = clinic.user(role)
        reply = await client.post("auth.login", {"username": user["username"], "password": user["password"]})
        client.credentials.token = reply.value()["token"]["token"]
        yield Files(client), client


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def picture(width: int = 60, height: int = 40, kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(content, kind)
    return content.getvalue()


def large(path: Path, mib: int) -> Path:
    """A file of random bytes, made in parts."""
    dice = random.Random(mib)
    with path.open("wb") as content:
        for _ in range(mib):
            content.write(dice.randbytes(MIB))
    return path


def left(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


# -- there and back ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("rash.png", picture(), "image"),
        ("letter.pdf", PDF, "pdf"),
        ("notes.txt", "Café\n".encode(), "text"),
        ("scan.dat", random.Random(7).randbytes(300_000), "other"),
    ],
)
async def test_what_is_uploaded_is_listed_and_comes_back(
    shared_clinic: Practice, tmp_path: Path, name: str, content: bytes, kind: str
) -> None:
    async with files_of(shared_clinic) as (files, _):
        sent = await files.upload(written(tmp_path / name, content), "user_document")
        assert (sent.name, sent.size, sent.category) == (name, len(content), "user_document")
        assert (sent.target_type, sent.target_id, sent.creator) == ("user", "7301", "Mira Okafor")
        listed = (await files.of_target("7301", "user")).records
        assert sent.id in {file.id for file in listed}
        file = await files.get(sent.id)
        assert file.is_deletable is True
        saved = await files.download(file, tmp_path / "back")
        assert (saved.path, saved.size, saved.kind) == (tmp_path / "back", len(content), kind)
        assert saved.path.read_bytes() == content


async def test_a_download_is_its_owners_alone_and_takes_the_place_of_what_was_there(
    shared_clinic: Practice, tmp_path: Path
) -> None:
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(written(tmp_path / "a.pdf", PDF))
        to = written(tmp_path / "b.pdf", b"something older and longer" * 9)
        await files.download(file, to)
        assert to.read_bytes() == PDF
        assert to.stat().st_mode & 0o777 == 0o600
        assert not (tmp_path / "b.pdf.part").exists()


async def test_an_attachment_of_the_queue_is_a_file_and_a_picture(
    shared_clinic: Practice, tmp_path: Path
) -> None:
    async with files_of(shared_clinic, "provider") as (files, client):
        visit = (await client.get("visits.get", id="48211")).value()
        attachment = visit["intake"]["attachments"][0]
        file = await files.get(attachment["_id"])
        assert (file.target_type, file.target_id, file.size) == ("visit", "48211", attachment["size"])
        assert [row.id for row in (await files.of_target("48211", "visit")).records] == [file.id]
        assert (await files.download(file, tmp_path / "rash.png")).kind == "image"


async def test_lists_by_category_and_with_what_was_shared(shared_clinic: Practice) -> None:
    async with files_of(shared_clinic) as (files, _):
        consents = await files.of_target("7301", "user", "user_consent")
        assert [file.name for file in consents.records] == ["Consent to telehealth.pdf"]
        shown = await files.of_target("7301", "user", include_shared=True)
        assert "After-visit summary.pdf" in {file.name for file in shown.records}


async def test_a_file_gets_another_name_and_goes(shared_clinic: Practice, tmp_path: Path) -> None:
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(written(tmp_path / "a.pdf", PDF))
        assert (await files.rename(file.id, "b.pdf")).name == "b.pdf"
        assert (await files.get(file.id)).name == "b.pdf"
        await files.delete(file.id)
        with pytest.raises(Refused) as refused:
            await files.get(file.id)
        assert refused.value.status == 404


async def test_others_files_are_refused(shared_clinic: Practice, tmp_path: Path) -> None:
    async with files_of(shared_clinic) as (files, _), files_of(shared_clinic, "provider") as (theirs, _):
        file = await theirs.upload(written(tmp_path / "a.pdf", PDF))
        for act in (
            files.get(file.id),
            files.delete(file.id),
            files.rename(file.id, "x"),
            files.of_target("7302", "user"),
        ):
            with pytest.raises(Refused) as refused:
                await act
            assert refused.value.status == 403


async def test_a_thumbnail_fits_and_never_grows(shared_clinic: Practice, tmp_path: Path) -> None:
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(written(tmp_path / "a.jpg", picture(300, 200, "JPEG")))
        for box, size in (((30, 30), (30, 20)), ((9_000, 9_000), (300, 200)), ((0, -5), (1, 1))):
            with Image.open(io.BytesIO(await files.thumbnail(file, *box))) as small:
                assert (small.format, small.size) == ("PNG", size)
        letter = await files.upload(written(tmp_path / "a.pdf", PDF))
        with pytest.raises(Refused):
            await files.thumbnail(letter, 30, 30)


async def test_hostile_names_travel_and_do_no_harm(shared_clinic: Practice, tmp_path: Path) -> None:
    async with files_of(shared_clinic) as (files, _):
        odd = await files.upload(written(tmp_path / "é 日本\u202e; a=b.pdf", PDF))
        assert odd.name == "é 日本; a=b.pdf"
        await files.rename(odd.id, "../../evil\u202efdp.exe\r\nX: 1")
        assert (await files.download(odd, tmp_path / "kept")).kind == "other"
        assert {path.name for path in left(tmp_path, "*")} <= {"home", "kept", "é 日本\u202e; a=b.pdf"}


# -- before anything is sent ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("rash.png", b"MZ\x90\x00" + bytes(200), "disguised"),
        ("letter.pdf", b"#!/bin/sh\nrm -rf ~\n", "disguised"),
        ("letter.pdf", b"<html><script>alert(1)</script>", "disguised"),
        ("rash.png", PDF, "disguised"),
        ("empty.pdf", b"", "empty"),
        ("missing.pdf", None, "missing"),
    ],
)
async def test_what_is_unfit_is_not_sent(
    shared_clinic: Practice, tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    if content is not None:
        written(tmp_path / name, content)
    async with files_of(shared_clinic) as (files, _):
        shared_clinic.forget()
        with pytest.raises(UnfitFile) as unfit:
            await files.upload(tmp_path / name)
        assert unfit.value.reason == reason
        assert shared_clinic.log() == []


async def test_folders_and_pipes_are_no_files(shared_clinic: Practice, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    async with files_of(shared_clinic) as (files, _):
        for path in (tmp_path, tmp_path / "pipe.pdf"):
            with pytest.raises(UnfitFile) as unfit:
                await files.upload(path)
            assert unfit.value.reason == "not_a_file"


async def test_a_file_that_is_too_large_for_the_server_is_its_refusal(
    shared_clinic: Practice, tmp_path: Path
) -> None:
    path = tmp_path / "large.bin"
    with path.open("wb") as content:
        content.truncate(100 * MIB + 1)
    async with files_of(shared_clinic) as (files, _):
        with pytest.raises(Refused) as refused:
            await files.upload(path)
        assert (refused.value.status, refused.value.message) == (400, "File is too large.")


# -- on the way ----------------------------------------------------------------------------------


async def test_progress_only_grows_and_ends_at_the_whole(shared_clinic: Practice, tmp_path: Path) -> None:
    path = large(tmp_path / "a.bin", 3)
    up: list[tuple[int, int | None]] = []
    down: list[tuple[int, int | None]] = []
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(path, progress=lambda sent, total: up.append((sent, total)))
        await files.download(file, tmp_path / "b.bin", lambda sent, total: down.append((sent, total)))
    for steps in (up, down):
        assert len(steps) > 10
        assert steps == sorted(steps)
        assert {total for _, total in steps} == {3 * MIB}
        assert steps[-1][0] == 3 * MIB


async def test_thirty_megabytes_take_little_memory(shared_clinic: Practice, tmp_path: Path) -> None:
    path = large(tmp_path / "a.bin", 30)
    async with files_of(shared_clinic) as (files, _):
        tracemalloc.start()
        try:
            file = await files.upload(path)
            await files.download(file, tmp_path / "b.bin")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        await files.delete(file.id)
    assert (tmp_path / "b.bin").read_bytes() == path.read_bytes()
    assert peak < 16 * MIB


@contextmanager
def cancelling_at(size: int) -> Iterator[Any]:
    """A progress function that cancels its task once `size` bytes are through."""
    task = asyncio.current_task()
    assert task is not None

    def progress(so_far: int, _total: int | None) -> None:
        if so_far >= size:
            task.cancel()

    with pytest.raises(asyncio.CancelledError):
        yield progress
    task.uncancel()


async def test_a_cancelled_upload_leaves_nothing_and_the_client_goes_on(
    shared_clinic: Practice, tmp_path: Path
) -> None:
    path = large(tmp_path / "a.bin", 8)
    async with files_of(shared_clinic) as (files, _):
        before = (await files.of_target("7301", "user")).records
        with cancelling_at(2 * MIB) as progress:
            await files.upload(path, progress=progress)
        after = (await files.of_target("7301", "user")).records
        assert {file.id for file in after} == {file.id for file in before}
        assert (await files.upload(written(tmp_path / "b.pdf", PDF))).size == len(PDF)


async def test_a_cancelled_download_leaves_nothing_and_the_client_goes_on(
    shared_clinic: Practice, tmp_path: Path
) -> None:
    path = large(tmp_path / "a.bin", 8)
    to = written(tmp_path / "b.bin", b"what was there before")
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(path)
        with cancelling_at(MIB) as progress:
            await files.download(file, to, progress)
        assert to.read_bytes() == b"what was there before"
        assert not left(tmp_path, "*.part")
        await files.download(file, to)
        assert to.stat().st_size == 8 * MIB


@pytest.mark.parametrize(
    ("kind", "key", "failure"),
    [
        ("cut_before", "files.download", Offline),
        ("cut_after", "files.download", Offline),
        ("truncated", "files.download", Broken),
        ("html", "files.get", Broken),
        ("status", "files.download", Refused),
    ],
)
async def test_a_failed_download_leaves_nothing(
    shared_clinic: Practice, tmp_path: Path, kind: str, key: str, failure: type[Exception]
) -> None:
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(written(tmp_path / "a.pdf", PDF))
        shared_clinic.weather(kind, key, **({"status": 403} if kind == "status" else {}))
        with pytest.raises(failure):
            await files.download(file, tmp_path / "b.pdf")
        assert not left(tmp_path, "b*")


def tell(clinic: Practice, file: File, **facts: Any) -> None:
    """From now on the clinic says this of the file, and nothing else."""
    body = {"id": file.id, "name": file.name, "fullpath": file.link, **facts}
    clinic.weather("wrong_json", "files.get", body={"data": body})


async def test_a_sign_in_page_in_place_of_a_pdf_is_a_mismatch(
    shared_clinic: Practice, tmp_path: Path
) -> None:
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(written(tmp_path / "a.pdf", PDF))
        tell(shared_clinic, file)
        shared_clinic.weather("html", "files.download")
        assert (await files.download(file, tmp_path / "b.pdf")).kind == "mismatch"


@pytest.mark.parametrize("size", [0, 10, len(PDF) - 1, len(PDF) + 1, 10**12])
async def test_another_size_than_the_file_has_is_broken(
    shared_clinic: Practice, tmp_path: Path, size: int
) -> None:
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(written(tmp_path / "a.pdf", PDF))
        tell(shared_clinic, file, size=size)
        with pytest.raises(Broken):
            await files.download(file, tmp_path / "b.pdf")
        assert not left(tmp_path, "b*")


async def test_no_more_is_written_than_the_server_said(shared_clinic: Practice, tmp_path: Path) -> None:
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(large(tmp_path / "a.bin", 8))
        tell(shared_clinic, file, size=10)
        steps: list[int] = []
        with pytest.raises(Broken) as broken:
            await files.download(file, tmp_path / "b.bin", lambda so_far, _: steps.append(so_far))
        assert broken.value.reason == "too_large"
        assert max(steps, default=0) <= 10
        assert not left(tmp_path, "b*")


async def test_a_file_of_unknown_size_has_a_bound(
    shared_clinic: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(written(tmp_path / "a.pdf", PDF))
        tell(shared_clinic, file)
        assert (await files.download(file, tmp_path / "b.pdf")).size == len(PDF)
        monkeypatch.setattr("app.files.files.LARGEST_DOWNLOAD", len(PDF) - 1)
        with pytest.raises(Broken) as broken:
            await files.download(file, tmp_path / "c.pdf")
        assert broken.value.reason == "too_large"
        assert not left(tmp_path, "c*")


@pytest.mark.parametrize("size", [len(PDF), 10**15])
async def test_no_word_of_the_server_lifts_the_bound(
    shared_clinic: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(written(tmp_path / "a.pdf", PDF))
        tell(shared_clinic, file, size=size)
        steps: list[int] = []
        for ours, theirs in ((len(PDF) - 1, None), (len(PDF) - 1, 10**9), (10**9, len(PDF) - 1)):
            monkeypatch.setattr("app.files.files.LARGEST_DOWNLOAD", ours)
            with pytest.raises(Broken) as broken:
                await files.download(file, tmp_path / "c.pdf", lambda so_far, _: steps.append(so_far), theirs)
            assert broken.value.reason == "too_large"
        assert not steps
        assert not left(tmp_path, "c*")


@pytest.mark.parametrize("data", [True, {}, []])
async def test_an_act_that_does_not_tell_its_file_is_uncertain(
    shared_clinic: Practice, tmp_path: Path, data: Any
) -> None:
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(written(tmp_path / "a.pdf", PDF))
        shared_clinic.weather("wrong_json", "files.upload", body={"data": data}, times=1)
        with pytest.raises(Uncertain):
            await files.upload(tmp_path / "a.pdf")
        shared_clinic.weather("wrong_json", "files.rename", body={"data": data}, times=1)
        with pytest.raises(Uncertain):
            await files.rename(file.id, "b.pdf")
        shared_clinic.weather("wrong_json", "files.rename", body={"data": {"id": "another"}})
        with pytest.raises(Broken):
            await files.rename(file.id, "b.pdf")


async def test_an_upload_whose_answer_was_lost_is_uncertain_and_can_be_looked_up(
    shared_clinic: Practice, tmp_path: Path
) -> None:
    async with files_of(shared_clinic) as (files, _):
        shared_clinic.weather("cut_after", "files.upload", times=1)
        with pytest.raises(Uncertain):
            await files.upload(written(tmp_path / "lost and found.pdf", PDF))
        listed = (await files.of_target("7301", "user")).records
        found = [(file.size, file.creator_username) for file in listed if file.name == "lost and found.pdf"]
        assert found == [(len(PDF), shared_clinic.user("patient")["username"])]


async def test_the_link_is_read_anew_since_an_old_one_dies(clinic: Practice, tmp_path: Path) -> None:
    async with files_of(clinic) as (files, client):
        file = await files.upload(written(tmp_path / "a.pdf", PDF))
        clinic.advance(3_601)
        with pytest.raises(Refused) as refused:
            await client.download("files.download", file.link, io.BytesIO())
        assert refused.value.status == 403
        assert (await files.download(file, tmp_path / "b.pdf")).size == len(PDF)


# -- a server that answers something else --------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"id": "another", "fullpath": "x"}, "file.id"),
        ({"id": "f-1"}, "file.fullpath"),
        (
            {"id": "f-1", "fullpath": "https://elsewhere.test/files/view/f-1?auth_code=secret"},
            "elsewhere.test",
        ),
        ({"name": "no id"}, "file.id is missing"),
    ],
)
async def test_a_strange_answer_is_broken_and_leaves_nothing(
    shared_clinic: Practice, tmp_path: Path, body: dict[str, Any], where: str
) -> None:
    async with files_of(shared_clinic) as (files, _):
        file = (await files.of_target("7301", "user")).records[0]
        shared_clinic.weather("wrong_json", "files.get", body={"data": body})
        wanted = type(file)(id="f-1", name=file.name)
        for act in (files.download(wanted, tmp_path / "b.pdf"), files.thumbnail(wanted, 9, 9)):
            with pytest.raises(Broken) as broken:
                await act
            assert broken.value.where == where
            assert "secret" not in repr(broken.value)
        assert not left(tmp_path, "b*")


@pytest.mark.parametrize(
    ("target", "is_right"),
    [
        ({"id": "7302", "type": "user"}, False),
        ({"id": "7301", "type": "user"}, True),
        ({"id": "48211", "type": "visit"}, True),
        ([], True),
    ],
)
async def test_a_list_with_another_patients_file_is_broken(
    shared_clinic: Practice, target: Any, is_right: bool
) -> None:
    async with files_of(shared_clinic) as (files, _):
        shared_clinic.weather(
            "wrong_json", "files.list", body={"data": [{"id": "f", "meta": {"target": target}}]}
        )
        if is_right:
            assert len((await files.of_target("7301", "user")).records) == 1
        else:
            with pytest.raises(Broken):
                await files.of_target("7301", "user")


@pytest.mark.parametrize("body", [b"no picture", picture(400, 400), picture()[:20]])
async def test_a_thumbnail_that_is_none_is_broken(
    shared_clinic: Practice, tmp_path: Path, body: bytes
) -> None:
    async with files_of(shared_clinic) as (files, client):
        file = await files.upload(written(tmp_path / "a.bin", body))
        whole = (await files.get(file.id)).link

        class Deaf(Client):
            """A server that does not know `size`."""

            async def download(self, key: str, _link: str, *rest: Any, **more: Any) -> Any:
                return await client.download(key, whole, *rest, **more)

            async def get(self, *rest: Any, **more: Any) -> Any:
                return await client.get(*rest, **more)

        async with Deaf(client.endpoints, client.credentials, ServerClock(SystemClock())) as deaf:
            with pytest.raises(Broken):
                await Files(deaf).thumbnail(file, 100, 100)


# -- a machine that cannot keep it ---------------------------------------------------------------


async def test_a_place_that_cannot_be_written_is_unsaved(shared_clinic: Practice, tmp_path: Path) -> None:
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(written(tmp_path / "a.pdf", PDF))
        (tmp_path / "folder").mkdir()
        for to, reasons in (
            (tmp_path / "nowhere" / "b.pdf", {"no_folder"}),
            (tmp_path / "a.pdf" / "b.pdf", {"no_folder"}),
            (tmp_path / "folder", {"no_access", "failed"}),
            (tmp_path / ("x" * 300), {"failed"}),
        ):
            with pytest.raises(Unsaved) as unsaved:
                await files.download(file, to)
            assert unsaved.value.reason in reasons
        assert not left(tmp_path, "**/*.part")


async def test_a_disk_without_room_is_unsaved_and_leaves_nothing(
    shared_clinic: Practice, tmp_path: Path
) -> None:
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(large(tmp_path / "a.bin", 2))
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        # The kernel itself refuses to write more than this to any file.
        resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, before[1]))
        try:
            with pytest.raises(Unsaved) as unsaved:
                await files.download(file, tmp_path / "b.bin")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert unsaved.value.reason == "no_room"
        assert not left(tmp_path, "b*")
        await files.download(file, tmp_path / "b.bin")


async def test_two_downloads_to_one_place_do_not_mix(shared_clinic: Practice, tmp_path: Path) -> None:
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(large(tmp_path / "a.bin", 1))
        to = tmp_path / "b.bin"
        found = await asyncio.gather(
            files.download(file, to), files.download(file, to), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in found) == ["Saved", "Unsaved"]
        assert to.stat().st_size == MIB
        await files.download(file, to)


async def test_what_a_killed_program_left_is_no_hindrance(shared_clinic: Practice, tmp_path: Path) -> None:
    async with files_of(shared_clinic) as (files, _):
        file = await files.upload(written(tmp_path / "a.pdf", PDF))
        written(tmp_path / "b.pdf.part", b"half")
        await files.download(file, tmp_path / "b.pdf")
        assert (tmp_path / "b.pdf").read_bytes() == PDF
        assert not (tmp_path / "b.pdf.part").exists()
