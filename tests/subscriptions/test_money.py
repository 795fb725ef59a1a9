"""Amounts are printed in the units of their currency."""

import pytest
from django.utils import translation

from subscriptions.money import formatted


@pytest.mark.parametrize(
    ("amount_minor", "currency", "long", "short"),
    [
        (8400, "GBP", "£84.00", "£84"),
        (8450, "GBP", "£84.50", "£84.50"),
        (5, "GBP", "£0.05", "£0.05"),
        (123456700, "EUR", "€1,234,567.00", "€1,234,567"),
        (900, "JPY", "JP¥900", "JP¥900"),
        (1500, "KWD", "KWD1.500", "KWD1.500"),
        (2000, "KWD", "KWD2.000", "KWD2"),
    ],
)
def test_an_amount_reads_as_people_write_it(amount_minor, currency, long, short):
    with translation.override("en-gb"):
        assert formatted(amount_minor, currency) == long
        assert formatted(amount_minor, currency, short=True) == short
