"""Contrast by WCAG 2.2 of every pair that is put on screen, in all four looks."""

import pytest

from ui.theme.style import style_sheet
from ui.theme.tokens import DARK, LIGHT, TONES, Tokens, with_contrast

LOOKS = {"light": LIGHT, "dark": DARK, "light high": with_contrast(LIGHT), "dark high": with_contrast(DARK)}
TEXT, SHAPE = 4.5, 3.0
# Where the desktop asks for high contrast (WCAG 2.2, 1.4.6).
STRONG_TEXT = 7.0

look = pytest.mark.parametrize("tokens", LOOKS.values(), ids=LOOKS.keys())


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_defines_it() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def readable(tokens: Tokens) -> float:
    """The least contrast of text in this look; the accent's aside, whose focus ring has to be seen, too."""
    return STRONG_TEXT if tokens in (LOOKS["light high"], LOOKS["dark high"]) else TEXT


@look
@pytest.mark.parametrize("tone", TONES)
def test_a_tone_reads_on_its_tint_and_beside_it(tokens: Tokens, tone: str) -> None:
    pair = tokens.tone(tone)
    assert contrast(pair.fg, pair.bg) >= TEXT
    for ground in (tokens.window, tokens.surface, tokens.hover, tokens.accent_soft):
        assert contrast(pair.fg, ground) >= TEXT, ground


@look
@pytest.mark.parametrize("ink", ["ink", "ink_soft", "ink_faint"])
@pytest.mark.parametrize("ground", ["window", "surface", "sunken", "hover", "accent_soft"])
def test_text_reads_on_every_ground(tokens: Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= readable(tokens)


@look
def test_the_accent_reads_as_button_and_as_link(tokens: Tokens) -> None:
    assert contrast(tokens.accent_ink, tokens.accent) >= TEXT
    assert contrast(tokens.accent_ink, tokens.accent_hover) >= TEXT
    for ground in (tokens.window, tokens.surface, tokens.accent_soft):
        assert contrast(tokens.accent, ground) >= (TEXT if ground != tokens.accent_soft else SHAPE)


@look
def test_borders_and_focus_rings_are_seen(tokens: Tokens) -> None:
    for ground in (tokens.window, tokens.surface):
        assert contrast(tokens.edge, ground) >= SHAPE
        assert contrast(tokens.accent, ground) >= SHAPE
    assert contrast(tokens.accent, tokens.accent_soft) >= SHAPE
    assert contrast(tokens.ring, tokens.accent) >= SHAPE


@look
@pytest.mark.parametrize("tone", TONES)
def test_a_tone_reads_wherever_the_queue_puts_it(tokens: Tokens, tone: str) -> None:
    """As a pill, in a row that is selected, under the pointer or marked, and in a band across the window."""
    pair = tokens.tone(tone)
    marked, selected = tokens.info.bg, tokens.accent_soft
    for ground in (pair.bg, marked, selected, tokens.hover, tokens.surface, tokens.window):
        assert contrast(pair.fg, ground) >= readable(tokens), ground


@look
@pytest.mark.parametrize("ink", ["ink", "ink_soft", "ink_faint"])
def test_a_marked_cell_reads_and_its_corner_is_seen(tokens: Tokens, ink: str) -> None:
    marked = tokens.info.bg
    # In the same colours as the text over it: what tells namesakes apart is underlined.
    assert contrast(getattr(tokens, ink), marked) >= readable(tokens)
    assert contrast(tokens.info.fg, marked) >= SHAPE


@look
@pytest.mark.parametrize("tone", TONES)
def test_what_can_be_pressed_in_a_band_is_seen(tokens: Tokens, tone: str) -> None:
    """Alerts, messages, the status bar: plain and primary buttons, the focus ring, the edge at the left."""
    ground = tokens.tone(tone).bg
    assert contrast(tokens.edge, ground) >= SHAPE
    assert contrast(tokens.accent, ground) >= SHAPE
    assert contrast(tokens.tone(tone).fg, ground) >= SHAPE
    assert contrast(tokens.ink, ground) >= readable(tokens)


@look
def test_the_band_of_a_filter_reads_both_ways(tokens: Tokens) -> None:
    """The accent, and a warning turned round while somebody who waits is hidden."""
    assert contrast(tokens.accent_ink, tokens.accent) >= TEXT
    assert contrast(tokens.warn.bg, tokens.warn.fg) >= readable(tokens)
    # The ring of its button.
    for ground in (tokens.accent, tokens.warn.fg):
        assert contrast(tokens.surface, ground) >= SHAPE


@look
def test_the_selected_row_is_seen_by_more_than_its_tint(tokens: Tokens) -> None:
    for ground in (tokens.accent_soft, tokens.surface, tokens.sunken):
        assert contrast(tokens.accent, ground) >= SHAPE
    assert contrast(tokens.edge, tokens.sunken) >= SHAPE


@look
def test_the_edge_of_a_patient_is_seen(tokens: Tokens) -> None:
    for edge in tokens.edges:
        assert contrast(edge, tokens.surface) >= SHAPE


@look
@pytest.mark.parametrize("part", ["info", "warn", "bad"])
def test_the_parts_of_a_plot_are_seen(tokens: Tokens, part: str) -> None:
    for ground in (tokens.window, tokens.surface):
        assert contrast(tokens.tone(part).fg, ground) >= SHAPE


@look
def test_what_a_field_asks_for_is_not_taken_for_what_was_typed(tokens: Tokens) -> None:
    assert contrast(tokens.ink, tokens.surface) > 1.5 * contrast(tokens.ink_faint, tokens.surface)


def test_an_unknown_tone_is_neutral() -> None:
    assert LIGHT.tone("dark") == LIGHT.neutral


def test_lengths_grow_with_the_text_and_hairlines_do_not() -> None:
    once, twice = style_sheet(LIGHT, 1.0), style_sheet(LIGHT, 2.0)
    assert "font-size: 20px" in once
    assert "font-size: 40px" in twice
    assert "border: 1px solid" in twice
    assert "$" not in once
