"""How many wait, in words that no narrow screen takes apart."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextLayout, QTextOption
from PySide6.QtWidgets import QApplication

from app.visits.record import Visit
from ui.visits.counts import counts_text

NOW = 1_780_000_000.0


def visit(number: int, **values: Any) -> Visit:
    return Visit(**{"id": str(number), "status": 10, "type": 1, "subtype": 3, "start": NOW - 1560, **values})


ROWS = [
    *map(visit, range(6)),
    visit(6, status=25),
    visit(7, type=3),
    visit(8, type=2, start=NOW + 900, end=NOW + 1800),
]


def test_a_line_is_broken_between_two_counts_alone(qapp: QApplication) -> None:
    said = counts_text(ROWS, NOW)
    counts = said.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NON-BREAKING HYPHEN}", "-").split("  ·  ")
    assert counts == ["6 waiting", "longest 26 min", "1 in progress", "1 e-consult", "1 scheduled"]
    starts = {said.index(word) for word in ("6", "longest", "1\N{NO-BREAK SPACE}in", "1\N{NO-BREAK SPACE}e")}
    starts.add(said.rindex("1"))
    for width in range(120, 600, 5):
        layout = QTextLayout(said)
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            assert line.textStart() in starts, width
        layout.endLayout()


def test_a_call_that_runs_far_too_long_is_counted_apart() -> None:
    over = visit(1, status=25, start=NOW - 9000, end=NOW - 8100, actual_start=NOW - 9000)
    said = counts_text([over, visit(2, status=25, actual_start=NOW)], NOW).replace("\N{NO-BREAK SPACE}", " ")
    assert said == "1 in progress  ·  1 over time"


def test_nobody_is_nothing() -> None:
    assert counts_text([], NOW) == ""
