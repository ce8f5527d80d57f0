"""Money on its way to the server: decimal strings with two digits (api/payments.md §4)."""

from decimal import Decimal, InvalidOperation

CENT = Decimal("0.01")


class WrongAmount(ValueError):
    """An amount that cannot be sent exactly, or makes no sense; the text says why, for people."""


def amount_text(amount: Decimal) -> str:
    """The amount with exactly two digits, never rounded. Raises WrongAmount when that is not possible."""
    try:
        exact = amount.quantize(CENT)
    except InvalidOperation:
        raise WrongAmount("The amount is no number of money.") from None
    if exact != amount:
        raise WrongAmount("The amount has more than two digits after the point.")
    return f"{exact if exact else abs(exact):f}"


def quantity_value(quantity: Decimal) -> int | str:
    """How many of something, as a whole number or as decimal text. Raises WrongAmount."""
    if not quantity.is_finite() or quantity <= 0:
        raise WrongAmount("The quantity is not above nothing.")
    return int(quantity) if quantity == quantity.to_integral_value() else f"{quantity:f}"
