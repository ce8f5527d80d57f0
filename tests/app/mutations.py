"""Random mutations of a reply: of its bytes, and of the JSON in it. The same seed gives the same ones."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

Json = Any
Path = tuple[Json, Any]

# Half an emoji, other alphabets' digits, numbers past 64 bits and past a double, what PHP writes for nothing.
ALIENS: tuple[Json, ...] = (
    *(None, True, False, 0, 1, -1, 7, 77, 2**53 + 1, 2**63, 2**64, -(2**70), 10**400, 1.5, 25.5, 1e308, -0.0),
    *("", " ", "0", "1", "10", "25", " 25 ", "25.0", "25.5", "2 5", "+30", "1e1", "0x19", "٢٥", "²", "NaN"),
    *(
        "true",
        "false",
        "null",
        "none",
        "no",
        "[]",
        "a,b",
        "\ud83d",
        "\u0000",
        "\u202e",
        "9" * 5000,
        "é" * 300,
    ),
    *("0000-00-00", "2026-02-30", "9999-12-31T23:59:59Z", "-1", "99999999999999", "9007199254740993"),
    *([], {}, [[]], [None], [1, "2"], {"0": {}}, {"id": "1"}, {"sec": "x"}, {"": None}),
    *(float("nan"), float("inf")),
)


class Mutator:
    """Makes mutations. seed: of its chance."""

    def __init__(self, seed: int | str) -> None:
        self._dice = Random(seed)

    def mutate(self, body: bytes) -> bytes:
        """The body of a reply, once changed in some way: mostly one fault, sometimes several."""
        if self._dice.random() < 0.3:
            return self._dice.choice(_BYTES)(self._dice, body)
        tree = json.loads(body)
        for _ in range(self._dice.choice((1, 1, 1, 2, 5))):
            tree = self._dice.choice(_TREES)(self._dice, tree)
        return json.dumps(tree, ensure_ascii=self._dice.random() < 0.5).encode("utf-8", "surrogatepass")


# -- of bytes


def _cut(dice: Random, body: bytes) -> bytes:
    return body[: dice.randrange(len(body) + 1)]


def _lost(dice: Random, body: bytes) -> bytes:
    start = dice.randrange(len(body))
    return body[:start] + body[start + dice.randrange(1, 40) :]


def _flipped(dice: Random, body: bytes) -> bytes:
    at = dice.randrange(len(body))
    return body[:at] + bytes((body[at] ^ (1 << dice.randrange(8)),)) + body[at + 1 :]


def _twice(dice: Random, body: bytes) -> bytes:
    start = dice.randrange(len(body))
    end = start + dice.randrange(1, 400)
    return body[:end] + body[start:]


def _other_digit(dice: Random, body: bytes) -> bytes:
    digits = [at for at, sign in enumerate(body) if 48 <= sign <= 57]
    if not digits:
        return body
    at = dice.choice(digits)
    return body[:at] + dice.choice((b"0", b"3", b"9", b"-", b".", b"e", b"")) + body[at + 1 :]


def _stranger(dice: Random, body: bytes) -> bytes:
    """Something that is no reply, whole or in the middle of one."""
    strange = dice.choice(
        (
            *(b"", b"null", b"[]", b"{}", b'"', b"\xff\xfe", b"\x00", b"NaN", b"Infinity", b"1e999", b"-"),
            *(b"\xef\xbb\xbf", b"<html>", b"\xed\xa0\x80", b"\\ud800", b"/**/", b'{"data":', b'"code":200,'),
            *(b"[" * 100_000, b'{"a":' * 100_000, b"[" * 900 + b"]" * 900, b"9" * 5_000, b" " * 10_000),
        )
    )
    at = dice.choice((0, len(body), dice.randrange(len(body))))
    return strange if dice.random() < 0.3 else body[:at] + strange + body[at:]


def _key_twice(dice: Random, body: bytes) -> bytes:
    """The same key once more in an object: the later one counts, in every decoder."""
    opened = [at for at, sign in enumerate(body) if sign == ord("{")]
    keys = (b"status", b"id", b"data", b"code", b"type", b"charged", b"is_closed", b"is_available")
    pair = b'{"' + dice.choice(keys) + b'":' + dice.choice((b"25", b'"30"', b"null", b"true", b"[]"))
    at = dice.choice(opened) if opened else 0
    return body[:at] + pair + b"," + body[at + 1 :]


_BYTES: tuple[Callable[[Random, bytes], bytes], ...] = (
    _cut,
    _lost,
    _flipped,
    _twice,
    _other_digit,
    _stranger,
    _key_twice,
)


# -- of the JSON


def _places(tree: Json) -> Iterator[Path]:
    """Every place in it, as container and key."""
    found: list[Json] = [tree]
    while found:
        here = found.pop()
        pairs = list(here.items() if isinstance(here, dict) else enumerate(here))
        for key, value in pairs:
            yield here, key
            if isinstance(value, dict | list):
                found.append(value)


def _place(dice: Random, tree: Json) -> Path | None:
    """One of them. Half the time near the top, or most would be deep inside some row."""
    if not isinstance(tree, dict | list):
        return None
    places = list(_places(tree))
    if not places:
        return None
    return dice.choice(places[:40] if dice.random() < 0.5 else places)


def _at_a_place(change: Callable[[Random, Json, Any], None]) -> Callable[[Random, Json], Json]:
    def changed(dice: Random, tree: Json) -> Json:
        place = _place(dice, tree)
        if place is not None:
            change(dice, *place)
        return tree

    return changed


def _replaced(dice: Random, here: Json, key: Any) -> None:
    here[key] = deepcopy(dice.choice(ALIENS))


def _dropped(_dice: Random, here: Json, key: Any) -> None:
    del here[key]


def _other_type(dice: Random, here: Json, key: Any) -> None:
    """A number as text, a text as number, a list as object, an object as list."""
    value = here[key]
    if isinstance(value, bool) or value is None:
        here[key] = dice.choice((0, 1, "0", "1", str(value).lower(), not value))
    elif isinstance(value, int | float):
        small = -(2**60) < value < 2**60
        here[key] = dice.choice((str(value), float(value), value * 1000, value + 1)) if small else -value
    elif isinstance(value, str):
        is_number = value.isdecimal() and value.isascii() and len(value) < 400
        here[key] = int(value) if is_number else dice.choice((value * 2, value[1:]))
    elif isinstance(value, list):
        here[key] = {str(index): part for index, part in enumerate(value)}
    else:
        here[key] = list(value.values())


def _wrapped(dice: Random, here: Json, key: Any) -> None:
    value = here[key]
    for _ in range(dice.choice((1, 1, 2, 300))):
        value = [value] if dice.random() < 0.5 else {"data": value}
    here[key] = value


def _swapped(dice: Random, here: Json, key: Any) -> None:
    other = dice.choice(list(here) if isinstance(here, dict) else range(len(here)))
    here[key], here[other] = here[other], here[key]


def _renamed(dice: Random, here: Json, key: Any) -> None:
    if isinstance(here, dict):
        here[dice.choice((key.upper(), f"{key} ", "id", "status", "code", "data", "message", ""))] = here.pop(
            key
        )


def _added(dice: Random, here: Json, _key: Any) -> None:
    if isinstance(here, dict):
        here[dice.choice(("status", "code", "_id", "total", "total_count", "x\u0000", "__note__"))] = (
            dice.choice(ALIENS)
        )
    else:
        here.insert(dice.randrange(len(here) + 1), deepcopy(dice.choice((*ALIENS, *here))))


def _whole(dice: Random, tree: Json) -> Json:
    """The data, or all of it, is something else."""
    alien = deepcopy(dice.choice(ALIENS))
    return {**tree, "data": alien} if isinstance(tree, dict) and dice.random() < 0.7 else alien


_TREES: tuple[Callable[[Random, Json], Json], ...] = (
    *map(_at_a_place, (_replaced, _replaced, _replaced, _dropped, _dropped, _other_type, _other_type)),
    *map(_at_a_place, (_wrapped, _swapped, _renamed, _added)),
    _whole,
)
