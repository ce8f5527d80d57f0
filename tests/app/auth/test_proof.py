"""A secret is known again, however it was composed, and by nothing else."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.auth.proof import Proof


@pytest.mark.parametrize("other", ["Geheim-é", "geheim-e\u0301 ", "", "geheim-e"])
async def test_another_secret_does_not_fit(other: str) -> None:
    assert not await (await Proof.made("geheim-é")).fits(other)


async def test_one_that_another_keyboard_composes_fits() -> None:
    assert await (await Proof.made("geheim-é")).fits("geheim-e\u0301")


async def test_half_a_character_is_a_secret_like_any_other() -> None:
    assert await (await Proof.made("a\ud800")).fits("a\ud800")
    assert not await (await Proof.made("a\ud800")).fits("a\udc80")


@settings(max_examples=15)
@given(st.text(max_size=40))
def test_it_does_not_give_it_away(secret: str) -> None:
    made = asyncio.run(Proof.made(secret))
    assert len(made.salt) == 32
    assert len(made.proof) == 128
    assert len(secret) < 3 or secret not in repr(made)
