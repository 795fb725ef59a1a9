"""Gifts and groups as tests need them, with as few words as they need."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from subscriptions.giving import gifts
from subscriptions.giving.gifts import Wish
from subscriptions.models import (
    DeliveryZone,
    Gift,
    GroupDomain,
    GroupNetwork,
    PlanFeature,
    Price,
    ReaderGroup,
    ZonePrice,
)
from subscriptions.paying.payments import confirm
from subscriptions.terms import day_of
from tests import make


def wish(price: Price, **fields: Any) -> Wish:
    """A wish for a gift at ``price``, for today, from Ada to Tobias, whom we write to."""
    values: dict[str, Any] = {
        "price": price,
        "zone_price": None,
        "recipient_name": "Tobias Wren",
        "recipient_email": "tobias@example.org",
        "signed": "Ada",
        "message": "For the long evenings.",
        "gives_on": day_of(timezone.now()),
    }
    return Wish(**values | fields)


def ordered(
    *,
    by: User | None = None,
    at: datetime | None = None,
    at_price: Price | None = None,
    months: int = 12,
    method: str = "transfer",
    provider: str = "manual",
    **fields: Any,
) -> Gift:
    """A gift that nobody has paid."""
    price = at_price or make.price(months=months)
    if at is not None:
        fields.setdefault("gives_on", day_of(at))
    return gifts.buy(
        by or make.reader(name="Ada Quill"), wish(price, **fields), method=method, provider=provider, at=at
    )


def paid(*, at: datetime | None = None, **fields: Any) -> Gift:
    """A gift that was paid when it was ordered."""
    gift = ordered(at=at, **fields)
    moment = at or timezone.now()
    confirm(gift.order.payments.get(), paid_on=day_of(moment), at=moment)
    return fresh(gift)


def fresh(gift: Gift) -> Gift:
    """``gift`` as it is in the database now."""
    known = Gift.objects.select_related("order", "giver", "recipient", "price__version__plan", "zone_price")
    return known.get(pk=gift.pk)


def abroad(year_minor: int = 5400, currency: str = "GBP") -> ZonePrice:
    """A price for print in a zone that takes the rest; the advertised plan offers print."""
    zone = DeliveryZone.objects.filter(takes_the_rest=True).first() or DeliveryZone.objects.create(
        name="Everywhere", slug="everywhere", takes_the_rest=True
    )
    PlanFeature.objects.filter(version__plan=make.plan(), key="print_edition").update(state="live")
    return ZonePrice.objects.create(
        zone=zone, currency=currency, year_minor=year_minor, sold_from_at=timezone.now()
    )


def group(
    *, seats: int | None = 2, domain: str = "", network: str = "", days: int = 300, **fields: Any
) -> ReaderGroup:
    """A group with an agreement since a week ago, on the terms of the advertised plan."""
    today: date = day_of(timezone.now())
    kind = ReaderGroup.Kind.TEAM if seats is not None else ReaderGroup.Kind.INSTITUTION
    values: dict[str, Any] = {
        "name": f"The harbour office {ReaderGroup.objects.count() + 1}",
        "kind": kind,
        "plan_version": make.plan().version_on_sale(),
        "seats_count": seats,
        "from_on": today - timedelta(days=7),
        "until_on": today + timedelta(days=days),
        "agreement": "Letter of 3 May",
    }
    made = ReaderGroup.objects.create(**values | fields)
    if domain:
        GroupDomain.objects.create(group=made, domain=domain)
    if network:
        GroupNetwork.objects.create(group=made, network=network)
    return made
