"""Names as they are compared: the same person, whoever typed them on whichever keyboard."""

import re
import unicodedata

# The accents that a keyboard may lack. Marks of other scripts make other letters, and stay.
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_APOSTROPHES = re.compile(r"['’‘ʻʼ`´′]")
_LETTERS = str.maketrans("øłđðıØŁĐÐ", "olddiOLDD")


def fold(name: str) -> str:
    """Without accents, case, apostrophes and hyphens: "SEAN OBRIEN DARCY" is "Seán O’Brien-D'Arcy"."""
    letters = unaccented(unaccented(_APOSTROPHES.sub("", name)).casefold())
    return " ".join(letters.translate(_SIGNS).split())


def unaccented(name: str) -> str:
    """As a keyboard without accents types it: "Garcia-Nunez" for "García-Núñez"."""
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", name)).translate(_LETTERS)


class _Signs(dict[int, str]):
    """Each sign as it counts, looked up once: punctuation, blanks and what cannot be seen part words."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        self[code] = " " if unicodedata.category(sign)[0] in "PZC" else sign
        return self[code]


_SIGNS = _Signs()
