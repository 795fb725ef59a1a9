"""The one writer of entitlements: nothing else in the house creates, moves or ends a right.

Payments, gifts and grants call the functions here; pages, files, feeds and label runs read the rows.
"""

from collections.abc import Container, Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.models import Entitlement, Gift, PlanVersion, PrintedTerm, Seat, Subscription, Term


def write_for_term(term: Term) -> list[Entitlement]:
    """Make the rights of a term agree with it: one for each live feature that comes with its plan.

    They hold from the first instant of the term's first day to the end of its last, and rest on the days of a
    pause, so that there is one right more after each. Where print was paid for, it holds from the first day
    that has it. Run again after the term's days were moved, it moves them along; run twice, it changes
    nothing. A term that was given up, or whose money was given back, has no rights, and those that it had
    stay as they ended.
    """
    if term.superseded_by_id is not None or (term.payment is not None and term.payment.is_given_back):
        return []
    subscription = term.subscription
    pauses = [pause for pause in subscription.pauses.all() if pause.called_off_at is None]
    rests = [terms.Span(pause.starts_on, pause.ends_on) for pause in pauses]
    spans = terms.outside(terms.Span(term.starts_on, term.ends_on), rests)
    version = term.payment.price.version if term.payment is not None else subscription.plan_version
    granted = dict.fromkeys(_granted(version), spans)
    if printed := PrintedTerm.objects.filter(term=term, ended_at=None).first():
        first_on = max(printed.starts_on, term.starts_on)
        granted[Feature.PRINT_EDITION.value] = terms.outside(terms.Span(first_on, term.ends_on), rests)
    held = {(right.feature, right.part): right for right in Entitlement.objects.filter(term=term)}
    written = []
    for feature, parts in granted.items():
        for part, days in enumerate(parts):
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


def write_for_carried(carried: Sequence[Term], with_print: Container[int]) -> int:
    """Write the rights of many terms that were paid elsewhere and have none yet; return how many.

    What ``write_for_term`` would write for each, in few statements; ``with_print`` are the ids of the terms
    that have print from their first day on. For terms without payment or pause.
    """
    granted: dict[int, list[str]] = {}
    rights = []
    for term in carried:
        version = term.subscription.plan_version
        if version.pk not in granted:
            granted[version.pk] = _granted(version)
        printed = [Feature.PRINT_EDITION.value] if term.pk in with_print else []
        rights += [
            Entitlement(
                reader=term.subscription.reader,
                subscription=term.subscription,
                term=term,
                feature=feature,
                from_at=terms.start_of(term.starts_on),
                until_at=terms.end_of(term.ends_on),
                source=Entitlement.Source.SUBSCRIPTION,
            )
            for feature in dict.fromkeys([*granted[version.pk], *printed])
        ]
    return len(Entitlement.objects.bulk_create(rights, batch_size=500))


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


def end_complimentary(right: Entitlement, *, by, reason: str, at: datetime | None = None) -> None:
    """End a complimentary right early, at ``at`` (default: now); who did it, and why, is added to its reason.

    Raises ``ValueError`` without a reason, and for a right that was paid for.
    """
    if right.source != Entitlement.Source.COMPLIMENTARY:
        raise ValueError("This right was paid for, and is not ended here.")
    if not reason.strip():
        raise ValueError("Say why: an end without a reason cannot be answered for.")
    with transaction.atomic():
        if end_at([right], at):
            right.reason = f"{right.reason[:90]} · ended by {by}: {reason.strip()}"[:200]
            right.save(update_fields=["reason"])


def write_for_gift(gift: Gift) -> list[Entitlement]:
    """Make the rights of a gift agree with its days: one for each live feature that comes with its plan.

    With the printed copy, if that was bought, there is a right to it too; where the days were added to a plan
    of the recipient's own, it is the only one. Run twice, it changes nothing. A gift without a first day has
    no rights, and one that is void has none any more: those that it had stay as they ended.
    """
    if gift.recipient is None or gift.first_on is None or gift.last_on is None or gift.void_at is not None:
        return []
    features = [] if gift.extension_id is not None else _granted(gift.price.version)
    if gift.zone_price_id is not None:
        features = [*features, Feature.PRINT_EDITION.value]
    return [
        Entitlement.objects.update_or_create(
            gift=gift,
            reader=gift.recipient,
            feature=feature,
            source=Entitlement.Source.GIFT,
            defaults={"from_at": terms.start_of(gift.first_on), "until_at": terms.end_of(gift.last_on)},
        )[0]
        for feature in features
    ]


def write_for_seat(seat: Seat, at: datetime | None = None) -> list[Entitlement]:
    """Make the rights of a seat agree with its group, as of ``at`` (default: now).

    They begin when it was taken, and not before the agreement; they end with the agreement, or when the proof
    of belonging is to be given again. Run again after either was moved, it moves them along. A seat that
    nobody has taken has none, and one that was taken back has none any more.
    """
    at = at or timezone.now()
    held = {right.feature: right for right in Entitlement.objects.filter(seat=seat)}
    if seat.reader is None or seat.taken_at is None or seat.ended_at is not None:
        end_at(held.values(), at)
        return []
    last_on = min(day for day in (seat.group.until_on, seat.proven_until_on) if day is not None)
    from_at = max(seat.taken_at, terms.start_of(seat.group.from_on))
    until_at = max(from_at, terms.end_of(last_on))
    written = []
    for feature in _granted(seat.group.plan_version):
        right = held.pop(feature, None) or Entitlement(
            reader=seat.reader, seat=seat, feature=feature, source=Entitlement.Source.SEAT
        )
        if (right.from_at, right.until_at) != (from_at, until_at):
            right.from_at, right.until_at = from_at, until_at
            right.save()
        written.append(right)
    end_at(held.values(), at)
    return written


def end_seat(seat: Seat, at: datetime | None = None) -> int:
    """End the rights of a seat at ``at`` (default: now); return how many were still to run."""
    return end_at(Entitlement.objects.filter(seat=seat), at)


def end_gift(gift: Gift, at: datetime | None = None) -> int:
    """End the rights of a gift at ``at`` (default: now); return how many were still to run."""
    return end_at(Entitlement.objects.filter(gift=gift), at)


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
