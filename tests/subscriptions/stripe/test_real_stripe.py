"""A look at the real Stripe; skipped unless MAGAZINE_TEST_STRIPE_KEY holds a test key (``sk_test_…``).

It makes a customer with a card of Stripe's own for tests, a page, an invoice and a refund in that account.
"""

import os
from datetime import UTC, datetime, timedelta

import pytest

from subscriptions.models import Payment, Refund
from subscriptions.providers.base import RefundStage, Stage
from subscriptions.providers.stripe import StripeProvider
from subscriptions.providers.stripe.client import make_client
from tests import make

KEY = os.environ.get("MAGAZINE_TEST_STRIPE_KEY", "")
RETURN_TO = "https://magazine.example/back/"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not KEY.startswith("sk_test_"), reason="needs MAGAZINE_TEST_STRIPE_KEY"),
]


@pytest.fixture
def provider() -> StripeProvider:
    return StripeProvider(make_client(KEY), "whsec_unused")


@pytest.fixture
def payment() -> Payment:
    made = make.order().payments.get()
    made.provider, made.method, made.tries = "stripe", Payment.Method.CARD, 1
    made.save()
    return made


def test_a_page_opens_once_is_found_again_and_closes(provider, payment):
    assert provider.look_up(payment).stage is Stage.UNKNOWN
    page = provider.pay_page(payment, customer="", return_to=RETURN_TO)
    assert provider.pay_page(payment, customer="", return_to=RETURN_TO) == page

    # As if the answer had been lost: found by the reader's address.
    assert provider.look_up(payment).provider_reference == page.provider_reference
    assert provider.withdraw(payment).stage is Stage.GONE


@pytest.mark.parametrize(
    ("card", "stage"), [("pm_card_visa", Stage.PAID), ("pm_card_chargeCustomerFail", Stage.FAILED)]
)
def test_a_saved_card_is_charged_by_invoice_and_the_money_goes_back(provider, payment, card, stage):
    customer = provider.cards.customer(payment.subscription.reader, known="")
    provider.v1.payment_methods.attach(card, {"customer": customer})

    report = provider.charge(payment, customer=customer)

    assert report.stage is stage
    assert provider.charge(payment, customer=customer) == report
    payment.provider_reference = report.provider_reference
    assert provider.look_up(payment).stage is stage
    if stage is Stage.FAILED:
        assert report.failure
        assert provider.withdraw(payment).stage is Stage.GONE
        return
    assert (report.amount_minor, report.currency) == (payment.amount_minor, payment.currency)
    refund = Refund(payment=payment, key=f"smoke-{payment.reference}", amount_minor=100, currency="GBP")
    assert provider.refund(refund).stage in {RefundStage.SENT, RefundStage.ON_ITS_WAY}
    assert provider.refund(refund) == provider.look_up(payment).refunds[0]
    listed = provider.listed(datetime.now(UTC) - timedelta(minutes=5))
    assert payment.reference in {one.reference for one in listed}
