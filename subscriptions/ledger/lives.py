"""The days of a subscription as the ledger of issues sees them.

A subscription *has* an issue when it has the day on which the issue reaches readers:

=======================  =====================================================================
Days of a paid term      had
Days to try              had; what comes then is a gift
Days of grace            had; a gift, unless the late payment makes them days of a term
Days of a pause          not had
After the money went     not had; the day on which it went still is
After closing            not had; the day on which it was closed still is
=======================  =====================================================================
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch

from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.features import State as FeatureState
from subscriptions.models import Entitlement, Payment, Price, Subscription, Term
from subscriptions.models.subscription import SubscriptionQuerySet
from subscriptions.terms import Span

BATCH = 500


@dataclass(frozen=True)
class Stretch:
    """One term: its days, and what it promises.

    ``per_year`` is the count of issues that its plan promised, 0 for none. ``had_until_on`` is the last of
    its days that was had, earlier than ``ends_on`` when its money went back. A stretch ``is_cut`` when a
    change of plan ended it; ``added_days`` are those of its extensions.
    """

    term_id: int
    starts_on: date
    ends_on: date
    had_until_on: date
    months: int
    issues: int
    per_year: int
    is_trial: bool = False
    is_kept: bool = True
    is_cut: bool = False
    added_days: int = 0

    @property
    def counts(self) -> bool:
        """Whether it was paid for and is kept, so that it promises issues and what comes is counted."""
        return self.is_kept and not self.is_trial

    def covers(self, day: date) -> bool:
        """Whether ``day`` is one of the days that were had."""
        return self.starts_on <= day <= self.had_until_on


@dataclass(frozen=True)
class Life:
    """A subscription's terms in order of their days, its rests, its days of grace, its last day if closed."""

    subscription: Subscription
    stretches: tuple[Stretch, ...]
    rests: tuple[Span, ...] = ()
    grace: tuple[Span, ...] = ()
    closed_on: date | None = None

    @property
    def counting(self) -> list[Stretch]:
        """The stretches that promise something."""
        return [stretch for stretch in self.stretches if stretch.counts]

    @property
    def ends_on(self) -> date | None:
        """The last day of the last term that is kept."""
        return max((stretch.ends_on for stretch in self.stretches if stretch.is_kept), default=None)

    def rests_on(self, day: date) -> bool:
        """Whether ``day`` is one of a pause."""
        return _is_in(day, self.rests)

    def stretch_on(self, day: date) -> Stretch | None:
        """Return the term that ``day`` belongs to; one that is kept before one that was paid back."""
        covering = [stretch for stretch in self.stretches if stretch.covers(day)]
        return max(covering, key=lambda stretch: (stretch.counts, stretch.is_kept), default=None)

    def has(self, day: date) -> bool:
        """Whether an issue that comes on ``day`` comes to this subscription."""
        if self.rests_on(day) or (self.closed_on is not None and day > self.closed_on):
            return False
        return self.stretch_on(day) is not None or _is_in(day, self.grace)


def batches(subscriptions: SubscriptionQuerySet) -> Iterator[list[Life]]:
    """Yield the lives of ``subscriptions`` in order of their ids, ``BATCH`` at a time; see ``batches_of``."""
    return batches_of(subscriptions.values_list("pk", flat=True))


def batches_of(ids: Iterable[int]) -> Iterator[list[Life]]:
    """Yield the lives of the subscriptions with these ``ids``, ``BATCH`` at a time. Eight queries each."""
    per_year = counts()
    in_order = sorted(ids)
    for first in range(0, len(in_order), BATCH):
        loaded = (
            Subscription.objects.filter(pk__in=in_order[first : first + BATCH])
            .with_facts()
            .prefetch_related(
                "payments__refunds",
                "extensions",
                Prefetch("entitlements", Entitlement.objects.filter(source=Entitlement.Source.GRACE)),
            )
        )
        yield [
            life_of(subscription, per_year, subscription.entitlements.all())
            for subscription in loaded.order_by("pk")
        ]


def of(subscription: Subscription) -> Life:
    """Return the life of one subscription, as it is stored now."""
    [[life]] = batches_of([subscription.pk])
    return life


def counts() -> dict[int, int]:
    """Return how many issues a year the plan of each price promises, by the price's id. One query."""
    promised = Price.objects.filter(
        version__features__key=Feature.ISSUES_PER_YEAR, version__features__state=FeatureState.LIVE
    ).values_list("pk", "version__features__parameters")
    return {price_id: parameters["count"] for price_id, parameters in promised}


def life_of(
    subscription: Subscription, per_year: dict[int, int], rights_in_grace: Iterable[Entitlement]
) -> Life:
    """Work out the life of a subscription whose terms, payments, refunds, pauses and extensions are loaded.

    ``per_year`` is what ``counts`` returns. No query.
    """
    payments = {payment.pk: payment for payment in subscription.payments.all()}
    rows = sorted(
        (term for term in subscription.terms.all() if term.superseded_by_id is None),
        key=lambda term: (term.starts_on, term.number),
    )
    changes = {
        term.starts_on
        for term in rows
        if term.payment_id and payments[term.payment_id].purpose == Payment.Purpose.SWITCH
    }
    return Life(
        subscription,
        tuple(
            _stretch(term, payments.get(term.payment_id or 0), per_year, changes, subscription)
            for term in rows
        ),
        rests=tuple(
            Span(pause.starts_on, pause.ends_on)
            for pause in subscription.pauses.all()
            if pause.called_off_at is None
        ),
        grace=tuple(_grace(rights_in_grace)),
        closed_on=terms.day_of(subscription.closed_at) if subscription.closed_at else None,
    )


def _stretch(
    term: Term,
    payment: Payment | None,
    per_year: dict[int, int],
    changes: set[date],
    subscription: Subscription,
) -> Stretch:
    is_kept = payment is None or not payment.is_given_back
    price_id = payment.price_id if payment is not None else subscription.price_id
    return Stretch(
        term_id=term.pk,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        had_until_on=term.ends_on if is_kept or payment is None else min(term.ends_on, _went_on(payment)),
        months=term.months,
        issues=term.issues,
        per_year=per_year.get(price_id, 0),
        is_trial=term.is_trial,
        is_kept=is_kept,
        added_days=sum(one.days for one in subscription.extensions.all() if one.term_id == term.pk),
        is_cut=term.ends_on + timedelta(days=1) in changes,
    )


def _went_on(payment: Payment) -> date:
    """The day on which the last of the money was given back; before all days when nobody wrote it down."""
    return max((terms.day_of(refund.requested_at) for refund in payment.refunds.all()), default=date.min)


def _grace(rights: Iterable[Entitlement]) -> set[Span]:
    return {
        Span(terms.day_of(right.from_at), terms.last_day_before(right.until_at))
        for right in rights
        if right.until_at is not None and right.until_at > right.from_at
    }


def _is_in(day: date, spans: Iterable[Span]) -> bool:
    return any(span.starts_on <= day <= span.ends_on for span in spans)
