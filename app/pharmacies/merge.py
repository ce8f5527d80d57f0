"""One list of pharmacies from two sources (api/pharmacy.md)."""

import re
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import msgspec

from app.pharmacies.record import Pharmacy
from app.pharmacies.search import plain

_ZIP = re.compile(r"\d{5}(-\d{4})?", re.ASCII)
_NO_WORD = re.compile(r"[^\w]+")
# Which words of a name do not tell two pharmacies apart: legal forms, and what all of them are called.
_COMMON = frozenset(
    {"and", "the", "pharmacy", "pharmacies", "drug", "drugs", "drugstore", "store", "rx"}
    | {"llc", "inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "limited", "llp", "lp"}
)
_WRITTEN_OUT = {"st": "street", "ave": "avenue", "rd": "road", "ctr": "center", "centre": "center"}


class _Mark(NamedTuple):
    """What two records of one pharmacy have in common."""

    zip: str
    phone: str
    name: frozenset[str]


def merged(clinic: Sequence[Pharmacy], registry: Sequence[Pharmacy]) -> list[Pharmacy]:
    """The clinic's rows in their order, then those of the directory that are not among them already.

    A row of the directory goes into the clinic's row of the same pharmacy, which wins and keeps the NPI in
    its `extra`. Same means: same ZIP, and either the same code, or the same telephone and the same name but
    for spelling, legal form and case. Where anything speaks against it, or more than one row would fit, both
    stay: to see a pharmacy twice is better than to send a prescription to its neighbour.
    """
    here = {pharmacy.code: pharmacy.zip[:5] for pharmacy in clinic}
    rest = [other for other in registry if not other.zip or here.get(other.code) != other.zip[:5]]
    clinic_marks, other_marks = [_mark(one) for one in clinic], [_mark(one) for one in rest]
    often = Counter(mark for mark in clinic_marks if mark), Counter(mark for mark in other_marks if mark)
    place = {mark: index for index, mark in enumerate(clinic_marks) if mark and often[0][mark] == 1}
    claimed = {one.npi for one in clinic}
    found, alone = list(clinic), []
    for other, mark in zip(rest, other_marks, strict=True):
        index = place.get(mark) if mark and often[1][mark] == 1 else None
        if index is not None and _agree(clinic[index], other, claimed):
            found[index] = _with_npi(clinic[index], other.npi)
        else:
            alone.append(other)
    return found + alone


def _mark(pharmacy: Pharmacy) -> _Mark | None:
    """None when the record does not say enough to be recognised by."""
    phone = re.sub(r"[^0-9]", "", pharmacy.phone)
    phone = phone[1:] if len(phone) == 11 and phone.startswith("1") else phone
    name = _name(pharmacy.name)
    if len(phone) != 10 or not name or not _ZIP.fullmatch(pharmacy.zip):
        return None
    return _Mark(pharmacy.zip[:5], phone, name)


def _name(text: str) -> frozenset[str]:
    """The words that tell a name from others; all of them when none does."""
    spelt = plain(text).replace("'", "").replace("’", "")
    words = [_WRITTEN_OUT.get(word, word) for word in _NO_WORD.split(spelt) if word]
    return frozenset(word for word in words if word not in _COMMON) or frozenset(words)


def _agree(ours: Pharmacy, other: Pharmacy, claimed: AbstractSet[str]) -> bool:
    """Nothing that both say contradicts: house number, NPI. And the clinic's row has room for the NPI."""
    numbers = {number for number in (_house(ours.address), _house(other.address)) if number}
    if len(numbers) > 1 or not other.npi:
        return False
    has_room = ours.extra is None or (isinstance(ours.extra, dict) and "npi" not in ours.extra)
    return ours.npi == other.npi or (not ours.npi and other.npi not in claimed and has_room)


def _house(address: str) -> str:
    found = re.match(r"\s*(\d+)", address)
    return found[1] if found else ""


def _with_npi(pharmacy: Pharmacy, npi: str) -> Pharmacy:
    if pharmacy.npi:
        return pharmacy
    return msgspec.structs.replace(pharmacy, extra={**(pharmacy.extra or {}), "npi": npi})
