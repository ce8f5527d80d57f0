"""A patient of whom nothing is heard any more: what is known, and how to say that they have left (idea 8)."""

from collections.abc import Awaitable, Callable

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.errors import Failure
from app.sentences import sentence
from app.visits.presence import LostSignal, presence
from app.visits.record import Visit
from ui.kit import tasks
from ui.kit.ask import Question, ask, discard
from ui.kit.formats import born_text
from ui.kit.identity_card import IdentityCard
from ui.kit.labels import label
from ui.kit.notices import Notices
from ui.theme.theme import Theme
from ui.theme.tokens import Space
from ui.visits.presence_words import presence_words
from ui.visits.words import patient_name

_TITLE = "Has this patient left?"
_TEXT = (
    "The visit is closed as left by its patient, for everybody. Whoever comes back enters the waiting room "
    "anew. Call them first if you can."
)
_GOOD_NEWS_S = 12.0


class GoneBar(QWidget):
    """Hidden while the patient is there, or the server does not tell.

    leave: closes a visit as left, by its id; raises Failure. now: the server's time, Unix s. acted: told of
    the visit, by its id, before and after.
    """

    def __init__(
        self,
        theme: Theme,
        leave: Callable[[str], Awaitable[Visit]],
        now: Callable[[], float],
        notices: Notices,
        acted: Callable[[str], None],
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._leave, self._now = theme, leave, now
        self._notices, self._acted, self._report = notices, acted, report
        self._visit: Visit | None = None
        self._words = label("", "error", wrap=True, parent=self)
        self.button = QPushButton("Mark as left…", self)
        self.button.setProperty("kind", "small")
        self.button.clicked.connect(self._pressed)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._words, 1)
        self._row.addWidget(self.button)
        self.hide()
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_visit(self, visit: Visit | None, seen_at: float) -> None:
        """seen_at: when the visit was last confirmed, Unix s."""
        self._visit = visit
        found = None if visit is None else presence(visit, seen_at)
        is_lost = isinstance(found, LostSignal)
        if is_lost and found is not None:
            self._words.setText(presence_words(found, seen_at).whole)
        self.setVisible(is_lost)

    def _pressed(self) -> None:
        visit = self._visit
        if visit is None:
            return
        name = patient_name(visit.member)

        def failed(error: BaseException) -> None:
            if isinstance(error, Failure):
                text = f"{name}: the visit was not closed. {sentence(error)}"
                self._notices.say(text, "bad", key="left")
            else:
                self._report(error)

        tasks.run(self, self._ask(visit, name), busy=self.button, name="visits.leave", report=failed)

    async def _ask(self, visit: Visit, name: str) -> None:
        card = IdentityCard(
            self._theme, name, born_text(visit.member.born if visit.member else None, self._now())
        )
        card.add(self._words.text(), "soft")
        question = Question(
            self._theme,
            _TITLE,
            _TEXT,
            accept="Mark as left",
            accept_keys="Ctrl+Return",
            body=card,
            parent=self,
        )
        try:
            if not await ask(question):
                return
        finally:
            discard(question)
        self._acted(visit.id)
        await self._leave(visit.id)
        self._acted(visit.id)
        self._notices.say(f"{name}: closed as left.", "good", key="left", for_s=_GOOD_NEWS_S)

    def _restyle(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(Space.wide), 0, px(Space.wide), px(Space.small))
        self._row.setSpacing(px(Space.small))
