"""Money as people read it. Amounts are whole minor units beside an ISO 4217 code, everywhere."""

import re
from decimal import Decimal

from django.utils.translation import get_language, to_locale
from moneyed import Money, get_currency
from moneyed.l10n import format_money

# As people type it: a sign perhaps, digits perhaps in threes, and a point before the small change.
TYPED = re.compile(r"[^\d\s.,-]{0,3}\s?(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?", re.ASCII)


def formatted(amount_minor: int, currency: str, *, short: bool = False) -> str:
    """Return ``amount_minor`` of ``currency`` in the language in use: “£84.00”, “¥900”.

    ``short`` drops the zeros of a whole amount: “£84”. Raises ``moneyed.CurrencyDoesNotExist`` for a
    code that does not exist.
    """
    known = get_currency(currency)
    amount = Decimal(amount_minor) / known.sub_unit
    whole = short and amount == amount.to_integral_value()
    return format_money(
        Money(amount, known),
        locale=to_locale(get_language() or "en-gb"),
        decimal_quantization=True,
        currency_digits=not whole,
        format="¤#,##0" if whole else None,
    )


def minor_of(typed: str, currency: str) -> int:
    """Return what somebody ``typed`` (“84”, “84.00”, “£1,084.50”) in whole minor units of ``currency``.

    Raises ``ValueError`` for anything else, and for a fraction of the smallest unit: nothing is rounded.
    ``moneyed.CurrencyDoesNotExist`` for a code that does not exist.
    """
    sub_unit = get_currency(currency).sub_unit
    places = len(str(sub_unit)) - 1
    match = TYPED.fullmatch(typed.strip())
    if match is None or len(match[2] or "") > places:
        raise ValueError(f"Not an amount of {currency}: {typed!r}")
    return int(match[1].replace(",", "")) * sub_unit + int((match[2] or "").ljust(places, "0") or 0)


def typed(amount_minor: int, currency: str) -> str:
    """Return an amount as ``minor_of`` reads it back: “84.00”, “900”."""
    sub_unit = get_currency(currency).sub_unit
    places = len(str(sub_unit)) - 1
    return f"{Decimal(amount_minor) / sub_unit:.{places}f}"
