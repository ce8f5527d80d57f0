"""Whether what changes in the list is news to whoever looks at it. No Qt."""

from collections.abc import Callable

from app.core.collection import Change, Collection
from app.visits.waiting import QueueRow


class News:
    """Nothing is before `begin`, and nobody is who comes or goes because another room is watched.

    It must listen to the visits before whoever asks it. room: the code of the one that is watched, "" for
    all. is_partial: patients of that room have not been read yet.
    """

    def __init__(
        self, visits: Collection[QueueRow], room: Callable[[], str], is_partial: Callable[[], bool]
    ) -> None:
        self._room, self._is_partial = room, is_partial
        self._known = (room(), is_partial())
        self._has_begun = False
        self._is_of_room = True
        self._stop = visits.listen(self._changed)

    def begin(self) -> None:
        """What is there now was read."""
        self._has_begun = True

    def settle(self) -> None:
        """The room was read, also when that changed nothing."""
        if not self._is_partial():
            self._known = (self._room(), False)

    def close(self) -> None:
        """Listens no longer."""
        self._stop()

    def is_on(self) -> bool:
        """Whether the change that is being told is news."""
        return self._has_begun and self._is_of_room

    def _changed(self, _change: Change) -> None:
        before, self._known = self._known, (self._room(), self._is_partial())
        self._is_of_room = before == (self._known[0], False)
