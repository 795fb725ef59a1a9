"""Taking payments through a provider: the page on which readers pay, and the card that is charged in time.

A try has a number, and it is on record before the provider is asked. When the answer is lost, or the
machine stops, the next look repeats the same try and not a further one, which the provider does once
however often it is asked:

=============================  ==============================================================================
``tries``, ``failed_at``       What the next turn does, when ``next_try_at`` has come
=============================  ==============================================================================
none yet                       makes the first try
some, and it failed            makes the next try (``dunning`` says when)
some, and no word of failure   makes that same try again: its answer was lost
=============================  ==============================================================================
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from subscriptions.life import story
from subscriptions.models import Customer, Payment
from subscriptions.paying import settling
from subscriptions.providers import Capability, able_to, provider_for
from subscriptions.providers.base import (
    ProviderRefusedError,
    ProviderUnavailableError,
    Reported,
    Stage,
)

logger = logging.getLogger(__name__)

# A try that is under way is left alone for so long.
LEASE = timedelta(minutes=10)
# A card is asked for its answer again after so long.
WAIT = timedelta(hours=1)


class NotPayableError(ValueError):
    """There is no page for this payment: it is not asked for any more, is not paid on one, or is being
    taken from the card at this moment."""


def pay_page(payment: Payment, return_to: str, *, at: datetime | None = None) -> str:
    """Return the address of the provider's page for ``payment``; ``return_to`` is our own absolute address.

    A page is not opened while the card is being charged, and the card is not charged while a page is being
    opened (default of ``at``: now), or the reader could pay on the one what the other takes. Never inside a
    transaction. Raises ``NotPayableError``, ``ProviderUnavailableError``, ``ProviderRefusedError``.
    """
    payment = _claim_page(payment.pk, at or timezone.now())
    provider = provider_for(payment.provider)
    page = provider.pay_page(payment, customer=_customer_of(payment), return_to=return_to)
    Payment.objects.filter(pk=payment.pk).exclude(provider_reference=page.provider_reference).update(
        provider_reference=page.provider_reference
    )
    return page.address


def portal(customer: Customer, return_to: str) -> str:
    """Return the address of the provider's page for the card and invoices of ``customer``, for one visit.

    Raises ``NotPayableError`` where there is none, ``ProviderUnavailableError``, ``ProviderRefusedError``.
    """
    provider = provider_for(customer.provider)
    if Capability.PORTAL not in provider.capabilities:
        raise NotPayableError
    return provider.portal(customer.reference, return_to=return_to)


def charge_due(at: datetime | None = None) -> int:
    """Charge every card whose time has come at ``at`` (default: now); return how many payments were tried."""
    at = at or timezone.now()
    due = Payment.objects.expected().filter(next_try_at__lte=at, provider__in=able_to(Capability.CHARGES))
    return sum(
        charge(payment_id, at=at) for payment_id in list(due.order_by("pk").values_list("pk", flat=True))
    )


def charge(payment_id: int, *, at: datetime | None = None) -> bool:
    """Charge the card for one payment, if its time has come at ``at`` (default: now); return whether it was.

    Never for a subscription that was cancelled or closed, nor while any of its payments is disputed. Never
    inside a transaction.
    """
    at = at or timezone.now()
    payment = _claim_try(payment_id, at)
    if payment is None:
        return False
    try:
        _ask_and_write(payment, at)
    except ProviderUnavailableError as error:
        logger.warning("%s: no answer about try %d: %s", payment, payment.tries, error)
    except settling.DisagreesError as error:
        # It is not for us to try again: the nightly comparison shows it until a person has looked.
        logger.error("%s: %s", payment, error)
        Payment.objects.expected().filter(pk=payment.pk).update(next_try_at=None, failure=str(error)[:200])
    return True


def withdraw(payment_id: int, *, at: datetime | None = None) -> bool:
    """See to it that a void payment cannot be paid at the provider any more; returns whether it is so.

    Was it paid in the meantime, the money goes back. Never inside a transaction.
    """
    at = at or timezone.now()
    payment = Payment.objects.select_related("subscription__reader", "price").get(pk=payment_id)
    if payment.status != Payment.Status.VOID or payment.withdrawn_at is not None:
        return payment.withdrawn_at is not None
    try:
        reported = provider_for(payment.provider).withdraw(payment)
        if not settling.write_down(payment_id, reported, readings=payment.readings, at=at):
            reported = settling.look(payment_id, at=at)
    except (ProviderUnavailableError, ProviderRefusedError, settling.DisagreesError) as error:
        logger.warning("%s could not be withdrawn: %s", payment, error)
        return False
    if reported.stage == Stage.UNKNOWN:
        Payment.objects.filter(pk=payment_id, withdrawn_at=None).update(withdrawn_at=at)
    return reported.stage in (Stage.UNKNOWN, Stage.GONE)


def withdraw_void(at: datetime | None = None) -> int:
    """Withdraw whatever is void and might still be paid somewhere; return how many were withdrawn."""
    void = Payment.objects.filter(
        status=Payment.Status.VOID, withdrawn_at=None, provider__in=able_to(Capability.PAY_PAGE)
    )
    return sum(withdraw(payment_id, at=at) for payment_id in list(void.values_list("pk", flat=True)))


def _claim_page(payment_id: int, at: datetime) -> Payment:
    subscription_id = Payment.objects.values_list("subscription_id", flat=True).get(pk=payment_id)
    with transaction.atomic():
        story.locked(subscription_id)
        payment = Payment.objects.select_related("subscription__reader", "price__version__plan").get(
            pk=payment_id
        )
        if not payment.is_expected or Capability.PAY_PAGE not in provider_for(payment.provider).capabilities:
            raise NotPayableError
        if payment.next_try_at is not None:
            if _is_unanswered(payment) and payment.next_try_at > at:
                raise NotPayableError
            if payment.next_try_at < at + LEASE:
                payment.next_try_at = at + LEASE
                payment.save(update_fields=["next_try_at"])
    return payment


def _claim_try(payment_id: int, at: datetime) -> Payment | None:
    subscription_id = Payment.objects.values_list("subscription_id", flat=True).get(pk=payment_id)
    with transaction.atomic():
        subscription = story.locked(subscription_id)
        payment = Payment.objects.select_related("subscription__reader", "price__version__plan").get(
            pk=payment_id
        )
        charges = Capability.CHARGES in provider_for(payment.provider).capabilities
        is_due = payment.is_expected and payment.next_try_at is not None and payment.next_try_at <= at
        is_wanted = subscription.cancelled_at is None and subscription.closed_at is None
        if not (charges and is_due and is_wanted) or any(
            one.is_disputed for one in subscription.payments.all()
        ):
            return None
        if not _is_unanswered(payment):
            payment.tries += 1
            payment.failed_at = None
        payment.next_try_at = at + LEASE
        # Whoever looked before this try must not take the last one's failure for its answer.
        payment.readings = F("readings") + 1
        payment.save(update_fields=["tries", "failed_at", "next_try_at", "readings"])
        payment.refresh_from_db(fields=["readings"])
    return payment


def _is_unanswered(payment: Payment) -> bool:
    return payment.tries > 0 and payment.failed_at is None


def _ask_and_write(payment: Payment, at: datetime) -> None:
    try:
        reported = provider_for(payment.provider).charge(payment, customer=_customer_of(payment))
    except ProviderRefusedError as refusal:
        reported = Reported(
            payment.reference, Stage.FAILED, failure=str(refusal) or _("The card was refused.")
        )
    if not settling.write_down(payment.pk, reported, readings=payment.readings, at=at, tried=payment.tries):
        reported = settling.look(payment.pk, at=at, tried=payment.tries)
    if reported.stage in (Stage.OPEN, Stage.UNKNOWN):
        Payment.objects.expected().filter(pk=payment.pk, failed_at=None).update(next_try_at=at + WAIT)


def _customer_of(payment: Payment) -> str:
    mine = Customer.objects.filter(reader=payment.subscription.reader_id, provider=payment.provider)
    return mine.values_list("reference", flat=True).first() or ""
