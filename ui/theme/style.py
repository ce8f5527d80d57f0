"""The one style sheet, as a function of tokens and text scale.

Properties that widgets set to be styled:
    QPushButton kind: "primary", "plain" (default), "small", "danger", "link"
    QLabel kind: "display", "title", "strong", "small", "soft", "overline", "error", "news"
    QWidget card: true       a white panel with a hairline border
    QPushButton menu: true   one that opens a menu
    QLineEdit etc. wrong: true    the field's value was not accepted
"""

import re
from pathlib import Path
from string import Template

from ui.theme.tokens import BASE_PX, TYPE, Tokens

_ICONS = Path(__file__).parents[2] / "resources" / "icons"

_LENGTH = re.compile(r"(\d+)px")
_FIXED_PX = 2
"""Hairlines and focus rings up to this many px do not grow with the text."""


def style_sheet(tokens: Tokens, scale: float = 1.0) -> str:
    """Qt style sheet for the whole application. scale: text size, 1.0 to 2.0."""
    values = {
        name: getattr(tokens, name)
        for name in tokens.__dataclass_fields__
        if isinstance(getattr(tokens, name), str) and name != "dark"
    }
    for tone in ("neutral", "info", "good", "warn", "bad"):
        values[tone], values[f"{tone}_bg"] = getattr(tokens, tone)
    for size, multiple in TYPE.items():
        values[f"size_{size}"] = f"{BASE_PX * multiple:.0f}px"
    values["look"] = "dark" if tokens.dark else "light"
    values["icons"] = _ICONS.as_posix()
    return _LENGTH.sub(lambda found: _scaled(int(found[1]), scale), Template(_SHEET).substitute(values))


def _scaled(length: int, scale: float) -> str:
    return f"{length if length <= _FIXED_PX else round(length * scale)}px"


_SHEET = """
QMainWindow, QDialog { background: $window; }
QWidget[card="true"] { background: $surface; border: 1px solid $line; border-radius: 8px; }
QToolTip { background: $ink; color: $surface; border: 0; padding: 4px 6px; }

QFrame[rule="true"] { background: $line; border: 0; max-height: 1px; }

QLabel[kind="display"] { font-size: $size_display; font-weight: 600; }
QLabel[kind="title"] { font-size: $size_title; font-weight: 600; }
QLabel[kind="strong"] { font-size: $size_strong; font-weight: 600; }
QLabel[kind="small"] { font-size: $size_small; color: $ink_soft; }
QLabel[kind="overline"] { font-size: $size_small; font-weight: 600; color: $ink_soft; }
QLabel[kind="news"] { font-size: $size_small; font-weight: 600; color: $info; }
QLabel[kind="soft"] { color: $ink_soft; }
QLabel[kind="error"] { font-size: $size_small; color: $bad; }

QPushButton {
    background: $surface; color: $ink; border: 1px solid $edge; border-radius: 6px;
    padding: 6px 14px; min-height: 18px; min-width: 24px; margin: 1px; font-weight: 600;
}
QPushButton:hover { background: $sunken; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border: 2px solid $accent; margin: 0; }
QPushButton:disabled { background: $sunken; color: $ink_faint; border-color: $line; }
QPushButton[kind="primary"] { background: $accent; color: $accent_ink; border-color: $accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent; }
QPushButton[kind="primary"]:focus { border: 2px solid $ring; }
QPushButton[kind="primary"]:disabled { background: $sunken; color: $ink_faint; border-color: $line; }
QPushButton[kind="small"] { padding: 2px 8px; font-size: $size_small; }
QPushButton[kind="danger"] { color: $bad; border-color: $bad; }
QPushButton[kind="danger"]:hover { background: $bad_bg; }
QPushButton[kind="danger"]:focus { border: 2px solid $bad; }
QPushButton[kind="danger"]:disabled { color: $ink_faint; border-color: $line; }
QPushButton[kind="link"] {
    background: transparent; color: $accent; border-color: transparent; padding: 4px 6px; text-align: left;
}
QPushButton[kind="link"]:hover { background: $accent_soft; }
QPushButton[kind="link"]:focus { border: 2px solid $accent; }
QPushButton[kind="link"]:disabled { color: $ink_faint; background: transparent; }

QPushButton[menu="true"] { padding-right: 30px; }
QPushButton::menu-indicator {
    image: url("$icons/chevron-$look.svg"); width: 14px; height: 14px;
    subcontrol-position: center right; right: 8px;
}
QToolButton {
    background: transparent; color: $ink; border: 2px solid transparent; border-radius: 6px;
    padding: 4px; min-width: 18px; min-height: 18px;
}
QToolButton, QPushButton { qproperty-iconSize: 16px; }
QToolButton:hover { background: $sunken; }
QToolButton:pressed { background: $line; }
QToolButton:checked { background: $accent_soft; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $ink_faint; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDateEdit, QTimeEdit {
    background: $surface; color: $ink; border: 1px solid $edge; border-radius: 6px;
    padding: 6px 8px; margin: 1px;
    selection-background-color: $accent; selection-color: $accent_ink;
}
QLineEdit, QPlainTextEdit, QTextEdit { placeholder-text-color: $ink_faint; }
QLineEdit, QComboBox, QSpinBox, QDateEdit, QTimeEdit { min-height: 18px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus, QDateEdit:focus,
QTimeEdit:focus { border: 2px solid $accent; margin: 0; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QComboBox:disabled, QSpinBox:disabled {
    background: $sunken; color: $ink_faint; border-color: $line;
}
QTextEdit[fact="unknown"] { color: $ink_faint; }
QLineEdit:read-only, QPlainTextEdit:read-only { background: $sunken; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"] {
    border: 2px solid $bad; margin: 0;
}
QLineEdit[wrong="true"]:focus, QPlainTextEdit[wrong="true"]:focus { border: 2px solid $bad; }
QTextEdit[fact] { background: transparent; border: 0; margin: 0; padding: 0; }

QComboBox { padding-right: 28px; }
QComboBox::drop-down { border: 0; width: 28px; subcontrol-position: center right; }
QComboBox::down-arrow { image: url("$icons/chevron-$look.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView {
    background: $surface; color: $ink; border: 1px solid $edge; padding: 4px; outline: 0;
    selection-background-color: $accent_soft; selection-color: $ink;
}
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 8px; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected { background: $accent_soft; color: $ink; }

QCheckBox, QRadioButton { spacing: 8px; padding: 3px; border: 2px solid transparent; border-radius: 6px; }
QCheckBox:focus, QRadioButton:focus { border-color: $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $ink_faint; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 14px; height: 14px; background: $surface; border: 1px solid $edge; border-radius: 4px;
}
QCheckBox::indicator:checked {
    background: $accent; border-color: $accent; image: url("$icons/check-$look.svg");
}
QRadioButton::indicator { border-radius: 7px; }
QRadioButton::indicator:checked {
    background: $accent; border-color: $accent; image: url("$icons/dot-$look.svg");
}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: $sunken; border-color: $line; }

QTableView {
    background: $surface; color: $ink; border: 0; outline: 0; gridline-color: $line;
    selection-background-color: $accent_soft; selection-color: $ink;
}
QTableWidget { border: 2px solid transparent; }
QTableWidget:focus { border-color: $accent; }
QHeaderView { background: $surface; border: 0; }
QHeaderView::section {
    background: $surface; color: $ink_soft; border: 0; border-bottom: 1px solid $line;
    padding: 6px 12px; font-size: $size_small; font-weight: 600;
}

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $edge; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $ink_soft; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }
QScrollArea { border: 0; background: transparent; }
QScrollArea:focus { border: 2px solid $accent; }

QSplitter::handle { background: transparent; }
QSplitter::handle:hover, QSplitter::handle:focus { background: $accent; }

QMenu { background: $surface; color: $ink; border: 1px solid $edge; padding: 4px; menu-scrollable: 1; }
QMenu::item { padding: 6px 24px 6px 28px; border-radius: 4px; background: transparent; }
QMenu::item:selected { background: $accent_soft; color: $ink; }
QMenu::item:disabled { color: $ink_faint; }
QMenu::indicator {
    width: 14px; height: 14px; left: 6px; background: $surface; border: 1px solid $edge; border-radius: 4px;
}
QMenu::indicator:exclusive { border-radius: 7px; }
QMenu::indicator:checked {
    background: $accent; border-color: $accent; image: url("$icons/check-$look.svg");
}
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenuBar { background: $window; color: $ink; }
QMenuBar::item { padding: 4px 8px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: $accent_soft; }

QStatusBar { background: $window; color: $ink_soft; border-top: 1px solid $line; }
QStatusBar::item { border: 0; }
QTabWidget::pane { border: 0; border-top: 1px solid $line; }
QTabBar::tab {
    background: transparent; color: $ink_soft; border: 0; border-bottom: 2px solid transparent;
    padding: 8px 12px; font-weight: 600;
}
QTabBar::tab:selected { color: $ink; border-bottom: 2px solid $accent; }
QTabBar::tab:hover { color: $ink; }
QTabBar::tab:focus { background: $accent_soft; }
QProgressBar { background: $sunken; border: 0; border-radius: 3px; height: 6px; color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
"""
