"""After 10,000 random changes the list equals one made from scratch, and everything has kept its place."""

from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest
from PySide6.QtCore import QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.core.collection import Collection
from tests.ui.kit.grouped import COLUMNS, SECTIONS, Grouped, Rule, anyone, heading, rows_of
from ui.kit.marks import Marks
from ui.kit.record_model import GONE, RecordModel, RecordRole
from ui.kit.record_table import RecordTable
from ui.kit.sections import Heading
from ui.theme.theme import Theme

CHANGES = 10_000
RECORDS = 40
_INCLUDES = (lambda item: item.open, lambda item: item.rank > 3, lambda _item: True, lambda _item: False)


class List:
    """A list under test: its facts, its rows, and what somebody has done to it."""

    def __init__(self, theme: Theme, seed: int) -> None:
        self.dice = Random(seed)
        self.facts: Collection[Grouped] = Collection()
        self.rule = Rule()
        self.folded = {3}
        self.marks = Marks(self.facts, COLUMNS)
        self.model = RecordModel(
            self.facts, COLUMNS, self.rule.key, self.rule.includes, marks=self.marks,
            heading=heading, folded=self.folded, report=_fail,
        )  # fmt: skip
        self.tester = QAbstractItemModelTester(
            self.model, QAbstractItemModelTester.FailureReportingMode.Fatal
        )
        self.table = RecordTable(self.model, theme)
        self.model.setParent(self.table)
        self.steps: list[tuple[Callable[[], None], int]] = [
            (self.put, 40), (self.drop, 10), (self.some, 15), (self.many, 4), (self.hold, 8),
            (self.release, 8), (self.fold, 8), (self.refilter, 3), (self.sort, 2), (self.time, 6),
            (self.select, 6), (self.see, 4),
        ]  # fmt: skip

    def step(self) -> str:
        acts, weights = zip(*self.steps, strict=True)
        act = self.dice.choices(acts, weights)[0]
        act()
        return act.__name__

    def put(self) -> None:
        self.facts.put(anyone(self.dice, RECORDS))

    def drop(self) -> None:
        self.facts.drop(anyone(self.dice, RECORDS).id)

    def some(self) -> None:
        """An answer of the server in which a few are others."""
        records = dict(self.facts.all())
        for _ in range(self.dice.randrange(1, 6)):
            item = anyone(self.dice, RECORDS)
            if self.dice.random() < 0.3:
                records.pop(item.id, None)
            else:
                records[item.id] = item
        self.facts.replace(records)

    def many(self) -> None:
        made = (anyone(self.dice, RECORDS) for _ in range(self.dice.choice((0, 30, 90))))
        self.facts.replace({item.id: item for item in made})

    def hold(self) -> None:
        self.model.hold()

    def release(self) -> None:
        self.model.release()

    def fold(self) -> None:
        section = self.dice.choice(SECTIONS)
        self.folded ^= {section}
        self.model.fold(section, section in self.folded)

    def refilter(self) -> None:
        self.rule.include = self.dice.choice(_INCLUDES)
        self.model.refilter()

    def sort(self) -> None:
        self.rule.sign = -self.rule.sign
        self.model.sort_by(self.rule.key)

    def time(self) -> None:
        moved = self.dice.sample([f"g{n:02}" for n in range(RECORDS)], self.dice.choice((1, 3, 40)))
        self.rule.shift.update((record_id, self.dice.randrange(4)) for record_id in moved)
        self.model.reconsider(moved)

    def select(self) -> None:
        self.table.select(self.dice.choice([*self.model.ids(), None]))

    def see(self) -> None:
        self.marks.see(self.dice.sample(sorted(self.marks.ids), min(5, len(self.marks.ids))))


def _fail(error: BaseException) -> None:
    raise error


def check_at_rest(under: List) -> None:
    """Nothing is held: rows, words and counts are those of a list that is made now."""
    model, rule = under.model, under.rule
    wanted = rule.rows(under.facts, under.folded)
    assert rows_of(model) == wanted
    assert (model.waiting, model.waiting_ids) == (0, frozenset())
    for row, row_id in enumerate(wanted):
        if isinstance(row_id, Heading):
            section = row_id.section
            said = heading(section, rule.count(under.facts, section), section in under.folded)
            assert model.heading_cell(row_id) == said
            assert model.data(model.index(row, 0)) == said.text()
        else:
            word = under.facts.get(row_id).word
            assert model.data(model.index(row, 0)) in (word, f"{word}, new", f"{word}, changed")


def check_lookups(under: List) -> None:
    """Rows and ids lead to each other, and a heading's row is as low as headings are."""
    model, table = under.model, under.table
    rows = rows_of(model)
    assert [model.row_of(row_id) for row_id in rows] == list(range(len(rows)))
    assert model.ids() == tuple(row_id for row_id in rows if isinstance(row_id, str))
    assert model.headings() == {n: row_id for n, row_id in enumerate(rows) if isinstance(row_id, Heading)}
    assert all(model.id_at(row) is None for row in model.headings())
    high, low = table._rows.row_height(), table._rows.heading_height()
    heights = [low if isinstance(row_id, Heading) else high for row_id in rows]
    assert [table.rowHeight(row) for row in range(len(rows))] == heights


def check_headings(under: List) -> None:
    """Also while the order is held: nobody stands under no heading, or under one that is folded, and none
    stands over nobody."""
    rows = rows_of(under.model)
    assert not rows or isinstance(rows[0], Heading)
    for row_id, after in pairwise([*rows, Heading(None)]):
        if isinstance(row_id, Heading):
            assert isinstance(after, Heading) == (row_id.section in under.folded)


@pytest.mark.timeout(300)
def test_10_000_random_changes_equal_a_rebuild(qtbot: QtBot, theme: Theme) -> None:
    under = List(theme, seed=20_261_122)
    qtbot.addWidget(under.table)
    under.table.resize(400, 300)
    under.table.show()
    model, table = under.model, under.table
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    watched: dict[str, QPersistentModelIndex] = {}
    selected: str | None = None
    done: dict[str, int] = {}
    for _ in range(CHANGES):
        before, was_held = rows_of(model), model.held and bool(model.ids())
        act = under.step()
        done[act] = done.get(act, 0) + 1
        check_lookups(under)
        check_headings(under)
        if not model.held:
            check_at_rest(under)
        elif was_held and act in ("put", "drop", "some", "many", "time", "hold", "select", "see"):
            assert rows_of(model) == before, act
        if act == "select":
            selected = table.selected_id
        elif model.row_of(selected or "") < 0:
            selected = None
        assert table.selected_id == selected, act
        shown = set(model.ids())
        watched = {record_id: index for record_id, index in watched.items() if record_id in shown}
        for record_id, index in watched.items():
            assert index.isValid()
            assert index.data(RecordRole) == record_id
        for record_id in shown - watched.keys():
            watched[record_id] = QPersistentModelIndex(model.index(model.row_of(record_id), 0))
    model.release()
    check_at_rest(under)
    fresh = RecordModel(
        under.facts, COLUMNS, under.rule.key, under.rule.includes, heading=heading, folded=under.folded
    )
    under.marks.see(under.marks.ids)
    assert _all_words(model) == _all_words(fresh)
    assert not resets
    assert min(done.values()) > 100


def _all_words(model: RecordModel) -> list[list[str]]:
    return [
        [model.data(model.index(row, column)) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_who_has_gone_is_said_to_have(theme: Theme) -> None:
    """The check above would pass over a list that keeps the words of somebody who has left."""
    under = List(theme, seed=1)
    under.facts.put(Grouped("a"))
    under.model.hold()
    under.facts.drop("a")
    assert under.model.data(under.model.index(under.model.row_of("a"), 0)) == GONE
    under.table.deleteLater()
