"""Copies for other programs: checked by content, for the owner's eyes, and gone afterwards (DAT-08)."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from app.core.audit import Audit
from app.core.clock import ServerClock, SystemClock
from app.core.store.store import open_file
from app.errors import Offline
from app.files.files import Files
from app.files.opened import NotShown, OpenedFiles, opened_folder
from app.files.saving import Unsaved
from app.home import home
from tests.app.files.test_files import PDF, files_of, picture, written
from tests.practice import Practice

ELF = b"\x7fELF" + bytes(200)
LEAVES = """
import os, sys
from pathlib import Path
from app.files.files import Files
from app.files.opened import OpenedFiles
opened = OpenedFiles(None, Path(sys.argv[1]), None)
(opened._own_folder() / "letter.pdf").write_bytes(b"of a patient")
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
        assert {line.what for line in lines} == {"file_opened"}
        assert {line.outcome for line in lines} <= {"ok", "failed"}
        await store.close()


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
        for name in ("../../outside.png", "/etc/outside.png", "..\\outside.png", ".lock"):
            path = await opened.open(msgspec.structs.replace(file, name=name))
            assert root in path.parents
            assert path.name in ("outside.png", "lock")
    assert names(tmp_path) == ["a.png"]


@pytest.mark.parametrize(("name", "content"), [("a.pdf", ELF), ("a.png", b"<svg/onload=x>"), ("a.exe", ELF)])
async def test_what_is_not_what_it_says_or_may_run_is_not_shown(
    shared_clinic: Practice, tmp_path: Path, name: str, content: bytes
) -> None:
    root = tmp_path / "opened"
    async with opened_at(shared_clinic, root) as (files, opened):
        plain = await files.upload(written(tmp_path / "plain.bin", content))
        file = await files.rename(plain.id, name)
        with pytest.raises(NotShown):
            await opened.open(file)
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
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert opened_folder() == tmp_path / "vestibule-opened"
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert opened_folder() == home() / "vestibule-opened"
