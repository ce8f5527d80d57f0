"""Whether a record says more than the reply that it was read from: read here without the program's reader."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from app.emr.sections import Chart, Part, State
from app.insurance.record import InsuranceCard
from app.payments.record import PaymentRecord
from app.payments.settled import Settled
from app.rooms.provider import Provider
from app.rooms.record import Room
from app.session import Session
from app.visits.queue import Queue
from app.visits.record import Visit
from app.wire.listing import Listing

Json = Any

# -- what a reply says, read without the program


def tree_of(body: bytes) -> Json:
    """The JSON of a reply, or None; later keys win, and numbers have any length."""
    text = body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    try:
        return json.loads(text, parse_int=Decimal, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def objects(tree: Json) -> Iterator[dict[str, Json]]:
    """Every object in it."""
    found = [tree]
    while found:
        here = found.pop()
        if isinstance(here, dict):
            yield here
            found += here.values()
        elif isinstance(here, list):
            found += here


def number(value: Json) -> Decimal | None:
    """A JSON number, or one as text."""
    if isinstance(value, str) and value.isascii():
        try:
            value = Decimal(value)
        except InvalidOperation:
            return None
    return value if isinstance(value, Decimal) and value.is_finite() else None


def same_number(value: Json, known: int) -> bool:
    """Whether it is this number; past what a double holds exactly, no code has a meaning."""
    found = number(value)
    return found is not None and (found == known or (abs(known) >= 2**53 and float(found) == float(known)))


def true(value: Json) -> bool:
    return value is True or value in ("true", "1") or number(value) == 1


def false(value: Json) -> bool:
    return value is False or value in ("false", "0") or number(value) == 0


def same_text(value: Json, text: str) -> bool:
    """Whether it is this text, or the number that the text is of. Half an emoji is read as `?`."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode() == text
    return isinstance(value, Decimal) and number(text) == value


def inner(row: Json, *names: str) -> Json:
    """What lies in nested objects, None when they are none."""
    for name in names:
        row = row.get(name) if isinstance(row, dict) else None
    return row


def empty(value: Json) -> bool:
    return value in ([], {})


@dataclass(frozen=True)
class Said:
    """All that the replies to one call said."""

    trees: tuple[Json, ...]

    def rows(self, record_id: str, *names: str) -> list[dict[str, Json]]:
        """The objects that have this id under one of these names."""
        return [
            row
            for tree in self.trees
            for row in objects(tree)
            if any(same_text(row.get(name), record_id) for name in names)
        ]


# -- whether a record says more than the replies


def visit(record: Visit, said: Said) -> None:
    rows = said.rows(record.id, "id", "_id")
    for name in ("status", "type", "subtype"):
        value = getattr(record, name)
        assert value is None or any(same_number(row.get(name), value) for row in rows), name
    if record.payment is not None and record.payment.charged is not None:
        fits = true if record.payment.charged else false
        assert any(fits(inner(row, "payment", "charged")) for row in rows)
    if record.room_code is not None:
        codes = [(row.get("room_code"), inner(row, "room", "code"), row.get("intake")) for row in rows]
        assert codes


def payment(record: PaymentRecord, said: Said) -> None:
    rows = said.rows(record.id, "id")
    assert not record.status or any(same_text(row.get("status"), record.status) for row in rows)
    if record.is_charged is True:
        assert any(is_charged(row) for row in rows)
    if record.is_charged is False:
        assert any(false(row.get("charged")) or row.get("status") in ("pending", "failed") for row in rows)
    if record.amount is not None:
        assert any(number(row.get("amount")) == record.amount for row in rows)


def is_charged(row: Json) -> bool:
    return true(row.get("charged")) or row.get("status") in ("paid", "refunded", "partially_refunded")


def settled(verdict: Settled, said: Said) -> None:
    """Against a charge everything must be whole: every payment readable, none left out."""
    visits = [row for tree in said.trees for row in objects(tree) if isinstance(row.get("payment"), dict)]
    told = [row for tree in said.trees for row in objects(tree) if "visit_id" in row and "amount" in row]
    charged = any(true(row["payment"].get("charged")) for row in visits) or any(map(is_charged, told))
    if verdict is Settled.CHARGED:
        assert charged
    if verdict is Settled.NOT_CHARGED:
        assert not charged
        for tree in said.trees:
            rows = inner(tree, "data")
            if isinstance(rows, list):
                assert all(inner(row, "id") and inner(row, "visit_id") for row in rows)
                total = inner(tree, "total_count")
                is_count = isinstance(total, Decimal) and total == total.to_integral_value()
                assert not is_count or total <= len(rows)


def part(record: Part, said: Said) -> None:
    if record.state is not State.STATED_NONE:
        return
    alone = any(true(inner(tree, "data_not_reported")) and empty(inner(tree, "data")) for tree in said.trees)
    flags = [row for tree in said.trees for row in objects(tree) if empty(row.get(record.section))]
    assert alone or any(true(inner(row, "data_not_reported", record.section)) for row in flags)


def chart(record: Chart, said: Said) -> None:
    for each in record.parts:
        part(each, said)


def provider(record: Provider, said: Said) -> None:
    rows = said.rows(record.id, "id")
    if record.online is True:
        assert any(true(row.get("is_available")) or true(row.get("status")) for row in rows)
    if record.online is False:
        assert any(false(row.get("is_available")) for row in rows)


def room(record: Room, said: Said) -> None:
    if record.is_closed is not None:
        fits = true if record.is_closed else false
        rows = said.rows(record.code, "code")
        told = [inner(row, "operation_settings", "is_closed") for row in rows]
        # Of a room whose detail was not the spoilt reply nothing is said here.
        assert not any(value is not None for value in told) or any(map(fits, told))


def card(record: InsuranceCard, said: Said) -> None:
    rows = said.rows(record.card_type, "card_type")
    assert rows
    if record.consent is not None:
        fits = true if record.consent else false
        assert any(fits(row.get("consent")) for row in rows)
    if record.eligibility:
        assert any(same_text(inner(row, "eligibility", "status"), record.eligibility) for row in rows)


def listing(record: Listing[Any], said: Said) -> None:
    """No row is dropped, and an empty list is one that came empty."""
    rows = [inner(tree, "data") for tree in said.trees]
    assert len(record.records) + len(record.unreadable) in [
        len(value) for value in rows if isinstance(value, list | dict)
    ]
    for each in record.records:
        judge(each, said)


CHECKS: tuple[tuple[type, Callable[[Any, Said], None]], ...] = (
    (Visit, visit),
    (PaymentRecord, payment),
    (Settled, settled),
    (Part, part),
    (Chart, chart),
    (Provider, provider),
    (Room, room),
    (InsuranceCard, card),
    (Listing, listing),
)


def judge(result: object, said: Said) -> None:
    """Fails when a record says for certain what no reply says."""
    if isinstance(result, Queue):
        failed = result.connection.standing().failure is not None
        came_empty = any(inner(tree, "data") == [] for tree in said.trees)
        assert (len(result.visits) == 0) == (failed or came_empty)
        for row in result.visits:
            judge(row, said)
    elif isinstance(result, Session):
        for known in result.rooms.rooms:
            judge(known, said)
    for kind, check in CHECKS:
        if isinstance(result, kind):
            check(result, said)


def is_success(result: object) -> bool:
    """Whether a call claims to have been answered."""
    if isinstance(result, Queue):
        return result.connection.standing().failure is None
    return not isinstance(result, str | Settled)


def refuses(tree: Json) -> bool:
    """Whether a reply says no by its code, even under HTTP 200 (api/README.md §6)."""
    code = inner(tree, "code")
    return code is not None and (number(code) is None or int(number(code) or 0) != 200)
