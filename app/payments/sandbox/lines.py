"""Reading the sums and items that a client sends to the practice clinic (api/payments.md §4)."""

import json
import re
from decimal import Decimal
from typing import Any

from app.payments.sandbox.ledger import LARGEST, NOTHING, Line, cents, total_of
from app.sandbox.http import Refusal, as_text

MOST_LINES = 100

_PRICE = re.compile(r"-?\d{1,7}(\.\d{1,2})?", re.ASCII)
_QUANTITY = re.compile(r"\d{1,4}(\.\d{1,3})?", re.ASCII)


def price_of(value: Any, name: str) -> Decimal:
    """An amount with at most two digits after the point, from text or a number; else 400."""
    return cents(_decimal(value, name, _PRICE)) + NOTHING  # minus nothing is nothing


def asked_lines(value: Any) -> tuple[Line, ...] | None:
    """The `items` of a body: an array, its JSON text, or PHP's numbered object; None when there are none.

    An empty array is 400: whether nothing or everything is meant cannot be told.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = _from_text(value)
    rows = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_LINES:
        raise Refusal(400, "items is not valid.")
    lines = tuple(_line(row, f"items[{number}]") for number, row in enumerate(rows))
    if not NOTHING <= total_of(lines) <= LARGEST:
        raise Refusal(400, "items is not valid.")
    return lines


def _from_text(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Refusal(400, "items is not valid.") from None


def _line(row: Any, name: str) -> Line:
    if not isinstance(row, dict):
        raise Refusal(400, f"{name} is not valid.")
    title = as_text(row.get("name"), f"{name}.name")
    if title is None:
        raise Refusal(400, f"{name}.name is required.")
    quantity = _decimal(1 if row.get("quantity") is None else row["quantity"], f"{name}.quantity", _QUANTITY)
    if not quantity:
        raise Refusal(400, f"{name}.quantity is not valid.")
    line = Line(
        title,
        as_text(row.get("description"), f"{name}.description") or "",
        quantity,
        price_of(row.get("unit_price"), f"{name}.unit_price"),
    )
    if row.get("total") is not None and price_of(row["total"], f"{name}.total") != line.total:
        raise Refusal(400, f"{name}.total is not valid.")
    return line


def _decimal(value: Any, name: str, form: re.Pattern[str]) -> Decimal:
    text = as_text(value, name)
    if text is None:
        raise Refusal(400, f"{name} is required.")
    if not form.fullmatch(text.strip()):
        raise Refusal(400, f"{name} is not valid.")
    return Decimal(text.strip())
