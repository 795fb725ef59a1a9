"""Writing down what a provider says of a payment: the one way by which its word reaches our books.

Whatever made us ask (a message, a reader who comes back from the pay page, a try of our own, the nightly
comparison), the same thing happens: the payment is looked up, and what is true there *now* is written down
here, all of it in one transaction. So the order in which messages come does not matter, nor how many of
them come; and because a reading is about one payment, known by its reference, nothing else than this
payment and its own subscription can be touched by it.

Looking takes time, and somebody else may look meanwhile. ``Payment.readings`` counts what was written down:
who finds that it has moved since they began throws their reading away and looks again, so an older reading
never comes after a newer one.

===========  =============================  ================================================================
There        Here                           What is written
===========  =============================  ================================================================
paid         expected                       confirmed: term, rights, receipt
paid         void, or the order is closed   confirmed without a term; all of it is owed back at once
paid         expected, print on no day      the same: the days that it was for have gone by
paid         confirmed                      nothing
refused      expected, our own try          the failure, once for each try (``dunning``)
gone         void                           withdrawn
refund       owed here                      sent
refund       unknown here                   made at the provider; was it all, the term's rights end
in dispute   not in dispute                 disputed: nothing of it moves, nothing more is charged
won          in dispute                     settled: what was owed goes out
lost         not lost                       taken by the bank; the term's rights end
===========  =============================  ================================================================
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.life import dunning, story
from subscriptions.models import Customer, Dispute, Payment, Refund, Subscription, SubscriptionEvent
from subscriptions.money import formatted
from subscriptions.paying import payments, refunds
from subscriptions.providers import provider_for
from subscriptions.providers.base import (
    DisputeStage,
    ProviderUnavailableError,
    RefundStage,
    Reported,
    ReportedRefund,
    Stage,
)

Kind = SubscriptionEvent.Kind

# Whoever is overtaken so often looks again later.
MOST_READINGS = 10
# A refund may fail after it was sent, and be sent again: what counts is how far it came in the end.
FURTHEST = {RefundStage.FAILED: 0, RefundStage.ON_ITS_WAY: 1, RefundStage.SENT: 2}


class DisagreesError(ValueError):
    """What the provider says cannot be true of this payment; the text says what, for staff."""


def look(payment_id: int, *, at: datetime | None = None, tried: int | None = None) -> Reported:
    """Look the payment up and write down what is so; return that. Never inside a transaction.

    ``tried`` is the number of a try of ours that the provider has surely answered. Raises
    ``ProviderUnavailableError``, ``ProviderRefusedError``, and ``DisagreesError`` when it cannot be written
    down.
    """
    for _again in range(MOST_READINGS):
        payment = Payment.objects.select_related("subscription__reader", "price").get(pk=payment_id)
        reported = provider_for(payment.provider).look_up(payment)
        if write_down(payment_id, reported, readings=payment.readings, at=at, tried=tried):
            return reported
    raise ProviderUnavailableError(_("Others were always quicker."))


def write_down(
    payment_id: int,
    reported: Reported,
    *,
    readings: int,
    at: datetime | None = None,
    tried: int | None = None,
) -> bool:
    """Write down ``reported``, unless something newer was since ``readings``; returns whether it was done.

    Written twice it changes nothing. Raises ``DisagreesError``, and then has changed nothing either.
    """
    at = at or timezone.now()
    with transaction.atomic():
        subscription_id = Payment.objects.values_list("subscription_id", flat=True).get(pk=payment_id)
        subscription = story.locked(subscription_id)
        payment = Payment.objects.select_related("subscription", "price").get(pk=payment_id)
        if payment.readings != readings:
            return False
        if reported.reference != payment.reference:
            raise DisagreesError(
                _("We asked about %(ours)s and were told about %(theirs)s.")
                % {"ours": payment.reference, "theirs": reported.reference}
            )
        payment.subscription = subscription
        changes = [
            _note_names(payment, reported),
            _note_stage(payment, reported, at=at, tried=tried),
            _note_refunds(payment, reported, at=at),
            _note_dispute(payment, reported, at=at),
        ]
        if any(changes):
            Payment.objects.filter(pk=payment_id).update(readings=F("readings") + 1)
    return True


def note_card(customer: Customer, card: str, *, at: datetime | None = None) -> None:
    """Write down that ``customer`` pays with ``card`` now; what failed on the old one is tried at once."""
    at = at or timezone.now()
    with transaction.atomic():
        changed = Customer.objects.filter(pk=customer.pk).exclude(card=card[:60]).update(card=card[:60])
        if changed and card:
            Payment.objects.expected().filter(
                provider=customer.provider,
                subscription__reader=customer.reader_id,
                tries__gt=0,
                failed_at__isnull=False,
            ).update(next_try_at=at)


def _note_names(payment: Payment, reported: Reported) -> bool:
    """What the provider calls this payment, and its reader."""
    changed = bool(reported.provider_reference) and reported.provider_reference != payment.provider_reference
    if changed:
        payment.provider_reference = reported.provider_reference
        payment.save(update_fields=["provider_reference"])
    if not reported.customer or reported.stage != Stage.PAID:
        return changed
    reader_id = payment.subscription.reader_id
    mine = Customer.objects.filter(provider=payment.provider, reader=reader_id).first()
    card = reported.card[:60]
    if mine is None:
        # A customer who is somebody else's already stays theirs.
        _customer, is_new = Customer.objects.get_or_create(
            provider=payment.provider,
            reference=reported.customer,
            defaults={"reader_id": reader_id, "card": card},
        )
        return changed or is_new
    newest = (
        Payment.objects.filter(provider=payment.provider, subscription__reader=reader_id)
        .exclude(status=Payment.Status.VOID)
        .order_by("-pk")
        .first()
    )
    # An old payment was made with a card of then.
    if newest is None or newest.pk != payment.pk or (mine.reference, mine.card) == (reported.customer, card):
        return changed
    theirs = Customer.objects.filter(provider=payment.provider, reference=reported.customer)
    if theirs.exclude(pk=mine.pk).exists():
        return changed
    mine.reference, mine.card = reported.customer, card or mine.card
    mine.save(update_fields=["reference", "card"])
    return True


def _note_stage(payment: Payment, reported: Reported, *, at: datetime, tried: int | None) -> bool:
    if reported.stage == Stage.PAID:
        return _note_paid(payment, reported, at=at)
    if reported.stage == Stage.GONE and payment.status == Payment.Status.VOID:
        return bool(Payment.objects.filter(pk=payment.pk, withdrawn_at=None).update(withdrawn_at=at))
    if not payment.is_expected:
        return False
    if tried is not None:
        # The card was refused; or nothing can be taken any more, which ends this try as well.
        is_answer = tried == payment.tries and payment.failed_at is None
        has_failed = is_answer and reported.stage in (Stage.FAILED, Stage.GONE)
    else:
        # Refused on the provider's page, while no try of our own is planned or in the air.
        is_answer = payment.tries == 0 and payment.next_try_at is None and payment.failed_at is None
        has_failed = is_answer and reported.stage == Stage.FAILED
    if has_failed:
        dunning.after_failure(payment, reported.failure or _("The card was refused."), at=at)
    return has_failed


def _note_paid(payment: Payment, reported: Reported, *, at: datetime) -> bool:
    came = (reported.amount_minor, reported.currency)
    if came != (payment.amount_minor, payment.currency):
        raise DisagreesError(
            _("We asked for %(asked)s, and the provider says that %(paid)s was paid.")
            % {
                "asked": formatted(payment.amount_minor, payment.currency),
                "paid": formatted(*came) if reported.currency else "?",
            }
        )
    if payment.is_confirmed:
        return False
    today = terms.day_of(at)
    paid_on = min(terms.day_of(reported.paid_at or at), today)
    if not (payment.is_expected and payment.subscription.closed_at is None and _buys(payment, paid_on, at)):
        payment.status, payment.paid_on, payment.confirmed_at = Payment.Status.CONFIRMED, paid_on, at
        payment.next_try_at = None
        payment.save(update_fields=["status", "paid_on", "confirmed_at", "next_try_at"])
        story.note(payment.subscription, Kind.LATE, by=None, at=at, reason=payment.reference)
        refunds.late(payment, at=at)
    return True


def _buys(payment: Payment, paid_on: date, at: datetime) -> bool:
    """Confirm ``payment``; false where no day is left that it could buy, and it came too late as well."""
    try:
        payments.confirm(payment, paid_on=paid_on, at=at)
    except payments.PaymentVoidError:
        return False
    return True


def _note_refunds(payment: Payment, reported: Reported, *, at: datetime) -> bool:
    changed = False
    for told in _in_the_end(reported.refunds):
        payment.refresh_from_db(fields=["status", "refunded_minor"])
        ours = _our_refund(payment, told)
        if told.stage == RefundStage.SENT:
            if ours is not None:
                changed |= refunds.note_sent(ours, told.provider_reference, at=at)
            elif payment.is_confirmed:
                _note_made_there(payment, told, at=at)
                changed = True
        elif told.stage == RefundStage.FAILED and ours is not None and _came_back(ours, told, payment):
            changed |= refunds.note_returned(ours, told.failure, at=at)
    return changed


def _came_back(ours: Refund, told: ReportedRefund, payment: Payment) -> bool:
    """Whether the money of ``ours`` is with us again because what ``told`` is about failed.

    Not when it reached the reader by another refund since, nor once a bank has taken the whole payment.
    """
    went_another_way = ours.provider_reference not in ("", told.provider_reference)
    return not went_another_way and payment.dispute != Dispute.LOST


def _note_made_there(payment: Payment, told: ReportedRefund, *, at: datetime) -> None:
    try:
        refunds.made_at_provider(payment, told.amount_minor, told.provider_reference, at=at)
    except refunds.CannotGiveBackError as refusal:
        raise DisagreesError(str(refusal)) from refusal


def _in_the_end(told: tuple[ReportedRefund, ...]) -> list[ReportedRefund]:
    """Keep of those with the same key the one that came furthest; what failed stands before what went out.

    For what came back to us is what may have gone out again.
    """
    kept: dict[str, ReportedRefund] = {}
    for one in told:
        name = one.key or one.provider_reference
        if name not in kept or FURTHEST[one.stage] > FURTHEST[kept[name].stage]:
            kept[name] = one
    return sorted(kept.values(), key=lambda one: one.stage != RefundStage.FAILED)


def _our_refund(payment: Payment, told: ReportedRefund) -> Refund | None:
    made = payment.refunds.all()
    if told.key and (ours := made.filter(key=told.key).first()):
        return ours
    return made.filter(provider_reference=told.provider_reference).first()


def _note_dispute(payment: Payment, reported: Reported, *, at: datetime) -> bool:
    now, before = reported.dispute, payment.dispute
    if now == before or (now == DisputeStage.NONE and before in (Dispute.WON, Dispute.LOST)):
        return False
    payment.refresh_from_db(fields=["status"])
    if not payment.is_confirmed:
        return False
    if before == Dispute.LOST:
        raise DisagreesError(
            _("We have the dispute about %(reference)s as lost, and the provider says: %(stage)s.")
            % {"reference": payment.reference, "stage": Dispute(now.value).label}
        )
    Payment.objects.filter(pk=payment.pk).update(dispute=now.value)
    subscription: Subscription = payment.subscription
    if now == DisputeStage.OPEN:
        story.note(subscription, Kind.DISPUTED, by=None, at=at, reason=payment.reference)
        return True
    reason = f"{payment.reference}: {Dispute(now.value).label}" if now.value else payment.reference
    story.note(subscription, Kind.SETTLED, by=None, at=at, reason=reason)
    if now == DisputeStage.LOST:
        refunds.chargeback(payment, at=at)
    else:
        refunds.unlock(payment, at=at)
    return True
