"""Builds what a test needs, with as few words as it needs. Everything else has a sensible value."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify

from accounts.addresses import keep_in_step
from accounts.models import User
from accounts.roles import Role
from articles.models import Article, Author, Byline, Issue, Picture, RelatedArticle, Section, Series
from subscriptions.access import Audience
from subscriptions.features import Feature
from subscriptions.fulfilment import add_on, addresses
from subscriptions.fulfilment.zones import create_default_zones
from subscriptions.life import pauses
from subscriptions.models import (
    Address,
    Customer,
    DemoCharge,
    Entitlement,
    Offer,
    Payment,
    Plan,
    PlanFeature,
    PlanVersion,
    Price,
    Subscription,
    ZonePrice,
)
from subscriptions.paying.payments import confirm
from subscriptions.providers.base import Stage
from subscriptions.providers.demo import Card
from subscriptions.selling.checkout import begin_trial, place_order
from subscriptions.selling.opening import create_default_plans, new_version
from subscriptions.terms import day_of

PASSWORD = "correct horse battery"
# Before the clock of any test starts.
SOLD_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
_counter = itertools.count(1)


def _n() -> int:
    return next(_counter)


def reader(*, entitled_until: datetime | None = None, entitled: bool = False, **fields: Any) -> User:
    """A reader; with ``entitled`` or ``entitled_until`` one who holds (or held) every right of a plan."""
    fields.setdefault("email", f"reader{_n()}@example.org")
    user = get_user_model().objects.create_user(password=PASSWORD, **fields)
    keep_in_step(user, verified=True)
    if entitled or entitled_until:
        begun = min(timezone.now(), entitled_until or timezone.now()) - timedelta(days=30)
        for feature in Feature:
            Entitlement.objects.create(
                reader=user,
                feature=feature,
                from_at=begun,
                until_at=entitled_until,
                source=Entitlement.Source.SUBSCRIPTION,
            )
    return user


def staff(*roles: Role, **fields: Any) -> User:
    """Somebody who may enter the desk, with ``roles``."""
    fields.setdefault("email", f"staff{_n()}@example.org")
    user = get_user_model().objects.create_user(password=PASSWORD, is_staff=True, **fields)
    keep_in_step(user, verified=True)
    user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
    return user


def section(name: str = "Politics", **fields: Any) -> Section:
    """The section called ``name``, made once."""
    found, _ = Section.objects.get_or_create(name=name, defaults={"slug": slugify(name), **fields})
    return found


def series(name: str = "Letters from the coast", **fields: Any) -> Series:
    """The series called ``name``, made once."""
    found, _ = Series.objects.get_or_create(name=name, defaults={"slug": slugify(name), **fields})
    return found


def author(name: str | None = None, **fields: Any) -> Author:
    """An author."""
    name = name or f"Author Number {_n()}"
    fields.setdefault("slug", slugify(name))
    return Author.objects.create(name=name, **fields)


def picture(**fields: Any) -> Picture:
    """A picture's row without a file; tests about files upload one instead."""
    n = _n()
    values: dict[str, Any] = {
        "title": f"Picture {n}",
        "alt": "A harbour at dawn",
        "credit": "Illustration: Halyard",
        "content_hash": f"{n:064x}",
        "original": f"originals/{n:064x}.jpg",
        "width": 1600,
        "height": 1067,
        "renditions": [
            {
                "mime": mime,
                "width": width,
                "height": round(width * 2 / 3),
                "name": f"pictures/{n}/{width}.{ext}",
            }
            for mime, ext in (("image/avif", "avif"), ("image/webp", "webp"), ("image/jpeg", "jpg"))
            for width in (320, 640, 960)
        ],
    }
    return Picture.objects.create(**values | fields)


def issue(**fields: Any) -> Issue:
    """A released issue."""
    n = _n()
    values: dict[str, Any] = {
        "volume": 1,
        "number": n,
        "cover_on": timezone.localdate() - timedelta(days=7),
        "released_at": timezone.now() - timedelta(days=7),
    }
    return Issue.objects.create(**values | fields)


def article(
    *,
    authors: list[Author] | None = None,
    tags: list[str] | None = None,
    related: list[Article] | None = None,
    **fields: Any,
) -> Article:
    """A published article for everyone, unless ``fields`` say otherwise."""
    n = _n()
    values: dict[str, Any] = {
        "headline": f"Headline {n}",
        "slug": f"headline-{n}",
        "standfirst": f"Standfirst {n}.",
        "body": f"<p>Opening words {n}.</p><hr data-paywall><p>Closing words {n}.</p>",
        "audience": Audience.EVERYONE,
        "status": Article.Status.APPROVED,
        "published_at": timezone.now() - timedelta(hours=1),
    }
    values |= fields
    if "section" not in values:
        values["section"] = section()
    made = Article.objects.create(**values)
    for position, writer in enumerate([author()] if authors is None else authors):
        Byline.objects.create(article=made, author=writer, position=position)
    for position, other in enumerate(related or []):
        RelatedArticle.objects.create(article=made, related=other, position=position)
    if tags:
        made.tags.add(*tags)
    return made


def draft(**fields: Any) -> Article:
    """An article that nobody has approved."""
    return article(**{"status": Article.Status.DRAFT, "published_at": None} | fields)


def plan(**fields: Any) -> Plan:
    """The advertised plan; with ``fields`` (a name, a slug) another one on the same terms."""
    default = create_default_plans(timezone.now() - timedelta(days=1))
    if not fields:
        return default
    fields.setdefault("slug", f"plan-{_n()}")
    made = Plan.objects.create(**{"name": "Another plan", "summary": "Much the same."} | fields)
    version = PlanVersion.objects.create(plan=made, number=1, sold_from_at=timezone.now() - timedelta(days=1))
    sold = default.versions.get()
    PlanFeature.objects.bulk_create(
        PlanFeature(
            version=version,
            key=promise.key,
            state=promise.state,
            planned_on=promise.planned_on,
            parameters=promise.parameters,
        )
        for promise in sold.promises
    )
    Price.objects.bulk_create(
        Price(
            version=version,
            term_months=price.term_months,
            amount_minor=price.amount_minor,
            currency=price.currency,
        )
        for price in sold.prices.all()
    )
    return made


def price(*, months: int = 12, currency: str = "GBP", of: Plan | None = None) -> Price:
    """A price of the version on sale of the advertised plan, or of the plan ``of``."""
    return Price.objects.get(version=(of or plan()).version_on_sale(), term_months=months, currency=currency)


def priced(
    amount_minor: int, *, months: int | None = 12, issues: int | None = None, currency: str = "GBP"
) -> Price:
    """A price on a plan of its own, which gives what the advertised plan gives; on sale since 2020."""
    version = new_version(plan(slug=f"plan-{_n()}", name=f"Plan {_n()}"))
    version.prices.all().delete()
    PlanVersion.objects.filter(plan=version.plan_id, number=1).update(sold_from_at=None)
    PlanVersion.objects.filter(pk=version.pk).update(sold_from_at=SOLD_SINCE)
    return Price.objects.create(
        version=version,
        term_months=months if issues is None else None,
        term_issues=issues,
        amount_minor=amount_minor,
        currency=currency,
    )


def dearer(of: Plan, *, by_minor: int, sold_from_at: datetime | None = None) -> PlanVersion:
    """A new version of the plan ``of``, each price higher by ``by_minor``; on sale from 2021 (or given)."""
    version = new_version(of)
    version.prices.update(amount_minor=F("amount_minor") + by_minor)
    version.sold_from_at = sold_from_at or SOLD_SINCE + timedelta(days=366)
    version.save()
    return version


def order(*, by: User | None = None, at: datetime | None = None, **choice: Any) -> Subscription:
    """An order that nobody has paid; ``choice`` as for ``price``."""
    return place_order(by or reader(), price(**choice), method=Payment.Method.TRANSFER, at=at)


def subscription(*, by: User | None = None, at: datetime | None = None, **choice: Any) -> Subscription:
    """A subscription ordered and paid at ``at`` (default: now)."""
    at = at or timezone.now()
    made = order(by=by, at=at, **choice)
    confirm(made.payments.get(), paid_on=day_of(at), at=at)
    return Subscription.objects.with_facts().get(pk=made.pk)


def sold_plan() -> Plan:
    """The advertised plan, on sale since 2020: for tests with a clock of their own."""
    made = plan()
    made.versions.update(sold_from_at=SOLD_SINCE)
    return made


def ordered(at_price: Price, *, by: User | None = None, at: datetime | None = None) -> Subscription:
    """An order at that price, which nobody has paid."""
    return place_order(by or reader(), at_price, method=Payment.Method.TRANSFER, at=at)


def bought(at_price: Price, *, by: User | None = None, at: datetime | None = None) -> Subscription:
    """A subscription ordered and paid at that price at ``at`` (default: now)."""
    at = at or timezone.now()
    made = ordered(at_price, by=by, at=at)
    confirm(made.payments.get(), paid_on=day_of(at), at=at)
    return loaded(made)


def loaded(subscription: Subscription) -> Subscription:
    """``subscription`` with its facts, as it is in the database now."""
    return Subscription.objects.with_facts().get(pk=subscription.pk)


def offer(**fields: Any) -> Offer:
    """An offer that runs since 2020: a quarter off the first payment, by a code, unless told otherwise."""
    values: dict[str, Any] = {
        "name": f"Offer {_n()}",
        "kind": Offer.Kind.PERCENT,
        "starts_on": SOLD_SINCE.date(),
    }
    if "trial_days" in fields:
        values |= {"kind": Offer.Kind.TRIAL, "audience": Offer.Audience.EVERYONE}
    elif "amount_minor" in fields:
        values |= {"kind": Offer.Kind.AMOUNT, "currency": "GBP"}
    else:
        values["percent"] = 25
    values |= fields
    if values.get("audience", Offer.Audience.CODE) == Offer.Audience.CODE:
        values.setdefault("code", f"CODE{_n()}")
    return Offer.objects.create(**values)


ADDRESS = {
    "country": "GB",
    "name": "Ada Quill",
    "street": "4 Ropewalk",
    "city": "Tallow Bay",
    "postal_code": "EC1Y 8SY",
}


def address(*, by: User | None = None, at: datetime | None = None, **fields: Any) -> Address:
    """Where copies for a reader go from ``at`` (default: now) on; ``fields`` as they are typed."""
    at = at or timezone.now()
    days = {name: fields.pop(name) for name in ("from_on", "until_on") if name in fields}
    by = by or reader()
    return addresses.say(by, ADDRESS | fields, by=by, at=at, **{"from_on": day_of(at), **days})


def zones() -> None:
    """The delivery zones of a new magazine, their prices asked since 2020."""
    create_default_zones(SOLD_SINCE)
    ZonePrice.objects.filter(sold_from_at__gt=SOLD_SINCE).update(sold_from_at=SOLD_SINCE)


def printed(subscription: Subscription, *, country: str = "GB", at: datetime | None = None) -> Subscription:
    """``subscription`` with the printed copy, asked for and paid at ``at`` (default: now)."""
    zones()
    at = at or timezone.now()
    add_on.add(subscription, country, by=subscription.reader, at=at)
    confirm(subscription.payments.expected().get(), paid_on=day_of(at), at=at)
    return loaded(subscription)


def trial(
    at_price: Price | None = None, *, days: int = 14, by: User | None = None, at: datetime | None = None
) -> Subscription:
    """Somebody who began to try a plan (default: the advertised one) at ``at``, for ``days``."""
    return loaded(begin_trial(by or reader(), at_price or price(), offer(trial_days=days), at=at))


def paused(
    subscription: Subscription, first_on: date, last_on: date, *, at: datetime | None = None
) -> Subscription:
    """``subscription`` with a pause on the days from ``first_on`` to ``last_on``, asked for at ``at``."""
    pauses.pause(subscription, first_on, last_on, by=subscription.reader, at=at)
    return loaded(subscription)


def card_subscription(
    at_price: Price | None = None,
    *,
    by: User | None = None,
    at: datetime | None = None,
    card: Card = Card.WORKS,
    **choice: Any,
) -> Subscription:
    """A subscription whose first term was paid at the demonstration's bank, which keeps ``card``."""
    at = at or timezone.now()
    made = place_order(
        by or reader(), at_price or price(**choice), method=Payment.Method.CARD, provider="demo", at=at
    )
    first = made.payments.get()
    DemoCharge.objects.create(
        reference=first.reference,
        customer=f"demo-{made.number}",
        amount_minor=first.amount_minor,
        currency=first.currency,
        stage=Stage.PAID,
        card=card,
        paid_at=at,
        changed_at=at,
    )
    Customer.objects.create(reader=made.reader, provider="demo", reference=f"demo-{made.number}", card=card)
    confirm(first, paid_on=day_of(at), at=at)
    return loaded(made)
