"""The counter of the demonstration's bank: what readers and banks do there, and none of it through us.

Whatever happens there, the bank tells us of it by message, as a real one does: the same receiving code, only
without a network in between. Tests use the counter too, and may keep a message back, send it twice, or later.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from subscriptions.models import DemoCharge, ProviderEvent
from subscriptions.paying import messages
from subscriptions.providers import demo
from subscriptions.providers.base import DisputeStage, Stage
from subscriptions.providers.demo import Card


def pay(reference: str, card: Card, *, at: datetime | None = None) -> DemoCharge:
    """Pay ``reference`` on the bank's page with ``card``; what is paid or withdrawn stays as it is."""
    at = at or timezone.now()
    with transaction.atomic():
        charge = _held(reference)
        if charge.stage in (Stage.OPEN, Stage.FAILED):
            if card == Card.REFUSED:
                charge.failure = _("The card was refused.")
                demo.settle(charge, Stage.FAILED, at=at)
            else:
                charge.card = card
                demo.settle(charge, Stage.PAID, at=at)
                DemoCharge.objects.filter(customer=charge.customer).update(card=card)
    return charge


def change_card(customer: str, card: Card) -> None:
    """Make ``card`` the one from which ``customer`` pays."""
    DemoCharge.objects.filter(customer=customer).update(card=card)


def refund(reference: str, amount_minor: int, *, at: datetime | None = None) -> None:
    """Give money back at the bank, which we did not ask for. Raises ``ProviderRefusedError``."""
    with transaction.atomic():
        charge = _held(reference)
        demo.give_back(charge, amount_minor, charge.currency, key="", at=at or timezone.now())


def dispute(reference: str, stage: DisputeStage, *, at: datetime | None = None) -> bool:
    """Open a dispute about a paid charge, or decide the open one; returns whether that could be done."""
    with transaction.atomic():
        charge = _held(reference)
        before = DisputeStage.NONE if stage == DisputeStage.OPEN else DisputeStage.OPEN
        if charge.stage != Stage.PAID or charge.dispute != before or not demo.held_minor(charge):
            return False
        charge.dispute, charge.changed_at = stage, at or timezone.now()
        charge.save()
    return True


def tell(kind: str, about: str, *, at: datetime | None = None, event_id: str = "") -> ProviderEvent:
    """Send us a message: ``payment.changed`` and a reference, or ``customer.changed`` and a customer."""
    at = at or timezone.now()
    body, headers = demo.message(kind, about, at=at, event_id=event_id)
    return messages.receive("demo", body, headers, at)


def _held(reference: str) -> DemoCharge:
    return DemoCharge.objects.select_for_update().get(reference=reference)
