"""Folders of one person: whatever else lies in their place is left alone (DAT-08)."""

import os
from pathlib import Path

import pytest

from app.files.private import LOCK, is_private, make_private, sweep

OURS = "0123456789abcdef"


def left_by_a_session(root: Path, name: str = OURS, *, lock: bool = True, mode: int = 0o700) -> Path:
    folder = root / name
    folder.mkdir(mode=0o700, parents=True)
    (folder / "00").mkdir(mode=0o700)
    (folder / "00" / "letter.pdf").write_bytes(b"of a patient")
    if lock:
        (folder / LOCK).touch(mode=0o600)
    folder.chmod(mode)
    return folder


def files(root: Path) -> set[str]:
    return {path.name for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "opened"
    make_private(made)
    return made


def test_a_private_folder_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    make_private(folder)
    assert is_private(folder)
    folder.chmod(0o755)
    assert not is_private(folder)
    make_private(folder)
    assert is_private(folder)


def test_a_link_or_a_file_is_no_private_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").touch(mode=0o700)
    for name in ("link", "file"):
        assert not is_private(tmp_path / name)
        with pytest.raises(OSError):  # noqa: PT011 (which one is of no matter)
            make_private(tmp_path / name)
    assert not is_private(tmp_path / "nothing")


def test_a_folder_of_somebody_else_is_not_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o700)
    assert is_private(folder)
    monkeypatch.setattr("os.getuid", lambda: folder.stat().st_uid + 1)
    assert not is_private(folder)
    with pytest.raises(NotADirectoryError):
        make_private(folder)


def test_what_a_session_has_left_is_swept(root: Path) -> None:
    left_by_a_session(root)
    sweep(root)
    assert list(root.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("Letters", {}),
        (OURS.upper(), {}),
        (f"{OURS}0", {}),
        (OURS, {"lock": False}),
        (OURS, {"mode": 0o755}),
    ],
)
def test_what_no_session_has_made_stays(root: Path, name: str, facts: dict[str, int]) -> None:
    folder = left_by_a_session(root, name, **facts)
    before = files(root)
    sweep(root)
    assert folder.exists()
    assert files(root) == before


def test_nothing_is_swept_through_a_link(root: Path, tmp_path: Path) -> None:
    documents = tmp_path / "Documents"
    make_private(documents)
    left_by_a_session(documents)
    (tmp_path / "link").symlink_to(documents)
    sweep(tmp_path / "link")
    (root / OURS).symlink_to(documents / OURS)
    sweep(root)
    ours = left_by_a_session(root, OURS[::-1])
    (ours / "00" / "out").symlink_to(documents)
    (ours / "11").symlink_to(documents)
    sweep(root)
    assert files(documents) == {"letter.pdf", LOCK}


def test_a_lock_that_is_a_link_is_not_followed(root: Path, tmp_path: Path) -> None:
    thesis = tmp_path / "thesis.txt"
    thesis.write_text("years of work")
    folder = left_by_a_session(root, lock=False)
    (folder / LOCK).symlink_to(thesis)
    sweep(root)
    assert thesis.read_text() == "years of work"
    assert folder.exists()


def test_a_folder_that_others_may_write_to_is_not_swept(root: Path) -> None:
    left_by_a_session(root)
    root.chmod(0o770)
    sweep(root)
    assert files(root) == {"letter.pdf", LOCK}


def test_where_nothing_read_only_can_be_removed_copies_go_all_the_same(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows."""
    unlink = os.unlink

    def of_windows(path: str | Path, *, dir_fd: int | None = None) -> None:
        if not os.stat(path, dir_fd=dir_fd).st_mode & 0o200:
            raise PermissionError
        unlink(path, dir_fd=dir_fd)

    copy = left_by_a_session(root) / "00" / "letter.pdf"
    copy.chmod(0o400)
    monkeypatch.setattr(os, "unlink", of_windows)
    with pytest.raises(PermissionError):
        copy.unlink()
    sweep(root)
    assert not copy.exists()
