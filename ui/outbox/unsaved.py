"""What was typed for visits that are in no list any more: it must be found again (SEC-06)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.core.collection import Collection
from app.core.drafts import Drafts
from app.visits.record import Visit
from app.visits.waiting import QueueRow, is_open
from app.visits.whose import read_whose
from ui.kit.draft_field import forget_draft, whose_of
from ui.kit.edits import Editing
from ui.kit.formats import born_text, name_text
from ui.outbox.words import EMPTY, Described, Lines, kind_title


@dataclass(frozen=True, slots=True)
class Unsaved:
    """The typed texts of one record. kind: of the action that would keep them. visit_id: "" for not known.

    places: of the drafts. described: for people.
    """

    kind: str
    visit_id: str
    places: tuple[str, ...]
    described: Described

    @property
    def text(self) -> str:
        """The whole, to be copied."""
        parts = (f"{caption}:\n{text}" for caption, text in self.described.lines)
        return "\n\n".join((self.described.text, *parts))


class UnsavedTexts:
    """editings: what is typed into. visits: the list. now: the server's time, Unix s."""

    def __init__(
        self,
        drafts: Drafts,
        visits: Collection[QueueRow],
        editings: Sequence[Editing],
        now: Callable[[], float],
    ) -> None:
        self._drafts, self._visits, self._editings, self._now = drafts, visits, editings, now

    def __iter__(self) -> Iterator[Unsaved]:
        for editing in self._editings:
            records: dict[str, dict[str, str]] = {}
            names = {each.name for each in editing.fields}
            for place in self._drafts.places(f"{editing.kind}|"):
                record_id, _, name = place.removeprefix(f"{editing.kind}|").rpartition("|")
                if name in names:
                    records.setdefault(record_id, {})[name] = place
            for record_id, places in records.items():
                unsaved = self._of(editing, record_id, places)
                if not self._is_listed(unsaved.visit_id):
                    yield unsaved

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls `listener` when there may be others. Returns the way to stop it."""
        stops = (self._drafts.listen(listener), self._visits.listen(lambda _change: listener()))

        def stop() -> None:
            for each in stops:
                each()

        return stop

    def discard(self, unsaved: Unsaved) -> None:
        """Drops the texts for good."""
        for place in unsaved.places:
            forget_draft(self._drafts, place)

    def _of(self, editing: Editing, record_id: str, places: dict[str, str]) -> Unsaved:
        kept = next(
            filter(None, (read_whose(self._drafts.text(whose_of(each))) for each in places.values())), None
        )
        visit_id = record_id if editing.id_name == "visit_id" else kept.visit_id if kept else ""
        row = self._visits.get(visit_id)
        # The server's word, else what was kept when it was typed; never a guess.
        person = (row.member if isinstance(row, Visit) else None) or (kept.person if kept else None)
        lines: Lines = tuple(
            (each.title, self._drafts.text(places[each.name]) or EMPTY)
            for each in editing.fields
            if each.name in places
        )
        described = Described(
            title=kind_title(editing.kind),
            name=name_text(person.family, person.given, person.full_name) if person else name_text("", ""),
            born=born_text(person.born if person else None, self._now()),
            lines=lines,
            place=f"visit {visit_id}" if visit_id else "",
        )
        return Unsaved(editing.kind, visit_id, tuple(places.values()), described)

    def _is_listed(self, visit_id: str) -> bool:
        row = self._visits.get(visit_id)
        return row is not None and is_open(row)
