"""The model equals a rebuild from scratch after any changes, and says so with the smallest signals."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from app.core.collection import Collection
from tests.ui.kit import grouped as grouped_records
from tests.ui.kit.grouped import SECTIONS, Grouped, Rule, heading, rows_of
from tests.ui.kit.records import COLUMNS, Item, filled, items, model_of, with_rank
from ui.kit.blocks import blocks, moves
from ui.kit.cell import Cell
from ui.kit.column import Column
from ui.kit.marks import Marks
from ui.kit.record_model import GONE, CellRole, RecordModel, RecordRole
from ui.kit.sections import Heading

GROUPED = grouped_records.COLUMNS
IDS = [f"i{n}" for n in range(60)]

records = st.builds(Item, st.sampled_from(IDS), st.integers(0, 6), st.sampled_from("ab"), st.booleans())
worlds = st.lists(records, max_size=60, unique_by=lambda item: item.id).map(
    lambda all_: {i.id: i for i in all_}
)
steps = st.one_of(
    st.tuples(st.just("replace"), worlds),
    st.tuples(st.just("put"), records),
    st.tuples(st.just("refilter"), st.sampled_from([lambda i: i.open, lambda i: i.rank > 2, lambda _: True])),
    st.tuples(st.just("sort"), st.sampled_from([lambda i: i.rank, lambda i: -i.rank])),
    st.tuples(st.just("hold"), st.booleans()),
)


def expected(collection: Collection[Item], model: RecordModel) -> list[str]:
    shown = [item for item in collection if model._include(item)]
    return [item.id for item in sorted(shown, key=lambda item: (model._key(item), item.id))]


@pytest.fixture
def heard(qapp: QApplication):
    """Records the signals of a model."""

    def listen(model: RecordModel) -> list[tuple]:
        log: list[tuple] = []
        model.dataChanged.connect(lambda a, b: log.append(("changed", a.row(), b.row())))
        model.rowsInserted.connect(lambda _p, a, b: log.append(("inserted", a, b)))
        model.rowsRemoved.connect(lambda _p, a, b: log.append(("removed", a, b)))
        model.rowsMoved.connect(lambda _p, a, _b, _q, to: log.append(("moved", a, to)))
        model.layoutChanged.connect(lambda: log.append(("layout",)))
        model.modelReset.connect(lambda: log.append(("reset",)))
        return log

    return listen


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=worlds, then=st.lists(steps, max_size=12))
def test_any_changes_equal_a_rebuild(qapp: QApplication, first: dict[str, Item], then: list[tuple]) -> None:
    collection: Collection[Item] = Collection()
    collection.replace(first)
    model = model_of(collection)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    watched = {i: QPersistentModelIndex(model.index(model.row_of(i), 0)) for i in model.ids()}
    for verb, value in then:
        match verb:
            case "replace":
                collection.replace(value)
            case "put":
                collection.put(value)
            case "refilter":
                model.refilter(value)
            case "sort":
                model.sort_by(value)
            case "hold":
                model.hold() if value else model.release()
        watched = {i: index for i, index in watched.items() if i in model.ids()}
        for record_id, index in watched.items():
            assert index.data(RecordRole) == record_id
        if not model.held:
            assert list(model.ids()) == expected(collection, model)
            assert model.waiting == 0
    model.release()
    assert list(model.ids()) == expected(collection, model)
    assert [model.row_of(i) for i in model.ids()] == list(range(model.rowCount()))
    assert not resets


grouped = st.builds(
    Grouped,
    st.sampled_from(IDS[:20]),
    st.sampled_from(SECTIONS),
    st.integers(0, 3),
    st.sampled_from("ab"),
    st.booleans(),
)
grouped_steps = st.one_of(
    st.tuples(st.just("replace"), st.lists(grouped, max_size=30, unique_by=lambda item: item.id)),
    st.tuples(st.just("put"), grouped),
    st.tuples(st.just("drop"), st.sampled_from(IDS[:20])),
    st.tuples(st.just("fold"), st.tuples(st.sampled_from(SECTIONS), st.booleans())),
    st.tuples(st.just("time"), st.tuples(st.sampled_from(IDS[:20]), st.sampled_from(SECTIONS))),
    st.tuples(st.just("hold"), st.booleans()),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(then=st.lists(grouped_steps, max_size=20))
def test_any_changes_of_sections_equal_a_rebuild(qapp: QApplication, then: list[tuple]) -> None:
    collection: Collection[Grouped] = Collection()
    rule, folded = Rule(), {3}
    model = RecordModel(collection, GROUPED, rule.key, rule.include, heading=heading, folded=folded)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for verb, value in then:
        match verb:
            case "replace":
                collection.replace({item.id: item for item in value})
            case "put":
                collection.put(value)
            case "drop":
                collection.drop(value)
            case "fold":
                (folded.add if value[1] else folded.discard)(value[0])
                model.fold(*value)
            case "time":
                rule.shift[value[0]] = value[1]
                model.reconsider([value[0]])
            case "hold":
                model.hold() if value else model.release()
        if not model.held:
            assert rows_of(model) == rule.rows(collection, folded)
    model.release()
    assert rows_of(model) == rule.rows(collection, folded)
    for row, row_heading in model.headings().items():
        section = row_heading.section
        told = heading(section, rule.count(collection, section), section in folded).text()
        assert model.data(model.index(row, 0), Qt.ItemDataRole.AccessibleTextRole) == told
        assert model.data(model.index(row, 1)) == ""


def sectioned(*made: Grouped, **options: object) -> tuple[Collection[Grouped], RecordModel]:
    collection: Collection[Grouped] = Collection()
    collection.replace({item.id: item for item in made})
    return collection, RecordModel(collection, GROUPED, Rule().key, heading=heading, **options)


def test_a_heading_is_no_record_and_cannot_be_selected(qapp: QApplication) -> None:
    _collection, model = sectioned(Grouped("a", 1))
    assert rows_of(model) == [Heading(1), "a"]
    assert (model.id_at(0), model.record_at(0), model.heading_at(1)) == (None, None, None)
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsSelectable
    assert model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsEnabled


def test_a_folded_section_counts_and_lists_whom_it_does_not_show(qapp: QApplication, heard) -> None:
    collection, model = sectioned(Grouped("a", 1), Grouped("b", 2), folded=[2])
    log = heard(model)
    collection.put(Grouped("c", 2))
    assert rows_of(model) == [Heading(1), "a", Heading(2)]
    assert model.data(model.index(2, 0)) == "Section 2, 2, folded"
    assert log == [("changed", 2, 2)]
    assert model.lists("c")
    assert not model.lists("x")


def test_of_a_list_that_shows_nobody_nothing_is_held(qapp: QApplication) -> None:
    collection, model = sectioned(Grouped("a", 2), folded=[2])
    model.hold()
    collection.put(Grouped("b", 1))
    assert rows_of(model) == [Heading(1), "b", Heading(2)]
    collection.put(Grouped("c", 0))
    assert rows_of(model) == [Heading(1), "b", Heading(2)]


def test_whoever_waits_comes_when_the_last_row_is_folded_away(qapp: QApplication) -> None:
    collection, model = sectioned(Grouped("a", 2))
    model.hold()
    collection.put(Grouped("b", 1))
    assert rows_of(model) == [Heading(2), "a"]
    model.fold(2, True)
    assert rows_of(model) == [Heading(1), "b", Heading(2)]
    assert model.waiting == 0


def test_folding_moves_nobody_else_while_the_order_is_held(qapp: QApplication) -> None:
    collection, model = sectioned(Grouped("a", 0), Grouped("b", 2), Grouped("c", 3))
    model.hold()
    collection.put(Grouped("n", 1))
    collection.put(Grouped("a", 3))
    collection.drop("b")
    model.fold(2, True)
    assert rows_of(model) == [Heading(0), "a", Heading(3), "c"]
    assert model.waiting_ids == {"n", "a"}


def test_another_set_that_waits_is_told_also_when_it_is_as_large(qapp: QApplication) -> None:
    collection, model = sectioned(Grouped("a", 1, 1), Grouped("b", 1, 2), Grouped("c", 1, 3))
    model.hold()
    told: list[frozenset[str]] = []
    model.waiting_changed.connect(lambda _count: told.append(model.waiting_ids))
    collection.put(Grouped("a", 1, 9))
    collection.replace({i: Grouped(i, 1, n) for i, n in (("a", 1), ("b", 8), ("c", 3))})
    assert told == [{"a"}, {"b"}]


def test_marks_are_said_once_in_a_row_and_in_the_cell_that_changed(qapp: QApplication, heard) -> None:
    collection: Collection[Grouped] = Collection()
    collection.put(Grouped("a", 1))
    marks = Marks(collection, GROUPED)
    model = RecordModel(collection, GROUPED, Rule().key, heading=heading, marks=marks)

    def said(record_id: str) -> list[str]:
        return [model.data(model.index(model.row_of(record_id), column)) for column in range(2)]

    collection.put(Grouped("a", 1, 5))
    collection.put(Grouped("b", 1, 7))
    assert said("a") == ["word", "5, changed"]
    assert said("b") == ["word, new", "7"]
    assert [model.mark_at(model.row_of("b"), column) for column in range(2)] == ["new", "new"]
    log = heard(model)
    marks.see(["a", "b"])
    assert (said("a"), said("b")) == (["word", "5"], ["word", "7"])
    assert log == [("changed", 1, 2)]
    model.hold()
    collection.drop("a")
    assert said("a") == [GONE, ""]


def test_neighbours_are_announced_together(heard) -> None:
    collection = filled(20)
    model = model_of(collection)
    log = heard(model)
    changed = items(20) | {f"i{n:05}": Item(f"i{n:05}", n * 10, "new") for n in (3, 4, 5, 9)}
    collection.replace(changed)
    assert log == [("changed", 3, 5), ("changed", 9, 9)]
    log.clear()
    collection.replace({i: item for i, item in changed.items() if i not in ("i00003", "i00004", "i00010")})
    assert log == [("removed", 10, 10), ("removed", 3, 4)]


def test_a_new_key_moves_one_row_and_repaints_it(heard) -> None:
    collection = filled(10)
    model = model_of(collection)
    log = heard(model)
    with_rank(collection, "i00002", 65)
    assert log == [("moved", 2, 7), ("changed", 6, 6)]


def test_a_new_key_in_the_same_place_moves_nothing(heard) -> None:
    collection = filled(10)
    model = model_of(collection)
    log = heard(model)
    with_rank(collection, "i00002", 25)
    assert log == [("changed", 2, 2)]


def test_time_moves_only_rows_whose_place_is_another(heard) -> None:
    collection = filled(10)
    offset = {"all": 0, "i00000": 0}
    model = RecordModel(
        collection, COLUMNS, lambda item: item.rank + offset["all"] + offset.get(item.id, 0), lambda _: True
    )
    log = heard(model)
    offset["all"] = 1000
    model.reconsider(model.ids())
    assert log == []
    offset["i00000"] = 55
    model.reconsider(["i00000"])
    assert log == [("moved", 0, 6)]


def test_membership_follows_include(heard) -> None:
    collection = filled(3)
    model = model_of(collection)
    log = heard(model)
    closed = replace(collection.get("i00001"), open=False)
    collection.put(closed)
    assert model.ids() == ("i00000", "i00002")
    collection.put(replace(closed, open=True))
    assert log == [("removed", 1, 1), ("inserted", 1, 1), ("changed", 1, 1)]


def test_a_held_order_stays_and_its_content_is_live(heard) -> None:
    collection = filled(4)
    model = model_of(collection)
    model.hold()
    log = heard(model)
    counts: list[int] = []
    model.waiting_changed.connect(counts.append)
    with_rank(collection, "i00000", 99)
    collection.put(Item("new", 5))
    collection.replace({i.id: i for i in collection if i.id != "i00002"})
    assert model.ids() == ("i00000", "i00001", "i00002", "i00003")
    assert model.data(model.index(0, 1)) == "99"
    assert model.data(model.index(2, 0)) == "No longer in this list"
    assert model.flags(model.index(2, 0)) == Qt.ItemFlag.NoItemFlags
    assert {entry[0] for entry in log} == {"changed"}
    assert (model.waiting, counts) == (3, [1, 2, 3])
    model.release()
    assert model.ids() == ("new", "i00001", "i00003", "i00000")
    assert counts == [1, 2, 3, 0]


def test_a_selection_stays_on_its_record(qapp: QApplication) -> None:
    collection = filled(200)
    model = model_of(collection)
    selection = QItemSelectionModel(model)
    selection.select(model.index(50, 0), QItemSelectionModel.SelectionFlag.Select)
    collection.replace({i: replace(item, rank=-item.rank) for i, item in items(200).items()})
    assert [index.data(RecordRole) for index in selection.selectedIndexes()] == ["i00050"]


def test_a_failing_text_is_one_word_and_one_report(qapp: QApplication) -> None:
    told: list[BaseException] = []
    broken = Column("broken", "Broken", text=lambda item: item.no_such_field)
    model = RecordModel(filled(3), [broken], lambda item: item.rank, report=told.append)
    assert [model.data(model.index(row, 0)) for row in range(3)] == ["unreadable"] * 3
    assert model.data(model.index(0, 0), CellRole) == Cell("unreadable")
    assert [type(error) for error in told] == [AttributeError]


def test_a_failing_key_or_include_keeps_the_record_in_the_list(qapp: QApplication) -> None:
    told: list[BaseException] = []

    def bad(item: Item) -> int:
        return item.rank if item.id != "i00000" else 1 // 0

    model = RecordModel(filled(3), COLUMNS, bad, lambda item: bad(item) >= 0, report=told.append)
    assert model.ids() == ("i00001", "i00002", "i00000")
    assert len(told) == 2


def test_text_and_tool_tip_are_plain(qapp: QApplication) -> None:
    collection: Collection[Item] = Collection()
    collection.put(Item("<i>x</i>", 1, "<b>bold</b>"))
    model = model_of(collection)
    assert model.data(model.index(0, 0)) == "<b>bold</b>, rank 1"
    tip = model.data(model.index(0, 2), Qt.ItemDataRole.ToolTipRole)
    assert "<i>" not in tip
    assert "&lt;i&gt;x" in tip


def test_outside_there_is_nothing(qapp: QApplication) -> None:
    model = model_of(filled(1))
    assert model.id_at(1) is None
    assert model.id_at(-1) is None
    assert model.record_at(5) is None
    assert model.row_of("unknown") == -1
    assert model.data(model.index(5, 0)) is None


def test_a_closed_model_listens_no_more(qapp: QApplication) -> None:
    collection = filled(1)
    model = model_of(collection)
    model.close()
    collection.replace({})
    assert model.rowCount() == 1


@given(st.sets(st.integers(0, 50)))
def test_blocks_cover_exactly_the_rows(rows: set[int]) -> None:
    runs = blocks(sorted(rows))
    assert [row for first, last in runs for row in range(first, last + 1)] == sorted(rows)
    assert all(after[0] > before[1] + 1 for before, after in pairwise(runs))


@given(st.dictionaries(st.integers(0, 40), st.integers(0, 40), max_size=15))
def test_moves_sort_the_list(targets: dict[int, int]) -> None:
    order = [(n, f"{n}") for n in range(40)]
    changed = [((n, f"{n}"), (new, f"{n}")) for n, new in targets.items() if n < 40]
    steps = moves(order, changed, most=99)
    for source, place, entry in steps:
        del order[source]
        order.insert(place, entry)
    assert order == sorted(order)


def test_entries_that_shift_together_do_not_move() -> None:
    order = [(n, "x") for n in range(10)]
    shifted = [((n, "x"), (n + 30, "x")) for n in range(10)]
    assert all(source == place for source, place, _entry in moves(order, shifted, most=0))
    assert moves(order, [((0, "x"), (5, "y"))], most=0) is None
