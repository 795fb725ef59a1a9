"""What a gift does to a plan that runs: a deed like all others, rehearsed and shown before it is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subscriptions.acting.deeds import NotPossibleError
from subscriptions.giving import redeeming
from subscriptions.models import Gift, Subscription


@dataclass(frozen=True)
class AddGift:
    """Add the days of a gift to a plan."""

    gift: Gift
    name: ClassVar[str] = "gift"
    title: ClassVar[str | Promise] = _("Add the gift to the plan?")
    button: ClassVar[str | Promise] = _("Add its days to my plan")

    def do(self, subscription: Subscription, *, by, at: datetime, reason: str) -> None:
        try:
            redeeming.add(self.gift, subscription, at=at)
        except redeeming.CannotRedeemError as refusal:
            raise NotPossibleError(str(refusal)) from refusal
