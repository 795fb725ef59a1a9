"""Taking the next payment from the saved card."""

import pytest

from subscriptions.providers.base import ProviderRefusedError, ProviderUnavailableError, Stage
from subscriptions.providers.stripe.pretend import CARDS, Fault
from tests.subscriptions.stripe.conftest import RETURN_TO


def tries_at_the_bank(till, payment) -> int:
    return sum(
        charge["metadata"].get("payment") == payment.reference for charge in till.stripe.store.find("charge")
    )


def test_the_next_term_is_taken_from_the_card_of_the_first(till):
    payment, customer = till.renewal()

    report = till.provider.charge(payment, customer=customer)

    assert report.stage is Stage.PAID
    assert (report.amount_minor, report.currency, report.card) == (
        payment.amount_minor,
        "GBP",
        "Visa ·· 4242, 12/34",
    )
    assert (report.paid_at, report.customer) == (till.clock.now, customer)
    assert report.provider_reference.startswith("in_")
    assert till.stripe.ledger()[payment.reference] == (payment.amount_minor, 0)


def test_a_payment_charged_twice_is_taken_once(till):
    payment, customer = till.renewal()

    first = till.provider.charge(payment, customer=customer)
    second = till.provider.charge(payment, customer=customer)

    assert first == second
    assert tries_at_the_bank(till, payment) == 1


def test_a_refused_card_says_why_and_the_same_try_does_not_ask_the_bank_again(till):
    payment, customer = till.renewal(CARDS["refused_later"])

    first = till.provider.charge(payment, customer=customer)
    second = till.provider.charge(payment, customer=customer)

    assert (first.stage, first.failure) == (Stage.FAILED, "Your bank refused the card.")
    assert first == second
    assert tries_at_the_bank(till, payment) == 1
    assert till.provider.look_up(payment).stage is Stage.FAILED


def test_the_next_try_asks_the_bank_again_on_the_same_invoice(till):
    payment, customer = till.renewal()
    till.stripe.refuse_next(customer, "insufficient_funds")
    refused = till.provider.charge(payment, customer=customer)

    payment.tries = 2
    taken = till.provider.charge(payment, customer=customer)

    assert (refused.stage, taken.stage) == (Stage.FAILED, Stage.PAID)
    assert refused.failure == "There was not enough money on the card."
    assert refused.provider_reference == taken.provider_reference
    assert tries_at_the_bank(till, payment) == 2


def test_a_bank_that_wants_its_customer_to_confirm_says_so(till):
    payment, customer = till.renewal(CARDS["asks_later"])

    assert till.provider.charge(payment, customer=customer).failure.startswith("Your bank wants you")


@pytest.mark.parametrize(
    "step",
    [
        "POST /v1/invoices",
        "POST /v1/invoiceitems",
        "POST /v1/invoices/in",
        "POST /v1/payment_intents",
        "GET /v1/invoices/in",
    ],
)
@pytest.mark.parametrize("days", [0, 2])
def test_a_charge_whose_answer_was_lost_is_taken_once(till, step, days):
    payment, customer = till.renewal()
    till.stripe.faults.plan(Fault.LOST, on=step)
    with pytest.raises(ProviderUnavailableError):
        till.provider.charge(payment, customer=customer)

    till.clock.turn(days=days)
    report = till.provider.charge(payment, customer=customer)

    assert report.stage is Stage.PAID
    assert till.stripe.ledger()[payment.reference] == (payment.amount_minor, 0)
    assert tries_at_the_bank(till, payment) == 1
    assert len(till.stripe.store.find("invoice")) == 1


def test_a_charge_that_went_through_unheard_is_read_as_paid(till):
    payment, customer = till.renewal()
    # The second of the two: finalising is the first.
    till.stripe.faults.plan(Fault.LOST, on=f"POST /v1/invoices/{_draft(till, payment, customer)}/pay")
    with pytest.raises(ProviderUnavailableError):
        till.provider.charge(payment, customer=customer)

    assert till.provider.look_up(payment).stage is Stage.PAID
    assert till.provider.charge(payment, customer=customer).stage is Stage.PAID
    assert tries_at_the_bank(till, payment) == 1


def _draft(till, payment, customer) -> str:
    return till.provider.invoices._new(payment, customer, number=1)["id"]


def test_a_reader_pays_on_the_page_what_was_refused_to_us_and_pays_it_once(till):
    payment, customer = till.renewal(CARDS["refused_later"])
    till.provider.charge(payment, customer=customer)

    session = till.open(payment, customer=customer)
    [invoice] = till.stripe.store.find("invoice")
    till.stripe.pay(session, CARDS["other"])
    payment.tries = 2

    assert invoice["status"] == "void"
    assert till.provider.charge(payment, customer=customer).stage is Stage.PAID
    assert till.stripe.ledger()[payment.reference] == (payment.amount_minor, 0)


def test_the_card_used_on_the_page_is_the_one_for_the_next_term(till):
    payment, customer = till.renewal(CARDS["refused_later"])
    till.provider.charge(payment, customer=customer)
    till.stripe.pay(till.open(payment, customer=customer), CARDS["other"])

    till.provider.look_up(payment)

    assert till.provider.card_of(customer).startswith("Mastercard ·· 4444")


def test_a_card_chosen_on_the_portal_stays_chosen_when_old_payments_are_read_again(till):
    first, customer = till.paid()
    till.clock.turn(days=1)
    till.stripe.change_card(customer, CARDS["other"])

    till.provider.look_up(first)

    assert till.provider.card_of(customer).startswith("Mastercard ·· 4444")


def test_an_open_page_is_closed_before_the_card_is_charged(till):
    payment, customer = till.renewal()
    session = till.open(payment, customer=customer)

    assert till.provider.charge(payment, customer=customer).stage is Stage.PAID
    with pytest.raises(ValueError, match="no longer"):
        till.stripe.pay(session)


def test_a_reader_who_pays_on_the_page_at_that_moment_is_not_charged_as_well(till, monkeypatch):
    payment, customer = till.renewal()
    session = till.open(payment, customer=customer)
    closing = till.provider._close

    def paid_just_before(attempts):
        till.stripe.pay(session)
        return closing(attempts)

    monkeypatch.setattr(till.provider, "_close", paid_just_before)
    report = till.provider.charge(payment, customer=customer)

    assert (report.stage, report.provider_reference) == (Stage.PAID, session)
    assert till.stripe.ledger()[payment.reference] == (payment.amount_minor, 0)


def test_nobody_is_charged_after_the_payment_was_withdrawn(till):
    payment, customer = till.renewal(CARDS["refused_later"])
    till.provider.charge(payment, customer=customer)

    assert till.provider.withdraw(payment).stage is Stage.GONE
    assert [one["status"] for one in till.stripe.store.find("invoice")] == ["void"]


def test_a_draft_is_thrown_away_with_the_payment_and_a_later_try_makes_a_new_one(till):
    payment, customer = till.renewal()
    payment.provider_reference = _draft(till, payment, customer)

    assert till.provider.withdraw(payment).stage is Stage.GONE
    assert till.provider.charge(payment, customer=customer).stage is Stage.PAID


def test_without_a_card_there_is_nothing_to_charge(till):
    payment, customer = till.renewal()
    till.stripe.remove_cards(customer)

    for somebody in (customer, "", "cus_nobody"):
        report = till.provider.charge(payment, customer=somebody)
        assert (report.stage, report.failure) == (
            Stage.FAILED,
            "We have no card from which to take the payment.",
        )
    assert till.provider.card_of(customer) == ""


def test_an_invoice_over_another_sum_is_not_paid(till):
    payment, customer = till.renewal(CARDS["refused_later"])
    till.provider.charge(payment, customer=customer)
    payment.amount_minor += 1

    with pytest.raises(ProviderRefusedError, match="asks for"):
        till.provider.charge(payment, customer=customer)


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.BROKEN, Fault.BUSY, Fault.LOST])
def test_while_stripe_does_not_answer_nothing_is_known_and_afterwards_all_is_paid_once(till, fault):
    first = till.expect()
    payment, customer = till.renewal()
    till.stripe.faults.always = fault
    for _hour in range(3):
        for ask in (
            lambda: till.provider.charge(payment, customer=customer),
            lambda: till.provider.pay_page(first, customer="", return_to=RETURN_TO),
            lambda: till.provider.look_up(payment),
            lambda: till.provider.withdraw(payment),
            lambda: till.provider.card_of(customer),
            lambda: list(till.provider.listed(till.clock.now)),
            lambda: till.provider.portal(customer, return_to=RETURN_TO),
        ):
            with pytest.raises(ProviderUnavailableError):
                ask()
        till.clock.turn(hours=1)
    till.stripe.faults.always = None

    assert till.provider.charge(payment, customer=customer).stage is Stage.PAID
    till.stripe.pay(till.open(first))
    assert till.stripe.ledger()[payment.reference] == (payment.amount_minor, 0)
    assert till.stripe.ledger()[first.reference] == (first.amount_minor, 0)


def test_a_key_of_ours_that_stripe_does_not_take_is_no_refusal_of_the_payment(till):
    payment, customer = till.renewal()
    till.stripe.http.key = "another"

    with pytest.raises(ProviderUnavailableError):
        till.provider.charge(payment, customer=customer)


@pytest.mark.parametrize("next_try", [False, True])
def test_two_workers_who_looked_at_the_same_moment_take_it_once(till, monkeypatch, next_try):
    payment, customer = till.renewal()
    monkeypatch.setattr(till.provider.attempts, "of", lambda payment, customer="": [])

    first = till.provider.charge(payment, customer=customer)
    payment.tries += next_try
    second = till.provider.charge(payment, customer=customer)

    assert first == second
    assert len(till.stripe.store.find("invoice")) == tries_at_the_bank(till, payment) == 1


def test_a_card_that_was_saved_and_never_chosen_is_charged(till):
    first = till.expect()
    till.stripe.pay(till.open(first))
    [customer] = till.stripe.store.find("customer")
    first.tries, first.reference, first.provider_reference = 1, f"{first.reference}-2", ""

    assert customer["invoice_settings"]["default_payment_method"] is None
    assert till.provider.charge(first, customer=customer["id"]).stage is Stage.PAID
