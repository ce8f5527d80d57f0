"""One process sends."""

import math
import os
import time
from pathlib import Path

import pytest

from app.core.sender import Sender
from tests.app.core.store.test_disk import disk, done, mounted

__all__ = ["disk"]


async def test_one_of_two_sends_until_it_lets_go(tmp_path: Path) -> None:
    one, other = Sender(tmp_path / "a.db"), Sender(tmp_path / "a.db")
    assert await one.take()
    assert not await other.take()
    assert (one.is_held, other.is_held) == (True, False)
    one.release()
    assert not one.is_held
    assert await other.take()
    assert not await one.take()
    other.release()
    other.release()
    assert await one.take()
    one.release()


async def test_another_store_and_memory_are_nobody_elses(tmp_path: Path) -> None:
    senders = [Sender(tmp_path / "a.db"), Sender(tmp_path / "b.db"), Sender(None), Sender(None)]
    assert [await sender.take() for sender in senders] == [True] * 4
    for sender in senders:
        sender.release()


async def test_nobody_sends_from_a_folder_that_takes_no_lock(disk: Path) -> None:
    mounted(disk, "ro")
    sender = Sender(disk / "a.db")
    assert not await sender.take()
    assert (sender.is_held, sender.may_not_write) == (False, True)
    mounted(disk, "rw")
    assert await sender.take()
    assert (sender.is_held, sender.may_not_write) == (True, False)
    sender.release()


async def test_who_has_the_file_still_sends_when_the_folder_takes_no_lock_any_more(disk: Path) -> None:
    one, other = Sender(disk / "a.db"), Sender(disk / "a.db")
    assert await one.take()
    # Whoever sends has the file open: the disk itself would stay writable.
    assert done("mount", "--bind", str(disk), str(disk))
    try:
        mounted(disk, "bind,ro")
        assert not await other.take()
        assert await one.holds()
        one.release()
        assert not await one.take()
    finally:
        assert done("umount", "--lazy", str(disk))


@pytest.mark.parametrize("how", ["gone", "another", "folder"])
async def test_who_finds_the_file_gone_or_another_lets_go(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "stores"
    folder.mkdir()
    one, other = Sender(folder / "a.db"), Sender(folder / "a.db")
    assert await one.take()
    assert await one.holds()
    (folder / "a.sending").unlink()
    if how == "another":
        (folder / "a.sending").touch()
        assert await other.take()
    if how == "folder":
        folder.rmdir()
    assert not await one.holds()
    assert not one.is_held
    assert await one.take() == (how != "another")
    assert other.is_held == (how == "another")
    one.release()
    other.release()


async def test_memory_is_held_until_it_is_let_go() -> None:
    sender = Sender(None)
    assert sender.is_alone
    assert not await sender.holds()
    assert await sender.take()
    assert await sender.holds()
    sender.release()
    assert not await sender.holds()


async def test_the_next_one_knows_when_something_left_untold(tmp_path: Path) -> None:
    one, other = Sender(tmp_path / "a.db"), Sender(tmp_path / "a.db")
    assert await one.take()
    assert one.untold_s == math.inf
    # Whoever waits for the right to send leaves no trace.
    assert not await other.take()
    one.release()
    assert await other.take()
    assert other.untold_s > 1e6
    await other.leaves_untold()
    other.release()
    assert await one.take()
    assert one.untold_s < 10
    one.release()
    an_hour = time.time() + 3600
    os.utime(tmp_path / "a.sending", (an_hour, an_hour))
    assert await one.take()
    assert one.untold_s == 0
    one.release()
    await Sender(None).leaves_untold()
