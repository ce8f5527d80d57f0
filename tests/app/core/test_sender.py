"""One process sends."""

from pathlib import Path

from app.core.sender import Sender
from tests.app.core.store.test_disk import disk, mounted

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


async def test_a_folder_that_takes_no_lock_is_no_reason_not_to_send(disk: Path) -> None:
    mounted(disk, "ro")
    sender = Sender(disk / "a.db")
    assert await sender.take()
    assert sender.is_held
    sender.release()
    assert not sender.is_held
