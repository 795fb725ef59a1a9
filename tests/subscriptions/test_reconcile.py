"""Every night our books are laid beside the provider's: what was missed is mended, what differs is shown."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from subscriptions import tasks
from subscriptions.access import Audience, verdict_for
from subscriptions.life import lifecycle
from subscriptions.models import DemoCharge, Payment, Reconciliation, Refund
from subscriptions.paying import demo_bank, payments, reconciling, refunds
from subscriptions.providers import DEMO
from subscriptions.providers.base import ProviderUnavailableError
from subscriptions.providers.demo import Card, Outage
from tests import make
from tests.subscriptions import cards

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


def compare(**more: object) -> reconciling.Report:
    return reconciling.reconcile("demo", since=reconciling.EVER, **more)


def remaining(report: reconciling.Report) -> list[str]:
    return [one["what"] for one in report.differences]


# -- Missed, and mended ----------------------------------------------------------


def _paid(payment: Payment) -> None:
    demo_bank.pay(payment.reference, Card.WORKS)


def _refunded(payment: Payment) -> None:
    cards.seen(payment)
    demo_bank.refund(payment.reference, 1)


def _disputed(payment: Payment) -> None:
    cards.seen(payment)
    demo_bank.dispute(payment.reference, "open")


def _lost(payment: Payment) -> None:
    cards.seen(payment)
    demo_bank.dispute(payment.reference, "open")
    demo_bank.dispute(payment.reference, "lost")


def _sent_unheard(payment: Payment) -> None:
    cards.seen(payment)
    refund = refunds.give_back(payment, 100, by=make.staff(), reason="A late issue")
    with cards.outage(Outage.AFTER):
        refunds.send(refund.pk)


def _paid_after_withdrawal(payment: Payment) -> None:
    lifecycle.cancel(cards.loaded(payment), by=payment.subscription.reader)
    demo_bank.pay(payment.reference, Card.WORKS)


def _first_paid(after):
    def act(payment: Payment) -> None:
        _paid(payment)
        after(payment)

    return act


@pytest.mark.parametrize(
    ("missed", "sentence"),
    [
        pytest.param(_paid, "Paid there, and here: Expected.", id="a payment"),
        pytest.param(_first_paid(_refunded), "Went back there: £0.01, and here: £0.00.", id="a cent back"),
        pytest.param(_first_paid(_disputed), "Dispute there: Open, and here: None.", id="a dispute"),
        pytest.param(_first_paid(_lost), "Went back there: £84.00, and here: £0.00.", id="a lost dispute"),
        pytest.param(_first_paid(_sent_unheard), "Went back there: £1.00, and here: £0.00.", id="a refund"),
        pytest.param(_paid_after_withdrawal, "Paid there, and here: Void.", id="late money"),
    ],
)
def test_what_no_message_told_us_is_found_in_the_night_and_mended(missed, sentence):
    """M10: nothing remains after the night."""
    payment = cards.order()
    missed(payment)

    dry = compare(dry_run=True)
    assert sentence in remaining(dry)
    assert dry.mended == []
    found = compare()
    again = compare()

    assert (found.looked_at, found.mended, remaining(found)) == (1, [payment.reference], [])
    assert (again.looked_at, again.mended, remaining(again)) == (1, [], [])


def test_books_that_agree_are_left_as_they_are():
    payments_made = [cards.paid(), cards.order()]
    refunds.give_back(payments_made[0], 400, by=make.staff(), reason="A late issue")
    readings = cards.fresh(payments_made[0]).readings

    found = compare()

    assert (found.looked_at, found.mended, found.differences, found.failure) == (2, [], [], "")
    assert cards.fresh(payments_made[0]).readings == readings
    assert Refund.objects.owed().count() == 1


# -- Not to be mended ---------------------------------------------------------------


def test_a_payment_that_we_do_not_have_is_shown():
    """M10: an alarm."""
    payment = cards.paid()
    DemoCharge.objects.filter(reference=payment.reference).update(reference="H-AAAAAA-9")

    found = compare()

    assert {one["payment"] for one in found.differences} == {"H-AAAAAA-9", payment.reference}
    assert "£84.00 was paid there, and we have no such payment." in remaining(found)
    assert "Confirmed here, and not paid there." in remaining(found)


def test_a_payment_that_was_confirmed_without_the_provider_is_shown():
    payment = cards.order()
    payments.confirm(payment, paid_on=timezone.localdate(), by=make.staff())

    assert remaining(compare()) == ["Confirmed here, and not paid there."]


def test_a_payment_that_the_provider_does_not_list_is_looked_up():
    payment = cards.paid()
    DemoCharge.objects.update(changed_at=timezone.now() - timedelta(days=400))

    found = reconciling.reconcile("demo", since=timezone.now() - timedelta(days=3))

    assert (found.looked_at, found.differences) == (1, [])
    assert cards.fresh(payment).is_confirmed


def test_another_sum_than_we_asked_for_opens_nothing_and_is_shown_every_night():
    payment = cards.order()
    demo_bank.pay(payment.reference, Card.WORKS)
    DemoCharge.objects.update(amount_minor=8399)

    for _night in range(2):
        (sentence,) = remaining(compare())
        assert "We asked for £84.00" in sentence

    assert not verdict_for(payment.subscription.reader, Audience.SUBSCRIBERS).granted


def test_a_payment_that_was_made_twice_there_is_shown(monkeypatch):
    payment = cards.paid()
    monkeypatch.setattr(type(DEMO), "listed", lambda provider, since: iter([provider.look_up(payment)] * 2))

    assert remaining(compare()) == ["It was paid twice at the provider."]


# -- The night -----------------------------------------------------------------------


def test_a_provider_that_stops_answering_ends_the_run_and_what_was_done_stays(monkeypatch):
    """M8, M10: the next night looks at the same days again."""
    payment = cards.order()
    demo_bank.pay(payment.reference, Card.WORKS)

    def halfway(provider, since):
        yield provider.look_up(payment)
        raise ProviderUnavailableError("The bank does not answer.")

    monkeypatch.setattr(type(DEMO), "listed", halfway)
    (run,) = [one for one in reconciling.reconcile_all() if one.provider == "demo"]
    monkeypatch.undo()

    assert (run.mended, run.failure, run.agrees) == (1, "The bank does not answer.", False)
    assert cards.fresh(payment).is_confirmed
    assert reconciling.since_last("demo") == reconciling.EVER
    (run,) = [one for one in reconciling.reconcile_all() if one.provider == "demo"]
    assert run.agrees
    assert reconciling.since_last("demo") == run.ran_at - reconciling.OVERLAP


def test_the_task_of_the_night_keeps_a_record():
    cards.paid()

    assert tasks.reconcile.call() == 0

    assert Reconciliation.objects.get(provider="demo").looked_at == 1


def test_the_command_says_what_differs_and_fails_while_something_does():
    payment = cards.order()
    demo_bank.pay(payment.reference, Card.WORKS)
    said = StringIO()

    with pytest.raises(CommandError, match="do not agree"):
        call_command("reconcile_payments", "--dry-run", stdout=said)
    assert f"{payment.reference}: Paid there, and here: Expected." in said.getvalue()
    assert not Reconciliation.objects.exists()

    call_command("reconcile_payments", stdout=said)
    assert "demo: 1 compared, 1 put right, 0 differences remain." in said.getvalue()


# -- The desk -------------------------------------------------------------------------


def test_finance_see_at_the_desk_what_differs_until_it_does_not(client):
    """M10: somebody hears of it."""
    client.force_login(make.staff(Role.FINANCE))
    payment = cards.order()
    payments.confirm(payment, paid_on=timezone.localdate(), by=make.staff())
    tasks.reconcile.call()
    run = Reconciliation.objects.get(provider="demo")

    assertContains(client.get("/desk/"), "The books of demo and ours do not agree")
    page = client.get(reverse("admin:subscriptions_reconciliation_change", args=[run.pk]))
    assertContains(page, f"{payment.reference}: Confirmed here, and not paid there.")

    demo_bank.pay(payment.reference, Card.WORKS)
    tasks.reconcile.call()
    assertNotContains(client.get("/desk/"), "do not agree")


def test_staff_see_a_message_that_was_given_up_and_have_it_applied_again(client):
    client.force_login(make.staff(Role.SUBSCRIBER_STAFF))
    payment = cards.order()
    demo_bank.pay(payment.reference, Card.WORKS)
    event = demo_bank.tell("payment.changed", payment.reference)
    event.dead_at, event.failure = timezone.now(), "<b>It was in vain</b>"
    event.body = '{"note": "<script>alert(1)</script>"}'
    event.save()
    address = reverse("admin:subscriptions_providerevent_apply_again", args=[event.pk])

    assertContains(client.get("/desk/"), "A message was given up")
    page = client.get(reverse("admin:subscriptions_providerevent_change", args=[event.pk]))
    assertContains(page, "&lt;script&gt;alert(1)&lt;/script&gt;")
    assertNotContains(page, "<script>alert(1)</script>")
    assertContains(client.get(address), "nothing happens twice")
    assertContains(client.post(address, follow=True), "Queued")
    tasks.apply_message.call(event.pk)

    assert cards.fresh(payment).is_confirmed
    assertNotContains(client.get("/desk/"), "A message was given up")
    listed = client.get(reverse("admin:subscriptions_providerevent_changelist") + "?state=dead")
    assertNotContains(listed, payment.reference)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.EDITOR, Role.WRITER])
def test_only_subscriber_staff_have_a_message_applied_again(client, role):
    client.force_login(make.staff(role))
    event = demo_bank.tell("payment.changed", "H-AAAAAA-1")
    address = reverse("admin:subscriptions_providerevent_apply_again", args=[event.pk])

    assert client.get(address).status_code == 403
    assert client.post(address).status_code == 403


def test_staff_see_why_a_refund_has_not_gone_out_and_are_kept_from_sending_it_too(client):
    client.force_login(make.staff(Role.SUBSCRIBER_STAFF))
    refund = refunds.give_back(cards.paid(), 700, by=make.staff(), reason="A late issue")
    with cards.outage(Outage.BEFORE):
        refunds.send(refund.pk)

    assertContains(client.get("/desk/"), "tried 1 times: The bank does not answer.")
    page = client.get(reverse("admin:subscriptions_refund_mark_sent", args=[refund.pk]), follow=True)
    assertContains(page, "Please do not send it too.")
    Refund.objects.update(tries=refunds.WORRYING_AFTER)
    assertContains(client.get(reverse("admin:subscriptions_refund_changelist")), "tried in vain")


def test_staff_are_not_asked_to_confirm_what_the_bank_confirms_itself(client):
    client.force_login(make.staff(Role.SUBSCRIBER_STAFF))
    by_card, by_transfer = cards.order(), make.order().payments.get()

    page = client.get("/desk/")

    assertContains(page, reverse("admin:subscriptions_payment_confirm", args=[by_transfer.pk]))
    assertNotContains(page, reverse("admin:subscriptions_payment_confirm", args=[by_card.pk]))
