"""Whatever is lost on the wire, in whatever order we ask: a sum is taken once and goes back once."""

import random
from collections.abc import Callable

import pytest

from subscriptions.models import Payment
from subscriptions.providers.base import ProviderRefusedError, ProviderUnavailableError, Stage
from subscriptions.providers.stripe.pretend import CARDS, Fault
from tests.subscriptions.stripe.conftest import RETURN_TO

STEPS = 12


class Life:
    """One renewal, with everybody doing something to it at random and the wire failing at random."""

    def __init__(self, till, seed: int) -> None:
        self.till = till
        self.dice = random.Random(seed)
        self.payment, self.customer = till.renewal(
            CARDS[self.dice.choice(sorted(CARDS.keys() - {"refused", "empty"}))]
        )
        self.asked_back: dict[str, int] = {}

    def step(self) -> None:
        acts: list[Callable[[], object]] = [
            self.open_page,
            self.pay_on_the_page,
            self.charge,
            self.charge,
            self.refund,
            self.look,
            self.withdraw,
            self.change_card,
            self.wait,
        ]
        if self.dice.random() < 0.4:
            self.till.stripe.faults.plan(
                self.dice.choice(list(Fault)), on=self.dice.choice(["", "POST", "GET"])
            )
        try:
            self.dice.choice(acts)()
        except (ProviderUnavailableError, ProviderRefusedError):
            return

    def open_page(self) -> None:
        page = self.till.provider.pay_page(self.payment, customer=self.customer, return_to=RETURN_TO)
        self.write_down(page.provider_reference)

    def pay_on_the_page(self) -> None:
        for session in self.till.stripe.store.find("checkout.session", status="open"):
            is_ours = session["client_reference_id"] == self.payment.reference
            if is_ours and session["expires_at"] > self.till.clock.now.timestamp():
                self.till.stripe.pay(session["id"], CARDS[self.dice.choice(sorted(CARDS))])

    def charge(self) -> None:
        if self.dice.random() < 0.5:
            self.payment.tries += 1
        report = self.till.provider.charge(self.payment, customer=self.customer)
        self.write_down(report.provider_reference)

    def refund(self) -> None:
        key = self.dice.choice(["one", "two"])
        amount = self.asked_back.setdefault(key, self.dice.randrange(1, self.payment.amount_minor // 2))
        self.till.provider.refund(self.till.owed(self.payment, amount, key))

    def look(self) -> None:
        self.write_down(self.till.provider.look_up(self.payment).provider_reference)

    def withdraw(self) -> None:
        self.till.provider.withdraw(self.payment)

    def change_card(self) -> None:
        self.till.stripe.change_card(self.customer, CARDS["works"])

    def wait(self) -> None:
        self.till.clock.turn(hours=self.dice.choice([1, 5, 30]))

    def write_down(self, provider_reference: str) -> None:
        """Or not: what we crash before is not written."""
        if provider_reference and self.dice.random() < 0.7:
            self.payment.provider_reference = provider_reference

    def in_the_end(self) -> tuple[int, int]:
        """Return what Stripe took for the payment and gave back."""
        return self.till.stripe.ledger().get(self.payment.reference, (0, 0))


@pytest.mark.parametrize("seed", range(60))
def test_a_sum_is_taken_once_and_goes_back_once(till, seed):
    life = Life(till, seed)
    for _ in range(STEPS):
        life.step()
        paid, back = life.in_the_end()
        assert paid in {0, life.payment.amount_minor}
        assert back <= paid

    till.stripe.faults.clear()
    report = till.provider.look_up(life.payment)
    paid, back = life.in_the_end()

    assert (report.stage is Stage.PAID) == (paid > 0)
    if paid:
        assert report.amount_minor == paid
        assert sum(refund.amount_minor for refund in report.refunds) == back
        assert len({refund.key for refund in report.refunds}) == len(report.refunds)
    listed = [
        one
        for one in till.provider.listed(till.clock.now.replace(year=2020))
        if one.reference == report.reference
    ]
    assert listed == ([report] if report.stage is not Stage.UNKNOWN else [])


def test_lives_are_not_all_the_same(till):
    ends = set()
    for seed in range(12):
        life = Life(till, seed)
        for _ in range(STEPS):
            life.step()
        till.stripe.faults.clear()
        ends.add(till.provider.look_up(life.payment).stage)
        Payment.objects.filter(pk=life.payment.pk).update(status=Payment.Status.VOID)

    assert len(ends) >= 3
