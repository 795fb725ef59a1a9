"""What every change of a subscription begins and ends with: holding it, and writing down what happened."""

from datetime import datetime

from subscriptions.models import Subscription, SubscriptionEvent


def locked(subscription_id: int) -> Subscription:
    """Load a subscription with its facts as they are now; others who want to change it wait.

    For use inside a transaction.
    """
    return Subscription.objects.with_facts().select_for_update(of=["self"]).get(pk=subscription_id)


def note(subscription: Subscription, kind: str, *, by, at: datetime, reason: str = "") -> None:
    """Add a line to the subscription's story; ``by`` is none when the magazine itself acted."""
    SubscriptionEvent.objects.create(subscription=subscription, kind=kind, actor=by, at=at, reason=reason)
