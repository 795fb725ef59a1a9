"""A provider that was switched off: what it once took stays readable, and nothing more is asked of it."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from subscriptions.models import Payment
from subscriptions.providers.base import Instructions
from subscriptions.providers.manual import ManualProvider


class RetiredProvider(ManualProvider):
    """Stands in for the provider called ``key``: it does nothing by itself, and staff send what goes back."""

    methods: tuple[str, ...] = ()

    def __init__(self, key: str) -> None:
        self.key = key
        self.label: str | Promise = key

    def instructions(self, payment: Payment) -> Instructions:
        """Say that it cannot be paid that way any more."""
        return Instructions(_("We do not take this way of paying any more. Please choose another."), ())

    def way_back(self, payment: Payment) -> str:
        """Say that staff send the money."""
        return _("Bank transfer, to an account that we ask you for")
