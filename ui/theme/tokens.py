"""The colours and sizes everything on screen is made of. No Qt: plain values that tests can measure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, NamedTuple
from zlib import crc32

Tone = Literal["neutral", "info", "good", "warn", "bad"]
TONES: tuple[Tone, ...] = ("neutral", "info", "good", "warn", "bad")

SizeName = Literal["small", "body", "strong", "title", "display"]

BASE_PX = 13
"""Body text at 100 %, logical pixels."""

TYPE: Mapping[SizeName, float] = MappingProxyType(
    {"small": 12 / 13, "body": 1.0, "strong": 15 / 13, "title": 20 / 13, "display": 26 / 13}
)
"""Type sizes as multiples of the body text."""


class Space:
    """Distances in logical pixels at 100 %; hand them to `Theme.px`."""

    hair = 2
    tight = 4
    small = 8
    medium = 12
    large = 16
    wide = 24
    page = 32


class Pair(NamedTuple):
    """Text or icon colour on its soft tint, as #RRGGBB."""

    fg: str
    bg: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """One look: #RRGGBB colours.

    window: behind everything; surface: cards, tables, inputs; sunken: headers, disabled controls.
    line: hairlines that only decorate; edge: borders that must be seen (inputs, 3:1).
    ink, ink_soft, ink_faint: text, from loud to quiet, all 4.5:1 on window and surface.
    accent: the primary act, selection and focus; accent_ink: text on it; accent_hover: under the pointer;
    accent_soft: a selected row; ring: focus around what has the accent already. hover: under the pointer.
    edges: of what belongs to one patient, 3:1, and none that says good or bad.
    """

    dark: bool
    window: str
    surface: str
    sunken: str
    hover: str
    line: str
    edge: str
    ink: str
    ink_soft: str
    ink_faint: str
    accent: str
    accent_hover: str
    accent_ink: str
    accent_soft: str
    ring: str
    neutral: Pair
    info: Pair
    good: Pair
    warn: Pair
    bad: Pair
    edges: tuple[str, ...]

    def edge_of(self, whose: str) -> str:
        """The colour of whatever is one patient's, the same wherever it is. whose: their id.

        Two patients may have the same one: it helps the eye, and identifies nobody.
        """
        return self.edges[crc32(whose.encode()) % len(self.edges)]

    def tone(self, name: Tone) -> Pair:
        """The colour pair of a tone; an unknown tone is neutral."""
        return getattr(self, name) if name in TONES else self.neutral


LIGHT = Tokens(
    dark=False,
    window="#F6F5F2",
    surface="#FFFFFF",
    sunken="#F0EEEA",
    hover="#F8F7F4",
    line="#E1DED7",
    edge="#84827C",
    ink="#1A2327",
    ink_soft="#525C61",
    ink_faint="#636B6F",
    accent="#0B7285",
    accent_hover="#095F6F",
    accent_ink="#FFFFFF",
    accent_soft="#E0F0F3",
    ring="#061014",
    neutral=Pair("#4A5459", "#ECEAE6"),
    info=Pair("#2C5876", "#E3EDF4"),
    good=Pair("#1C6639", "#E0F2E6"),
    warn=Pair("#834700", "#FDEED3"),
    bad=Pair("#A31919", "#FCE4E2"),
    edges=("#6741D9", "#9C36B5", "#364FC7", "#7F5539", "#5C6B00", "#A61E62", "#0C7792", "#495057"),
)

DARK = Tokens(
    dark=True,
    window="#161A1C",
    surface="#1E2326",
    sunken="#262C2F",
    hover="#23292C",
    line="#323A3D",
    edge="#7C878C",
    ink="#E7EBEB",
    ink_soft="#AAB4B7",
    ink_faint="#949EA2",
    accent="#3898AE",
    accent_hover="#4AA9BE",
    accent_ink="#03141A",
    accent_soft="#18363E",
    ring="#FFFFFF",
    neutral=Pair("#C2CACD", "#31383B"),
    info=Pair("#A9CCE7", "#203443"),
    good=Pair("#8ED6A6", "#1A3727"),
    warn=Pair("#F2C26F", "#3E2E12"),
    bad=Pair("#FFA199", "#47201E"),
    edges=("#9775FA", "#DA77F2", "#91A7FF", "#C9A27E", "#C0CA33", "#F783AC", "#66D9E8", "#ADB5BD"),
)


_STRONGER: Mapping[str, str] = MappingProxyType(
    {
        LIGHT.neutral.fg: "#454E53",
        LIGHT.info.fg: "#28516D",
        LIGHT.good.fg: "#185831",
        LIGHT.warn.fg: "#764000",
        LIGHT.bad.fg: "#961717",
        DARK.bad.fg: "#FFABA4",
    }
)


def with_contrast(tokens: Tokens) -> Tokens:
    """The same look for a desktop that asks for high contrast: no faint lines, text of 7:1 on every ground
    (WCAG 2.2, 1.4.6). Only what a field asks for and what cannot be used are a little quieter than text is:
    they must not be taken for it.
    """
    ink = "#FFFFFF" if tokens.dark else "#000000"

    def stronger(tone: Tone) -> Pair:
        fg, bg = tokens.tone(tone)
        return Pair(_STRONGER.get(fg, fg), bg)

    return replace(
        tokens,
        ink=ink,
        ink_soft=ink,
        ink_faint=stronger("neutral").fg,
        line=tokens.edge,
        edge=ink,
        neutral=stronger("neutral"),
        info=stronger("info"),
        good=stronger("good"),
        warn=stronger("warn"),
        bad=stronger("bad"),
    )
