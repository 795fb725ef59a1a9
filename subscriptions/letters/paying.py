"""Letters about money: what is asked for, what came, what did not, and what will be different."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.urls import reverse
from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.letters.message import (
    SAMPLE_NUMBER,
    Addressee,
    Message,
    absolute,
    day,
    last_day,
    moment,
    span,
    still,
    sum_of,
)
from subscriptions.life import lifecycle
from subscriptions.models import Customer, Letter, Payment, PlannedChange, Subscription
from subscriptions.paying import guarantee, invoices
from subscriptions.providers import provider_for


@dataclass(frozen=True)
class AboutPayment(Message[Payment]):
    """What the letters about a payment say of it. ``credit`` and ``discount`` are empty unless taken off.

    ``printed`` is how much of the amount is for the printed copy, if any; ``is_print`` when all of it is.
    """

    about = Payment

    reference: str
    amount: str
    term: str
    credit: str
    discount: str
    printed: str
    is_print: bool

    @classmethod
    def outdated(cls, row: Payment, subscription: Subscription, at: datetime) -> str:
        if row.is_confirmed:
            return _("the payment has come")
        return "" if row.is_expected else _("the payment is no longer asked for")


def _said_of(payment: Payment, subscription: Subscription) -> dict[str, Any]:
    return {
        "to": Addressee.of(subscription, payment.price),
        "reference": payment.reference,
        "amount": sum_of(payment.amount_minor, payment.currency),
        "term": payment.price.term_label,
        "credit": sum_of(payment.credit_minor, payment.currency),
        "discount": sum_of(payment.discount_minor, payment.currency),
        "printed": sum_of(payment.print_minor, payment.currency),
        "is_print": payment.purpose == Payment.Purpose.PRINT,
    }


def _invented(number: int = 1) -> dict[str, Any]:
    """The same of the ``number``th payment of somebody who does not exist."""
    return {
        "to": Addressee.sample(),
        "reference": f"{SAMPLE_NUMBER}-{number}",
        "amount": sum_of(8400, "GBP"),
        "term": _("1 year"),
        "credit": "",
        "discount": "",
        "printed": "",
        "is_print": False,
    }


@dataclass(frozen=True)
class PaymentRequest(AboutPayment):
    """How to pay. ``last_day`` is empty unless days are left."""

    kind = Letter.Kind.PAYMENT_REQUEST

    is_switch: bool
    is_trial: bool
    is_gift: bool
    last_day: str
    sentence: str
    rows: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, row: Payment, subscription: Subscription, at: datetime) -> Self:
        how = provider_for(row.provider).instructions(row)
        now = lifecycle.standing(subscription, at)
        return cls(
            **_said_of(row, subscription),
            is_switch=row.purpose == Payment.Purpose.SWITCH,
            is_trial=now.is_trial,
            is_gift=subscription.is_gift,
            last_day=still(now.paid_until_on, at),
            sentence=str(how.sentence),
            rows=tuple((str(name), str(value)) for name, value in how.rows),
        )

    @classmethod
    def sample(cls) -> Self:
        invented = _invented()
        return cls(
            **invented,
            is_switch=False,
            is_trial=False,
            is_gift=False,
            last_day="",
            sentence=_("Please transfer the amount with exactly this reference."),
            rows=(
                (_("Pay to"), _("The magazine, Bank of Tallow Bay")),
                (_("Amount"), invented["amount"]),
                (_("Reference"), invented["reference"]),
            ),
        )


@dataclass(frozen=True)
class Receipt(AboutPayment):
    """What came, when, and for which days; with the way to have it back while that is promised.

    ``days`` is empty for money that came too late to buy any, and for a gift, whose days are not its
    giver's.
    """

    kind = Letter.Kind.RECEIPT

    method: str
    received: str
    is_gift: bool
    days: str
    refund_last_day: str
    refund_address: str

    @classmethod
    def of(cls, row: Payment, subscription: Subscription, at: datetime) -> Self:
        days = invoices.days_of(row)
        promised = guarantee.last_day_to_claim(subscription, at) if days else None
        link = reverse("subscriptions:refund_by_link", args=[guarantee.link_token(row)])
        return cls(
            **_said_of(row, subscription),
            method=row.get_method_display(),
            received=moment(row.confirmed_at) if row.confirmed_at else "",
            is_gift=subscription.is_gift and not row.is_given_back,
            days=span(day(days.starts_on), day(days.ends_on)) if days else "",
            refund_last_day=day(promised),
            refund_address=absolute(link) if promised else "",
        )

    @classmethod
    def outdated(cls, row: Payment, subscription: Subscription, at: datetime) -> str:
        return "" if row.is_confirmed else _("the payment has not come")

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **_invented(),
            method=_("Bank transfer"),
            received="4 May 2027 at 10:12 BST",
            is_gift=False,
            days=span("4 May 2027", "3 May 2028"),
            refund_last_day="3 July 2027",
            refund_address=absolute(reverse("subscriptions:refund")),
        )


@dataclass(frozen=True)
class CardFailed(AboutPayment):
    """A card was refused. ``next_try``: if it is tried again; ``keeps_until``: if there are days."""

    kind = Letter.Kind.CARD_FAILED

    failure: str
    tried: str
    next_try: str
    keeps_until: str

    @classmethod
    def of(cls, row: Payment, subscription: Subscription, at: datetime) -> Self:
        now = lifecycle.standing(subscription, at)
        return cls(
            **_said_of(row, subscription),
            failure=row.failure,
            tried=moment(row.failed_at) if row.failed_at else "",
            next_try=day(terms.day_of(row.next_try_at)) if row.next_try_at else "",
            keeps_until=still(now.grace_until_on or now.paid_until_on, at),
        )

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **_invented(2),
            failure=_("The card has expired."),
            tried="4 May 2028 at 06:00 BST",
            next_try="7 May 2028",
            keeps_until="17 May 2028",
        )


@dataclass(frozen=True)
class RenewalNotice(AboutPayment):
    """The card is about to be charged. ``card`` is empty when the provider did not say which it is."""

    kind = Letter.Kind.RENEWAL_NOTICE

    charged_on: str
    card: str
    last_day: str

    @classmethod
    def of(cls, row: Payment, subscription: Subscription, at: datetime) -> Self:
        known = Customer.objects.filter(reader=subscription.reader_id, provider=row.provider).first()
        return cls(
            **_said_of(row, subscription),
            charged_on=day(terms.day_of(row.next_try_at)) if row.next_try_at else "",
            card=known.card if known else "",
            last_day=last_day(subscription, at),
        )

    @classmethod
    def outdated(cls, row: Payment, subscription: Subscription, at: datetime) -> str:
        if subscription.cancelled_at:
            return _("the subscription was cancelled")
        if row.is_expected and row.next_try_at is None:
            return _("no card will be charged")
        return super().outdated(row, subscription, at)

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **_invented(2),
            charged_on="4 May 2028",
            card="Visa ·· 4242",
            last_day="3 May 2028",
        )


@dataclass(frozen=True)
class PriceChange(Message[PlannedChange]):
    """From a day on, terms cost something else; what is paid stays as it was."""

    kind = Letter.Kind.PRICE_CHANGE
    about = PlannedChange

    old: str
    old_term: str
    new: str
    new_term: str
    from_on: str
    last_day: str

    @classmethod
    def of(cls, row: PlannedChange, subscription: Subscription, at: datetime) -> Self:
        old, new = subscription.price, row.price
        return cls(
            to=Addressee.of(subscription),
            old=sum_of(old.amount_minor, old.currency),
            old_term=old.term_label,
            new=sum_of(new.amount_minor, new.currency),
            new_term=new.term_label,
            from_on=day(row.from_on),
            last_day=last_day(subscription, at),
        )

    @classmethod
    def outdated(cls, row: PlannedChange, subscription: Subscription, at: datetime) -> str:
        if row.withdrawn_at:
            return _("the change was withdrawn")
        if subscription.cancelled_at or subscription.closed_at:
            return _("no further term follows")
        return _("the change has happened") if row.done_at else ""

    @classmethod
    def sample(cls) -> Self:
        return cls(
            to=Addressee.sample(),
            old=sum_of(8400, "GBP"),
            old_term=_("1 year"),
            new=sum_of(9000, "GBP"),
            new_term=_("1 year"),
            from_on="1 March 2028",
            last_day="3 May 2028",
        )
