"""Contrast by WCAG 2.2 of every pair that is put on screen, in all four looks."""

import pytest

from ui.theme.style import style_sheet
from ui.theme.tokens import DARK, LIGHT, TONES, Tokens, with_contrast

LOOKS = {"light": LIGHT, "dark": DARK, "light high": with_contrast(LIGHT), "dark high": with_contrast(DARK)}
TEXT, SHAPE = 4.5, 3.0

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
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= TEXT


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


def test_an_unknown_tone_is_neutral() -> None:
    assert LIGHT.tone("dark") == LIGHT.neutral


def test_lengths_grow_with_the_text_and_hairlines_do_not() -> None:
    once, twice = style_sheet(LIGHT, 1.0), style_sheet(LIGHT, 2.0)
    assert "font-size: 20px" in once
    assert "font-size: 40px" in twice
    assert "border: 1px solid" in twice
    assert "$" not in once
