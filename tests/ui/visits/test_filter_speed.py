"""10,000 rows stay fluid while somebody types: as ratios of one run, in this thread's own time."""

from collections.abc import Callable
from time import thread_time

import pytest
from PySide6.QtWidgets import QApplication

from app.users.role import EVERYTHING
from app.visits.filter import Filter, Finder
from app.visits.waiting import is_open, queue_key
from tests.ui.visits.filtered import ME, NOW, Filtered, collection_of, visit
from ui.theme.theme import Theme

ROWS = 10_000
# Measured: 1, 10 and 30. The first letter folds every record, more than half of which are not ASCII here.
MOST_PASSES_TO_MATCH, MOST_PASSES_TO_SHOW, MOST_PASSES_TO_BEGIN = 4, 25, 75


def spent(act: Callable[[], object]) -> float:
    began = thread_time()
    act()
    return thread_time() - began


@pytest.mark.timeout(120)
def test_a_letter_costs_a_few_passes_over_the_records(qapp: QApplication, theme: Theme) -> None:
    page = Filtered(theme, collection_of(map(visit, range(ROWS))))
    page.resize(900, 600)
    page.show()
    rows = list(page.visits)
    plain = min(spent(lambda: [(is_open(row), queue_key(row, NOW)) for row in rows]) for _ in range(5))
    began = spent(lambda: page.bar.field.setText("o"))
    letters = [spent(lambda text=text: page.bar.field.setText(text)) for text in ("ok", "oka", "okaf", "oka")]
    assert 0 < len(page.model.ids()) < ROWS
    fits = Finder(ME, EVERYTHING).matching(Filter(text="okaf"))
    list(map(fits, rows))
    matching = min(spent(lambda: list(map(fits, rows))) for _ in range(5))
    page.close_listeners()
    page.hide()
    page.deleteLater()
    assert matching < MOST_PASSES_TO_MATCH * plain
    assert max(letters) < MOST_PASSES_TO_SHOW * plain
    assert began < MOST_PASSES_TO_BEGIN * plain
