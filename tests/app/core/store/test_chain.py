"""Whether a line that was there once still is (AUD-01)."""

import pytest

from app.core.store.anchor import read_anchor
from app.core.store.chain import LOST, NOBODY, Entry, append, holds, rows_of
from app.core.store.database import connect
from app.core.store.existing import read_audit
from app.core.store.opening import open_store
from tests.keyrings import HeldKeys


def line(number: int, what: str = "lock") -> str:
    outcome = "lost-1" if what == LOST else "ok"
    return Entry(0, float(number), NOBODY, what, "", outcome, "").line


@pytest.mark.parametrize(
    ("change", "is_there"),
    [
        ("delete from audit where number = 9", True),
        ("delete from audit where number = 3", False),
        ("delete from audit where number >= 3", False),
        ("delete from audit", False),
        ("update audit set seal = 'another' where number = 3", False),
    ],
)
def test_a_line_holds_only_while_it_is_there_itself(change, is_there) -> None:
    connection = connect(None, b"")
    for number in range(1, 6):
        append(connection, line(number))
    seal = rows_of(connection)[2].seal
    assert holds(connection, 3, seal)
    connection.execute(change)
    assert holds(connection, 3, seal) is is_there
    # What comes later does not stand for it.
    for number in range(10):
        append(connection, line(number))
    assert holds(connection, 3, seal) is is_there
    connection.close()


def test_a_line_that_is_told_of_as_lost_holds() -> None:
    connection = connect(None, b"")
    for number in range(1, 6):
        append(connection, line(number))
    seal = rows_of(connection)[2].seal
    connection.execute("delete from audit where number = 3")
    append(connection, line(9, LOST))
    assert holds(connection, 3, seal)
    connection.close()


async def test_the_anchor_of_a_line_that_was_taken_out_stays(tmp_path) -> None:
    keys = HeldKeys()
    store = (await open_store(tmp_path, keys, "me")).store
    for number in range(5):
        store.note(1.0, "u-1", "lock", f"{number}", "ok")
    await store.close()
    anchor = await read_anchor(keys, "me")
    connection = connect(tmp_path / "me.db", bytes.fromhex(keys.held["store|me"]))
    append(connection, line(6))
    connection.execute("delete from audit where number = 5")
    connection.close()
    store = (await open_store(tmp_path, keys, "me")).store
    store.note(1.0, "u-1", "lock", "7", "ok")
    await store.close()
    entries, kept = await read_audit(tmp_path, keys, "me")
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 6, 7]
    assert kept == anchor
