"""What a new magazine sells on its first day: the one advertised plan, to be changed in the desk."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from subscriptions.features import Feature, State, clean_parameters
from subscriptions.fulfilment.zones import create_default_zones
from subscriptions.models import Plan, PlanFeature, PlanVersion, Price

Part = TypeVar("Part", PlanFeature, Price)

SLUG = "subscription"
AD_FREE_ON = date(2027, 6, 1)

PARAMETERS: dict[Feature, dict[str, int]] = {
    Feature.ISSUES_PER_YEAR: {"count": 24},
    Feature.MONEY_BACK: {"days": 60},
}
# Months: minor units in each currency.
PRICES: dict[int, dict[str, int]] = {
    1: {"GBP": 900, "EUR": 1050, "USD": 1200},
    12: {"GBP": 8400, "EUR": 9900, "USD": 10800},
}


def create_default_plans(at: datetime | None = None) -> Plan:
    """Make the advertised plan, on sale from ``at`` (default: now), with its nine features and prices.

    With it come the delivery zones of the printed copy. Safe to run twice: what exists is left as it is.
    """
    create_default_zones(at)
    if plan := Plan.objects.filter(slug=SLUG).first():
        return plan
    with transaction.atomic():
        plan = Plan.objects.create(
            name=settings.MAGAZINE_NAME,
            slug=SLUG,
            summary="The whole magazine: each issue, every article, read or listened to.",
        )
        version = PlanVersion.objects.create(plan=plan, number=1, sold_from_at=at or timezone.now())
        # All at once: nobody can have bought these terms yet.
        PlanFeature.objects.bulk_create(
            PlanFeature(
                version=version,
                key=feature,
                state=State.PLANNED if feature == Feature.AD_FREE else State.LIVE,
                planned_on=AD_FREE_ON if feature == Feature.AD_FREE else None,
                parameters=clean_parameters(feature, PARAMETERS.get(feature, {})),
            )
            for feature in Feature
        )
        Price.objects.bulk_create(
            Price(version=version, term_months=months, amount_minor=amount_minor, currency=currency)
            for months, amounts in PRICES.items()
            for currency, amount_minor in amounts.items()
        )
    return plan


def new_version(plan: Plan) -> PlanVersion:
    """Copy the newest terms of ``plan`` into a version that is not for sale yet, to be changed in the desk.

    A plan without any version gets an empty one.
    """
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)
        newest = plan.versions.order_by("-number").first()
        version = PlanVersion.objects.create(plan=plan, number=newest.number + 1 if newest else 1)
        if newest is not None:
            PlanFeature.objects.bulk_create(_copied(newest.features.all(), version))
            Price.objects.bulk_create(_copied(newest.prices.all(), version))
    return version


def _copied(parts: Iterable[Part], version: PlanVersion) -> list[Part]:
    copies = []
    for part in parts:
        part.pk, part.version = None, version
        copies.append(part)
    return copies
