"""The one writer of entitlements: nothing else in the house creates, moves or ends a right.

Payments, gifts and grants call the functions here; pages, files, feeds and label runs read the rows.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.models import Entitlement, PlanVersion, Subscription, Term


def write_for_term(term: Term) -> list[Entitlement]:
    """Make the rights of a term agree with it: one for each live feature that comes with its plan.

    They hold from the first instant of the term's first day to the end of its last, and rest on the days of a
    pause, so that there is one right more after each. Run again after the term's days were moved, it moves
    them along; run twice, it changes nothing. A term that was given up, or whose money was given back, has no
    rights, and those that it had stay as they ended.
    """
    if term.superseded_by_id is not None or (term.payment is not None and term.payment.is_given_back):
        return []
    subscription = term.subscription
    pauses = [pause for pause in subscription.pauses.all() if pause.called_off_at is None]
    spans = terms.outside(
        terms.Span(term.starts_on, term.ends_on),
        [terms.Span(pause.starts_on, pause.ends_on) for pause in pauses],
    )
    version = term.payment.price.version if term.payment is not None else subscription.plan_version
    held = {(right.feature, right.part): right for right in Entitlement.objects.filter(term=term)}
    written = []
    for feature in _granted(version):
        for part, days in enumerate(spans):
            from_at, until_at = terms.start_of(days.starts_on), terms.end_of(days.ends_on)
            right = held.pop((feature, part), None) or Entitlement(
                reader=subscription.reader,
                subscription=subscription,
                term=term,
                feature=feature,
                part=part,
                source=Entitlement.Source.SUBSCRIPTION,
            )
            if (right.from_at, right.until_at) != (from_at, until_at):
                right.from_at, right.until_at = from_at, until_at
                right.save()
            written.append(right)
    # What a pause had parted and no longer does lasts for no time at all.
    for right in held.values():
        if right.until_at != right.from_at:
            right.until_at = right.from_at
            right.save(update_fields=["until_at"])
    return written


def write_grace(subscription: Subscription, *, after: date, until_on: date) -> list[Entitlement]:
    """Let everything go on for some days after ``after``, the last paid day, while a payment is late.

    Run again with another last day, it moves the end; where the last paid day has moved, the days of grace
    move with it.
    """
    from_at = terms.end_of(after)
    moved = Entitlement.objects.filter(
        subscription=subscription, source=Entitlement.Source.GRACE, until_at__gt=from_at
    ).exclude(from_at=from_at)
    moved.update(until_at=F("from_at"))
    return [
        Entitlement.objects.update_or_create(
            subscription=subscription,
            reader=subscription.reader,
            feature=feature,
            source=Entitlement.Source.GRACE,
            from_at=from_at,
            defaults={"until_at": terms.end_of(until_on)},
        )[0]
        for feature in _granted(subscription.plan_version)
    ]


def end_grace(subscription: Subscription, at: datetime) -> int:
    """End what is left of the days of grace at ``at``; return how many rights that were."""
    return end_at(Entitlement.objects.filter(subscription=subscription, source=Entitlement.Source.GRACE), at)


def take_back_grace(subscription: Subscription, at: datetime) -> None:
    """End the days of grace, if there are any: no payment is asked for any more that they would wait for."""
    if subscription.grace_until_on is not None:
        end_grace(subscription, at)
        subscription.grace_until_on = None
        subscription.save(update_fields=["grace_until_on"])


def grant_complimentary(
    reader, features: Iterable[Feature], *, first_on: date, last_on: date, by, reason: str
) -> list[Entitlement]:
    """Give ``reader`` ``features`` without payment, from ``first_on`` to ``last_on``, both included.

    ``by`` is the member of staff who answers for it. Raises ``ValueError`` without a reason, or when the
    last day comes before the first.
    """
    if not reason.strip():
        raise ValueError("Say why: a grant without a reason cannot be answered for.")
    if last_on < first_on:
        raise ValueError("The last day comes before the first.")
    with transaction.atomic():
        return [
            Entitlement.objects.create(
                reader=reader,
                feature=feature,
                from_at=terms.start_of(first_on),
                until_at=terms.end_of(last_on),
                source=Entitlement.Source.COMPLIMENTARY,
                granted_by=by,
                reason=reason.strip(),
            )
            for feature in features
        ]


def end_at(held: Iterable[Entitlement], at: datetime | None = None) -> int:
    """End each of ``held`` at ``at`` (default: now); return how many were still to run.

    A right that has not begun ends before it does. One that has ended already is left as it is.
    """
    at = at or timezone.now()
    ended = 0
    with transaction.atomic():
        for entitlement in held:
            if entitlement.until_at is not None and entitlement.until_at <= at:
                continue
            entitlement.from_at = min(entitlement.from_at, at)
            entitlement.until_at = at
            entitlement.save(update_fields=["from_at", "until_at"])
            ended += 1
    return ended


def _granted(version: PlanVersion) -> list[str]:
    return [
        promise.key
        for promise in version.features.all()
        if not promise.is_planned and promise.comes_with_plan
    ]
