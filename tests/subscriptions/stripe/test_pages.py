"""Paying on Stripe's page."""

import pytest

from subscriptions.providers.base import ProviderRefusedError, ProviderUnavailableError, Stage
from subscriptions.providers.stripe.pretend import CARDS, Fault
from tests import make
from tests.subscriptions.stripe.conftest import NOON, RETURN_TO


def test_a_reader_pays_on_the_page_and_we_read_what_came(till):
    payment, _ = till.paid()

    report = till.provider.look_up(payment)

    assert report.stage is Stage.PAID
    assert (report.reference, report.provider_reference) == (payment.reference, payment.provider_reference)
    assert (report.amount_minor, report.currency) == (payment.amount_minor, "GBP")
    assert (report.paid_at, report.card) == (NOON, "Visa ·· 4242, 12/34")
    assert till.provider.card_of(report.customer) == "Visa ·· 4242, 12/34"
    assert till.stripe.ledger() == {payment.reference: (payment.amount_minor, 0)}


def test_nobody_has_heard_of_a_payment_whose_page_was_never_opened(till):
    assert till.provider.look_up(till.expect()).stage is Stage.UNKNOWN


def test_the_page_shows_our_price_and_leads_back_to_us(till):
    payment = till.expect()

    session = till.stripe.store.get(till.open(payment))

    assert (session["amount_total"], session["currency"]) == (payment.amount_minor, "gbp")
    assert (session["success_url"], session["cancel_url"]) == (RETURN_TO, RETURN_TO)
    assert session["metadata"] == {"payment": payment.reference}
    assert till.provider.look_up(payment).stage is Stage.OPEN


def test_a_double_click_and_a_second_tab_lead_to_one_page(till):
    payment = till.expect()

    first = till.provider.pay_page(payment, customer="", return_to=RETURN_TO)
    second = till.provider.pay_page(payment, customer="", return_to=RETURN_TO)

    assert first == second
    assert len(till.stripe.store.find("customer")) == 1


def test_a_refused_card_leaves_the_page_open_for_another(till):
    payment = till.expect()
    session = till.open(payment)

    assert till.stripe.pay(session, CARDS["empty"]) == "insufficient_funds"
    refused = till.provider.look_up(payment)
    till.stripe.pay(session, CARDS["other"])

    assert (refused.stage, refused.failure) == (Stage.OPEN, "There was not enough money on the card.")
    assert till.provider.look_up(payment).stage is Stage.PAID
    assert till.provider.look_up(payment).card == "Mastercard ·· 4444, 12/34"


def test_a_page_is_closed_after_a_day_and_a_new_one_opens(till):
    payment = till.expect()
    first = till.open(payment)
    till.clock.turn(hours=24)

    assert till.provider.look_up(payment).stage is Stage.GONE
    second = till.open(payment)

    assert second != first
    assert till.provider.look_up(payment).stage is Stage.OPEN
    with pytest.raises(ValueError, match="no longer"):
        till.stripe.pay(first)


def test_who_paid_already_is_sent_back_to_us_and_not_to_a_second_page(till):
    payment, customer = till.paid()

    page = till.provider.pay_page(payment, customer=customer, return_to=RETURN_TO)

    assert (page.address, page.provider_reference) == (RETURN_TO, payment.provider_reference)
    assert len(till.stripe.store.find("checkout.session")) == 1


def test_a_page_whose_answer_was_lost_is_found_again_and_paid_once(till):
    payment = till.expect()
    till.stripe.faults.plan(Fault.LOST, on="POST /v1/checkout/sessions")
    with pytest.raises(ProviderUnavailableError):
        till.open(payment)

    assert till.provider.look_up(payment).stage is Stage.OPEN
    till.stripe.pay(till.open(payment))

    assert till.provider.look_up(payment).stage is Stage.PAID
    assert len(till.stripe.store.find("checkout.session")) == 1


def test_a_page_that_was_paid_although_we_wrote_down_an_older_one_counts(till):
    payment = till.expect()
    first = till.open(payment)
    till.clock.turn(hours=25)
    till.stripe.pay(till.open(payment))
    payment.provider_reference = first

    report = till.provider.look_up(payment)

    assert report.stage is Stage.PAID
    assert report.provider_reference != first


def test_a_reader_who_changed_their_address_meanwhile_is_found_by_what_we_wrote_down(till):
    payment = till.expect()
    till.stripe.pay(till.open(payment))
    reader = payment.subscription.reader
    reader.customers.create(provider="stripe", reference=till.provider.look_up(payment).customer)
    reader.email, payment.provider_reference = "elsewhere@example.org", ""

    assert till.provider.look_up(payment).stage is Stage.PAID


def test_two_readers_never_share_a_customer(till):
    _, one = till.paid()
    _, other = till.paid()

    assert one != other


def test_a_customer_who_was_deleted_at_stripe_gets_a_new_one(till):
    _, gone = till.paid()
    till.stripe.delete_customer(gone)
    payment = till.expect(by=make.reader())

    till.stripe.pay(till.open(payment, customer=gone))

    report = till.provider.look_up(payment)
    assert report.stage is Stage.PAID
    assert report.customer != gone


def test_a_withdrawn_page_takes_no_money(till):
    payment = till.expect()
    session = till.open(payment)

    assert till.provider.withdraw(payment).stage is Stage.GONE
    with pytest.raises(ValueError, match="no longer"):
        till.stripe.pay(session)
    assert till.provider.withdraw(payment).stage is Stage.GONE


def test_withdrawing_a_payment_that_is_paid_at_the_same_moment_tells_that_it_was_paid(till, monkeypatch):
    payment = till.expect()
    session = till.open(payment)
    closing = till.provider._close

    def paid_just_before(attempts):
        till.stripe.pay(session)
        return closing(attempts)

    monkeypatch.setattr(till.provider, "_close", paid_just_before)

    assert till.provider.withdraw(payment).stage is Stage.PAID


def test_a_payment_that_was_never_begun_can_be_withdrawn(till):
    assert till.provider.withdraw(till.expect()).stage is Stage.UNKNOWN


def test_the_portal_is_the_readers_own_and_somebody_unknown_gets_none(till):
    _, customer = till.paid()

    address = till.provider.portal(customer, return_to=RETURN_TO)

    assert address.startswith("https://magazine.example/subscribe/pretend-bank/cards/bps_")
    with pytest.raises(ProviderRefusedError):
        till.provider.portal("cus_nobody", return_to=RETURN_TO)


def test_two_tabs_that_looked_at_the_same_moment_lead_to_one_page(till, monkeypatch):
    payment = till.expect()
    monkeypatch.setattr(till.provider.attempts, "of", lambda payment, customer="": [])

    first = till.provider.pay_page(payment, customer="", return_to=RETURN_TO)
    second = till.provider.pay_page(payment, customer="", return_to=RETURN_TO)

    assert first == second


def test_two_tabs_that_lead_back_to_two_places_still_pay_once(till, monkeypatch):
    payment = till.expect()
    with monkeypatch.context() as patch:
        patch.setattr(till.provider.attempts, "of", lambda payment, customer="": [])
        first = till.provider.pay_page(payment, customer="", return_to=RETURN_TO)
        with pytest.raises(ProviderUnavailableError):
            till.provider.pay_page(payment, customer="", return_to=f"{RETURN_TO}?tab=2")

    assert till.provider.pay_page(payment, customer="", return_to=f"{RETURN_TO}?tab=2") == first
