"""Amounts are printed in the units of their currency."""

import pytest
from django.utils import translation

from subscriptions.money import formatted, minor_of, typed


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


@pytest.mark.parametrize(
    ("words", "currency", "minor"),
    [
        ("84", "GBP", 8400),
        ("84.5", "GBP", 8450),
        (" £1,084.50 ", "GBP", 108450),
        ("0.07", "EUR", 7),
        ("900", "JPY", 900),
        ("1.5", "BHD", 1500),
    ],
)
def test_an_amount_is_read_as_it_was_typed(words, currency, minor):
    assert minor_of(words, currency) == minor
    assert minor_of(typed(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("words", "currency"),
    [("84.505", "GBP"), ("9.5", "JPY"), ("-3", "GBP"), ("1,50", "EUR"), ("", "GBP"), ("a lot", "GBP")],
)
def test_what_is_no_exact_amount_is_not_rounded_to_one(words, currency):
    with pytest.raises(ValueError, match="Not an amount"):
        minor_of(words, currency)
