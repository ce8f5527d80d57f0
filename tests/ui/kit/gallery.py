"""Pictures of every part, in light and dark, at 100 and 200 % text: `python -m tests.ui.kit.gallery DIR`."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.collection import Collection
from ui.kit.ask import Question
from ui.kit.cell import Cell, Pill
from ui.kit.chip import Chip
from ui.kit.column import Column
from ui.kit.facts import FactGrid
from ui.kit.form import Form
from ui.kit.labels import ElidedLabel, label
from ui.kit.notices import Notices
from ui.kit.record_model import RecordModel
from ui.kit.record_table import RecordTable
from ui.theme.icons import NAMES
from ui.theme.theme import Theme
from ui.theme.tokens import TONES, Space


@dataclass(frozen=True, slots=True)
class Guest:
    """An invented patient."""

    id: str
    name: str
    born: str
    how: str
    icon: str
    reason: str
    minutes: int
    state: Pill


WAITING = Pill("Waiting", "neutral")
LONG = Pill("32 min, long wait", "bad", "alert_filled")
SLOW = Pill("18 min", "warn", "clock")

GUESTS = (
    Guest(
        "a",
        "OKONKWO, Amara",
        "02-Mar-1961 (65 y)",
        "Video",
        "video",
        "Blood pressure review",
        0,
        Pill("In progress", "good", "live"),
    ),
    Guest("b", "LINDQVIST, Per", "19-Nov-1948 (77 y)", "Video", "video", "Cough for three weeks", 32, LONG),
    Guest(
        "c", "NAKAMURA, Yuki (Ms)", "08-Apr-1972 (54 y)", "Phone", "phone", "Repeat prescription", 18, SLOW
    ),
    Guest(
        "d",
        "DE LA CRUZ-FERNANDEZ, Maria Guadalupe",
        "30-Jan-1990 (36 y)",
        "Walk-in",
        "in_person",
        "Rash on both forearms after gardening, itching at night",
        7,
        Pill("7 min", "neutral", "clock"),
    ),
    Guest(
        "e",
        "<b>SMITH</b>, John & Co",
        "11-Dec-1985 (40 y)",
        "Video",
        "video",
        "Follow-up",
        5,
        Pill("5 min", "neutral", "clock"),
    ),
    Guest(
        "f",
        "ABARA, Chidi",
        "15-Jul-1983 (43 y)",
        "E-consult",
        "message",
        "Question about results",
        3,
        Pill("3 min", "neutral", "clock"),
    ),
    Guest(
        "g",
        "HADDAD, Layla",
        "27-Sep-2019 (6 y)",
        "Video",
        "video",
        "Ear ache",
        1,
        Pill("1 min", "neutral", "clock"),
    ),
    Guest("h", "KOWALSKI, Jan", "Not known", "Phone", "phone", "", 0, Pill("Checked in", "info", "check")),
    Guest(
        "i",
        "MBEKI, Thandiwe",
        "04-May-1955 (71 y)",
        "Video",
        "video",
        "Diabetes check",
        0,
        Pill("10:30", "neutral", "calendar"),
    ),
    Guest(
        "j",
        "O'BRIEN, Siobhan",
        "21-Feb-1979 (47 y)",
        "Video",
        "video",
        "Migraine",
        0,
        Pill("10:45", "neutral", "calendar"),
    ),
    Guest(
        "k",
        "PATEL, Dev",
        "12-Jun-2001 (25 y)",
        "Walk-in",
        "in_person",
        "Vaccination",
        0,
        Pill("11:00", "neutral", "calendar"),
    ),
    Guest(
        "l",
        "ZHOU, Wei",
        "09-Oct-1966 (59 y)",
        "Video",
        "video",
        "New patient",
        0,
        Pill("11:15", "neutral", "calendar"),
    ),
)


COLUMNS = (
    Column("name", "Patient", cell=lambda g: Cell(g.name, g.born, strong=True), weight=3, chars=18),
    Column("state", "State", cell=lambda g: Cell("", g.how, chip=g.state), weight=2, chars=15),
    Column(
        "reason",
        "Reason",
        cell=lambda g: Cell(g.reason or "Not known", wrap=True),
        weight=3,
        chars=16,
        priority=1,
    ),
    Column("how", "Visit", cell=lambda g: Cell(g.how, icon=g.icon), weight=1, chars=12, priority=2),
    Column(
        "wait",
        "Minutes",
        cell=lambda g: Cell(str(g.minutes), tabular=True),
        align=Qt.AlignmentFlag.AlignRight,
        weight=0,
        chars=7,
        priority=3,
    ),
)


def table(theme: Theme) -> QWidget:
    """Twelve rows, one selected, one hovered, one gone."""
    collection: Collection[Guest] = Collection()
    collection.replace({guest.id: guest for guest in GUESTS})
    model = RecordModel(collection, COLUMNS, key=lambda guest: guest.id)
    made = RecordTable(model, theme)
    model.setParent(made)
    model.hold()
    collection.replace({guest.id: guest for guest in GUESTS if guest.id != "h"})
    made.select("c")
    made.itemDelegate().hovered = 4
    return made


def buttons(theme: Theme) -> QWidget:
    """Every kind of button, at rest, focused and disabled."""
    card = _card(theme)
    for kind, text in (
        ("primary", "Start call"),
        ("plain", "Check in"),
        ("danger", "Cancel visit"),
        ("link", "Copy link"),
    ):
        row = QHBoxLayout()
        for state in ("", "focus", "disabled"):
            button = QPushButton(text)
            button.setProperty("kind", kind)
            button.setEnabled(state != "disabled")
            button.setObjectName(state)
            row.addWidget(button)
        tool = QToolButton()
        tool.setIcon(theme.icon("refresh"))
        tool.setAccessibleName("Refresh")
        row.addWidget(tool)
        row.addStretch(1)
        card.layout().addLayout(row)
    chips = QHBoxLayout()
    for tone, icon in zip(TONES, ("calendar", "video", "check", "clock", "alert_filled"), strict=True):
        chips.addWidget(Chip(theme, f"{tone} 18 min", tone, icon))
    chips.addStretch(1)
    card.layout().addLayout(chips)
    return card


def icons(theme: Theme) -> QWidget:
    """Every icon."""
    card = _card(theme)
    for start in range(0, len(NAMES), 14):
        row = QHBoxLayout()
        for name in NAMES[start : start + 14]:
            picture = label()
            picture.setPixmap(
                theme.icons.pixmap(name, theme.tokens.ink, theme.px(22), 2.0, theme.tokens.surface)
            )
            row.addWidget(picture)
        row.addStretch(1)
        card.layout().addLayout(row)
    return card


def form(theme: Theme) -> QWidget:
    """A form with a hint, an error, a disabled field, a combo box, choices."""
    card = _card(theme)
    made = Form(theme)
    made.add(
        "server", "&Clinic address", QLineEdit("clinic.example.org"), "As in the browser, without https://"
    )
    made.add("user", "&User name", QLineEdit("nurse"))
    made.set_error("user", "The server does not know this user name and password.")
    combo = QComboBox()
    combo.addItems(["General practice", "Paediatrics"])
    made.add("room", "&Room", combo)
    off = QLineEdit("Not available offline")
    off.setEnabled(False)
    made.add("note", "Note", off)
    box = QCheckBox("Keep me signed in on this machine")
    box.setChecked(True)
    made.add("keep", "Session", box)
    radio = QRadioButton("24-hour clock")
    radio.setChecked(True)
    made.add("clock", "Time", radio)
    card.layout().addWidget(made)
    return card


def facts(theme: Theme) -> QWidget:
    """A heading and a grid of facts, one missing, one very long."""
    card = _card(theme)
    card.layout().addWidget(ElidedLabel("OKONKWO, Amara", "title"))
    card.layout().addWidget(label("Born 02-Mar-1961 (65 y)", "soft"))
    grid = FactGrid(theme)
    for name, title, text in (
        ("phone", "Phone", "(415) 555-0134"),
        ("mail", "E-mail", "amara.okonkwo.with.a.very.long.address@mail.hospital.example.org"),
        ("allergies", "Allergies", None),
        (
            "reason",
            "Reason for visit",
            "Dizzy when standing up since the new tablets. <i>Worse</i> in the morning & after meals.",
        ),
    ):
        grid.add(name, title)
        grid.set(name, text)
    card.layout().addWidget(grid)
    return card


def notices(theme: Theme) -> QWidget:
    """One notice per tone."""
    made = Notices(theme)
    made.say("Working offline. Last update 07:12, 4 min ago.", "warn", action=("Try again", print))
    made.say("NAKAMURA, Yuki was called by Dr. Osei.", "info")
    made.say("Checked in.", "good")
    made.say(
        "The visit could not be started: the server did not answer.", "bad", action=("Look again", print)
    )
    made.say("Three updates are waiting.", "neutral")
    return made


def question(theme: Theme) -> Question:
    """A question with a form inside."""
    body = Form(theme)
    body.add("why", "Reason", QLineEdit("Technical problem"))
    return Question(
        theme,
        "End this visit?",
        "NAKAMURA, Yuki (Ms), born 08-Apr-1972. The patient will leave the call.",
        accept="End visit",
        kind="danger",
        body=body,
        accept_keys="Ctrl+Return",
    )


def _card(theme: Theme) -> QFrame:
    card = QFrame()
    card.setProperty("card", True)
    column = QVBoxLayout(card)
    column.setContentsMargins(*[theme.px(Space.large)] * 4)
    column.setSpacing(theme.px(Space.medium))
    return card


def page(theme: Theme) -> QWidget:
    """All parts on one page."""
    window = QWidget()
    window.setObjectName("page")
    columns = QHBoxLayout(window)
    columns.setContentsMargins(*[theme.px(Space.large)] * 4)
    columns.setSpacing(theme.px(Space.large))
    left, right = QVBoxLayout(), QVBoxLayout()
    left.addWidget(notices(theme))
    left.addWidget(table(theme), 1)
    for part in (buttons(theme), icons(theme), form(theme), facts(theme)):
        right.addWidget(part)
    right.addStretch(1)
    columns.addLayout(left, 3)
    columns.addLayout(right, 2)
    return window


def main(folder: Path) -> None:
    """Writes the pictures and says where."""
    application = QApplication([])
    for mode in ("light", "dark"):
        for scale in (1.0, 2.0):
            theme = Theme(mode, scale)
            theme.apply(application)
            shown = page(theme)
            shown.resize(round(1180 * scale), round(860 * scale) if scale == 1 else 1500)
            shown.show()
            shown.activateWindow()
            QTest.qWaitForWindowActive(shown)
            for button in shown.findChildren(QPushButton, "focus"):
                button.setFocus()
                application.sendPostedEvents()
                button.grab().save(str(folder / f"focus-{button.property('kind')}-{mode}-{scale:.0f}.png"))
            shown.findChild(RecordTable).setFocus()
            application.sendPostedEvents()
            shown.grab().save(str(folder / f"page-{mode}-{scale:.0f}.png"))
            asked = question(theme)
            asked.show()
            asked.grab().save(str(folder / f"question-{mode}-{scale:.0f}.png"))
            shown.close()
            asked.close()
    sys.stdout.write(f"{folder}\n")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target)
