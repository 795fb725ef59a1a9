"""Everything that can be done to a subscription, by its reader or by staff, each ready to be rehearsed.

A deed is what is to be done, with all that has to be chosen for it. ``rehearsal`` says what it does and does
it; the account page and the desk offer the same deeds, and staff add a reason.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Protocol

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from subscriptions import terms
from subscriptions.fulfilment import add_on, addresses
from subscriptions.life import extensions, lifecycle, renewals, switching
from subscriptions.life import pauses as resting
from subscriptions.models import Offer, Payment, Price, Refund, Subscription
from subscriptions.paying import guarantee, payments, refunds
from subscriptions.selling import checkout
from subscriptions.selling import offers as offering


class NotPossibleError(ValueError):
    """The deed cannot be done; the text is the sentence for whoever wanted to."""


class Deed(Protocol):
    """Something to be done to a subscription. ``title`` asks, ``button`` does."""

    name: ClassVar[str]
    title: ClassVar[str | Promise]
    button: ClassVar[str | Promise]

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        """Do it, in the transaction that is under way; raises ``NotPossibleError``."""
        ...


# What is wrong, where what refuses has no sentence of its own.
SENTENCES: dict[type[Exception], str | Promise] = {
    lifecycle.NothingToCancelError: _("There is nothing to cancel: no payment is expected."),
    lifecycle.CannotResumeError: _("There is no cancellation to take back."),
    resting.NotPausedError: _("There is no pause to end."),
    switching.NothingPlannedError: _("No change is waiting that could be withdrawn."),
    renewals.NotRenewableError: _("This plan does not go on."),
    payments.PaymentVoidError: _("This payment is not asked for any more."),
}
REFUSALS: tuple[type[Exception], ...] = (
    *SENTENCES,
    guarantee.NotClaimableError,
    offering.OfferRefusedError,
    refunds.CannotGiveBackError,
    resting.CannotPauseError,
    switching.CannotSwitchError,
    extensions.CannotExtendError,
    add_on.CannotPrintError,
)


@contextmanager
def _saying_why() -> Iterator[None]:
    try:
        yield
    except REFUSALS as refusal:
        raise NotPossibleError(str(SENTENCES.get(type(refusal), refusal))) from refusal


@dataclass(frozen=True)
class Cancel:
    """End the plan when its paid days do."""

    name: ClassVar[str] = "cancel"
    title: ClassVar[str | Promise] = _("Cancel the plan?")
    button: ClassVar[str | Promise] = _("Cancel the plan")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        with _saying_why():
            lifecycle.cancel(subscription, by=by, at=at, reason=reason)


@dataclass(frozen=True)
class Resume:
    """Take the cancellation back."""

    name: ClassVar[str] = "resume"
    title: ClassVar[str | Promise] = _("Keep the plan after all?")
    button: ClassVar[str | Promise] = _("Keep the plan")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        with _saying_why():
            lifecycle.resume(subscription, by=by, at=at, reason=reason)


@dataclass(frozen=True)
class Pause:
    """Let the plan rest for some days."""

    first_on: date
    last_on: date
    name: ClassVar[str] = "pause"
    title: ClassVar[str | Promise] = _("Pause the plan?")
    button: ClassVar[str | Promise] = _("Pause the plan")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        with _saying_why():
            resting.pause(subscription, self.first_on, self.last_on, by=by, at=at, reason=reason)


@dataclass(frozen=True)
class EndPause:
    """Read on today, or call off a pause that is to come."""

    name: ClassVar[str] = "end-pause"
    title: ClassVar[str | Promise] = _("End the pause?")
    button: ClassVar[str | Promise] = _("End the pause")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        with _saying_why():
            resting.end_pause(subscription, by=by, at=at, reason=reason)


@dataclass(frozen=True)
class Switch:
    """Change to another price: up at once, down when the paid days end."""

    price: Price
    name: ClassVar[str] = "switch"
    title: ClassVar[str | Promise] = _("Change the plan?")
    button: ClassVar[str | Promise] = _("Change the plan")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        with _saying_why():
            switching.switch(subscription, self.price, by=by, at=at, reason=reason)


@dataclass(frozen=True)
class Keep:
    """Withdraw a change of plan that has not happened yet."""

    name: ClassVar[str] = "keep"
    title: ClassVar[str | Promise] = _("Keep the plan as it is?")
    button: ClassVar[str | Promise] = _("Keep it as it is")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        with _saying_why():
            switching.keep(subscription, by=by, at=at, reason=reason)


@dataclass(frozen=True)
class Renew:
    """Ask for the next term now."""

    name: ClassVar[str] = "renew"
    title: ClassVar[str | Promise] = _("Pay the next term now?")
    button: ClassVar[str | Promise] = _("Pay the next term")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        with _saying_why():
            renewals.bill_next_term(subscription, by=by, at=at, reason=reason)


@dataclass(frozen=True)
class PayBy:
    """Pay the next term another way."""

    method: str
    provider: str
    name: ClassVar[str] = "pay-by"
    title: ClassVar[str | Promise] = _("Pay another way?")
    button: ClassVar[str | Promise] = _("Pay this way from now on")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        with _saying_why():
            checkout.pay_by(
                subscription, method=self.method, provider=self.provider, by=by, at=at, reason=reason
            )


@dataclass(frozen=True)
class TakeOffer:
    """Take an offer for the next payments."""

    offer: Offer
    name: ClassVar[str] = "offer"
    title: ClassVar[str | Promise] = _("Take the offer?")
    button: ClassVar[str | Promise] = _("Take the offer")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        with _saying_why():
            checkout.take_offer(subscription, self.offer, by=by, at=at, reason=reason)


@dataclass(frozen=True)
class ClaimGuarantee:
    """Have all of the money back, and end the plan."""

    name: ClassVar[str] = "guarantee"
    title: ClassVar[str | Promise] = _("Have the money back?")
    button: ClassVar[str | Promise] = _("Give all of it back, and end the plan")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        with _saying_why():
            refunds.execute(guarantee.plan_refund(subscription, at), by=by, reason=reason)


@dataclass(frozen=True)
class GiveBack:
    """Give back a part of one payment, or all of it: staff alone, and with a reason."""

    payment: Payment
    amount_minor: int
    name: ClassVar[str] = "give-back"
    title: ClassVar[str | Promise] = _("Give money back?")
    button: ClassVar[str | Promise] = _("Give it back")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        with _saying_why():
            refunds.give_back(
                self.payment,
                self.amount_minor,
                kind=Refund.Kind.STAFF,
                by=by,
                # A rehearsal has none yet; whoever performs it is asked for one.
                reason=reason or _now("no reason given yet"),
                at=at,
            )


@dataclass(frozen=True)
class ConfirmPayment:
    """Note that a transfer or a cheque has come: staff alone."""

    payment: Payment
    paid_on: date
    name: ClassVar[str] = "confirm"
    title: ClassVar[str | Promise] = _("Confirm the payment?")
    button: ClassVar[str | Promise] = _("Confirm: the money has come")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        if self.paid_on > terms.day_of(at):
            raise NotPossibleError(_now("Money cannot have been received on a day to come."))
        with _saying_why():
            payments.confirm(self.payment, paid_on=self.paid_on, by=by, at=at)


@dataclass(frozen=True)
class Extend:
    """Add days to the last term: staff alone, and with a reason."""

    days: int
    batch: str
    name: ClassVar[str] = "extend"
    title: ClassVar[str | Promise] = _("Extend the plan?")
    button: ClassVar[str | Promise] = _("Extend it")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        with _saying_why():
            extensions.extend(
                subscription,
                self.days,
                batch=self.batch,
                by=by,
                at=at,
                reason=reason or _now("no reason given yet"),
            )


@dataclass(frozen=True)
class AddPrint:
    """Have the printed copy beside the plan, sent to ``country``; to ``address`` where one is given."""

    country: str
    address: Mapping[str, str] | None = None
    name: ClassVar[str] = "add-print"
    title: ClassVar[str | Promise] = _("Add the printed copy?")
    button: ClassVar[str | Promise] = _("Add the printed copy")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        with _saying_why():
            if self.address is not None:
                _say(subscription, self.address, by=by, at=at)
            add_on.add(subscription, self.country, by=by, at=at, reason=reason)


@dataclass(frozen=True)
class DropPrint:
    """Have no printed copy in the next term."""

    name: ClassVar[str] = "drop-print"
    title: ClassVar[str | Promise] = _("Drop the printed copy?")
    button: ClassVar[str | Promise] = _("Drop the printed copy")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        with _saying_why():
            add_on.drop(subscription, by=by, at=at, reason=reason)


@dataclass(frozen=True)
class KeepPrint:
    """Take the dropping of the printed copy back."""

    name: ClassVar[str] = "keep-print"
    title: ClassVar[str | Promise] = _("Keep the printed copy after all?")
    button: ClassVar[str | Promise] = _("Keep the printed copy")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        with _saying_why():
            add_on.keep(subscription, by=by, at=at, reason=reason)


def _say(subscription: Subscription, address: Mapping[str, str], *, by, at: datetime) -> None:
    try:
        addresses.say(subscription.reader, address, from_on=terms.day_of(at), by=by, at=at)
    except ValidationError as error:
        raise NotPossibleError(" ".join(error.messages)) from error
