"""An invented kind of record that stands in sections, and the list that it should make."""

from dataclasses import dataclass
from random import Random

from app.core.collection import Collection
from ui.kit.cell import Cell
from ui.kit.column import Column
from ui.kit.record_model import RecordModel
from ui.kit.sections import Heading

SECTIONS = range(4)


@dataclass(frozen=True, slots=True)
class Grouped:
    """A record with its section and its rank in it."""

    id: str
    section: int = 0
    rank: int = 0
    word: str = "word"
    open: bool = True


COLUMNS = (
    Column("word", "Word", text=lambda item: item.word, chars=6, facts=lambda item: (item.word,)),
    Column("rank", "Rank", text=lambda item: str(item.rank), chars=6, facts=lambda item: (item.rank,)),
)


class Rule:
    """What the list asks of a record. shift: what time does to the place of each; it may change."""

    def __init__(self) -> None:
        self.include = lambda item: item.open
        self.sign = 1
        self.shift: dict[str, int] = {}

    def includes(self, item: Grouped) -> bool:
        return self.include(item)

    def key(self, item: Grouped) -> tuple[int, int]:
        return (item.section + self.shift.get(item.id, 0)) % len(SECTIONS), self.sign * item.rank

    def rows(self, collection: Collection[Grouped], folded: set[int]) -> list[str | Heading]:
        """All rows from scratch."""
        inside = [item for item in collection if self.include(item)]
        rows: list[str | Heading] = []
        for section in SECTIONS:
            own = [item for item in inside if self.key(item)[0] == section]
            if own:
                rows.append(Heading(section))
            if section not in folded:
                rows += [item.id for item in sorted(own, key=lambda item: (self.key(item), item.id))]
        return rows

    def count(self, collection: Collection[Grouped], section: int) -> int:
        return sum(self.include(item) and self.key(item)[0] == section for item in collection)


def heading(section: int, count: int, is_folded: bool) -> Cell:
    return Cell(f"Section {section}", f"{count}, folded" if is_folded else f"{count}")


def rows_of(model: RecordModel) -> list[str | Heading]:
    return [model.heading_at(row) or model.id_at(row) for row in range(model.rowCount())]


def anyone(dice: Random, number: int) -> Grouped:
    """One of `number` records, as it may be now."""
    return Grouped(
        f"g{dice.randrange(number):02}",
        dice.choice(SECTIONS),
        dice.randrange(9),
        dice.choice("abc"),
        dice.random() < 0.8,
    )
