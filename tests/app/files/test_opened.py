"""Copies for other programs: checked by content, for the owner's eyes, and gone afterwards (DAT-08)."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import pytest

from app.core.audit import Audit
from app.core.clock import ServerClock, SystemClock
from app.core.store.store import open_file
from app.errors import Offline
from app.files.files import Files
from app.files.opened import NotShown, OpenedFiles, opened_folder
from app.files.record import File
from app.files.saving import Unsaved
from app.home import home
from tests.app.files.test_files import PDF, files_of, picture, tell, written
from tests.practice import Practice

ELF = b"\x7fELF" + bytes(200)
LEAVES = """
import os, sys
from pathlib import Path
from app.files.files import Files
from app.files.opened import OpenedFiles
opened = OpenedFiles(None, Path(sys.argv[1]), None)
(opened._own_place() / "letter.pdf").write_bytes(b"of a patient")
print("made", flush=True)
sys.stdin.readline()
os._exit(9)
"""


@asynccontextmanager
async def opened_at(clinic: Practice, root: Path) -> AsyncIterator[tuple[Files, OpenedFiles]]:
    async with files_of(clinic) as (files, _):
        store = await open_file(None)
        audit = Audit(store, "612", ServerClock(SystemClock()))
        opened = OpenedFiles(files, root, audit)
        yield files, opened
        await opened.close()
        lines = await store.audit()
        assert {line.what for line in lines} <= {"file_opened"}
        assert {line.outcome for line in lines} <= {"ok", "failed"}
        await store.close()


async def named(clinic: Practice, files: Files, file: File, name: str) -> File:
    """The file under a name that no client would give it."""
    tell(clinic, file, name=name)
    return await files.get(file.id)


def names(root: Path) -> list[str]:
    return [path.name for path in root.rglob("*") if path.is_file() and path.name != ".lock"]


async def test_a_copy_is_read_only_in_a_folder_of_its_owner_and_goes_with_the_session(
    shared_clinic: Practice, tmp_path: Path
) -> None:
    root = tmp_path / "opened"
    async with opened_at(shared_clinic, root) as (files, opened):
        one = await files.upload(written(tmp_path / "a.pdf", PDF))
        path = await opened.open(one)
        again = await opened.open(one)
        assert path != again
        assert path.read_bytes() == again.read_bytes() == PDF
        assert path.stat().st_mode & 0o777 == 0o400
        while path != root:
            path = path.parent
            assert path.stat().st_mode & 0o777 == 0o700
    assert names(root) == []


async def test_what_the_server_calls_a_file_is_no_path_of_ours(
    shared_clinic: Practice, tmp_path: Path
) -> None:
    root = tmp_path / "opened"
    async with opened_at(shared_clinic, root) as (files, opened):
        file = await files.upload(written(tmp_path / "a.png", picture()))
        for name in ("../../outside.png", "/etc/outside.png", "..\\outside.png"):
            path = await opened.open(await named(shared_clinic, files, file, name))
            assert root in path.parents
            assert path.name == "outside.png"
    assert names(tmp_path) == ["a.png"]


@pytest.mark.parametrize(
    ("listed", "fresh", "content", "shown"),
    [
        ("note.html", "note.txt", b"<script>x</script>", "note.txt"),
        ("a.desktop", "a.txt", b"[Desktop Entry]", "a.txt"),
        ("r.xlsm", "r.csv", b"=WEBSERVICE(A1)", "r.txt"),
        ("t.csv", "t.csv", b"=WEBSERVICE(A1)", "t.txt"),
        ("t.tsv", "t.TSV", b"=cmd|A1", "t.txt"),
        ("a.json", "a.json", b"{}", "a.txt"),
        ("note.html.txt", "note.html.txt", b"<html>", "note.html.txt"),
        ("scan.PDF", "scan.PDF", PDF, "scan.pdf"),
        ("from a telephone.png", "from a telephone.png", picture(kind="JPEG"), "from a telephone.jpg"),
        ("con.txt", "con.txt", b"x", "_con.txt"),
    ],
)
async def test_a_copy_is_called_what_it_was_found_to_be(
    shared_clinic: Practice, tmp_path: Path, listed: str, fresh: str, content: bytes, shown: str
) -> None:
    async with opened_at(shared_clinic, tmp_path / "opened") as (files, opened):
        file = await files.upload(written(tmp_path / "a.bin", content))
        tell(shared_clinic, file, name=fresh)
        path = await opened.open(msgspec.structs.replace(file, name=listed))
        assert (path.name, path.read_bytes()) == (shown, content)
        assert path.stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize("name", ["x/.txt", "a/.TXT", ".txt", "note.txt/", "x.txt:y", ".lock"])
async def test_what_has_no_extension_once_its_name_is_clean_is_not_shown(
    shared_clinic: Practice, tmp_path: Path, name: str
) -> None:
    async with opened_at(shared_clinic, tmp_path / "opened") as (files, opened):
        file = await files.upload(written(tmp_path / "a.bin", b"plain text"))
        with pytest.raises(NotShown) as refused:
            await opened.open(await named(shared_clinic, files, file, name))
        assert refused.value.reason == "other"
        assert names(tmp_path / "opened") == []


async def test_a_pdf_that_acts_by_itself_is_not_shown(shared_clinic: Practice, tmp_path: Path) -> None:
    async with opened_at(shared_clinic, tmp_path / "opened") as (files, opened):
        acts = PDF + b"1 0 obj<</OpenAction<</S/J#61vaScript/JS(app.alert(1))>>>>endobj\n"
        file = await files.upload(written(tmp_path / "a.pdf", acts))
        with pytest.raises(NotShown) as refused:
            await opened.open(file)
        assert refused.value.reason == "active"
        assert names(tmp_path / "opened") == []


async def test_a_copy_has_a_bound_that_no_server_sets(
    shared_clinic: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.files.opened.LARGEST_OPENED", len(PDF) - 1)
    async with opened_at(shared_clinic, tmp_path / "opened") as (files, opened):
        file = await files.upload(written(tmp_path / "a.pdf", PDF))
        for facts in ({}, {"size": len(PDF)}, {"size": 10**15}):
            tell(shared_clinic, file, **facts)
            with pytest.raises(NotShown) as refused:
                await opened.open(file)
            assert refused.value.reason == "too_large"
        assert names(tmp_path / "opened") == []


async def test_two_first_copies_at_once_go_with_the_session(
    shared_clinic: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "opened"
    making = threading.Barrier(2, timeout=0.3)
    make = OpenedFiles._own_folder

    def together(opened: OpenedFiles) -> Path:
        with suppress(threading.BrokenBarrierError):
            making.wait()
        return make(opened)

    monkeypatch.setattr(OpenedFiles, "_own_folder", together)
    async with opened_at(shared_clinic, root) as (files, opened):
        file = await files.upload(written(tmp_path / "a.pdf", PDF))
        first, second = await asyncio.gather(opened.open(file), opened.open(file))
        assert first.parent.parent == second.parent.parent
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("opens_before", [True, False])
async def test_a_session_that_has_ended_opens_nothing(
    shared_clinic: Practice, tmp_path: Path, opens_before: bool
) -> None:
    root = tmp_path / "opened"
    root.mkdir(mode=0o700)
    async with opened_at(shared_clinic, root) as (files, opened):
        file = await files.upload(written(tmp_path / "a.pdf", PDF))
        if opens_before:
            await opened.open(file)
        await opened.close()
        with pytest.raises(Unsaved):
            await opened.open(file)
    assert list(root.iterdir()) == []


@pytest.mark.parametrize(("name", "content"), [("a.pdf", ELF), ("a.png", b"<svg/onload=x>"), ("a.exe", ELF)])
async def test_what_is_not_what_it_says_or_may_run_is_not_shown(
    shared_clinic: Practice, tmp_path: Path, name: str, content: bytes
) -> None:
    root = tmp_path / "opened"
    async with opened_at(shared_clinic, root) as (files, opened):
        plain = await files.upload(written(tmp_path / "plain.bin", content))
        file = await files.rename(plain.id, name)
        with pytest.raises(NotShown) as refused:
            await opened.open(file)
        assert refused.value.reason == ("other" if name == "a.exe" else "mismatch")
        assert names(root) == []


async def test_what_does_not_come_whole_leaves_nothing(shared_clinic: Practice, tmp_path: Path) -> None:
    root = tmp_path / "opened"
    async with opened_at(shared_clinic, root) as (files, opened):
        file = await files.upload(written(tmp_path / "a.pdf", PDF))
        shared_clinic.weather("cut_before", "files.download")
        with pytest.raises(Offline):
            await opened.open(file)
        assert names(root) == []


def test_what_a_killed_session_has_left_goes_at_the_next_start_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "opened"
    with subprocess.Popen(
        [sys.executable, "-c", LEAVES, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "made\n"
        asyncio.run(OpenedFiles(None, root, None).sweep())
        assert names(root) == ["letter.pdf"]
        other.communicate("\n")
    for folder in (root, tmp_path / "nowhere"):
        asyncio.run(OpenedFiles(None, folder, None).sweep())
    assert list(root.iterdir()) == []


async def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    blocked = written(tmp_path / "blocked", b"")
    with pytest.raises(Unsaved):
        await OpenedFiles(None, blocked / "opened", None).open(None)


def test_copies_lie_in_memory_where_the_desktop_has_a_place(tmp_path: Path, monkeypatch) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    assert opened_folder() == runtime / "vestibule-opened"
    (runtime / "vestibule-opened").mkdir(mode=0o700)
    assert opened_folder() == runtime / "vestibule-opened"
    runtime.chmod(0o777)
    assert opened_folder() == home() / "vestibule-opened"
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert opened_folder() == home() / "vestibule-opened"


def test_copies_lie_in_no_place_that_a_link_leads_to(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    tmp_path.chmod(0o700)
    for target in ("Documents", "nowhere"):
        (tmp_path / "Documents").mkdir(mode=0o700, exist_ok=True)
        (tmp_path / "vestibule-opened").symlink_to(tmp_path / target)
        assert opened_folder() == home() / "vestibule-opened"
        (tmp_path / "vestibule-opened").unlink()
