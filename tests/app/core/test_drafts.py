"""What is typed comes back to its place."""

from pathlib import Path

import pytest

from app.core.drafts import Drafts
from app.core.store.store import Store, open_file

KEY = bytes(32)
NOTE = "note|48211|diagnosis"
PLACES = ("typed", "late", "dropped", "dropped late", "left")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


async def loaded(path: Path) -> tuple[Store, Drafts]:
    store = await open_file(path, KEY)
    drafts = Drafts(store)
    await drafts.load()
    return store, drafts


async def test_a_text_comes_back_to_the_same_place_and_no_other(path) -> None:
    store, drafts = await loaded(path)
    drafts.write(NOTE, "half a sen")
    drafts.write(NOTE, "half a sentence")
    drafts.write("note|48212|diagnosis", "")
    assert drafts.text(NOTE) == "half a sentence"
    await store.close()
    store, drafts = await loaded(path)
    assert drafts.text(NOTE) == "half a sentence"
    assert drafts.text("note|48212|diagnosis") == ""
    assert drafts.text("note|48211|plan") is None
    assert drafts.places("note|48211|") == [NOTE]
    drafts.drop(NOTE)
    assert drafts.text(NOTE) is None
    assert drafts.places("note|48211|") == []
    await drafts.flush()
    assert await store.drafts() == {"note|48212|diagnosis": ""}
    drafts.write(NOTE, "anew")
    await store.close()
    store, drafts = await loaded(path)
    assert drafts.text(NOTE) == "anew"
    await store.close()


async def test_loading_keeps_what_was_typed_and_dropped_meanwhile(path) -> None:
    store, drafts = await loaded(path)
    for place in PLACES:
        drafts.write(place, "old")
    await store.close()
    store = await open_file(path, KEY)
    drafts = Drafts(store)
    drafts.write("typed", "new")
    drafts.drop("dropped")
    read = store.drafts

    async def typed_meanwhile() -> dict[str, str]:
        found = await read()
        drafts.write("late", "new")
        drafts.drop("dropped late")
        return found

    store.drafts = typed_meanwhile  # type: ignore[method-assign]
    await drafts.load()
    store.drafts = read  # type: ignore[method-assign]
    assert {place: drafts.text(place) for place in PLACES} == {
        "typed": "new",
        "late": "new",
        "dropped": None,
        "dropped late": None,
        "left": "old",
    }
    await drafts.flush()
    assert await store.drafts() == {"typed": "new", "late": "new", "left": "old"}
    await store.close()


async def test_what_does_not_change_is_not_written(path) -> None:
    store, drafts = await loaded(path)
    said: list[str] = []
    drafts.write(NOTE, "x")
    await drafts.flush()
    store._thread._connection.set_trace_callback(said.append)
    drafts.write(NOTE, "x")
    await drafts.flush()
    drafts.drop(NOTE)
    await drafts.flush()
    drafts.drop(NOTE)
    await drafts.flush()
    assert [statement[:6] for statement in said if "drafts" in statement] == ["delete"]
    await store.close()


async def test_forgetting_leaves_the_store_to_whoever_wiped_it(path) -> None:
    store, drafts = await loaded(path)
    drafts.write(NOTE, "x")
    await store.wipe()
    drafts.forget()
    assert drafts.text(NOTE) is None
    drafts.write(NOTE, "y")
    await drafts.flush()
    assert await store.drafts() == {NOTE: "y"}
    await store.close()


async def test_every_change_is_announced_and_nothing_else(path) -> None:
    store, drafts = await loaded(path)
    told: list[str | None] = []
    stop = drafts.listen(lambda: told.append(drafts.text(NOTE)))
    drafts.write(NOTE, "x")
    drafts.write(NOTE, "x")
    drafts.drop(NOTE)
    drafts.drop(NOTE)
    drafts.forget()
    assert told == ["x", None, None]
    stop()
    drafts.write(NOTE, "y")
    assert len(told) == 3
    await store.close()
