"""How the program looks now: fonts, icons and style sheet from mode and text scale; follows the desktop."""

from pathlib import Path
from typing import Literal

# Not `Qt` up here: making that name space takes 50 ms, and the first paint has no need of it.
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from ui.theme.icons import Icons
from ui.theme.style import style_sheet
from ui.theme.tokens import BASE_PX, DARK, LIGHT, TYPE, SizeName, Tokens, with_contrast

Mode = Literal["system", "light", "dark"]
Weight = Literal["regular", "strong"]

SMALLEST, LARGEST = 1.0, 2.0

_FONTS = Path(__file__).parents[2] / "resources" / "fonts"
_FAMILY = "Inter"
_WEIGHTS = {"regular": QFont.Weight.Normal, "strong": QFont.Weight.DemiBold}


class Theme(QObject):
    """One look for the whole program, handed to whoever paints.

    mode: "system" follows the desktop's light or dark live. scale: text size, 1.0 to 2.0.
    changed: tokens, fonts and sizes are new; widgets that keep any of them read them again.
    """

    changed = Signal()

    def __init__(self, mode: Mode = "system", scale: float = 1.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode: Mode = mode
        self._scale = _bounded(scale)
        self._application: QApplication | None = None
        self._family = ""
        self._applying = False
        self._follows = False
        self._fonts: dict[tuple[SizeName, Weight, bool], QFont] = {}
        self.icons = Icons()
        self.tokens: Tokens = DARK if mode == "dark" else LIGHT

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def scale(self) -> float:
        return self._scale

    def apply(self, application: QApplication) -> None:
        """Dresses the application; before the first window, so that no widget is styled twice."""
        self._application = application
        self._family = _load_fonts()
        application.setStyle("Fusion")
        self._dress(_looks_dark(application))

    def follow(self, application: QApplication) -> None:
        """From now on follows the desktop's colours and contrast live; after the first paint."""
        application.styleHints().colorSchemeChanged.connect(self._desktop_changed)
        application.styleHints().accessibility().contrastPreferenceChanged.connect(self._contrast_changed)
        self._follows = True
        # Told to the desktop too, so that title bars and native dialogs match.
        self._tell_desktop(application)
        if self._choose(application) != self.tokens:
            self._dress()

    def set_mode(self, mode: Mode) -> None:
        """Changes light or dark now."""
        if mode != self._mode:
            self._mode = mode
            self._dress()

    def set_scale(self, scale: float) -> None:
        """Changes the text size now; 1.0 to 2.0, values outside are brought to the nearer end."""
        if _bounded(scale) != self._scale:
            self._scale = _bounded(scale)
            self._dress()

    def px(self, logical: float) -> int:
        """`logical` pixels at 100 %, scaled with the text; at least one for a positive length."""
        return max(1, round(logical * self._scale)) if logical > 0 else 0

    def font(self, size: SizeName = "body", weight: Weight = "regular", *, tabular: bool = False) -> QFont:
        """A font of the scale. tabular: digits of equal width, for numbers that are compared in a column."""
        key = (size, weight, tabular)
        if key not in self._fonts:
            self._fonts[key] = self._make_font(size, weight, tabular)
        return QFont(self._fonts[key])

    def colour(self, token: str) -> QColor:
        """The colour of a token by name, e.g. "ink_soft"."""
        return QColor(getattr(self.tokens, token))

    def icon(self, name: str, colour: str | None = None, size: float = 16) -> QIcon:
        """An icon for buttons and menus. colour: #RRGGBB, body text when None. size: logical px at 100 %.

        It does not follow later changes: ask again on `changed`.
        """
        ratio = self._application.devicePixelRatio() if self._application else 1.0
        tokens = self.tokens
        icon = QIcon(self.icons.pixmap(name, colour or tokens.ink, self.px(size), ratio))
        faint = self.icons.pixmap(name, tokens.ink_faint, self.px(size), ratio)
        icon.addPixmap(faint, QIcon.Mode.Disabled)
        return icon

    def _make_font(self, size: SizeName, weight: Weight, tabular: bool) -> QFont:
        font = QFont(self._family) if self._family else QFont()
        font.setPixelSize(round(BASE_PX * TYPE[size] * self._scale))
        font.setWeight(_WEIGHTS[weight])
        if tabular:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def _desktop_changed(self) -> None:
        if self._mode == "system" and not self._applying:
            self._dress()

    def _contrast_changed(self) -> None:
        if not self._applying:
            self._dress()

    def _dress(self, dark: bool | None = None) -> None:
        """dark: what the desktop is, as far as known before `follow`."""
        application = self._application
        self._fonts.clear()
        if application is None:
            self.tokens = DARK if self._mode == "dark" else LIGHT
            return
        self._applying = True
        if self._follows:
            self._tell_desktop(application)
            self.tokens = self._choose(application)
        else:
            self.tokens = DARK if self._mode == "dark" or (self._mode == "system" and dark) else LIGHT
        application.setFont(self.font())
        application.setPalette(_palette(self.tokens))
        application.setStyleSheet(style_sheet(self.tokens, self._scale))
        self._applying = False
        self.changed.emit()

    def _tell_desktop(self, application: QApplication) -> None:
        from PySide6.QtCore import Qt

        schemes = {
            "light": Qt.ColorScheme.Light,
            "dark": Qt.ColorScheme.Dark,
            "system": Qt.ColorScheme.Unknown,
        }
        applying, self._applying = self._applying, True
        application.styleHints().setColorScheme(schemes[self._mode])
        self._applying = applying

    def _choose(self, application: QApplication) -> Tokens:
        from PySide6.QtCore import Qt

        hints = application.styleHints()
        dark = self._mode == "dark" or (self._mode == "system" and hints.colorScheme() == Qt.ColorScheme.Dark)
        tokens = DARK if dark else LIGHT
        high = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
        return with_contrast(tokens) if high else tokens


def _looks_dark(application: QApplication) -> bool:
    """Whether the desktop is dark, by the palette that the style makes for it."""
    return application.style().standardPalette().window().color().lightness() < 128


def _bounded(scale: float) -> float:
    return min(max(scale, SMALLEST), LARGEST)


def _load_fonts() -> str:
    """Registers our two faces; the family name, or "" for the system's font when they cannot be read."""
    if _FAMILY in QFontDatabase.families():
        return _FAMILY
    numbers = [
        QFontDatabase.addApplicationFont(str(_FONTS / f"Inter-{face}.otf"))
        for face in ("Regular", "SemiBold")
    ]
    return _FAMILY if min(numbers) >= 0 else ""


def _palette(tokens: Tokens) -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    colours = {
        role.Window: tokens.window,
        role.WindowText: tokens.ink,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.window,
        role.Text: tokens.ink,
        role.Button: tokens.surface,
        role.ButtonText: tokens.ink,
        role.BrightText: tokens.bad.fg,
        role.Light: tokens.surface,
        role.Midlight: tokens.line,
        role.Mid: tokens.line,
        role.Dark: tokens.edge,
        role.Shadow: tokens.edge,
        role.ToolTipBase: tokens.ink,
        role.ToolTipText: tokens.surface,
        role.PlaceholderText: tokens.ink_faint,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.accent_ink,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
    }
    for each, colour in colours.items():
        palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, each, QColor(tokens.ink_faint))
    return palette
