"""Names as they are compared: the same person, whoever typed them on whichever keyboard."""

import re
import unicodedata

# The accents that a keyboard may lack. Marks of other scripts make other letters, and stay.
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_APOSTROPHES = re.compile(r"['’‘ʻʼ`´′]")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i"})


def fold(name: str) -> str:
    """Without accents, case, apostrophes and hyphens: "SEAN OBRIEN DARCY" is "Seán O’Brien-D'Arcy"."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", _APOSTROPHES.sub("", name)))
    letters = _ACCENTS.sub("", unicodedata.normalize("NFKD", bare.casefold())).translate(_LETTERS)
    return " ".join("".join(" " if _parts(sign) else sign for sign in letters).split())


def _parts(sign: str) -> bool:
    """Punctuation, blanks, and what cannot be seen."""
    return unicodedata.category(sign)[0] in "PZC"
