"""Money as people read it. Amounts are whole minor units beside an ISO 4217 code, everywhere."""

from decimal import Decimal

from django.utils.translation import get_language, to_locale
from moneyed import Money, get_currency
from moneyed.l10n import format_money


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
