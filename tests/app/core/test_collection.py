"""A collection announces exactly what differs."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from app.core.collection import Change, Collection


@dataclass(frozen=True)
class Thing:
    id: str
    value: int


SNAPSHOTS = st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 2), max_size=8), max_size=12)


def things(values: dict[str, int]) -> dict[str, Thing]:
    return {name: Thing(name, value) for name, value in values.items()}


@given(SNAPSHOTS)
def test_changes_lead_from_each_snapshot_to_the_next(snapshots: list[dict[str, int]]) -> None:
    collection: Collection[Thing] = Collection()
    seen: dict[str, int] = {}

    def follow(change: Change) -> None:
        for name in change.removed:
            del seen[name]
        for name in change.added:
            assert name not in seen
        for name in (*change.added, *change.updated):
            thing = collection.get(name)
            assert thing is not None
            assert seen.get(name) != thing.value
            seen[name] = thing.value

    collection.listen(follow)
    for snapshot in snapshots:
        collection.replace(things(snapshot))
        assert seen == snapshot
        assert {thing.id: thing.value for thing in collection} == snapshot


def test_equal_is_silent() -> None:
    collection: Collection[Thing] = Collection()
    changes: list[Change] = []
    collection.replace(things({"a": 1}))
    stop = collection.listen(changes.append)
    collection.replace(things({"a": 1}))
    collection.put(Thing("a", 1))
    assert changes == []
    collection.put(Thing("a", 2))
    assert changes == [Change(updated=("a",))]
    stop()
    collection.put(Thing("b", 1))
    assert len(changes) == 1


def test_a_change_tells_what_was_before() -> None:
    collection: Collection[Thing] = Collection()
    before = things({"a": 1, "b": 1, "c": 1})
    collection.replace(before)
    told: list[Change] = []
    collection.listen(told.append)
    collection.replace(things({"a": 1, "b": 2, "d": 1}))
    collection.put(Thing("a", 5))
    collection.put(Thing("e", 5))
    collection.drop("d")
    assert [dict(change.before) for change in told] == [
        {"b": before["b"], "c": before["c"]},
        {"a": before["a"]},
        {},
        {"d": Thing("d", 1)},
    ]


def test_put_leaves_the_given_mapping_alone() -> None:
    collection: Collection[Thing] = Collection()
    given_records = things({"a": 1})
    collection.replace(given_records)
    collection.put(Thing("b", 1))
    assert set(given_records) == {"a"}
    assert "b" in collection


def test_what_was_given_out_stays_as_it_was() -> None:
    collection: Collection[Thing] = Collection()
    collection.replace(things({"a": 1, "b": 1}))
    given_out = collection.all()
    seen = []
    for thing in collection:
        seen.append(thing.id)
        collection.put(Thing(f"{thing.id}2", 1))
        collection.drop(thing.id)
    assert seen == ["a", "b"]
    assert set(given_out) == {"a", "b"}
    assert set(collection.all()) == {"a2", "b2"}
    collection.put(Thing("c", 1))
    assert given_out == things({"a": 1, "b": 1})


def test_dropping_is_told_once() -> None:
    collection: Collection[Thing] = Collection()
    collection.put(Thing("a", 1))
    changes: list[Change] = []
    collection.listen(changes.append)
    collection.drop("a")
    collection.drop("a")
    assert changes == [Change(removed=("a",))]
    assert "a" not in collection
