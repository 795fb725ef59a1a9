"""Bank transfer and cheque: the reader sends it, staff see it arrive and confirm it in the desk."""

from django.conf import settings
from django.utils.translation import gettext as _

from subscriptions.models import Payment
from subscriptions.money import formatted
from subscriptions.providers.base import Capability, Instructions


class ManualProvider:
    """Needs no keys and no network, and does nothing by itself."""

    key = "manual"
    capabilities: frozenset[Capability] = frozenset()

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
