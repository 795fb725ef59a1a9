"""Delivery zones: which country is in which, and what the printed copy costs there.

A zone's price is for a year; a shorter or longer term costs its part of it, by months or by issues, a
fraction of the smallest unit rounded half up, and never nothing:

    £36.00 a year      1 month: 36.00 ÷ 12 = £3.00      10 of 24 issues a year: 36.00 × 10 ÷ 24 = £15.00
"""

from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.utils import timezone

from subscriptions.features import Feature
from subscriptions.models import DeliveryZone, PlanFeature, PlanVersion, Price, ZoneCountry, ZonePrice

# Where a plan sells issues without promising how many come in a year.
MONTHLY = 12

EUROPE = (
    "AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD "
    "ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK"
).split()
# Each zone of a new magazine: its countries (none: the rest), and minor units a year in each currency.
DEFAULTS: tuple[tuple[str, str, tuple[str, ...], dict[str, int]], ...] = (
    ("United Kingdom", "united-kingdom", ("GB",), {"GBP": 3600, "EUR": 4200, "USD": 4800}),
    ("Europe", "europe", tuple(EUROPE), {"GBP": 5400, "EUR": 6200, "USD": 6900}),
    ("The rest of the world", "rest-of-the-world", (), {"GBP": 7800, "EUR": 9000, "USD": 9900}),
)


class NotDeliveredError(ValueError):
    """No price is asked for print in this country and currency: it cannot be had there."""


def zone_of(country: str) -> DeliveryZone | None:
    """Return the zone of ``country`` (two letters): the one that names it, or the one that takes the rest."""
    return (
        DeliveryZone.objects.filter(countries__country=country).first()
        or DeliveryZone.objects.filter(takes_the_rest=True).first()
    )


def price_for(country: str, currency: str, at: datetime | None = None) -> ZonePrice:
    """Return what print costs now in ``country``; raises ``NotDeliveredError``. At most three queries."""
    zone = zone_of(country)
    price = price_in(zone, currency, at) if zone else None
    if price is None:
        raise NotDeliveredError
    return price


def price_in(zone: DeliveryZone, currency: str, at: datetime | None = None) -> ZonePrice | None:
    """Return what print costs in ``zone`` for who asks for it at ``at`` (default: now), if it is sold."""
    prices = ZonePrice.objects.on_sale(at).select_related("zone")
    return prices.filter(zone=zone, currency=currency).first()


def cheapest(currency: str, at: datetime | None = None) -> ZonePrice | None:
    """Return the lowest price of a year of print in ``currency``: “from £36.00 a year”."""
    prices = ZonePrice.objects.on_sale(at).select_related("zone")
    return prices.filter(currency=currency).order_by("year_minor", "zone__position").first()


def term_minor(zone_price: ZonePrice, price: Price) -> int:
    """Return what print costs for a term of ``price``, in whole minor units. A query for terms by issues."""
    if price.term_months is not None:
        part = Fraction(price.term_months, 12)
    else:
        part = Fraction(price.term_issues or 1, issues_per_year(price.version_id))
    return part_of_year(zone_price, part)


def part_of_year(zone_price: ZonePrice, part: Fraction) -> int:
    """Return that ``part`` of a year's print in whole minor units, rounded half up, at least 1."""
    exact = zone_price.year_minor * part
    return max(1, (2 * exact.numerator + exact.denominator) // (2 * exact.denominator))


def issues_per_year(version_id: int) -> int:
    """Return how many issues a year a plan's version promises; one a month where it promises none."""
    promise = PlanFeature.objects.filter(version=version_id, key=Feature.ISSUES_PER_YEAR).first()
    return promise.parameters["count"] if promise else MONTHLY


def is_offered(version: PlanVersion) -> bool:
    """Whether print can be added to a plan on these terms. No query where the features were loaded."""
    return any(
        promise.key == Feature.PRINT_EDITION and not promise.is_planned for promise in version.features.all()
    )


def create_default_zones(at: datetime | None = None) -> None:
    """Make three zones with their prices, on sale from ``at`` (default: now); where there are any, none."""
    if DeliveryZone.objects.exists():
        return
    at = at or timezone.now()
    with transaction.atomic():
        zones = DeliveryZone.objects.bulk_create(
            DeliveryZone(name=name, slug=slug, takes_the_rest=not countries, position=position)
            for position, (name, slug, countries, _prices) in enumerate(DEFAULTS)
        )
        made = list(zip(zones, DEFAULTS, strict=True))
        ZoneCountry.objects.bulk_create(
            ZoneCountry(zone=zone, country=country) for zone, told in made for country in told[2]
        )
        ZonePrice.objects.bulk_create(
            ZonePrice(zone=zone, currency=currency, year_minor=year_minor, sold_from_at=at)
            for zone, told in made
            for currency, year_minor in told[3].items()
        )
