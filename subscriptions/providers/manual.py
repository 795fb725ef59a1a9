"""Bank transfer and cheque: the reader sends it, staff see it arrive and confirm it in the desk."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subscriptions.models import Payment, Refund
from subscriptions.money import formatted
from subscriptions.providers.base import (
    Capability,
    Instructions,
    Message,
    PayPage,
    ProviderRefusedError,
    Reported,
    ReportedRefund,
    Subject,
)


class ManualProvider:
    """Needs no keys and no network, and does nothing by itself."""

    key = "manual"
    label: str | Promise = gettext_lazy("Bank transfer or cheque")
    capabilities: frozenset[Capability] = frozenset()
    methods: tuple[str, ...] = ("transfer", "cheque")

    def instructions(self, payment: Payment) -> Instructions:
        """Say where to send the money and what to write on it."""
        amount = formatted(payment.amount_minor, payment.currency)
        if payment.method == Payment.Method.CHEQUE:
            return Instructions(
                _("Please send us a cheque with the reference on its back."),
                (
                    (_("Payable to"), settings.BANK_DETAILS.partition(",")[0]),
                    (_("Amount"), amount),
                    (_("Reference"), payment.reference),
                ),
            )
        return Instructions(
            _("Please transfer the amount with exactly this reference."),
            (
                (_("Pay to"), settings.BANK_DETAILS),
                (_("Amount"), amount),
                (_("Reference"), payment.reference),
            ),
        )

    def way_back(self, payment: Payment) -> str:
        """Say to which account the magazine's staff send the money."""
        if payment.method == Payment.Method.CHEQUE:
            return _("Bank transfer, to the account on which your cheque was drawn")
        return _("Bank transfer, to the account from which it came")

    def pay_page(self, payment: Payment, *, customer: str, return_to: str) -> PayPage:
        """There is no page."""
        raise ProviderRefusedError

    def charge(self, payment: Payment, *, customer: str) -> Reported:
        """Nobody's account is charged."""
        raise ProviderRefusedError

    def withdraw(self, payment: Payment) -> Reported:
        """What was posted cannot be called back."""
        raise ProviderRefusedError

    def refund(self, refund: Refund) -> ReportedRefund:
        """Staff send the money."""
        raise ProviderRefusedError

    def look_up(self, payment: Payment) -> Reported:
        """Staff look at the bank."""
        raise ProviderRefusedError

    def listed(self, since: datetime) -> Iterator[Reported]:
        """Staff look at the bank."""
        raise ProviderRefusedError

    def card_of(self, customer: str) -> str:
        """There are no cards."""
        raise ProviderRefusedError

    def portal(self, customer: str, *, return_to: str) -> str:
        """There is no page."""
        raise ProviderRefusedError

    def read_message(self, body: bytes, headers: Mapping[str, str], at: datetime) -> Message:
        """Nobody sends us any."""
        raise ProviderRefusedError

    def subject_of(self, message: Message) -> Subject:
        """Nobody sends us any."""
        raise ProviderRefusedError
