"""What is for sale, as the plans page and the checkout show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.utils import timezone

from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.fulfilment import zones
from subscriptions.models import Offer, Plan, PlanFeature, PlanVersion, Price, ZonePrice
from subscriptions.selling import offers

# What stands beside the button: the promises that make buying safe.
REASSURING = (Feature.MONEY_BACK, Feature.CANCEL_ANYTIME)


@dataclass(frozen=True)
class Choice:
    """A price on the shelf; ``saving`` is the whole per cent saved against the plan's shortest term of the
    same kind, of months or of issues. ``first_minor`` is what the first payment is, where an offer for
    everyone lowers it."""

    price: Price
    saving: int
    first_minor: int

    @property
    def per_month_minor(self) -> int | None:
        """What a month comes to, rounded up to a whole minor unit so that nobody pays more than it says; none
        for a term of issues."""
        return _share(self.price.amount_minor, self.price.term_months)

    @property
    def per_issue_minor(self) -> int | None:
        """What an issue comes to, rounded up; none for a term of months."""
        return _share(self.price.amount_minor, self.price.term_issues)


@dataclass(frozen=True)
class OnSale:
    """A plan on the shelf, in one currency, with the ``offers`` that are for everyone.

    ``cheapest_print`` is what the printed copy costs where it costs least, for plans that have one.
    """

    plan: Plan
    version: PlanVersion
    choices: tuple[Choice, ...]
    offers: tuple[Offer, ...] = ()
    cheapest_print: ZonePrice | None = None

    @cached_property
    def promises(self) -> list[PlanFeature]:
        """All that is included, as advertised."""
        return self.version.promises

    @property
    def print_from(self) -> ZonePrice | None:
        """What the printed copy costs at least, where it can be added."""
        return self.cheapest_print if zones.is_offered(self.version) else None

    @property
    def assurances(self) -> list[PlanFeature]:
        """The guarantee and the cancel promise, where the plan makes them."""
        return [promise for promise in self.promises if promise.key in REASSURING and not promise.is_planned]

    @property
    def trial(self) -> Offer | None:
        """The days to try that are offered to everyone, or none."""
        return next((offer for offer in self.offers if offer.kind == Offer.Kind.TRIAL), None)

    @property
    def reductions(self) -> list[Offer]:
        """What is taken off the price for everyone."""
        return [offer for offer in self.offers if offer.kind != Offer.Kind.TRIAL]

    @property
    def main_choice(self) -> Choice:
        """The one that is chosen unless the reader chooses another: a year, or else the first."""
        return next((choice for choice in self.choices if choice.price.term_months == 12), self.choices[0])


@dataclass(frozen=True)
class Catalogue:
    """The plans in one currency, and the currencies there are."""

    plans: list[OnSale]
    currency: str
    currencies: list[str]

    def find(self, slug: str) -> OnSale | None:
        """Return the plan called ``slug``, if it is for sale."""
        return next((one for one in self.plans if one.plan.slug == slug), None)


def catalogue(
    currency: str = "", at: datetime | None = None, *, instead: PlanVersion | None = None
) -> Catalogue:
    """Return what is for sale at ``at`` (default: now), in ``currency`` where something is sold in it.

    Any other ``currency`` gives the magazine's own, or the first there is. With the version ``instead`` it is
    what would be for sale if that were. Six queries.
    """
    at = at or timezone.now()
    plans = list(Plan.objects.offered(at))
    if instead is not None:
        plans = _with(plans, instead)
    versions = PlanVersion.objects.prefetch_related("features", "prices").in_bulk(
        [plan.version_id for plan in plans]
    )
    currencies = sorted({price.currency for version in versions.values() for price in version.prices.all()})
    if currency not in currencies:
        currency = settings.MAGAZINE_CURRENCY
    if currency not in currencies and currencies:
        currency = currencies[0]
    on_shelf = list(offers.on_the_shelf(terms.day_of(at))) if plans else []
    cheapest_print = zones.cheapest(currency, at) if plans else None
    on_sale = []
    for plan in plans:
        version = versions[plan.version_id]
        open_to_all = tuple(offer for offer in on_shelf if _is_for(offer, plan, currency))
        on_sale.append(
            OnSale(
                plan,
                version,
                _choices(version.prices.all(), currency, open_to_all),
                open_to_all,
                cheapest_print,
            )
        )
    return Catalogue([one for one in on_sale if one.choices], currency, currencies)


def _with(plans: list[Plan], version: PlanVersion) -> list[Plan]:
    """Put ``version`` on the shelf, in the place of what its plan sells today."""
    if version.plan_id not in {plan.pk for plan in plans}:
        plans = sorted([*plans, version.plan], key=lambda plan: (plan.position, plan.name))
    for plan in plans:
        if plan.pk == version.plan_id:
            plan.version_id = version.pk
    return plans


def _is_for(offer: Offer, plan: Plan, currency: str) -> bool:
    return offer.plan_id in (None, plan.pk) and offer.currency in ("", currency)


def _choices(prices: Iterable[Price], currency: str, open_to_all: Iterable[Offer]) -> tuple[Choice, ...]:
    """Sort what is sold in ``currency``: terms of months first, then those of issues, the shortest first."""
    sold = [price for price in prices if price.currency == currency]
    by_months = sorted(
        (price for price in sold if price.term_months), key=lambda price: price.term_months or 0
    )
    by_issues = sorted(
        (price for price in sold if price.term_issues), key=lambda price: price.term_issues or 0
    )
    return tuple(
        Choice(
            price,
            saving=_saving(price, kind[0]),
            first_minor=price.amount_minor
            - max((offers.off(offer, price) for offer in open_to_all), default=0),
        )
        for kind in (by_months, by_issues)
        for price in kind
    )


def _saving(price: Price, shortest: Price) -> int:
    full = shortest.amount_minor * _length(price)
    paid = price.amount_minor * _length(shortest)
    return max(0, (full - paid) * 100 // full)


def _length(price: Price) -> int:
    """How long a term is, in months or in issues: comparable among prices of one kind."""
    return price.term_months or price.term_issues or 1


def _share(amount_minor: int, parts: int | None) -> int | None:
    return None if parts is None else -(-amount_minor // parts)
