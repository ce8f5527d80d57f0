"""Counts equal those made from scratch, whatever changes."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.core.counted import Counted

KINDS = st.sampled_from(["waiting", "over", 0, None])


@given(st.lists(st.tuples(st.sampled_from("abcde"), KINDS)))
def test_counts_equal_a_recount(steps: list[tuple[str, str | int | None]]) -> None:
    counted: Counted[str | int] = Counted()
    truth: dict[str, str | int | None] = {}
    for record_id, kind in steps:
        counted.put(record_id, kind)
        truth[record_id] = kind
    wanted = Counter(kind for kind in truth.values() if kind is not None)
    assert {kind: counted.count(kind) for kind in ("waiting", "over", 0)} == {
        kind: wanted[kind] for kind in ("waiting", "over", 0)
    }
    for kind in wanted:
        assert sorted(counted.ids(kind)) == sorted(i for i, its_kind in truth.items() if its_kind == kind)
    assert all(counted.of(record_id) == kind for record_id, kind in truth.items())
    assert set(counted.ever()) >= set(wanted)
    counted.clear()
    assert (counted.count("waiting"), counted.ever(), counted.of("a")) == (0, [], None)
