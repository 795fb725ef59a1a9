"""A member of staff with a caller on the telephone finds one page that says it all."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.roles import Role
from subscriptions import access, entitlements, terms
from subscriptions.access import Audience, Reason, Verdict, trace, verdict_for
from subscriptions.admin import dossier, telling
from subscriptions.features import Feature
from subscriptions.life import dunning, lifecycle, pauses, renewals
from subscriptions.life.lifecycle import State
from subscriptions.models import Dispute, Entitlement, Letter, Payment, ProviderEvent, Subscription
from subscriptions.paying import guarantee, payments, refunds
from subscriptions.selling.opening import create_default_plans
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

GRANTING = {
    Reason.OPEN,
    Reason.REGISTERED,
    Reason.ENTITLED,
    Reason.STAFF,
    Reason.METERED,
    Reason.GIVEN,
}
FIND = "/desk/subscriptions/subscribers/"


@pytest.fixture(autouse=True)
def sold_for_years():
    create_default_plans(timezone.now() - timedelta(days=1200))


@pytest.fixture
def seller(client):
    person = make.staff(Role.SUBSCRIBER_STAFF)
    client.force_login(person)
    return person


def page_of(person) -> str:
    return reverse("admin:subscriptions_subscriber", args=[person.pk])


def today():
    return terms.day_of(timezone.now())


def days(n: int) -> timedelta:
    return timedelta(days=n)


def fresh(subscription: Subscription) -> Subscription:
    return Subscription.objects.with_facts().get(pk=subscription.pk)


# -- Finding -------------------------------------------------------------------


def test_a_caller_is_found_by_whatever_they_can_say(client, seller):
    wanted = make.subscription(by=make.reader(name="Ottilie Brandvold"))
    make.subscription(by=make.reader(name="Ottilie Marsh"))

    for words in (
        "brandvold",
        "brand ottilie",
        wanted.reader.email.upper(),
        wanted.number.lower(),
        wanted.payments.get().reference,
    ):
        assertRedirects(client.get(FIND, {"q": words}), page_of(wanted.reader))


def test_where_several_may_be_meant_all_are_shown(client, seller):
    people = [make.reader(name=f"Ottilie {name}") for name in ("Marsh", "Quay")]

    response = client.get(FIND, {"q": "Ottilie"})

    for person in people:
        assertContains(response, page_of(person))


def test_nobody_found_is_said_kindly(client, seller):
    assertContains(client.get(FIND, {"q": "<nobody>"}), "Nobody is known by “&lt;nobody&gt;”")


def test_without_words_the_newest_orders_are_there(client, seller):
    subscription = make.order()

    assertContains(client.get(FIND), page_of(subscription.reader))


def test_the_menu_and_the_lists_lead_to_the_page(client, seller):
    subscription = make.subscription()
    lists = ("subscription", "payment", "entitlement", "subscriptionevent")

    assertContains(client.get("/desk/"), FIND)
    for name in lists:
        assertContains(client.get(f"/desk/subscriptions/{name}/"), page_of(subscription.reader))
    person = reverse("admin:accounts_user_change", args=[subscription.reader.pk])
    assertContains(client.get(person), page_of(subscription.reader))


@pytest.mark.parametrize("role", [Role.WRITER, Role.EDITOR])
def test_the_newsroom_does_not_see_readers(client, role):
    client.force_login(make.staff(role))
    person = make.subscription().reader

    assert client.get(FIND).status_code == 403
    assert client.get(page_of(person)).status_code == 403
    assertNotContains(client.get("/desk/"), FIND)


def test_whoever_does_not_exist_is_not_found(client, seller):
    assert client.get(f"{FIND}999999/").status_code == 404


# -- Standing ------------------------------------------------------------------


def standing_of(subscription: Subscription, at=None) -> str:
    return dossier.dossier_of(subscription.reader_id, at).sentence


def test_every_state_is_said_in_a_sentence(client):
    began = timezone.now()
    ordered = make.order(months=1)
    active = make.subscription(months=1)
    cancelled = make.subscription(months=1)
    lifecycle.cancel(cancelled, by=None)
    late = make.subscription(months=1)
    renewals.bill_next_term(late)
    resting = make.subscription(months=12)
    pauses.pause(resting, today() + days(10), today() + days(20), by=None)
    withdrawn = make.order()
    lifecycle.cancel(withdrawn, by=None)
    given_back = make.subscription()
    refunds.execute(guarantee.plan_refund(given_back), by=None)

    assert "has not come yet" in standing_of(ordered)
    assert "then goes on for £9.00 / 1 month" in standing_of(active)
    assert "Cancelled: reads until" in standing_of(cancelled)
    assert "is asked for" in standing_of(late)
    assert "A pause is planned from" in standing_of(resting)
    assert "Rests until" in standing_of(resting, began + days(12))
    assert "is late; all stays open until" in standing_of(late, began + days(35))
    assert "is still asked for, and opens everything" in standing_of(late, began + days(60))
    assert "Ended on" in standing_of(cancelled, began + days(60))
    assert "withdrawn" in standing_of(withdrawn)
    assert "given back" in standing_of(given_back)
    for one in (ordered, active, cancelled, late, resting, withdrawn, given_back):
        for at in (began, began + days(12), began + days(35), began + days(60), began + days(900)):
            state = lifecycle.standing(fresh(one), at).state
            assert standing_of(one, at), state


def test_a_refused_card_and_a_dispute_are_said_beside_it():
    failing, disputed = make.subscription(months=1), make.subscription()
    bill = renewals.bill_next_term(failing)
    bill.tries = 1
    dunning.after_failure(bill, "Not enough on it.")
    disputed.payments.update(dispute=Dispute.OPEN)

    assert "The card was refused on" in standing_of(failing)
    assert "Not enough on it)." in standing_of(failing)
    assert "bank has a payment in question" in standing_of(disputed)


def test_whoever_never_subscribed_has_a_page_too(client, seller):
    assertContains(client.get(page_of(make.reader())), "Has never subscribed.")


def test_the_page_says_what_they_have_and_what_they_paid(client, seller):
    subscription = make.subscription()

    response = client.get(page_of(subscription.reader))

    for words in (
        subscription.reader.email,
        subscription.number,
        "24 promised, 0 received, 24 to come",
        "£84.00",
        "Bank transfer",
        "Money back until",
    ):
        assertContains(response, words)


# -- The story -----------------------------------------------------------------


def test_the_story_is_told_newest_first_with_who_and_why(client, seller):
    began = timezone.now() - days(3)
    subscription = make.subscription(at=began)
    lifecycle.cancel(subscription, by=seller, reason="Rang: moving abroad", at=began + days(1))
    entitlements.grant_complimentary(
        subscription.reader,
        [Feature.AUDIO, Feature.PAST_ISSUES],
        first_on=today(),
        last_on=today() + days(3),
        by=seller,
        reason="For her patience",
    )
    payment = subscription.payments.get()
    Payment.objects.filter(pk=payment.pk).update(provider="demo", provider_reference="demo-1")
    ProviderEvent.objects.create(
        provider="demo", event_id="m1", kind="payment.changed", object_id="demo-1", body="{}"
    )

    lines = telling.story(dossier.dossier_of(subscription.reader_id))

    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    told = [(line.what, line.who, line.why) for line in lines]
    assert ("Cancelled", str(seller), "Rang: moving abroad") in told
    assert ("Ordered", "the reader", "") in told
    assert (f"Payment confirmed: £84.00 ({payment.reference})", "the magazine", "") in told
    assert any(what.startswith("Given: ") and why == "For her patience" for what, _who, why in told)
    assert any("payment.changed" in what for what, _who, _why in told)
    assert any("Letter “Welcome”" in what for what, _who, _why in told)
    response = client.get(page_of(subscription.reader))
    assertContains(response, "Rang: moving abroad")


def test_a_letter_can_be_read_where_it_is_listed(client, seller):
    subscription = make.order()
    letter = subscription.letters.get()
    Letter.objects.filter(pk=letter.pk).update(
        begun_at=timezone.now(), sent_at=timezone.now(), subject="How to pay", text="Dear reader, <b>"
    )

    assertContains(client.get(page_of(subscription.reader)), "Dear reader, &lt;b&gt;", count=2)


def test_somebody_elses_story_is_not_told(client, seller):
    subscription, other = make.subscription(), make.subscription()

    response = client.get(page_of(subscription.reader))

    assertNotContains(response, other.number)
    assertNotContains(response, other.reader.email)


def test_a_long_life_costs_no_more_queries_than_a_short_one(client, seller, django_assert_max_num_queries):
    short = make.subscription()
    reader = make.reader()
    at = timezone.now() - days(900)
    for _year in range(2):
        subscription = make.subscription(by=reader, months=1, at=at)
        for _month in range(6):
            at += days(25)
            bill = renewals.bill_next_term(fresh(subscription), at=at)
            payments.confirm(bill, paid_on=terms.day_of(at), at=at)
        lifecycle.cancel(fresh(subscription), by=seller, at=at)
        at += days(200)
    # Where a card was used, what the provider told us is looked for too.
    Payment.objects.filter(subscription__reader=reader).update(provider="demo")

    for person in (short.reader, reader):
        with django_assert_max_num_queries(5):
            dossier.dossier_of(person.pk)
        with django_assert_max_num_queries(15):
            assert client.get(page_of(person)).status_code == 200


# -- Why? ----------------------------------------------------------------------


def ask(client, person, what: str, at=None):
    when = timezone.localtime(at or timezone.now())
    return client.get(page_of(person), {"what": what, "at": when.strftime("%Y-%m-%dT%H:%M")})


def test_staff_can_say_why_somebody_reads(client, seller):
    subscription = make.subscription(at=timezone.now() - days(1))

    response = ask(client, subscription.reader, "audience:subscribers")

    assertContains(response, "Yes, until")
    assertContains(response, "In force.")
    assertContains(response, subscription.number)


def test_staff_can_say_why_somebody_does_not(client, seller):
    ended = make.reader(entitled_until=timezone.now() - days(3))

    response = ask(client, ended, "audience:subscribers")

    assertContains(response, "No: the last right to it ended on")
    assertContains(response, "Has ended.")
    assertContains(ask(client, make.reader(), "feature:audio"), "They have never had a right to it.")


def test_the_question_can_be_about_another_day(client, seller):
    subscription = make.subscription(months=1)

    response = ask(client, subscription.reader, "audience:subscribers", timezone.now() + days(40))

    assertContains(response, "No: the last right to it ended on")


def test_a_question_that_cannot_be_gets_a_sentence(client, seller):
    reader = make.reader()

    response = client.get(page_of(reader), {"what": "audience:kings", "at": "tomorrow"})

    assertContains(response, "desk-error")


@pytest.mark.parametrize("audience", Audience)
def test_the_trace_never_says_anything_else_than_the_wall(audience):
    now = timezone.now()
    people = [
        make.reader(),
        make.reader(entitled=True),
        make.reader(entitled_until=now - days(2)),
        make.reader(is_active=False),
        make.staff(Role.EDITOR),
    ]

    for person in people:
        for at in (now - days(60), now, now + days(60)):
            told = trace(person, Feature.EXCLUSIVE_CONTENT, at, audience=audience)
            assert told.verdict == verdict_for(person, audience, at)
            assert told.sentence.startswith("Yes") == told.verdict.granted
            if told.verdict.reason == Reason.ENTITLED:
                assert any(one.holds for one in told.considered)


@pytest.mark.parametrize(
    ("at", "sentence"),
    [(days(15), "No: the plan rests, and it opens again on"), (days(30), "Yes, until")],
)
def test_a_pause_is_the_answer_while_it_lasts(client, seller, at, sentence):
    subscription = make.subscription()
    pauses.pause(subscription, today() + days(10), today() + days(20), by=None)

    response = ask(client, subscription.reader, "audience:subscribers", timezone.now() + at)

    assertContains(response, sentence)


def test_money_that_went_back_is_the_answer(client, seller):
    subscription = make.subscription(at=timezone.now() - days(9))
    refunds.execute(guarantee.plan_refund(subscription), by=None)

    response = ask(client, subscription.reader, "feature:audio", timezone.now() + days(1))

    assertContains(response, "No: the money went back")


@pytest.mark.parametrize("reason", Reason)
def test_there_is_a_sentence_for_every_reason(reason):
    verdict = Verdict(reason in GRANTING, reason, timezone.now(), opens_at=timezone.now())

    assert access.explain(verdict)
    assert access.explain_to_staff(verdict).startswith("Yes" if verdict.granted else "No")


def test_a_right_that_a_pause_took_back_is_said_to_have_been():
    reader = make.reader()
    at = timezone.now()
    Entitlement.objects.create(
        reader=reader,
        feature=Feature.AUDIO,
        from_at=at,
        until_at=at,
        source=Entitlement.Source.COMPLIMENTARY,
    )

    (one,) = trace(reader, Feature.AUDIO, at + days(1)).considered

    assert (one.holds, one.why) == (False, "Taken back before it began.")


# -- Lists ---------------------------------------------------------------------


def test_what_wants_minding_is_marked_and_found(client, seller):
    failing, disputed, cancelled, resting = (make.subscription() for _one in range(4))
    bill = renewals.bill_next_term(failing)
    Payment.objects.filter(pk=bill.pk).update(failed_at=timezone.now())
    disputed.payments.update(dispute=Dispute.OPEN)
    lifecycle.cancel(cancelled, by=None)
    pauses.pause(resting, today() + days(10), today() + days(20), by=None)
    all_of_them = {"failing": failing, "disputed": disputed, "cancelled": cancelled, "resting": resting}

    for mind, wanted in all_of_them.items():
        response = client.get("/desk/subscriptions/subscription/", {"mind": mind})
        for one in all_of_them.values():
            assert (one.number in response.content.decode()) == (one == wanted)
    assertContains(client.get("/desk/subscriptions/subscription/"), "Card refused")


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_listed(client, seller, state):
    make.subscription()

    assert client.get("/desk/subscriptions/subscription/", {"state": state.value}).status_code == 200


def test_the_log_is_looked_at_and_never_changed(client):
    client.force_login(make.staff(Role.PUBLISHER))
    event = make.subscription().events.first()

    assertContains(client.get("/desk/subscriptions/subscriptionevent/"), event.subscription.number)
    assert client.post(f"/desk/subscriptions/subscriptionevent/{event.pk}/change/", {}).status_code == 403
    assert client.get(f"/desk/subscriptions/subscriptionevent/{event.pk}/delete/").status_code == 403
    assert client.get("/desk/subscriptions/subscriptionevent/add/").status_code == 403
