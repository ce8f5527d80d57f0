"""Questions that must get an answer: a fault in one is told once, and something harmless is said instead."""

from collections.abc import Callable
from typing import Any


class Guarded:
    """report: told of the first exception in each question; None: nobody is."""

    def __init__(self, report: Callable[[BaseException], None] | None = None) -> None:
        self._report = report
        self._told: set[str] = set()

    def ask(self, what: str, otherwise: Any, question: Callable[..., Any], *about: Any) -> Any:
        """What `question(*about)` answers, and `otherwise` where it fails. what: its name."""
        try:
            return question(*about)
        except Exception as error:  # noqa: BLE001 (Qt asks again at every repaint; a row must stay in the list)
            if what not in self._told:
                self._told.add(what)
                if self._report is not None:
                    self._report(error)
            return otherwise

    def renew(self, what: str) -> None:
        """It is another question from now on."""
        self._told.discard(what)
