"""Offers: days to try, something off the first payments, and the one to somebody who is leaving.

The price is always ours: a reader types at most a code, and what it takes off is computed here. An offer is
taken once by a person, whatever alias of an email address they write under, and a product is tried once.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subscriptions import terms
from subscriptions.life import story
from subscriptions.models import Offer, OfferUse, Payment, Price, Subscription, SubscriptionEvent
from subscriptions.models.offer import clean_code
from subscriptions.money import formatted

# Where a dot in the name, or another name of the same house, makes no other letter box.
DOTLESS = {"gmail.com", "googlemail.com"}
SAME_HOUSE = {"googlemail.com": "gmail.com"}


class OfferRefusedError(ValueError):
    """The offer cannot be taken; the text is the sentence for the reader."""


@dataclass(frozen=True)
class Discount:
    """What is taken off one payment, in whole minor units, and by whose use of which offer."""

    amount_minor: int = 0
    use: OfferUse | None = None


def person_behind(email: str) -> str:
    """Return ``email`` without what makes it an alias: capitals, a ``+word``, and dots where they are
    ignored."""
    name, _at, house = email.strip().lower().rpartition("@")
    name = name.partition("+")[0]
    if house in DOTLESS:
        name = name.replace(".", "")
    return f"{name}@{SAME_HOUSE.get(house, house)}"


def by_code(code: str, price: Price, reader, at: datetime | None = None) -> Offer:
    """Return the offer behind a ``code`` that ``reader`` may take for ``price`` at ``at`` (default: now).

    Raises ``OfferRefusedError`` with what is wrong with it.
    """
    offer = Offer.objects.filter(audience=Offer.Audience.CODE, code=clean_code(code)).first()
    if offer is None:
        raise OfferRefusedError(_("We do not know this code. Please look at its spelling."))
    # A second click on the same order: it has the offer already.
    if not OfferUse.objects.filter(
        offer=offer, subscription__reader=reader.pk, subscription__closed_at=None, subscription__terms=None
    ).exists():
        check(offer, price, reader, at)
    return offer


def check(offer: Offer, price: Price, reader, at: datetime | None = None) -> None:
    """Raise ``OfferRefusedError`` unless ``reader`` may take ``offer`` for ``price`` at ``at`` (default:
    now)."""
    today = terms.day_of(at or timezone.now())
    if not offer.is_active or today < offer.starts_on:
        raise OfferRefusedError(_("This offer is not open."))
    if offer.ends_on is not None and today > offer.ends_on:
        raise OfferRefusedError(_("This offer has ended."))
    if why_not := _why_not_for(offer, price):
        raise OfferRefusedError(why_not)
    person = person_behind(reader.email)
    used = OfferUse.objects.filter(person=person)
    if used.filter(offer=offer).exists():
        raise OfferRefusedError(_("You have taken this offer before, and it is given once."))
    if offer.kind == Offer.Kind.TRIAL:
        product = price.version.plan.product
        if used.filter(trial_of=product).exists():
            raise OfferRefusedError(_("You have had your days to try."))
        if Subscription.objects.filter(reader=reader.pk, product=product, terms__isnull=False).exists():
            raise OfferRefusedError(_("Days to try are for those who have not read with us yet."))
    if offer.most_uses is not None and offer.uses.count() >= offer.most_uses:
        raise OfferRefusedError(_("All of this offer has been taken."))


def _why_not_for(offer: Offer, price: Price) -> str:
    """Return why ``offer`` does not go with ``price``, or nothing."""
    if offer.plan_id is not None and offer.plan_id != price.version.plan_id:
        return _("This offer is for another plan.")
    if offer.kind == Offer.Kind.AMOUNT and offer.currency != price.currency:
        return _("This offer is for prices in %s.") % offer.currency
    if offer.kind == Offer.Kind.AMOUNT and (offer.amount_minor or 0) >= price.amount_minor:
        return _("This offer is for a longer term.")
    return ""


def take(
    offer: Offer,
    subscription: Subscription,
    *,
    price: Price | None = None,
    by=None,
    at: datetime | None = None,
    reason: str = "",
) -> OfferUse:
    """Note that the reader of ``subscription`` takes ``offer`` for ``price`` (default: the subscription's).

    ``by`` is who did it for the reader, if somebody did, and ``reason`` why. For use inside a transaction.
    Raises ``OfferRefusedError``.
    """
    at = at or timezone.now()
    # Two who take the last one wait for each other here.
    offer = Offer.objects.select_for_update().get(pk=offer.pk)
    price = price or subscription.price
    check(offer, price, subscription.reader, at)
    try:
        with transaction.atomic():
            use = OfferUse.objects.create(
                offer=offer,
                subscription=subscription,
                reader=subscription.reader,
                person=person_behind(subscription.reader.email),
                trial_of=price.version.plan.product if offer.kind == Offer.Kind.TRIAL else "",
                used_at=at,
            )
    except IntegrityError as error:
        raise OfferRefusedError(_("You have taken this offer before, and it is given once.")) from error
    story.note(
        subscription,
        SubscriptionEvent.Kind.OFFERED,
        by=by or subscription.reader,
        at=at,
        reason=f"{offer.name}: {reason}"[:200] if reason else offer.name,
    )
    return use


def discount(subscription: Subscription, price: Price) -> Discount:
    """Return what the next payment of ``price`` is lowered by.

    That is the newest offer that goes with the price and still has payments left.
    """
    uses = (
        OfferUse.objects.filter(subscription=subscription)
        .exclude(offer__kind=Offer.Kind.TRIAL)
        .select_related("offer")
    )
    for use in uses:
        lowered = use.payments.exclude(status=Payment.Status.VOID).count()
        if lowered < use.offer.payments and not _why_not_for(use.offer, price):
            return Discount(off(use.offer, price), use)
    return Discount()


def off(offer: Offer, price: Price) -> int:
    """Return what ``offer`` takes off ``price``, in whole minor units, a fraction rounded for the reader."""
    if offer.kind == Offer.Kind.PERCENT and offer.percent is not None:
        return -(-price.amount_minor * offer.percent // 100)
    if offer.kind == Offer.Kind.AMOUNT and offer.currency == price.currency:
        return min(offer.amount_minor or 0, price.amount_minor - 1)
    return 0


def described(offer: Offer) -> str:
    """Return what an offer gives, in words: “14 days to try”, “25% off the first 3 payments”."""
    if offer.kind == Offer.Kind.TRIAL:
        return ngettext(
            "%d day to try, free of charge", "%d days to try, free of charge", offer.trial_days or 0
        ) % (offer.trial_days or 0)
    what = (
        f"{offer.percent}%"
        if offer.kind == Offer.Kind.PERCENT
        else formatted(offer.amount_minor or 0, offer.currency, short=True)
    )
    if offer.audience == Offer.Audience.LEAVING:
        return ngettext(
            "%(what)s off your next payment", "%(what)s off your next %(n)d payments", offer.payments
        ) % {"what": what, "n": offer.payments}
    return ngettext(
        "%(what)s off the first payment", "%(what)s off the first %(n)d payments", offer.payments
    ) % {"what": what, "n": offer.payments}


def on_the_shelf(on: date) -> QuerySet[Offer]:
    """Return the offers that the plans page shows to everyone on the day ``on``."""
    return Offer.objects.running(on).filter(audience=Offer.Audience.EVERYONE).select_related("plan")


def to_stay(subscription: Subscription, at: datetime | None = None) -> Offer | None:
    """Return the one offer to a reader who is about to cancel, or none: never a second one to the same
    reader.

    At most two queries.
    """
    at = at or timezone.now()
    running = Offer.objects.running(terms.day_of(at)).filter(audience=Offer.Audience.LEAVING)
    offers = list(running.filter(Q(plan=None) | Q(plan=subscription.plan_version.plan_id)))
    if not offers:
        return None
    before = OfferUse.objects.filter(
        person=person_behind(subscription.reader.email), offer__audience=Offer.Audience.LEAVING
    )
    if before.exists():
        return None
    for offer in offers:
        try:
            check(offer, subscription.price, subscription.reader, at)
        except OfferRefusedError:
            continue
        return offer
    return None


def trial_span(offer: Offer, on: date) -> terms.Span:
    """Return the days to try of ``offer`` that begin on ``on``."""
    return terms.Span(on, on + timedelta(days=(offer.trial_days or 1) - 1))
