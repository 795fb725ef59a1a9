"""Orders, payments and terms: one of each, whatever is clicked and however often."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from unittest import mock

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from subscriptions import tasks, terms
from subscriptions.access import Audience, verdict_for
from subscriptions.life import lifecycle, renewals
from subscriptions.life.lifecycle import State, standing
from subscriptions.models import (
    Entitlement,
    Letter,
    Payment,
    PlanVersion,
    Price,
    Subscription,
    SubscriptionEvent,
    Term,
)
from subscriptions.models.subscription import UNAMBIGUOUS
from subscriptions.paying import payments
from subscriptions.selling.checkout import AlreadySubscribedError, NotOnSaleError, place_order
from subscriptions.selling.offers import OfferRefusedError
from tests import make

NOON = datetime(2027, 1, 31, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def _plan(db):
    """A plan that was on sale before the tests' clock starts."""
    plan = make.plan()
    plan.versions.update(sold_from_at=datetime(2020, 1, 1, tzinfo=UTC))


# -- Ordering -----------------------------------------------------------------


@pytest.mark.django_db
def test_a_subscription_has_a_number_that_can_be_read_aloud():
    number = make.order().number

    assert number.startswith("H-")
    assert len(number) == 8
    assert set(number[2:]) <= set(UNAMBIGUOUS)
    assert not set(UNAMBIGUOUS) & set("0O1ILU2Z5S8B")


@pytest.mark.django_db
def test_an_order_opens_nothing_until_it_is_paid():
    subscription = make.order()

    assert standing(subscription).state == State.PENDING
    assert not Entitlement.objects.exists()
    assert not verdict_for(subscription.reader, Audience.SUBSCRIBERS).granted


@pytest.mark.django_db
def test_the_same_order_twice_is_one_order():
    reader = make.reader()

    assert make.order(by=reader) == make.order(by=reader)
    assert Payment.objects.count() == 1


@pytest.mark.django_db
def test_another_choice_before_paying_changes_the_order():
    reader = make.reader()
    subscription = make.order(by=reader, months=12)

    assert make.order(by=reader, months=1) == subscription

    subscription.refresh_from_db()
    assert subscription.price.term_months == 1
    assert [payment.status for payment in Payment.objects.order_by("pk")] == ["void", "expected"]
    assert Payment.objects.expected().get().amount_minor == 900


@pytest.mark.django_db
def test_another_way_of_paying_asks_for_the_money_anew():
    reader = make.reader()
    make.order(by=reader)

    place_order(reader, make.price(), method=Payment.Method.CHEQUE)

    assert Payment.objects.expected().get().method == Payment.Method.CHEQUE


@pytest.mark.django_db
def test_a_running_subscription_excludes_a_second_one():
    reader = make.reader()
    running = make.subscription(by=reader)

    with pytest.raises(AlreadySubscribedError) as refused:
        make.order(by=reader, months=1)

    assert refused.value.subscription == running


@pytest.mark.django_db
def test_a_plan_that_is_no_longer_offered_cannot_be_ordered():
    price = make.price()
    price.version.plan.is_offered = False
    price.version.plan.save()

    with pytest.raises(NotOnSaleError):
        place_order(make.reader(), price, method="transfer")


@pytest.mark.django_db
def test_a_price_of_an_earlier_version_cannot_be_ordered():
    price = make.price()
    PlanVersion.objects.create(plan=price.version.plan, number=2, sold_from_at=timezone.now())

    with pytest.raises(NotOnSaleError):
        place_order(make.reader(), price, method="transfer")


@pytest.mark.usefixtures("_plan")
def test_a_reader_comes_back_with_a_new_subscription():
    reader = make.reader()
    first = make.subscription(by=reader, months=1, at=NOON)

    second = make.order(by=reader, at=NOON + 40 * DAY)

    first.refresh_from_db()
    assert first.closed_at == NOON + 40 * DAY
    assert second != first
    assert standing(second, NOON + 40 * DAY).is_pending


@pytest.mark.django_db
def test_the_database_allows_one_live_subscription_for_each_reader_and_product():
    subscription = make.order()

    with pytest.raises(IntegrityError), transaction.atomic():
        Subscription.objects.create(
            reader=subscription.reader, plan_version=subscription.plan_version, price=subscription.price
        )


@pytest.mark.django_db
def test_the_database_allows_one_expected_payment_for_each_subscription():
    payment = make.order().payments.get()
    payment.pk, payment.reference = None, "another"

    with pytest.raises(IntegrityError), transaction.atomic():
        payment.save()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_minor": 0},
        {"currency": "Pound"[:3]},
        {"status": "confirmed"},
        {"paid_on": date(2026, 1, 1)},
        {"confirmed_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
def test_the_database_refuses_a_payment_that_cannot_be(wrong):
    payment = make.order().payments.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(**wrong)


@pytest.mark.django_db
def test_a_reader_with_a_subscription_cannot_be_deleted():
    reader = make.order().reader

    with pytest.raises(ProtectedError):
        reader.delete()


# -- Paying -------------------------------------------------------------------


@pytest.mark.usefixtures("_plan")
def test_a_confirmed_payment_brings_term_rights_and_receipt():
    reader = make.reader()
    subscription = make.subscription(by=reader, at=NOON)
    payment, term = subscription.payments.get(), subscription.terms.get()

    assert (term.starts_on, term.ends_on) == (date(2027, 1, 31), date(2028, 1, 30))
    assert term.payment == payment
    assert subscription.anchor_on == date(2027, 1, 31)
    assert verdict_for(reader, Audience.SUBSCRIBERS, NOON).until == terms.end_of(date(2028, 1, 30))
    assert subscription.letters.filter(kind=Letter.Kind.RECEIPT).count() == 1


@pytest.mark.django_db
def test_confirming_twice_is_confirming_once():
    payment = make.order().payments.get()
    today = terms.day_of(timezone.now())

    first = payments.confirm(payment, paid_on=today)
    second = payments.confirm(payment, paid_on=today - DAY)

    assert first == second
    assert Term.objects.count() == 1
    assert SubscriptionEvent.objects.filter(kind="paid").count() == 1
    assert Payment.objects.get().paid_on == today


@pytest.mark.django_db
def test_a_payment_that_is_no_longer_asked_for_cannot_be_confirmed():
    subscription = make.order()
    payment = subscription.payments.get()
    lifecycle.cancel(subscription, by=subscription.reader)

    with pytest.raises(payments.PaymentVoidError):
        payments.confirm(payment, paid_on=terms.day_of(timezone.now()))

    assert not Term.objects.exists()


@pytest.mark.django_db
def test_money_cannot_have_come_tomorrow():
    payment = make.order().payments.get()

    with pytest.raises(ValueError, match="day to come"):
        payments.confirm(payment, paid_on=terms.day_of(timezone.now()) + DAY)


@pytest.mark.django_db
def test_nothing_is_half_written_when_confirming_fails():
    payment = make.order().payments.get()

    with (
        mock.patch("subscriptions.paying.payments.entitlements.write_for_term", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        payments.confirm(payment, paid_on=terms.day_of(timezone.now()))

    payment.refresh_from_db()
    assert payment.is_expected
    assert not Term.objects.exists()
    assert not Letter.objects.filter(kind=Letter.Kind.RECEIPT).exists()


@pytest.mark.parametrize("what", ["order", "confirm"])
def test_many_at_the_same_moment_have_one_effect(in_thread, what):
    together = threading.Barrier(6)
    reader, price = in_thread(lambda: (make.reader(), make.price()))
    payment = None if what == "order" else in_thread(lambda: make.order(by=reader).payments.get())

    def act() -> int:
        together.wait()
        if payment is None:
            return place_order(reader, price, method="transfer").pk
        return payments.confirm(payment, paid_on=terms.day_of(timezone.now())).pk

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(in_thread, [act] * 6))

    assert len(answers) == 1
    assert in_thread(Subscription.objects.count) == 1
    assert in_thread(Payment.objects.count) == 1
    assert in_thread(Term.objects.count) == (0 if what == "order" else 1)


# -- By card, with an offer, from days to try ----------------------------------


@pytest.mark.usefixtures("_plan")
@pytest.mark.parametrize(
    ("provider", "method", "is_told"),
    [("manual", "transfer", True), ("manual", "cheque", True), ("demo", "card", False)],
)
def test_only_who_has_no_page_to_pay_on_is_told_how_to_pay(provider, method, is_told):
    order = place_order(make.reader(), make.price(), method=method, provider=provider, at=NOON)

    assert order.letters.filter(kind=Letter.Kind.PAYMENT_REQUEST).exists() == is_told
    payment = order.payments.get()
    assert (payment.provider, payment.method, payment.next_try_at) == (provider, method, None)


@pytest.mark.usefixtures("_plan")
def test_who_changes_from_the_card_to_a_transfer_is_told_how_to_pay_and_the_page_is_withdrawn():
    reader, price = make.reader(), make.price()
    place_order(reader, price, method="card", provider="demo", at=NOON)

    order = place_order(reader, price, method="transfer", at=NOON)

    assert order.letters.filter(kind=Letter.Kind.PAYMENT_REQUEST).count() == 1
    withdrawn = DBTaskResult.objects.filter(task_path="subscriptions.tasks.withdraw")
    assert [task.args_kwargs["args"] for task in withdrawn] == [
        [order.payments.get(status=Payment.Status.VOID).pk]
    ]


@pytest.mark.usefixtures("_plan")
def test_an_order_by_card_opens_nothing_until_the_bank_says_so():
    order = place_order(make.reader(), make.price(), method="card", provider="demo", at=NOON)

    assert standing(order, NOON).is_pending
    assert not verdict_for(order.reader, Audience.SUBSCRIBERS, NOON).granted


@pytest.mark.usefixtures("_plan")
def test_who_comes_back_with_a_card_on_record_is_still_asked_and_not_charged():
    reader = make.card_subscription(months=1, at=NOON).reader

    order = place_order(reader, make.price(months=1), method="card", provider="demo", at=NOON + 60 * DAY)

    assert order.payments.get().next_try_at is None


@pytest.mark.usefixtures("_plan")
def test_an_offer_lowers_the_order_and_is_taken_with_it():
    offer = make.offer(percent=25)

    order = place_order(make.reader(), make.price(), method="transfer", offer=offer, at=NOON)

    payment = order.payments.get()
    assert (payment.amount_minor, payment.discount_minor) == (6300, 2100)
    assert payment.offer_use == offer.uses.get()
    assert [event.kind for event in order.events.all()] == ["ordered", "offered"]


@pytest.mark.usefixtures("_plan")
def test_nothing_is_ordered_when_the_offer_is_refused():
    with pytest.raises(OfferRefusedError):
        place_order(
            make.reader(), make.price(), method="transfer", offer=make.offer(is_active=False), at=NOON
        )

    assert not Subscription.objects.exists()


@pytest.mark.usefixtures("_plan")
def test_an_offer_that_is_added_to_an_order_lowers_it():
    reader = make.reader()
    place_order(reader, make.price(), method="transfer", at=NOON)

    order = place_order(reader, make.price(), method="transfer", offer=make.offer(amount_minor=1000), at=NOON)

    assert order.payments.expected().get().amount_minor == 7400
    assert Subscription.objects.count() == 1


@pytest.mark.usefixtures("_plan")
def test_who_orders_while_trying_is_asked_once_and_goes_on():
    trial = make.trial(days=14, at=NOON)

    for _click in range(2):
        order = place_order(trial.reader, make.price(months=1), method="card", provider="demo", at=NOON + DAY)

    assert order == trial
    assert (order.provider, order.method) == ("demo", "card")
    payment = order.payments.get()
    assert (payment.amount_minor, payment.provider) == (900, "demo")
    term = payments.confirm(payment, paid_on=terms.day_of(NOON + DAY), at=NOON + DAY)
    assert term.starts_on == date(2027, 2, 14)
    welcome = order.letters.filter(kind=Letter.Kind.WELCOME)
    assert welcome.count() == 1


@pytest.mark.usefixtures("_plan")
def test_who_tries_with_an_offer_for_later_pays_the_lowered_price():
    trial = make.trial(days=14, at=NOON)

    order = place_order(trial.reader, make.price(), method="transfer", offer=make.offer(percent=50), at=NOON)

    assert order.payments.get().amount_minor == 4200


# -- From term to term --------------------------------------------------------


def renew(subscription: Subscription, at: datetime) -> Term:
    bill = renewals.bill_next_term(subscription, at=at)
    return payments.confirm(bill, paid_on=terms.day_of(at), at=at)


@pytest.mark.usefixtures("_plan")
@pytest.mark.parametrize(
    ("paid_at", "starts_on", "ends_on"),
    [
        # Early, on the last paid day and on the day after, the next term follows without a gap.
        (NOON + DAY, date(2027, 2, 28), date(2027, 3, 30)),
        (datetime(2027, 2, 27, 23, 59, 59, tzinfo=UTC), date(2027, 2, 28), date(2027, 3, 30)),
        (datetime(2027, 2, 28, 0, 0, tzinfo=UTC), date(2027, 2, 28), date(2027, 3, 30)),
        # After a gap the days are counted from the day on which they can be used.
        (datetime(2027, 3, 1, 9, 0, tzinfo=UTC), date(2027, 3, 1), date(2027, 3, 31)),
        (datetime(2027, 6, 15, 9, 0, tzinfo=UTC), date(2027, 6, 15), date(2027, 7, 14)),
    ],
)
def test_the_next_term_follows_the_last_paid_day(paid_at, starts_on, ends_on):
    subscription = make.subscription(months=1, at=NOON)

    term = renew(subscription, paid_at)

    assert (term.starts_on, term.ends_on) == (starts_on, ends_on)


class NoPaidDayIsLost(TestCase):
    """Over any life of early, punctual and late payments."""

    @classmethod
    def setUpTestData(cls):
        make.sold_plan()

    @settings(deadline=None, max_examples=15)
    @given(
        start=st.dates(date(2024, 1, 1), date(2029, 12, 31)),
        waits=st.lists(st.integers(0, 70), max_size=8),
        months=st.sampled_from([1, 12]),
    )
    def test_terms_never_overlap_and_only_lateness_leaves_a_gap(self, start, waits, months):
        at = datetime(start.year, start.month, start.day, 12, tzinfo=UTC)
        subscription = make.subscription(months=months, at=at)
        paid_on = [start]
        for wait in waits:
            at += timedelta(days=wait)
            renew(subscription, at)
            paid_on.append(terms.day_of(at))

        received = list(Term.objects.filter(subscription=subscription).order_by("number"))

        assert [term.number for term in received] == list(range(1, len(received) + 1))
        for before, after, day in zip(received, received[1:], paid_on[1:], strict=False):
            assert after.starts_on == max(before.ends_on + DAY, day)
        for term in received:
            assert (term.ends_on - term.starts_on + DAY).days >= {1: 28, 12: 365}[months]
            right = Entitlement.objects.get(term=term, feature="exclusive_content")
            assert right.from_at == terms.start_of(term.starts_on)
            assert right.until_at == terms.end_of(term.ends_on)


@pytest.mark.usefixtures("_plan")
@pytest.mark.parametrize(
    ("days_before_last", "billed"), [(29, False), (28, False), (27, True), (0, True), (-1, False)]
)
def test_the_next_term_is_billed_four_weeks_before(days_before_last, billed):
    subscription = make.subscription(months=12, at=NOON)
    last_on = subscription.terms.get().ends_on
    at = terms.start_of(last_on - timedelta(days=days_before_last))

    assert renewals.due(at).filter(pk=subscription.pk).exists() == billed


@pytest.mark.usefixtures("_plan")
def test_billing_twice_asks_once_and_a_bill_is_not_due_again():
    subscription = make.subscription(months=1, at=NOON)
    at = NOON + 20 * DAY

    first = renewals.bill_next_term(subscription, at=at)

    assert renewals.bill_next_term(subscription, at=at) == first
    assert not renewals.due(at).exists()


@pytest.mark.django_db
def test_the_next_term_costs_what_was_agreed_even_when_the_plan_has_become_dearer():
    subscription = make.subscription()
    newer = PlanVersion.objects.create(plan=subscription.plan, number=2, sold_from_at=timezone.now())
    Price.objects.create(version=newer, term_months=12, amount_minor=99900, currency="GBP")

    assert renewals.bill_next_term(subscription).amount_minor == 8400


# -- Cancelling ---------------------------------------------------------------


@pytest.mark.usefixtures("_plan")
def test_who_cancels_keeps_the_paid_days_and_is_asked_for_nothing_more():
    reader = make.reader()
    subscription = make.subscription(by=reader, months=1, at=NOON)
    renewals.bill_next_term(subscription, at=NOON + DAY)

    foreseen = lifecycle.cancellation(Subscription.objects.get(), NOON + DAY)
    done = lifecycle.cancel(subscription, by=reader, at=NOON + DAY)

    assert foreseen == done
    assert done.last_day == date(2027, 2, 27)
    assert not Payment.objects.expected().exists()
    assert not renewals.due(NOON + 20 * DAY).exists()
    assert verdict_for(reader, Audience.SUBSCRIBERS, terms.end_of(done.last_day) - DAY).granted
    assert not verdict_for(reader, Audience.SUBSCRIBERS, terms.end_of(done.last_day)).granted


@pytest.mark.usefixtures("_plan")
def test_who_takes_the_cancellation_back_goes_on_as_before():
    subscription = make.subscription(months=1, at=NOON)
    before = standing(subscription, NOON)

    lifecycle.cancel(subscription, by=None, at=NOON)
    lifecycle.resume(subscription, by=None, at=NOON + DAY)

    subscription = Subscription.objects.get()
    assert standing(subscription, NOON) == before
    assert renewals.bill_next_term(subscription, at=NOON + DAY).is_expected


@pytest.mark.usefixtures("_plan")
def test_a_cancellation_cannot_be_taken_back_once_the_days_are_over():
    subscription = make.subscription(months=1, at=NOON)
    lifecycle.cancel(subscription, by=None, at=NOON)

    with pytest.raises(lifecycle.CannotResumeError):
        lifecycle.resume(subscription, by=None, at=terms.end_of(date(2027, 2, 27)))


@pytest.mark.usefixtures("_plan")
def test_a_cancelled_plan_is_not_billed():
    subscription = make.subscription(months=1, at=NOON)
    lifecycle.cancel(subscription, by=None, at=NOON)

    with pytest.raises(renewals.NotRenewableError):
        renewals.bill_next_term(subscription, at=NOON)


@pytest.mark.usefixtures("_plan")
@pytest.mark.parametrize(
    ("life", "state"),
    [
        ("ordered", State.PENDING),
        ("withdrawn", State.CLOSED),
        ("paid", State.ACTIVE),
        ("cancelled", State.ACTIVE),
        ("over", State.LAPSED),
        ("replaced", State.LAPSED),
    ],
)
def test_the_state_follows_from_the_facts(life, state):
    reader = make.reader()
    subscription = make.order(by=reader, months=1, at=NOON)
    at = NOON
    if life not in {"ordered", "withdrawn"}:
        payments.confirm(subscription.payments.get(), paid_on=NOON.date(), at=NOON)
    if life in {"withdrawn", "cancelled"}:
        lifecycle.cancel(subscription, by=reader, at=NOON)
    if life in {"over", "replaced"}:
        at = NOON + 60 * DAY
    if life == "replaced":
        make.order(by=reader, at=at)

    assert standing(Subscription.objects.get(pk=subscription.pk), at).state == state


@pytest.mark.django_db
def test_the_standing_of_a_loaded_subscription_costs_no_query(django_assert_num_queries):
    subscription = make.subscription()

    with django_assert_num_queries(0):
        standing(subscription)


# -- The story and the letters ------------------------------------------------


@pytest.mark.django_db
def test_the_story_of_a_subscription_is_told_in_order_and_cannot_be_rewritten():
    subscription = make.subscription()
    lifecycle.cancel(subscription, by=subscription.reader, reason="Too busy to read")
    story = list(subscription.events.all())

    assert [event.kind for event in story] == ["ordered", "paid", "cancelled"]
    assert story[-1].reason == "Too busy to read"
    with pytest.raises(TypeError):
        story[0].save()
    with pytest.raises(TypeError):
        story[0].delete()


@pytest.mark.django_db
def test_a_reader_is_written_to_once_however_often_the_task_runs():
    payment = make.subscription(by=make.reader(email="ada@example.org")).payments.get()
    receipt = Letter.objects.get(kind=Letter.Kind.RECEIPT)

    tasks.send_letter.func(receipt.pk)
    tasks.send_letter.func(receipt.pk)

    (letter,) = mail.outbox
    assert letter.to == ["ada@example.org"]
    assert payment.reference in letter.subject
    for part in (letter.body, letter.alternatives[0].content):
        assert "£84.00" in part
        assert payment.subscription.number in part


@pytest.mark.django_db
def test_a_receipt_that_could_not_be_sent_is_sent_the_next_time():
    receipt = make.subscription().letters.get(kind=Letter.Kind.RECEIPT)

    with (
        mock.patch("django.core.mail.backends.locmem.EmailBackend.send_messages", side_effect=OSError),
        pytest.raises(OSError),
    ):
        tasks.send_letter.func(receipt.pk)
    tasks.send_letter.func(receipt.pk)

    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_who_ordered_is_told_how_to_pay_unless_the_order_was_withdrawn():
    subscription = make.order()
    withdrawn = make.order()
    lifecycle.cancel(withdrawn, by=withdrawn.reader)

    for letter in Letter.objects.all():
        tasks.send_letter.func(letter.pk)

    (letter,) = mail.outbox
    assert letter.to == [subscription.reader.email]
    assert "Bank of Tallow Bay" in letter.body
    assert f"{subscription.number}-1" in letter.body


@pytest.mark.usefixtures("_plan")
def test_the_daily_command_bills_what_is_due_once_and_a_dry_run_bills_nothing(capsys):
    due = make.subscription(months=1, at=timezone.now() - 20 * DAY)
    make.subscription(months=12)

    call_command("bill_renewals", "--dry-run")
    assert not Payment.objects.expected().exists()
    assert due.number in capsys.readouterr().out

    call_command("bill_renewals")
    call_command("bill_renewals")
    assert Payment.objects.expected().get().subscription == due
