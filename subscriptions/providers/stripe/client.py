"""The line to Stripe: which key, which API version, how long to wait, and what its errors mean to us."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import stripe
from stripe import HTTPClient, RequestsClient, StripeClient

from subscriptions.providers.base import ProviderRefusedError, ProviderUnavailableError

log = logging.getLogger(__name__)

# A reader waits behind some of these calls, so they end soon; what is not answered is tried again by a task.
TIMEOUT_SECONDS = 10
RETRIES = 1

# The library would measure its calls, keep an id in the home folder, and send both along.
stripe.enable_telemetry = False


def make_client(key: str, *, http_client: HTTPClient | None = None, retries: int = RETRIES) -> StripeClient:
    """Return a client of its own for ``key``; the API version is the one that the library was made for."""
    return StripeClient(
        key,
        http_client=http_client or RequestsClient(timeout=TIMEOUT_SECONDS),
        max_network_retries=retries,
    )


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn the library's errors into the two that every provider has.

    Unavailable is whatever another try may mend without anybody changing the question: no connection, no
    time, too many requests, an error of Stripe's own, the same key in use at this moment, and a key of ours
    that Stripe does not take, which is mended by us and says nothing about the payment.
    """
    try:
        yield
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        log.error("Stripe does not accept our key: %s", error.user_message)
        raise ProviderUnavailableError(error.user_message or "key not accepted") from error
    except stripe.StripeError as error:
        if _may_pass(error):
            raise ProviderUnavailableError(error.user_message or type(error).__name__) from error
        raise ProviderRefusedError(error.user_message or type(error).__name__) from error


def _may_pass(error: stripe.StripeError) -> bool:
    """Whether the same question may be answered later."""
    # With the same key and other words somebody else was quicker: looking again finds what they made.
    passing = stripe.APIConnectionError | stripe.RateLimitError | stripe.IdempotencyError
    status = error.http_status or 500
    return isinstance(error, passing) or status in {409, 429} or status >= 500 or status < 400
