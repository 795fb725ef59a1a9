"""Card payments through Stripe: the real one when there is a key, a pretend one in the demo, or none."""

from functools import cache
from pathlib import Path

from django.conf import settings

from subscriptions.providers.stripe.client import make_client
from subscriptions.providers.stripe.pretend import PretendStripe
from subscriptions.providers.stripe.provider import StripeProvider

__all__ = ["StripeProvider", "from_settings", "pretend_stripe"]


def from_settings() -> StripeProvider | None:
    """Return the provider that the settings switch on, the same one each time; or nothing."""
    if settings.STRIPE_SECRET_KEY:
        return _real(settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET)
    return _played(pretend_stripe()) if settings.PRETEND_STRIPE else None


def pretend_stripe() -> PretendStripe:
    """Return the pretend Stripe of the demo, which web processes and worker share through one file."""
    return _pretend(settings.DATA_DIR / "pretend-stripe.sqlite3")


@cache
def _real(key: str, webhook_secret: str) -> StripeProvider:
    return StripeProvider(make_client(key), webhook_secret)


@cache
def _pretend(path: Path) -> PretendStripe:
    return PretendStripe(path=path)


@cache
def _played(stripe: PretendStripe) -> StripeProvider:
    return StripeProvider(make_client(stripe.key, http_client=stripe.http), stripe.secret)
