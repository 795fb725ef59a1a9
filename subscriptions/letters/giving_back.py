"""Letters about money that goes back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.utils.translation import gettext as _

from subscriptions.letters.message import SAMPLE_NUMBER, Addressee, Message, moment, sum_of
from subscriptions.models import GuaranteeClaim, Letter, Payment, Refund, Subscription
from subscriptions.providers import provider_for


@dataclass(frozen=True)
class Sum:
    """What comes back out of one payment, and how."""

    reference: str
    amount: str
    how: str

    @classmethod
    def of(cls, refund: Refund) -> Self:
        """Put one refund into words."""
        way_back = provider_for(refund.payment.provider).way_back(refund.payment)
        return cls(refund.payment.reference, sum_of(refund.amount_minor, refund.currency), str(way_back))

    @classmethod
    def sample(cls) -> Self:
        """A sum that nobody paid."""
        how = _("Bank transfer, to the account from which it came")
        return cls(f"{SAMPLE_NUMBER}-1", sum_of(8400, "GBP"), how)


@dataclass(frozen=True)
class Refunded(Message[GuaranteeClaim]):
    """The guarantee was claimed: what comes back, when it was asked for, and what has ended."""

    kind = Letter.Kind.REFUNDED
    about = GuaranteeClaim

    claimed: str
    amount: str
    sums: tuple[Sum, ...]

    @classmethod
    def of(cls, row: GuaranteeClaim, subscription: Subscription, at: datetime) -> Self:
        refunds = list(row.refunds.select_related("payment").order_by("pk"))
        return cls(
            to=Addressee.of(subscription),
            claimed=moment(row.claimed_at),
            amount=sum_of(sum(one.amount_minor for one in refunds), refunds[0].currency),
            sums=tuple(Sum.of(one) for one in refunds),
        )

    @classmethod
    def outdated(cls, row: GuaranteeClaim, subscription: Subscription, at: datetime) -> str:
        return ""

    @classmethod
    def sample(cls) -> Self:
        back = Sum.sample()
        return cls(
            to=Addressee.sample(),
            claimed="21 May 2027 at 19:40 BST",
            amount=back.amount,
            sums=(back,),
        )


@dataclass(frozen=True)
class RefundSent(Message[Refund]):
    """The money has gone out; ``came_too_late`` when it was paid for something no longer for sale to them."""

    kind = Letter.Kind.REFUND_SENT
    about = Refund

    back: Sum
    sent: str
    takes: str
    came_too_late: bool

    @classmethod
    def of(cls, row: Refund, subscription: Subscription, at: datetime) -> Self:
        return cls(
            to=Addressee.of(subscription, row.payment.price),
            back=Sum.of(row),
            sent=moment(row.sent_at) if row.sent_at else "",
            takes=_takes(row.payment),
            came_too_late=row.kind == Refund.Kind.LATE,
        )

    @classmethod
    def outdated(cls, row: Refund, subscription: Subscription, at: datetime) -> str:
        return _("the money has not gone out") if row.is_owed else ""

    @classmethod
    def sample(cls) -> Self:
        return cls(
            to=Addressee.sample(),
            back=Sum.sample(),
            sent="22 May 2027 at 09:05 BST",
            takes=_("up to three working days"),
            came_too_late=False,
        )


def _takes(payment: Payment) -> str:
    """How long until it is there: cards take their issuers' time, transfers the banks'."""
    if payment.method == Payment.Method.CARD:
        return _("up to ten working days")
    return _("up to three working days")
