"""What a cell of a table shows, as plain values: no widget, no colour, only words and what they mean."""

from dataclasses import dataclass

from ui.theme.tokens import Tone


@dataclass(frozen=True, slots=True)
class Pill:
    """A word on a rounded tint. The word carries the meaning, tone and icon only repeat it."""

    text: str
    tone: Tone = "neutral"
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: two lines of text, an icon before them, a pill.

    chip: after the primary text, or in its place when that is empty. strong: semi-bold primary text.
    tone: colours primary text and icon. tabular: digits of equal width. wrap: without secondary text, the
    primary text may take both lines; only then is it cut. Other cells are cut with "…" at the end of a line.
    stressed, stressed_below: from and to of what is underlined in the first and the second line.
    """

    primary: str
    secondary: str = ""
    chip: Pill | None = None
    icon: str | None = None
    strong: bool = False
    tone: Tone | None = None
    tabular: bool = False
    wrap: bool = False
    stressed: tuple[int, int] | None = None
    stressed_below: tuple[int, int] | None = None

    def text(self) -> str:
        """Everything the cell says, for assistive technology and copying."""
        said = (self.primary, self.chip.text if self.chip else "", self.secondary)
        return ", ".join(part for part in said if part)
