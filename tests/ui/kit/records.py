"""An invented kind of record for the tests of parts that know no feature."""

from dataclasses import dataclass, replace

from app.core.collection import Collection
from ui.kit.cell import Cell
from ui.kit.column import Column
from ui.kit.record_model import RecordModel


@dataclass(frozen=True, slots=True)
class Item:
    """A record with a rank to sort by."""

    id: str
    rank: int = 0
    word: str = "word"
    open: bool = True


COLUMNS = (
    Column("word", "Word", cell=lambda item: Cell(item.word, f"rank {item.rank}"), weight=2, chars=6),
    Column("rank", "Rank", text=lambda item: str(item.rank), chars=6, priority=1),
    Column(
        "id", "Id", text=lambda item: item.id, tooltip=lambda item: f"<b>{item.id}</b>", chars=6, priority=2
    ),
)


def items(count: int) -> dict[str, Item]:
    """`count` records in order of their ids."""
    return {f"i{n:05}": Item(f"i{n:05}", n * 10) for n in range(count)}


def filled(count: int) -> Collection[Item]:
    collection: Collection[Item] = Collection()
    collection.replace(items(count))
    return collection


def model_of(collection: Collection[Item], **options: object) -> RecordModel:
    return RecordModel(collection, COLUMNS, lambda item: item.rank, lambda item: item.open, **options)


def with_rank(collection: Collection[Item], record_id: str, rank: int) -> None:
    collection.put(replace(collection.get(record_id), rank=rank))
