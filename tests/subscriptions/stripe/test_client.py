"""The line to Stripe: how long we wait, how often we try, and what an error means."""

import pytest
import stripe

from subscriptions.providers.base import ProviderRefusedError, ProviderUnavailableError
from subscriptions.providers.stripe.client import TIMEOUT_SECONDS, in_our_words, make_client
from subscriptions.providers.stripe.pretend import Fault


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (stripe.APIConnectionError("no network"), ProviderUnavailableError),
        (stripe.RateLimitError("slow down", http_status=429), ProviderUnavailableError),
        (stripe.APIError("oops", http_status=500), ProviderUnavailableError),
        (stripe.APIError("oops", http_status=503), ProviderUnavailableError),
        (stripe.APIError("a proxy's page", http_status=200), ProviderUnavailableError),
        (stripe.APIError("nothing at all"), ProviderUnavailableError),
        (stripe.APIError("key in use", http_status=409), ProviderUnavailableError),
        (stripe.IdempotencyError("other words", http_status=400), ProviderUnavailableError),
        (stripe.AuthenticationError("bad key", http_status=401), ProviderUnavailableError),
        (stripe.PermissionError("weak key", http_status=403), ProviderUnavailableError),
        (stripe.InvalidRequestError("no", "amount", http_status=400), ProviderRefusedError),
        (stripe.InvalidRequestError("none", "id", http_status=404), ProviderRefusedError),
        (stripe.CardError("declined", "", "card_declined", http_status=402), ProviderRefusedError),
    ],
)
def test_what_may_pass_is_no_refusal(error, meaning):
    with pytest.raises(meaning), in_our_words():
        raise error


def test_an_error_of_ours_stays_what_it_is():
    with pytest.raises(KeyError), in_our_words():
        raise KeyError


def test_the_line_of_the_magazine_is_short_and_its_own():
    client = make_client("sk_test_1")
    requestor = client._requestor

    assert requestor._get_http_client()._timeout == TIMEOUT_SECONDS <= 10
    assert requestor._options.max_network_retries <= 2
    assert requestor._options.stripe_version == stripe.api_version
    assert stripe.api_key is None
    assert not stripe.enable_telemetry


def test_a_short_hiccup_is_not_noticed(till, monkeypatch):
    monkeypatch.setattr(stripe.HTTPClient, "_sleep_time_seconds", lambda *args: 0)
    client = make_client(till.stripe.key, http_client=till.stripe.http)

    for fault in (Fault.DOWN, Fault.BROKEN, Fault.LOST):
        till.stripe.faults.plan(fault, on="POST")
        client.v1.customers.create({"email": "a@example.org"})

    # The library sends each of its own tries with one key.
    assert len(till.stripe.store.find("customer")) == 3
