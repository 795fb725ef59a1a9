"""The money-back guarantee: to the end of its last day, once, and exactly as it was shown."""

import itertools
import os
import threading
import zoneinfo
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote_plus

import pytest
from django.conf import settings as configured
from django.core import mail, signing
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.roles import Role
from articles import surfaces
from subscriptions import entitlements, tasks, terms
from subscriptions.access import Audience, Reason, verdict_for
from subscriptions.features import Feature
from subscriptions.life import lifecycle, renewals
from subscriptions.life.lifecycle import State, standing
from subscriptions.models import (
    Entitlement,
    GuaranteeClaim,
    Letter,
    Payment,
    PlanFeature,
    Refund,
    Subscription,
    SubscriptionEvent,
    Term,
)
from subscriptions.paying import guarantee, payments, refunds
from tests import make

CHARGED = datetime(2027, 3, 1, 9, 59, tzinfo=UTC)
DAY = timedelta(days=1)
REFUND = "/account/refund/"


@pytest.fixture
def _plan(db):
    """A plan that was on sale before the tests' clock starts."""
    make.plan().versions.update(sold_from_at=datetime(2020, 1, 1, tzinfo=UTC))


@pytest.fixture
def reader(client):
    user = make.reader()
    client.force_login(user)
    return user


def loaded(subscription: Subscription) -> Subscription:
    return Subscription.objects.with_facts().get(pk=subscription.pk)


def claim(subscription: Subscription, at: datetime | None = None) -> GuaranteeClaim:
    plan = guarantee.plan_refund(loaded(subscription), at)
    return refunds.execute(plan, by=subscription.reader)


def link_of(subscription: Subscription) -> str:
    payment = subscription.payments.confirmed().first()
    return reverse("subscriptions:refund_by_link", args=[guarantee.link_token(payment)])


def press(client: Client, address: str) -> object:
    """Look at the page and press its button."""
    plan = client.get(address).context["plan"]
    return client.post(address, {"shown": plan.mark}, follow=True)


# -- Until when ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("charged_at", "last_day"),
    [
        # The count begins with the latest date on earth: at 10:00 UTC the next day has begun somewhere.
        (datetime(2027, 3, 1, 9, 59, 59, tzinfo=UTC), date(2027, 4, 30)),
        (datetime(2027, 3, 1, 10, 0, tzinfo=UTC), date(2027, 5, 1)),
        # On to 29 February, where there is one.
        (datetime(2027, 12, 31, 9, 0, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2026, 12, 31, 9, 0, tzinfo=UTC), date(2027, 3, 1)),
        (datetime(2028, 2, 29, 9, 0, tzinfo=UTC), date(2028, 4, 29)),
        # Over both clock changes of the magazine's zone.
        (datetime(2027, 3, 27, 9, 0, tzinfo=UTC), date(2027, 5, 26)),
        (datetime(2027, 10, 30, 9, 0, tzinfo=UTC), date(2027, 12, 29)),
    ],
)
def test_the_last_day_is_the_sixtieth_and_ends_when_it_has_ended_everywhere(charged_at, last_day):
    promised = guarantee.window(charged_at, 60)

    assert promised.last_day == last_day
    assert promised.closes_at == datetime.combine(last_day + DAY, time(12), tzinfo=UTC)


@pytest.mark.parametrize(
    "charged_at",
    [
        datetime(2027, 1, 20, 0, 30, tzinfo=UTC),
        datetime(2027, 2, 10, 23, 59, 59, tzinfo=UTC),
        # The sixtieth day lies behind the clock change of spring, of autumn, and of the other hemisphere.
        datetime(2027, 3, 27, 10, 0, tzinfo=UTC),
        datetime(2027, 9, 15, 11, 59, tzinfo=UTC),
        datetime(2027, 10, 31, 0, 59, tzinfo=UTC),
        datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
        datetime(2027, 12, 31, 12, 0, tzinfo=UTC),
    ],
)
def test_no_reader_anywhere_loses_an_hour_of_the_sixtieth_day(charged_at):
    closes_at = guarantee.window(charged_at, 60).closes_at

    for name in zoneinfo.available_timezones():
        zone = zoneinfo.ZoneInfo(name)
        theirs = charged_at.astimezone(zone).date() + timedelta(days=61)
        assert closes_at >= datetime.combine(theirs, time.min, tzinfo=zone).astimezone(UTC), name


@pytest.mark.usefixtures("_plan")
@pytest.mark.parametrize(
    ("at", "is_in_time"),
    [
        (CHARGED, True),
        # The last day in the magazine's zone, its end, and its end on the last meridian.
        (datetime(2027, 4, 30, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2027, 4, 30, 23, 0, tzinfo=UTC), True),
        (datetime(2027, 5, 1, 11, 59, 59, 999999, tzinfo=UTC), True),
        (datetime(2027, 5, 1, 12, 0, tzinfo=UTC), False),
        (datetime(2027, 5, 1, 12, 0, 1, tzinfo=UTC), False),
    ],
)
def test_the_guarantee_is_open_to_the_last_instant_and_closed_after_it(at, is_in_time):
    subscription = make.subscription(at=CHARGED)

    assert guarantee.last_day_to_claim(subscription, at) == (date(2027, 4, 30) if is_in_time else None)
    if is_in_time:
        assert guarantee.plan_refund(subscription, at).amount_minor == 8400
    else:
        with pytest.raises(guarantee.NotClaimableError, match="ended on 30 April 2027"):
            guarantee.plan_refund(subscription, at)


@pytest.mark.usefixtures("_plan")
def test_the_days_are_those_of_the_version_that_was_bought():
    PlanFeature.objects.filter(key=Feature.MONEY_BACK).update(parameters={"days": 14})

    subscription = make.subscription(at=CHARGED)

    assert guarantee.last_day_to_claim(subscription, CHARGED) == date(2027, 3, 15)


@pytest.mark.django_db
@pytest.mark.parametrize("without", ["promise", "payment"])
def test_without_a_promise_or_a_payment_there_is_nothing_to_claim(without):
    subscription = make.order() if without == "payment" else make.subscription()
    if without == "promise":
        PlanFeature.objects.filter(key=Feature.MONEY_BACK).update(state="planned", planned_on="2030-01-01")

    with pytest.raises(guarantee.NotClaimableError, match="no payment"):
        guarantee.plan_refund(loaded(subscription))


# -- What it does -------------------------------------------------------------


@pytest.mark.usefixtures("_plan")
def test_looking_at_the_plan_changes_nothing():
    subscription = make.subscription(at=CHARGED)

    assert guarantee.plan_refund(subscription, CHARGED) == guarantee.plan_refund(subscription, CHARGED)
    assert not Refund.objects.exists()
    assert standing(loaded(subscription), CHARGED).is_active


class PreviewEqualsResult(TestCase):
    """Over any number of terms, any instant and any gift, what is shown is what happens."""

    @classmethod
    def setUpTestData(cls):
        make.sold_plan()

    @settings(deadline=None, max_examples=100 if os.environ.get("MAGAZINE_DRILL") else 12)
    @given(
        months=st.sampled_from([1, 12]),
        currency=st.sampled_from(["GBP", "EUR", "USD"]),
        more_terms=st.integers(0, 3),
        is_billed=st.booleans(),
        is_cancelled=st.booleans(),
        has_gift=st.booleans(),
        after=st.timedeltas(timedelta(0), timedelta(days=60)),
    )
    def test_preview_equals_result(
        self, months, currency, more_terms, is_billed, is_cancelled, has_gift, after
    ):
        at = CHARGED + after
        subscription = make.subscription(at=CHARGED, months=months, currency=currency)
        reader = subscription.reader
        for _term in range(more_terms):
            bill = renewals.bill_next_term(subscription, at=CHARGED)
            payments.confirm(bill, paid_on=terms.day_of(CHARGED), at=CHARGED)
        if is_billed:
            renewals.bill_next_term(subscription, at=CHARGED)
        if is_cancelled:
            lifecycle.cancel(subscription, by=reader, at=CHARGED)
        if has_gift:
            entitlements.grant_complimentary(
                reader,
                [Feature.EXCLUSIVE_CONTENT],
                first_on=terms.day_of(CHARGED),
                last_on=date(2040, 1, 1),
                by=reader,
                reason="A prize",
            )
        paid = Payment.objects.confirmed()
        plan = guarantee.plan_refund(loaded(subscription), at)

        refunds.execute(plan, by=reader)

        assert plan.amount_minor == sum(paid.values_list("amount_minor", flat=True))
        assert [(one.payment_id, one.amount_minor, one.currency) for one in plan.sums] == list(
            Refund.objects.order_by("payment").values_list("payment", "amount_minor", "currency")
        )
        assert not paid.exclude(refunded_minor__gt=0).exists()
        assert Refund.objects.exclude(requested_at=at).count() == 0
        ended = Entitlement.objects.filter(subscription=subscription, until_at=at)
        assert set(plan.ends) <= set(ended.values_list("pk", flat=True))
        assert not Entitlement.objects.filter(subscription=subscription, until_at__gt=at).exists()
        assert verdict_for(reader, Audience.SUBSCRIBERS, at).granted == has_gift == plan.keeps_others
        assert bool(plan.bill) == (is_billed and not is_cancelled)
        assert not Payment.objects.expected().exists()
        subscription = loaded(subscription)
        assert (subscription.closed_at, standing(subscription, at).state) == (at, State.REFUNDED)


@pytest.mark.usefixtures("_plan")
def test_a_claim_tells_its_story_and_queues_one_letter():
    subscription = make.subscription(at=CHARGED)

    made = claim(subscription, CHARGED + DAY)

    kinds = list(subscription.events.order_by("id").values_list("kind", flat=True))
    assert kinds == ["ordered", "paid", "refunded", "closed"]
    assert subscription.letters.get(kind=Letter.Kind.REFUNDED).about_id == made.pk


@pytest.mark.usefixtures("_plan")
def test_a_plan_that_lapsed_within_the_guarantee_is_paid_back_too():
    subscription = make.subscription(at=CHARGED, months=1)
    at = CHARGED + 40 * DAY
    assert standing(subscription, at).is_lapsed

    plan = guarantee.plan_refund(subscription, at)
    refunds.execute(plan, by=subscription.reader)

    # Its rights had ended by themselves; only the money goes back.
    assert (plan.ends, plan.amount_minor) == ((), 900)
    assert standing(loaded(subscription), at).is_refunded


@pytest.mark.usefixtures("_plan")
def test_a_reader_who_paid_while_trying_and_claims_it_back_tries_no_longer():
    now = timezone.now()
    trying = make.trial(days=14, at=now)
    bill = renewals.bill_next_term(trying, by=trying.reader, at=now)
    payments.confirm(bill, paid_on=terms.day_of(now), at=now)

    claim(loaded(trying), now + timedelta(days=1))

    assert standing(loaded(trying), now + timedelta(days=1)).state == State.REFUNDED
    assert not verdict_for(trying.reader, Audience.SUBSCRIBERS, now + timedelta(days=1)).granted
    assert not Term.objects.kept().exists()


@pytest.mark.usefixtures("_plan")
def test_a_plan_that_no_longer_holds_is_not_carried_out():
    subscription = make.subscription(at=CHARGED)
    shown = guarantee.plan_refund(subscription, CHARGED)
    payments.confirm(
        renewals.bill_next_term(subscription, at=CHARGED), paid_on=terms.day_of(CHARGED), at=CHARGED
    )

    with pytest.raises(refunds.PlanChangedError):
        refunds.execute(shown, by=subscription.reader)
    with pytest.raises(refunds.PlanChangedError):
        refunds.execute(
            replace(shown, sums=(replace(shown.sums[0], amount_minor=8401),)), by=subscription.reader
        )

    assert not Refund.objects.exists()
    assert standing(loaded(subscription), CHARGED).is_active


class Crash(Exception):
    """The machine stopped."""


class CrashBefore:
    """Stops the machine once, before the database is asked for the ``number``-th time."""

    def __init__(self, number: int) -> None:
        self.number, self.asked = number, 0

    def __call__(self, execute, sql, params, many, context):
        # The test's own transaction makes savepoints of what are a beginning and a commit elsewhere.
        if "SAVEPOINT" not in sql:
            self.asked += 1
            if self.asked == self.number:
                raise Crash
        return execute(sql, params, many, context)


@pytest.mark.usefixtures("_plan")
def test_a_crash_between_any_two_statements_leaves_everything_as_it_was():
    subscription = make.subscription(at=CHARGED)
    renewals.bill_next_term(subscription, at=CHARGED)
    plan = guarantee.plan_refund(loaded(subscription), CHARGED)
    facts = (Payment, Entitlement, Subscription, SubscriptionEvent, GuaranteeClaim, Refund, DBTaskResult)
    before = [list(model.objects.order_by("pk").values()) for model in facts]

    for number in itertools.count(1):
        crash = CrashBefore(number)
        try:
            with connection.execute_wrapper(crash):
                refunds.execute(plan, by=subscription.reader)
        except Crash:
            assert [list(model.objects.order_by("pk").values()) for model in facts] == before, number
        else:
            break

    assert number > 20
    assert Refund.objects.get().amount_minor == 8400
    assert not verdict_for(subscription.reader, Audience.SUBSCRIBERS, CHARGED).granted


@pytest.mark.django_db
def test_the_rights_of_a_refunded_term_are_not_written_again():
    subscription = make.subscription()
    claim(subscription)

    entitlements.write_for_term(loaded(subscription).terms.get())

    assert not Entitlement.objects.current().exists()


# -- Once ---------------------------------------------------------------------


@pytest.mark.django_db
def test_claiming_twice_is_claiming_once():
    subscription = make.subscription()
    plan = guarantee.plan_refund(subscription)

    first = refunds.execute(plan, by=subscription.reader)

    assert refunds.execute(plan, by=subscription.reader) == first
    assert Refund.objects.count() == 1
    assert subscription.payments.get().refunded_minor == 8400


@pytest.mark.django_db(transaction=True)
def test_many_claims_at_the_same_moment_are_one(in_thread):
    together = threading.Barrier(6)
    subscription = in_thread(make.subscription)

    def act() -> int:
        plan = guarantee.plan_refund(loaded(subscription))
        together.wait()
        return refunds.execute(plan, by=subscription.reader).pk

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(in_thread, [act] * 6))

    assert len(answers) == 1
    assert in_thread(Refund.objects.count) == 1
    assert in_thread(lambda: Payment.objects.get().refunded_minor) == 8400
    assert in_thread(lambda: SubscriptionEvent.objects.filter(kind="refunded").count()) == 1


@pytest.mark.django_db
def test_a_reader_who_comes_back_is_not_paid_back_again_for_the_same_plan():
    reader = make.reader()
    claim(make.subscription(by=reader))

    again = make.subscription(by=reader)

    assert standing(again).is_active
    assert verdict_for(reader, Audience.SUBSCRIBERS).granted
    with pytest.raises(guarantee.AlreadyClaimedError, match="once for each reader and plan"):
        guarantee.plan_refund(again)


@pytest.mark.django_db
def test_another_plan_has_a_guarantee_of_its_own():
    reader = make.reader()
    claim(make.subscription(by=reader))

    other = make.subscription(by=reader, of=make.plan(name="Another"))

    assert guarantee.plan_refund(other).amount_minor == 8400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"refunded_minor": 8401}, {"status": "void", "confirmed_at": None, "paid_on": None}]
)
def test_the_database_gives_back_no_more_than_came(wrong):
    subscription = make.subscription()
    claim(subscription)

    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(subscription=subscription).update(**wrong)


@pytest.mark.django_db
def test_the_database_takes_one_claim_of_a_reader_for_a_plan_and_one_refund_by_a_key():
    reader = make.reader()
    made = claim(make.subscription(by=reader))
    again = make.subscription(by=reader)
    refund = made.refunds.get()
    refund.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        GuaranteeClaim.objects.create(reader=reader, plan=made.plan, subscription=again)
    with pytest.raises(IntegrityError), transaction.atomic():
        refund.save()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"amount_minor": 0}, {"currency": "gbp"}, {"status": "sent"}, {"sent_at": CHARGED}]
)
def test_the_database_refuses_a_refund_that_cannot_be(wrong):
    claim(make.subscription())

    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.update(**wrong)


# -- The account --------------------------------------------------------------


@pytest.mark.wide
@pytest.mark.django_db
def test_a_reader_gets_the_money_back_in_three_clicks_from_the_account(client, reader):
    subscription = make.subscription(by=reader)
    day = guarantee.last_day_to_claim(subscription)
    last_day = f"{day.day} {day:%B %Y}"
    assertContains(client.get("/account/"), f"until {last_day}, all that you paid")

    page = client.get(REFUND)
    for words in ("£84.00", "to the account from which it came", "Your plan ends at once", last_day):
        assertContains(page, words)
    response = press(client, REFUND)

    assertContains(response, "You get your money back")
    assertContains(response, f"{subscription.number}-1")
    assert verdict_for(reader, Audience.SUBSCRIBERS).reason == Reason.GIVEN_BACK
    account = client.get("/account/")
    assertContains(account, "We are sending it")
    assertContains(account, "Your payment was refunded")
    assertNotContains(account, "Get your money back")


@pytest.mark.wide
@pytest.mark.django_db
def test_a_double_click_is_told_that_it_is_done(client, reader):
    make.subscription(by=reader)
    shown = client.get(REFUND).context["plan"].mark
    client.post(REFUND, {"shown": shown})

    assertContains(client.post(REFUND, {"shown": shown}, follow=True), "You have asked for this already")
    assert Refund.objects.count() == 1


@pytest.mark.wide
@pytest.mark.django_db
def test_a_button_about_other_sums_shows_the_sums_anew(client, reader):
    subscription = make.subscription(by=reader)
    shown = client.get(REFUND).context["plan"].mark
    make.confirm(renewals.bill_next_term(subscription), paid_on=terms.day_of(timezone.now()))

    for data in ({"shown": shown}, {}):
        response = client.post(REFUND, data)
        assertContains(response, "Nothing has been done yet", status_code=409)
        assertContains(response, "£168.00", status_code=409)
    assert not Refund.objects.exists()


@pytest.mark.wide
@pytest.mark.django_db
def test_a_reader_who_comes_back_reads_why_there_is_no_second_time(client, reader):
    checkout = make.plan().get_absolute_url()
    assertNotContains(client.get(checkout), "does not hold a second time")
    claim(make.subscription(by=reader))
    assertContains(client.get(checkout), "does not hold a second time")
    make.subscription(by=reader)

    assertNotContains(client.get("/account/"), "you can have back all")
    assertContains(client.get(REFUND), "The guarantee holds once for each reader and plan")
    assertContains(client.post(REFUND), "The guarantee holds once for each reader and plan")
    assert Refund.objects.count() == 1


@pytest.mark.wide
@pytest.mark.django_db
def test_after_the_last_day_the_reader_is_told_what_is_left(client, reader):
    make.plan().versions.update(sold_from_at=datetime(2020, 1, 1, tzinfo=UTC))
    make.subscription(by=reader, at=timezone.now() - timedelta(days=70))

    assertNotContains(client.get("/account/"), "Get your money back")
    assertContains(client.get(REFUND), "You can still cancel, and keep your paid days")


@pytest.mark.wide
@pytest.mark.django_db
def test_a_reader_who_paid_nothing_finds_nothing_to_claim(client, reader):
    make.order(by=reader)

    assertRedirects(client.post(REFUND), "/account/")


@pytest.mark.wide
@pytest.mark.django_db
def test_after_a_refund_every_surface_agrees_at_once(client, reader):
    subscription = make.subscription(by=reader)
    article = make.article(
        audience=Audience.SUBSCRIBERS,
        body="<p>Open.</p><hr data-paywall><p>The paid quaggawort follows.</p>",
        tags=["Harbours"],
        issue=make.issue(),
        series=make.series(),
    )
    assertContains(client.get(article.get_absolute_url()), "quaggawort")

    press(client, REFUND)

    assert not Entitlement.objects.filter(reader=reader).current().exists()
    assert not verdict_for(reader, Audience.SUBSCRIBERS).granted
    for surface in surfaces.registered():
        for address in surface.addresses(article):
            response = client.get(address)
            text = b"".join(response).decode()
            question = response.wsgi_request.GET.get("q", "")
            for asked in filter(None, (question, quote_plus(question))):
                text = text.replace(asked, "")
            assert "quaggawort" not in text, address
    assertContains(client.get(article.get_absolute_url()), "Subscribe to keep reading")
    assertContains(client.get(subscription.get_absolute_url()), "Your money goes back")


# -- The link of a receipt ----------------------------------------------------


@pytest.mark.wide
@pytest.mark.django_db
def test_the_receipt_leads_to_the_money_without_signing_in(client):
    subscription = make.subscription()
    tasks.send_letter.call(subscription.letters.get(kind=Letter.Kind.RECEIPT).pk)
    address = link_of(subscription)

    letter = mail.outbox[-1]
    for part in (letter.body, letter.alternatives[0].content):
        assert f"{configured.SITE_URL}{address}" in part
    assertContains(press(client, address), "You get your money back")
    assert not verdict_for(subscription.reader, Audience.SUBSCRIBERS).granted
    assert subscription.events.get(kind="refunded").reason == "By the link of a receipt"


@pytest.mark.wide
@pytest.mark.django_db
def test_following_the_link_changes_nothing(client):
    subscription = make.subscription()

    for method in ("get", "head"):
        assert getattr(client, method)(link_of(subscription)).status_code == 200

    assert not Refund.objects.exists()
    assert verdict_for(subscription.reader, Audience.SUBSCRIBERS).granted


@pytest.mark.wide
@pytest.mark.django_db
def test_the_linked_page_is_kept_by_nobody_and_handed_to_nobody(client):
    subscription = make.subscription()

    for _state in ("before", "after"):
        response = client.get(link_of(subscription))
        assert response["Cache-Control"] == "private, no-store"
        assert response["Referrer-Policy"] == "same-origin"
        assert "noindex" in response["X-Robots-Tag"]
        if _state == "before":
            press(client, link_of(subscription))


@pytest.mark.wide
@pytest.mark.django_db
def test_a_link_that_was_changed_made_elsewhere_or_is_too_old_is_not_found(client):
    make.plan().versions.update(sold_from_at=datetime(2020, 1, 1, tzinfo=UTC))
    subscription = make.subscription()
    address = link_of(subscription)
    token = address.rstrip("/").rpartition("/")[2]
    reference = subscription.payments.get().reference
    old = make.subscription(at=timezone.now() - timedelta(days=100))
    wrong = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        "x" + token,
        token.partition(":")[2],
        signing.Signer().sign_object(reference),
        signing.Signer(salt="something.else").sign_object(reference),
        signing.Signer(salt=guarantee.SALT).sign_object("H-777777-1"),
        guarantee.link_token(old.payments.get()),
    ]

    for one in wrong:
        there = reverse("subscriptions:refund_by_link", args=[one])
        assert client.get(there).status_code == 404, one
        assert client.post(there, {"shown": f"{reference}=8400GBP"}).status_code == 404, one
    assert not Refund.objects.exists()


@pytest.mark.wide
@pytest.mark.django_db
def test_a_link_in_a_letter_from_long_ago_still_opens(client):
    reference = make.subscription().payments.get().reference
    # As the letters say it that are out: written here, so that no renaming of ours can break them unseen.
    token = signing.Signer(salt="subscriptions.guarantee").sign_object(reference)

    assert client.get(reverse("subscriptions:refund_by_link", args=[token])).status_code == 200


@pytest.mark.wide
@pytest.mark.django_db
def test_a_link_that_came_late_explains_itself(client):
    make.plan().versions.update(sold_from_at=datetime(2020, 1, 1, tzinfo=UTC))
    subscription = make.subscription(at=timezone.now() - timedelta(days=70))

    assertContains(client.get(link_of(subscription)), "The money-back guarantee ended on")


@pytest.mark.wide
@pytest.mark.django_db
def test_a_link_is_about_its_own_subscription_whoever_is_signed_in(client, reader):
    mine, theirs = make.subscription(by=reader), make.subscription()

    page = client.get(link_of(theirs))
    assertContains(page, theirs.number)
    assertNotContains(page, mine.number)
    client.post(link_of(theirs), {"shown": guarantee.plan_refund(mine).mark})

    assert not Refund.objects.exists()


@pytest.mark.wide
@pytest.mark.django_db
def test_another_sites_form_claims_nothing():
    subscription = make.subscription()
    client = Client(enforce_csrf_checks=True)

    assert client.post(link_of(subscription), {"shown": "x"}).status_code == 403
    client.force_login(subscription.reader)
    assert client.post(REFUND, {"shown": guarantee.plan_refund(subscription).mark}).status_code == 403
    assert not Refund.objects.exists()


@pytest.mark.wide
@pytest.mark.django_db
def test_a_receipt_after_the_guarantee_promises_nothing():
    make.plan().versions.update(sold_from_at=datetime(2020, 1, 1, tzinfo=UTC))
    subscription = make.subscription(at=timezone.now() - timedelta(days=70), months=12)

    tasks.send_letter.call(subscription.letters.get(kind=Letter.Kind.RECEIPT).pk)

    assert "/subscribe/refund/" not in mail.outbox[-1].body


@pytest.mark.django_db
def test_the_letter_says_what_comes_back_and_when_it_was_asked_for_and_is_sent_once():
    made = claim(make.subscription(), None)

    letter = made.subscription.letters.get(kind=Letter.Kind.REFUNDED)
    tasks.send_letter.call(letter.pk)
    tasks.send_letter.call(letter.pk)

    (letter,) = mail.outbox
    at = timezone.localtime(made.claimed_at)
    for part in (letter.body, letter.alternatives[0].content):
        assert "£84.00" in part
        assert f"{at.day} {at:%B %Y} at {at:%H:%M}" in part
    assert letter.to == [made.reader.email]


# -- The desk -----------------------------------------------------------------


@pytest.mark.wide
@pytest.mark.django_db
def test_staff_find_what_is_owed_send_it_and_say_so(client):
    seller = make.staff(Role.SUBSCRIBER_STAFF)
    client.force_login(seller)
    refund = claim(make.subscription()).refunds.get()
    address = reverse("admin:subscriptions_refund_mark_sent", args=[refund.pk])
    assertContains(client.get("/desk/"), address)

    page = client.get(address)
    assertContains(page, "£84.00")
    assertContains(page, "to the account from which it came")
    assert Refund.objects.owed().exists()
    assertContains(client.post(address, follow=True), "Noted")

    refund.refresh_from_db()
    assert (refund.status, refund.sent_by) == (Refund.Status.SENT, seller)
    assertNotContains(client.get("/desk/"), address)
    assertContains(client.post(address, follow=True), "Please do not send it again")
    assert SubscriptionEvent.objects.filter(kind="refund_sent").count() == 1


@pytest.mark.wide
@pytest.mark.django_db
def test_the_reader_sees_when_the_money_was_sent(client, reader):
    refund = claim(make.subscription(by=reader)).refunds.get()
    at = timezone.now()

    refunds.mark_sent(refund, by=make.staff(Role.SUBSCRIBER_STAFF), at=at)

    day = timezone.localtime(at)
    assertContains(client.get("/account/"), f"Sent on {day.day} {day:%b %Y}")


@pytest.mark.wide
@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.FINANCE, Role.EDITOR, Role.WRITER])
def test_only_subscriber_staff_say_that_money_was_sent(client, role):
    client.force_login(make.staff(role))
    refund = claim(make.subscription()).refunds.get()
    address = reverse("admin:subscriptions_refund_mark_sent", args=[refund.pk])

    assert client.get(address).status_code == 403
    assert client.post(address).status_code == 403
    assert Refund.objects.owed().exists()
    assertNotContains(client.get("/desk/"), "Refunds owed")


@pytest.mark.django_db
def test_refunded_subscriptions_are_listed_as_their_rows_say():
    make.subscription()
    make.order()
    claim(make.subscription())

    for state in State:
        by_rows = {one.pk for one in Subscription.objects.with_facts() if standing(one).state == state}
        found = lifecycle.in_state(Subscription.objects.all(), state)
        assert set(found.values_list("pk", flat=True)) == by_rows
    assert lifecycle.in_state(Subscription.objects.all(), State.REFUNDED).count() == 1
