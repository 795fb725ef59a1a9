"""Who moves the money. Each provider says what it can do; the pages offer that and nothing else."""

from django.conf import settings
from django.utils.functional import Promise

from subscriptions.models import Payment
from subscriptions.providers.base import Capability, Instructions, PaymentProvider
from subscriptions.providers.demo import DemoProvider
from subscriptions.providers.manual import ManualProvider
from subscriptions.providers.retired import RetiredProvider
from subscriptions.providers.stripe import from_settings as stripe_from_settings

MANUAL = ManualProvider()
DEMO = DemoProvider()


def installed() -> dict[str, PaymentProvider]:
    """Return the providers that the settings switch on, by key, the one that readers see first at the top."""
    providers: list[PaymentProvider] = []
    if stripe := stripe_from_settings():
        providers.append(stripe)
    if settings.DEMO_PROVIDER:
        providers.append(DEMO)
    providers.append(MANUAL)
    return {provider.key: provider for provider in providers}


def provider_for(key: str) -> PaymentProvider:
    """Return the provider called ``key``; one that was switched off has a stand-in without powers."""
    return installed().get(key) or RetiredProvider(key)


def able_to(capability: Capability) -> list[str]:
    """Return the keys of the installed providers that have ``capability``."""
    return [key for key, provider in installed().items() if capability in provider.capabilities]


def offered_methods() -> list[tuple[str, str, str | Promise]]:
    """Return the ways of paying at the checkout: the provider's key, the method, and its name for readers."""
    return [
        (provider.key, method, provider.label if len(provider.methods) == 1 else Payment.Method(method).label)
        for provider in installed().values()
        for method in provider.methods
    ]


__all__ = [
    "Capability",
    "Instructions",
    "PaymentProvider",
    "able_to",
    "installed",
    "offered_methods",
    "provider_for",
]
