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
    return " ".join("".join(" " if _parts(sign) else sign for sign in letters).split())


def unaccented(name: str) -> str:
    """As a keyboard without accents types it: "Garcia-Nunez" for "García-Núñez"."""
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", name)).translate(_LETTERS)


def _parts(sign: str) -> bool:
    """Punctuation, blanks, and what cannot be seen."""
    return unicodedata.category(sign)[0] in "PZC"
