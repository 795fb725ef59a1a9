"""The one writer of entitlements: nothing else in the house creates, moves or ends a right.

Payments, gifts and grants call the functions here; pages, files, feeds and label runs read the rows.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.models import Entitlement, Term


def write_for_term(term: Term) -> list[Entitlement]:
    """Make the rights of a paid term agree with it: one for each live feature that comes with the plan.

    They hold from the first instant of the term's first day to the end of its last. Run again after the
    term's days were moved, it moves them along; run twice, it changes nothing. A term whose money was given
    back has no rights, and those that it had stay as they ended.
    """
    if term.payment is not None and term.payment.is_given_back:
        return []
    subscription = term.subscription
    span = {"from_at": terms.start_of(term.starts_on), "until_at": terms.end_of(term.ends_on)}
    granted = [
        promise.key for promise in subscription.plan_version.features.live() if promise.comes_with_plan
    ]
    return [
        Entitlement.objects.update_or_create(
            term=term,
            feature=key,
            defaults=span,
            create_defaults={
                **span,
                "reader": subscription.reader,
                "subscription": subscription,
                "source": Entitlement.Source.SUBSCRIPTION,
            },
        )[0]
        for key in granted
    ]


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
