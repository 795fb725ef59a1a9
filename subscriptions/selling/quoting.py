"""What a reader would pay first, and for which days: the price, less what an offer takes off.

The checkout shows these sums, and ``checkout.place_order`` asks for the same ones: both take them from
``offers`` and from nothing that a browser sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from subscriptions import ledger, terms
from subscriptions.features import Feature
from subscriptions.life import lifecycle
from subscriptions.models import Offer, Price, Subscription
from subscriptions.models.offer import clean_code
from subscriptions.paying import payments
from subscriptions.selling import offers
from subscriptions.selling.catalogue import Choice, OnSale

# Where a plan sells issues without promising how many come in a year.
MONTHLY = 12


@dataclass(frozen=True)
class Quote:
    """One choice as this reader would have it: the days if it were paid today, and what comes off."""

    choice: Choice
    starts_on: date
    ends_on: date
    offer: Offer | None
    off_minor: int

    @property
    def price(self) -> Price:
        """The price that is on the shelf."""
        return self.choice.price

    @property
    def to_pay_minor(self) -> int:
        """What is asked for."""
        return self.price.amount_minor - self.off_minor


def quotes(
    on_sale: OnSale,
    reader,
    *,
    live: Subscription | None,
    coded: Offer | None = None,
    at: datetime | None = None,
) -> list[Quote]:
    """Return every choice of ``on_sale`` for ``reader`` at ``at`` (default: now).

    ``live`` is the reader's running trial or waiting order, if there is one; ``coded`` the offer whose code
    they typed. A few queries for each choice and offer.
    """
    at = at or timezone.now()
    found = []
    for choice in on_sale.choices:
        offer = best_offer(on_sale, choice.price, reader, live=live, coded=coded, at=at)
        days = _days(on_sale, choice.price, live, at)
        off_minor = offers.off(offer, choice.price) if offer else 0
        found.append(Quote(choice, days.starts_on, days.ends_on, offer, off_minor))
    return found


def best_offer(
    on_sale: OnSale,
    price: Price,
    reader,
    *,
    live: Subscription | None,
    coded: Offer | None = None,
    at: datetime | None = None,
) -> Offer | None:
    """Return the offer that lowers ``price`` for ``reader``: that of their code, or the best for everyone."""
    candidates: Iterable[Offer] = sorted(
        on_sale.reductions, key=lambda offer: offers.off(offer, price), reverse=True
    )
    for offer in [coded] if coded else candidates:
        try:
            offers.check(offer, price, reader, at)
        except offers.OfferRefusedError:
            if not _is_taken_for(live, offer):
                continue
        return offer
    return None


def behind_code(
    code: str, price: Price, reader, *, live: Subscription | None, at: datetime | None = None
) -> Offer:
    """Return the offer behind ``code``, as ``offers.by_code`` does, and again for an order it is part of.

    Raises ``offers.OfferRefusedError``, for a code that gives days to try too: those are begun elsewhere.
    """
    try:
        return offers.by_code(code, price, reader, at)
    except offers.OfferRefusedError:
        # The same order sent twice is one order, its code included.
        offer = Offer.objects.filter(audience=Offer.Audience.CODE, code=clean_code(code)).first()
        if offer is None or not _is_taken_for(live, offer):
            raise
        return offer


def _is_taken_for(live: Subscription | None, offer: Offer) -> bool:
    return live is not None and live.offer_uses.filter(offer=offer).exists()


def _days(on_sale: OnSale, price: Price, live: Subscription | None, at: datetime) -> terms.Span:
    today = terms.day_of(at)
    if live is not None and lifecycle.standing(live, at).is_trial:
        bought = payments.next_term(live, price, today)
        return terms.Span(bought.starts_on, bought.ends_on)
    if price.term_months is not None:
        return terms.span(today, after_months=0, months=price.term_months)
    promised = next(
        (one.parameters["count"] for one in on_sale.promises if one.key == Feature.ISSUES_PER_YEAR), MONTHLY
    )
    return terms.Span(today, ledger.forecast_end(today, price.term_issues or 1, per_year=promised, at=at))
