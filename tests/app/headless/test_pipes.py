"""Lines out of bytes, however they are cut."""

from hypothesis import given
from hypothesis import strategies as st

from app.headless.pipes import LONGEST, lines


async def read(*chunks: bytes) -> list[bytes | None]:
    left = [*chunks, b""]
    return [line async for line in lines(lambda: left.pop(0))]


@given(st.lists(st.sampled_from([b"a", b"\n", b"bc\nd", b"\n\n", b"e\n"])))
def test_lines_are_those_of_the_whole(chunks: list[bytes]) -> None:
    import asyncio

    whole = b"".join(chunks)
    expected = whole.split(b"\n")
    if not expected[-1]:
        expected.pop()
    assert asyncio.run(read(*chunks)) == expected


async def test_a_line_that_is_too_long_is_not_kept_in_memory_and_the_next_one_is_read() -> None:
    longest = b"x" * LONGEST
    assert await read(longest, b"\n", longest, b"y", longest, b"\nnext\n", longest, b"y") == [
        longest,
        None,
        b"next",
        None,
    ]
