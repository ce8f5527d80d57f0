"""What was typed of a check-in that is not kept yet (SEC-06)."""

from collections.abc import Callable, Container

from ui.kit.draft_field import Drafts, forget_draft

SEARCH = "search"
TYPED = ("reason", "phone", "location", "new.first_name", "new.last_name", "new.born", "new.phone", SEARCH)
"""Texts of the form."""
CHOSEN = ("member", "mode", "room", "way")
"""What was chosen rather than typed: a person as JSON, a code, a word."""

PLACES = "checkin|"
"""How the names of all its places begin."""


class FormDrafts:
    """The drafts of the one check-in that can be unfinished. now: the server's Unix s."""

    def __init__(self, drafts: Drafts, now: Callable[[], float]) -> None:
        self._drafts, self._now = drafts, now

    @property
    def begun_at(self) -> float | None:
        """When the unfinished check-in was begun, Unix s; None when there is none."""
        if not any(self.text(place_of(name)) for name in (*TYPED, "member")):
            return None
        try:
            return float(self.text(place_of("begun")) or self._now())
        except ValueError:
            return self._now()

    @property
    def ref(self) -> str:
        """The mark under which it was handed on last, "" when it was not."""
        return self.text(place_of("ref")) or ""

    def mark(self, ref: str) -> None:
        """It is about to be handed on under this mark: once it is found there, it is not unfinished."""
        self._drafts.write(place_of("ref"), ref)

    def drop_what_was_kept(self, actions: Container[str]) -> None:
        """If it was kept, and the program ended before this was dropped: it must not go on twice."""
        if self.ref in actions:
            self.drop_all()

    def drop_mere_search(self) -> None:
        """The form is closed on purpose: a search that led to nobody is no check-in to go on with."""
        if not any(self.text(place_of(name)) for name in (*TYPED, "member") if name != SEARCH):
            self.drop_all()

    def drop_all(self) -> None:
        """The check-in is kept, or not wanted."""
        for name in (*TYPED, *CHOSEN, "begun", "ref"):
            forget_draft(self._drafts, place_of(name))

    # -- as `Drafts`, for the fields

    def text(self, place: str) -> str | None:
        """What was typed in a place."""
        return self._drafts.text(place)

    def write(self, place: str, text: str) -> None:
        """Keeps what is typed in a place."""
        if self._drafts.text(place_of("begun")) is None:
            self._drafts.write(place_of("begun"), str(round(self._now())))
        self._drafts.write(place, text)

    def drop(self, place: str) -> None:
        """Keeps it no longer."""
        self._drafts.drop(place)


def place_of(name: str) -> str:
    """The place of one text of the form."""
    return PLACES + name
