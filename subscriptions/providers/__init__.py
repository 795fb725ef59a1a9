"""Who moves the money. Each provider says what it can do; the pages offer that and nothing else."""

from subscriptions.providers.base import Capability, Instructions, PaymentProvider
from subscriptions.providers.manual import ManualProvider

PROVIDERS: dict[str, PaymentProvider] = {provider.key: provider for provider in (ManualProvider(),)}


def provider_for(key: str) -> PaymentProvider:
    """Return the provider called ``key``; raises ``KeyError`` for one that is not installed."""
    return PROVIDERS[key]


__all__ = ["PROVIDERS", "Capability", "Instructions", "PaymentProvider", "provider_for"]
