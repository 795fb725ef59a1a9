"""A provider is switched off, and what it once took is still there."""

import pytest

from subscriptions.models import Payment, Refund
from subscriptions.paying import guarantee, refunds
from subscriptions.providers import provider_for
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


@pytest.fixture
def paid_by_card(settings):
    """A subscription that was paid at the demonstration's bank, which is closed since."""
    subscription = make.subscription()
    Payment.objects.update(provider="demo", method=Payment.Method.CARD)
    settings.DEMO_PROVIDER = False
    return make.loaded(subscription)


def test_a_reader_still_sees_account_and_invoice(paid_by_card, client):
    client.force_login(paid_by_card.reader)

    assert client.get("/account/").status_code == 200
    assert client.get(f"/account/invoices/{paid_by_card.payments.get().reference}/").status_code == 200


def test_a_reader_still_has_the_money_back_and_staff_send_it(paid_by_card, client):
    refunds.execute(guarantee.plan_refund(paid_by_card), by=paid_by_card.reader)

    owed = Refund.objects.owed().get()
    refunds.mark_sent(owed, by=make.staff())

    assert not Refund.objects.owed().exists()


def test_a_provider_that_was_switched_off_can_do_nothing():
    assert provider_for("gone").capabilities == frozenset()
    assert provider_for("gone").key == "gone"
