"""Texts that are laid out again and again leave no copies of themselves in memory."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ui.kit.facts import Value
from ui.outbox.paper import Paper
from ui.theme.theme import Theme

Make = Callable[[Theme], Value | Paper]
LAYOUTS = 200
WORD = "Okafor" + "x" * 14
# Of a line of /proc/self/maps: what is no file.
_OWN = re.compile(r"(\w+)-(\w+) rw-p \w+ 00:00 0 +(\[heap\])?$")


def value(theme: Theme) -> Value:
    made = Value(theme)
    made.set(WORD)
    return made


def paper(theme: Theme) -> Paper:
    made = Paper(theme, "Page")
    made.show_sections([("", [("Name", WORD)])])
    return made


def memory() -> Iterator[bytes]:
    """What this process has written, without files that it has mapped."""
    with Path("/proc/self/mem").open("rb", 0) as mem:
        for line in Path("/proc/self/maps").read_text().splitlines():
            found = _OWN.match(line)
            if found:
                start, end = (int(place, 16) for place in found.groups()[:2])
                mem.seek(start)
                yield mem.read(end - start)


def copies() -> int:
    word = WORD.encode("utf-16-le")
    return sum(part.count(word) for part in memory())


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("make", [value, paper])
def test_no_layout_leaves_a_copy(theme: Theme, qtbot: QtBot, make: Make) -> None:
    made = make(theme)
    qtbot.addWidget(made)
    before = copies()
    assert before
    for width in range(200, 200 + LAYOUTS):
        made.heightForWidth(width)
        made.sizeHint()
    assert copies() - before < LAYOUTS / 4


@pytest.mark.parametrize("make", [value, paper])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_what_is_measured_is_what_is_shown(theme: Theme, qtbot: QtBot, make: Make, scale: float) -> None:
    theme.set_scale(scale)
    made = make(theme)
    qtbot.addWidget(made)
    theme.set_scale(scale * 1.25)
    made.show()
    made.resize(theme.px(400), made.sizeHint().height())
    made.sizeHint()
    assert made._measured.textWidth() == made.document().textWidth()
    assert made._measured.size().height() == made.document().size().height()
    theme.set_scale(1.0)
