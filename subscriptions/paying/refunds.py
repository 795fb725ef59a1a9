"""Giving money back: what is owed and why, in one transaction with the end of the rights; and sending it.

A refund has a ``key`` that stays the same however often it is tried, and every try is on record before the
provider is asked. So whenever the machine stops, trying again is harmless, and what is owed is tried for
ever: a minute later, then ever more rarely, twice a day in the end. The manual provider's refunds are owed
until staff have sent the money and say so in the desk. Nothing of a payment that is disputed goes out until
that is settled.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from magazine.work import schedule
from subscriptions import entitlements, terms
from subscriptions.fulfilment import printed
from subscriptions.giving import orders as gift_orders
from subscriptions.letters import post
from subscriptions.life import lifecycle, story
from subscriptions.models import (
    Dispute,
    Entitlement,
    GuaranteeClaim,
    Letter,
    Payment,
    Refund,
    Subscription,
    SubscriptionEvent,
)
from subscriptions.money import formatted
from subscriptions.paying import asking, guarantee, payments
from subscriptions.paying.guarantee import MoneyBack
from subscriptions.providers import Capability, able_to, provider_for
from subscriptions.providers.base import (
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundStage,
    ReportedRefund,
)

Kind = SubscriptionEvent.Kind

# A try that is under way is left alone for so long, unless it says itself how it ended.
LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=12)
# After so many tries in vain a person should look: the desk shows it in red.
WORRYING_AFTER = 6


class PlanChangedError(ValueError):
    """Something happened since the plan was computed: it would no longer do what was shown."""


class CannotGiveBackError(ValueError):
    """This sum cannot go back out of this payment; the text says why."""


# -- What is owed --------------------------------------------------------------


def execute(plan: MoneyBack, *, by, reason: str = "") -> GuaranteeClaim:
    """Do what ``plan`` says, all of it or nothing: claim, refunds owed, rights ended, subscription closed.

    The letter is queued with it. Claiming twice has the effect of claiming once and returns the same claim.
    Raises ``PlanChangedError``, or ``guarantee.NotClaimableError``.
    """
    with transaction.atomic():
        # Two claims of one reader wait for each other here, as two orders do. The key stays free: who
        # confirms a payment holds the subscription and writes rows that point to the reader.
        get_user_model().objects.select_for_update(no_key=True).get(pk=plan.reader_id)
        subscription = story.locked(plan.subscription_id)
        if claim := GuaranteeClaim.objects.filter(subscription=subscription).first():
            return claim
        if guarantee.plan_refund(subscription, plan.at) != plan:
            raise PlanChangedError

        claim = GuaranteeClaim.objects.create(
            reader=subscription.reader,
            plan=subscription.plan,
            subscription=subscription,
            claimed_at=plan.at,
        )
        paid = {payment.pk: payment for payment in subscription.payments.all()}
        for one in plan.sums:
            _owe(
                paid[one.payment_id],
                one.amount_minor,
                kind=Refund.Kind.GUARANTEE,
                key=f"guarantee-{one.reference}",
                claim=claim,
                by=by,
                reason=reason,
                at=plan.at,
            )
        entitlements.end_at(Entitlement.objects.filter(pk__in=plan.ends), plan.at)
        for payment in paid.values():
            printed.given_back(payment, at=plan.at)
        _end_the_trial(subscription, plan.at)
        story.note(subscription, Kind.REFUNDED, by=by, at=plan.at, reason=reason)
        if subscription.closed_at is None:
            lifecycle.close(subscription, by=by, at=plan.at)
        post.queue(
            Letter.Kind.REFUNDED, about=claim, key=subscription.number, subscription=subscription, at=plan.at
        )
    return claim


def give_back(
    payment: Payment,
    amount_minor: int,
    *,
    kind: str = Refund.Kind.STAFF,
    by,
    reason: str,
    at: datetime | None = None,
) -> Refund:
    """Owe the reader ``amount_minor`` out of ``payment``, because staff said so.

    All of what is kept: the rights of its term end at once, and the subscription with them when nothing
    paid remains; what is left of a payment for print beside that term goes back too. All of a payment for
    print ends print and nothing else. A part: the rights stay. Raises ``CannotGiveBackError``: without a
    reason, while the payment is disputed, and for more than was kept of it.
    """
    at = at or timezone.now()
    with transaction.atomic():
        subscription = story.locked(payment.subscription_id)
        payment = _fresh(payment)
        if not reason.strip():
            raise CannotGiveBackError(
                _("Say why: money that goes back without a reason cannot be answered for.")
            )
        if payment.is_disputed:
            raise CannotGiveBackError(
                _(
                    "The reader’s bank has this payment in question. "
                    "Nothing of it goes back until that is settled."
                )
            )
        if not 0 < amount_minor <= payment.kept_minor:
            raise CannotGiveBackError(
                _("Of this payment we have %(kept)s, and not more.")
                % {"kept": formatted(payment.kept_minor, payment.currency)}
            )
        refund = _owe(
            payment,
            amount_minor,
            kind=kind,
            key=f"{kind}-{payment.reference}-{payment.refunds.count() + 1}",
            by=by,
            reason=reason.strip(),
            at=at,
        )
        story.note(
            subscription, Kind.REFUNDED, by=by, at=at, reason=_what(payment, amount_minor, reason.strip())
        )
        if amount_minor == payment.kept_minor:
            _end_what_it_bought(payment, by=by, at=at)
        _take_back_bills(payment, by=by, at=at)
    return refund


def late(payment: Payment, *, at: datetime) -> Refund:
    """Owe back all of a payment that came when nobody asked for it any more.

    For use inside a transaction that holds the subscription.
    """
    return _owe(
        payment,
        payment.amount_minor,
        kind=Refund.Kind.LATE,
        key=f"late-{payment.reference}",
        by=None,
        reason="",
        at=at,
    )


def made_at_provider(payment: Payment, amount_minor: int, provider_reference: str, *, at: datetime) -> None:
    """Write down a refund that was made at the provider, and has gone out.

    What we owed ourselves is less by it where both together would be more than was paid: the reader gets it
    once. For use inside a transaction that holds the subscription. Raises ``CannotGiveBackError`` for a sum
    that cannot have come out of this payment.
    """
    payment = _fresh(payment)
    lacking = amount_minor - payment.kept_minor
    owed = list(payment.refunds.owed().order_by("pk"))
    if lacking > sum(refund.amount_minor for refund in owed):
        raise CannotGiveBackError(
            _("The provider gave back %(amount)s of %(reference)s, of which we have %(kept)s.")
            % {
                "amount": formatted(amount_minor, payment.currency),
                "reference": payment.reference,
                "kept": formatted(payment.kept_minor, payment.currency),
            }
        )
    rest = amount_minor
    for refund in owed:
        if lacking >= refund.amount_minor:
            note_sent(refund, provider_reference, at=at)
            lacking -= refund.amount_minor
            rest -= refund.amount_minor
        elif lacking > 0:
            _take_off(payment, refund, lacking)
            lacking = 0
    if rest:
        _owe(
            payment,
            rest,
            kind=Refund.Kind.PROVIDER,
            key=f"provider-{provider_reference}"[:60],
            by=None,
            reason="",
            at=at,
            provider_reference=provider_reference,
            sent_at=at,
        )
        story.note(
            payment.subscription,
            Kind.REFUNDED,
            by=None,
            at=at,
            reason=_what(payment, rest, Refund.Kind.PROVIDER.label),
        )
    if not _fresh(payment).kept_minor:
        _end_what_it_bought(payment, by=None, at=at)
    _take_back_bills(payment, by=None, at=at)


def chargeback(payment: Payment, *, at: datetime) -> None:
    """The reader's bank has taken back what we had of ``payment``: its term ends, and no further one follows.

    What we still owed out of it has reached the reader by this. For use inside a transaction that holds the
    subscription.
    """
    payment = _fresh(payment)
    taken = f"chargeback-{payment.reference}"
    payment.refunds.owed().update(
        status=Refund.Status.SENT, sent_at=at, provider_reference=taken, next_try_at=None, failure=""
    )
    if payment.kept_minor:
        _owe(
            payment,
            payment.kept_minor,
            kind=Refund.Kind.CHARGEBACK,
            key=taken,
            by=None,
            reason="",
            at=at,
            provider_reference=taken,
            sent_at=at,
        )
    _end_what_it_bought(payment, by=None, at=at)
    subscription = story.locked(payment.subscription_id)
    if subscription.closed_at is None:
        payments.ask_no_more(subscription, by=None, at=at)
        Subscription.objects.filter(pk=subscription.pk).update(auto_renews=False)


def unlock(payment: Payment, *, at: datetime) -> None:
    """A dispute was settled for us: what is owed out of ``payment`` may go out. Inside a transaction."""
    for refund in payment.refunds.owed():
        refund.next_try_at = None
        refund.save(update_fields=["next_try_at"])
        _queue(refund)


def goes_out_by_itself(refund: Refund) -> bool:
    """Whether the provider sends the money of ``refund``; otherwise staff do."""
    return Capability.REFUNDS in provider_for(refund.payment.provider).capabilities


# -- What was sent -------------------------------------------------------------


def mark_sent(refund: Refund, *, by, at: datetime | None = None) -> Refund:
    """Record that staff have sent the money of ``refund``; a second time changes nothing.

    Raises ``CannotGiveBackError`` when the provider sends it, or a bank has the payment in question.
    """
    at = at or timezone.now()
    with transaction.atomic():
        story.locked(refund.payment.subscription_id)
        refund = Refund.objects.select_related("payment__subscription").get(pk=refund.pk)
        if refund.is_owed:
            if goes_out_by_itself(refund):
                raise CannotGiveBackError(
                    _("The provider sends this money by itself. Please do not send it too.")
                )
            if refund.payment.is_disputed:
                raise CannotGiveBackError(_("The reader’s bank has this payment in question."))
            note_sent(refund, "", at=at, by=by)
    return Refund.objects.get(pk=refund.pk)


def note_sent(refund: Refund, provider_reference: str, *, at: datetime, by=None) -> bool:
    """Note that the money of ``refund`` has gone out, once; returns whether that is new.

    For use inside a transaction that holds the subscription.
    """
    sent = Refund.objects.owed().filter(pk=refund.pk)
    if not sent.update(
        status=Refund.Status.SENT,
        sent_at=at,
        sent_by=by,
        provider_reference=provider_reference or refund.provider_reference,
        next_try_at=None,
        failure="",
    ):
        return False
    subscription = refund.payment.subscription
    story.note(subscription, Kind.REFUND_SENT, by=by, at=at, reason=refund.payment.reference)
    post.queue(Letter.Kind.REFUND_SENT, about=refund, key=refund.key, subscription=subscription, at=at)
    return True


def note_returned(refund: Refund, failure: str, *, at: datetime) -> bool:
    """Note that the money of ``refund`` came back to us: it is owed again. Returns whether that is new.

    For use inside a transaction that holds the subscription.
    """
    refund = Refund.objects.get(pk=refund.pk)
    failure = (failure or _("The money came back."))[:200]
    if refund.is_owed and refund.failure:
        return False
    if not refund.is_owed:
        refund.status, refund.sent_at, refund.sent_by = Refund.Status.OWED, None, None
    refund.failure, refund.provider_reference = failure, ""
    refund.next_try_at = at + _pause(refund.tries)
    refund.save()
    return True


def send_owed(at: datetime | None = None) -> int:
    """Try every refund that a provider can send, due at ``at`` (default: now); return how many went out."""
    at = at or timezone.now()
    due = (
        Refund.objects.owed()
        .filter(
            Q(next_try_at=None) | Q(next_try_at__lte=at), payment__provider__in=able_to(Capability.REFUNDS)
        )
        .exclude(payment__dispute=Dispute.OPEN)
        .order_by("requested_at", "pk")
    )
    return sum(send(refund_id, at=at) for refund_id in list(due.values_list("pk", flat=True)))


def send(refund_id: int, *, at: datetime | None = None) -> bool:
    """Have the provider send one refund, if it is owed and due at ``at`` (default: now).

    Returns whether it has gone out by this. The provider is asked when the try is on record and nothing is
    held. Never inside a transaction.
    """
    at = at or timezone.now()
    refund = _claim_try(refund_id, at)
    if refund is None:
        return False
    try:
        told = _ask(refund)
    except ProviderUnavailableError as error:
        return _put_off(refund, str(error) or _("The provider does not answer."), at)
    except ProviderRefusedError as error:
        # Perhaps somebody has sent it there by hand: what is so, a look will tell.
        with transaction.atomic():
            schedule.soon("subscriptions.tasks.look", refund.payment_id)
        return _put_off(refund, str(error) or _("The provider refused."), at)
    if told.stage == RefundStage.SENT:
        with transaction.atomic():
            story.locked(refund.payment.subscription_id)
            return note_sent(refund, told.provider_reference, at=at)
    has_failed = told.stage == RefundStage.FAILED
    on_its_way = "" if has_failed else told.provider_reference
    Refund.objects.owed().filter(pk=refund.pk).update(provider_reference=on_its_way)
    return _put_off(refund, (told.failure or _("The provider could not send it.")) if has_failed else "", at)


def _claim_try(refund_id: int, at: datetime) -> Refund | None:
    subscription_id = Refund.objects.values_list("payment__subscription_id", flat=True).get(pk=refund_id)
    with transaction.atomic():
        story.locked(subscription_id)
        refund = Refund.objects.select_related("payment__subscription__reader", "claim").get(pk=refund_id)
        is_due = refund.next_try_at is None or refund.next_try_at <= at
        if not (refund.is_owed and is_due and goes_out_by_itself(refund)) or refund.payment.is_disputed:
            return None
        refund.tries += 1
        refund.next_try_at = at + LEASE
        refund.save(update_fields=["tries", "next_try_at"])
    return refund


def _ask(refund: Refund) -> ReportedRefund:
    """Have it sent; or, when it is on its way already, ask how far it has come."""
    provider = provider_for(refund.payment.provider)
    if refund.provider_reference:
        reported = provider.look_up(refund.payment)
        for told in reported.refunds:
            if told.provider_reference == refund.provider_reference:
                return told
    return provider.refund(refund)


def _put_off(refund: Refund, failure: str, at: datetime) -> bool:
    Refund.objects.owed().filter(pk=refund.pk, tries=refund.tries).update(
        failure=failure[:200], next_try_at=at + _pause(refund.tries)
    )
    return False


def _pause(tries: int) -> timedelta:
    return min(FIRST_PAUSE * 4 ** min(max(tries - 1, 0), 8), LONGEST_PAUSE)


# -- Together ------------------------------------------------------------------


def _owe(
    payment: Payment,
    amount_minor: int,
    *,
    kind: str,
    key: str,
    by,
    reason: str,
    at: datetime,
    claim: GuaranteeClaim | None = None,
    provider_reference: str = "",
    sent_at: datetime | None = None,
) -> Refund:
    """Write the refund and raise what the payment gives back; what is not sent already is queued to be."""
    Payment.objects.filter(pk=payment.pk).update(refunded_minor=F("refunded_minor") + amount_minor)
    refund = Refund.objects.create(
        payment=payment,
        claim=claim,
        kind=kind,
        key=key,
        amount_minor=amount_minor,
        currency=payment.currency,
        status=Refund.Status.SENT if sent_at else Refund.Status.OWED,
        requested_at=at,
        requested_by=by,
        reason=reason,
        provider_reference=provider_reference,
        sent_at=sent_at,
    )
    if sent_at is None:
        _queue(refund)
    return refund


def _queue(refund: Refund) -> None:
    if goes_out_by_itself(refund):
        schedule.soon("subscriptions.tasks.send_refund", refund.pk)


def _take_off(payment: Payment, refund: Refund, amount_minor: int) -> None:
    """Owe less by ``refund``: that much has reached the reader in another way."""
    Payment.objects.filter(pk=payment.pk).update(refunded_minor=F("refunded_minor") - amount_minor)
    # Another sum is another refund to the provider, and so it needs another key.
    refund.amount_minor -= amount_minor
    refund.key = f"{refund.key}-{refund.amount_minor}"[:60]
    refund.save(update_fields=["amount_minor", "key"])


def _end_what_it_bought(payment: Payment, *, by, at: datetime) -> None:
    """End the rights that ``payment`` bought; with no other paid day left the subscription is closed."""
    if payment.subscription.is_gift:
        gift_orders.note_given_back(payment.subscription, at=at)
        return
    entitlements.end_at(Entitlement.objects.filter(term__payment=payment), at)
    if hasattr(payment, "term"):
        _give_back_print_beside(payment, by=by, at=at)
    printed.given_back(payment, at=at)
    subscription = story.locked(payment.subscription_id)
    if payment.purpose == Payment.Purpose.PRINT:
        printed.drop_unpaid(subscription, payments.kept_terms(subscription), by=by, at=at)
    now = lifecycle.standing(subscription, at)
    runs = now.is_running and not now.is_grace
    if subscription.closed_at is None and not runs and hasattr(payment, "term"):
        lifecycle.close(subscription, by=by, at=at)


def _give_back_print_beside(payment: Payment, *, by, at: datetime) -> None:
    """Copies do not come without their term: what is left of print that was paid for beside it goes back."""
    for beside, minor in printed.left_over(payment.term, today=terms.day_of(at)):
        beside = _fresh(beside)
        _owe(
            beside,
            minor,
            kind=Refund.Kind.STAFF,
            key=f"print-{beside.reference}-{beside.refunds.count() + 1}",
            by=by,
            reason=_("The printed copy ended with the plan."),
            at=at,
        )
        if not _fresh(beside).kept_minor:
            printed.given_back(beside, at=at)


def _take_back_bills(payment: Payment, *, by, at: datetime) -> None:
    """Ask no more for what was reckoned with the money that went back; it is asked for anew in its time.

    The difference for a change of plan took it for paid. And the next term was to begin where the days ended
    that it had bought: with them go the bill for that, and the days of grace behind them. Print is not asked
    for on days that are gone, nor in a term once it has ended.
    """
    payment = _fresh(payment)
    subscription = story.locked(payment.subscription_id)
    paid_until_on = lifecycle.standing(subscription, at).paid_until_on
    has_moved = (
        payment.is_given_back
        and hasattr(payment, "term")
        and (paid_until_on is None or paid_until_on < payment.term.ends_on)
    )
    has_gone = payment.is_given_back and hasattr(payment, "term")
    for bill in list(subscription.payments.expected()):
        is_print = bill.purpose == Payment.Purpose.PRINT
        if has_moved or bill.purpose == Payment.Purpose.SWITCH or (has_gone and is_print):
            payments.void(bill, by=by, at=at)
            if is_print:
                printed.drop_unpaid(subscription, payments.kept_terms(subscription), by=by, at=at)
        elif bill.print_add_on is not None and bill.print_add_on.ended_at is not None:
            asking.ask_anew(subscription, bill, by=by, at=at)
    if has_moved:
        entitlements.take_back_grace(subscription, at)


def _end_the_trial(subscription: Subscription, at: datetime) -> None:
    """Days to try that are still running end with the terms that were paid on top of them."""
    bought = subscription.terms.exclude(payment=None).order_by("-number").first()
    running = subscription.terms.filter(payment=None, superseded_by=None, ends_on__gte=terms.day_of(at))
    running.update(superseded_by=bought)


def _fresh(payment: Payment) -> Payment:
    return Payment.objects.select_related("subscription", "term").get(pk=payment.pk)


def _what(payment: Payment, amount_minor: int, reason: object) -> str:
    return f"{payment.reference}: {formatted(amount_minor, payment.currency)}. {reason}"[:200]


def worrying(refunds: Iterable[Refund]) -> list[Refund]:
    """Keep of ``refunds`` what was tried often in vain."""
    return [refund for refund in refunds if refund.is_owed and refund.tries >= WORRYING_AFTER]
