"""What is for sale, as the plans page and the checkout show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings

from subscriptions.features import Feature
from subscriptions.models import Plan, PlanFeature, PlanVersion, Price

# What stands beside the button: the promises that make buying safe.
REASSURING = (Feature.MONEY_BACK, Feature.CANCEL_ANYTIME)


@dataclass(frozen=True)
class Choice:
    """A price on the shelf; ``saving`` is the whole per cent saved against the plan's shortest term."""

    price: Price
    saving: int

    @property
    def per_month_minor(self) -> int:
        """What a month comes to, rounded up to a whole minor unit so that nobody pays more than it says."""
        return -(-self.price.amount_minor // self.price.term_months)


@dataclass(frozen=True)
class Offer:
    """A plan on the shelf, in one currency."""

    plan: Plan
    version: PlanVersion
    choices: tuple[Choice, ...]

    @cached_property
    def promises(self) -> list[PlanFeature]:
        """All that is included, as advertised."""
        return self.version.promises

    @property
    def assurances(self) -> list[PlanFeature]:
        """The guarantee and the cancel promise, where the plan makes them."""
        return [promise for promise in self.promises if promise.key in REASSURING and not promise.is_planned]


@dataclass(frozen=True)
class Catalogue:
    """The offers in one currency, and the currencies there are."""

    offers: list[Offer]
    currency: str
    currencies: list[str]


def catalogue(currency: str = "", at: datetime | None = None) -> Catalogue:
    """Return what is for sale at ``at`` (default: now), in ``currency`` where something is sold in it.

    Any other ``currency`` gives the magazine's own, or the first there is. Four queries.
    """
    plans = list(Plan.objects.offered(at))
    versions = PlanVersion.objects.prefetch_related("features", "prices").in_bulk(
        [plan.version_id for plan in plans]
    )
    currencies = sorted({price.currency for version in versions.values() for price in version.prices.all()})
    if currency not in currencies:
        currency = settings.MAGAZINE_CURRENCY
    if currency not in currencies and currencies:
        currency = currencies[0]
    offers = [
        Offer(plan, versions[plan.version_id], _choices(versions[plan.version_id].prices.all(), currency))
        for plan in plans
    ]
    return Catalogue([offer for offer in offers if offer.choices], currency, currencies)


def _choices(prices: Iterable[Price], currency: str) -> tuple[Choice, ...]:
    sold = sorted(
        (price for price in prices if price.currency == currency), key=lambda price: price.term_months
    )
    return tuple(Choice(price, saving=_saving(price, sold[0])) for price in sold)


def _saving(price: Price, shortest: Price) -> int:
    full = shortest.amount_minor * price.term_months
    paid = price.amount_minor * shortest.term_months
    return max(0, (full - paid) * 100 // full)
