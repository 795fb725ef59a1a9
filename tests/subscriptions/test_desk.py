"""What subscriber staff, finance and the publisher see and do at the desk."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.roles import Role
from subscriptions import entitlements, terms
from subscriptions.access import Audience, verdict_for
from subscriptions.features import Feature
from subscriptions.life import lifecycle, renewals
from subscriptions.life.lifecycle import State
from subscriptions.models import Entitlement, Payment, PlanVersion, Price, Subscription, Term
from tests import make
from tests.subscriptions.pressing import press, version_form

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

GRANT = "/desk/subscriptions/entitlement/grant/"


@pytest.fixture
def seller(client):
    person = make.staff(Role.SUBSCRIBER_STAFF)
    client.force_login(person)
    return person


@pytest.fixture
def publisher(client):
    person = make.staff(Role.PUBLISHER)
    client.force_login(person)
    return person


def confirm_page(payment: Payment) -> str:
    return reverse("admin:subscriptions_payment_confirm", args=[payment.pk])


def today() -> date:
    return terms.day_of(timezone.now())


# -- Payments -----------------------------------------------------------------


def test_staff_find_on_the_first_page_what_waits_for_them(client, seller):
    payment = make.order().payments.get()

    response = client.get("/desk/")

    assertContains(response, payment.reference)
    assertContains(response, confirm_page(payment))


def test_staff_see_what_confirming_does_before_they_confirm(client, seller):
    payment = make.order().payments.get()
    span = terms.span(today(), after_months=0, months=12)

    response = client.get(confirm_page(payment))

    assertContains(response, "£84.00")
    assertContains(response, payment.reference)
    assertContains(response, payment.subscription.reader.email)
    assertContains(response, f"until {span.ends_on.day} {span.ends_on:%B %Y}")
    assert not Term.objects.exists()


def test_staff_confirm_a_payment_and_the_reader_can_read(client, seller):
    payment = make.order().payments.get()
    yesterday = today() - timedelta(days=1)

    seen = client.get(confirm_page(payment))
    response = press(client, seen, confirm_page(payment), paid_on=yesterday.isoformat())

    assertContains(response, "£84.00 is noted as received")
    payment.refresh_from_db()
    assert (payment.paid_on, payment.confirmed_by) == (yesterday, seller)
    assert verdict_for(payment.subscription.reader, Audience.SUBSCRIBERS).granted


def test_confirming_what_was_confirmed_says_so_and_does_nothing(client, seller):
    payment = make.subscription().payments.get()

    response = client.post(confirm_page(payment), {"paid_on": today().isoformat()}, follow=True)

    assertContains(response, "not expected any more: confirmed")
    assert Term.objects.count() == 1


def test_a_payment_is_not_confirmed_by_who_has_not_seen_what_it_does(client, seller):
    payment = make.order().payments.get()

    response = client.post(confirm_page(payment), {"paid_on": today().isoformat()})

    assertContains(response, "£84.00 is noted as received")
    assert not Term.objects.exists()


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-30", "9999-12-31"])
def test_a_day_that_cannot_be_gets_a_sentence(client, seller, day):
    payment = make.order().payments.get()

    response = press(client, client.get(confirm_page(payment)), confirm_page(payment), paid_on=day)

    assertContains(response, "desk-error", status_code=422)
    assert not Term.objects.exists()


@pytest.mark.parametrize("role", [Role.FINANCE, Role.EDITOR, Role.WRITER])
def test_only_subscriber_staff_confirm_payments(client, role):
    client.force_login(make.staff(role))
    payment = make.order().payments.get()

    assert client.get(confirm_page(payment)).status_code == 403
    assert client.post(confirm_page(payment), {"paid_on": today().isoformat()}).status_code == 403
    assert not Term.objects.exists()


def test_a_payment_that_does_not_exist_is_not_found(client, seller):
    assert client.get("/desk/subscriptions/payment/999999/confirm/").status_code == 404
    assert client.get("/desk/subscriptions/payment/x/change/").status_code == 404


def test_payments_are_found_by_reference_and_by_reader(client, seller):
    wanted, other = make.order().payments.get(), make.order().payments.get()

    for words in (wanted.reference, wanted.subscription.reader.email):
        response = client.get("/desk/subscriptions/payment/", {"q": words})
        assertContains(response, wanted.reference)
        assertNotContains(response, other.reference)


# -- Subscriptions ------------------------------------------------------------


def test_subscriptions_are_found_by_number_reader_and_payment(client, seller):
    wanted, other = make.subscription(), make.subscription()

    for words in (wanted.number, wanted.reader.email, wanted.payments.get().reference):
        response = client.get("/desk/subscriptions/subscription/", {"q": words})
        assertContains(response, wanted.number)
        assertNotContains(response, other.number)


def test_one_page_tells_the_whole_story(client, seller):
    subscription = make.subscription()
    lifecycle.cancel(subscription, by=subscription.reader, reason="Moving abroad")

    response = client.get(reverse("admin:subscriptions_subscription_change", args=[subscription.pk]))

    for words in (subscription.reader.email, "£84.00", f"{subscription.number}-1", "Moving abroad"):
        assertContains(response, words)


@pytest.mark.parametrize("name", ["subscription", "payment", "entitlement"])
def test_facts_can_be_looked_at_and_not_typed(client, publisher, name):
    make.subscription()
    pk = (
        {"subscription": Subscription, "payment": Payment, "entitlement": Entitlement}[name]
        .objects.first()
        .pk
    )

    assert client.get(f"/desk/subscriptions/{name}/{pk}/change/").status_code == 200
    assert client.post(f"/desk/subscriptions/{name}/{pk}/change/", {}).status_code == 403
    assert client.get(f"/desk/subscriptions/{name}/{pk}/delete/").status_code == 403
    assert client.get(f"/desk/subscriptions/{name}/add/").status_code == 403


def test_subscriptions_are_listed_by_state_as_their_rows_say():
    make.order()
    withdrawn = make.order()
    lifecycle.cancel(withdrawn, by=None)
    make.subscription(months=1)
    lifecycle.cancel(make.subscription(months=1), by=None)
    billed = make.subscription(months=1)
    renewals.bill_next_term(billed)

    for at in (timezone.now(), timezone.now() + timedelta(days=40)):
        for state in State:
            by_rows = {
                one.pk
                for one in Subscription.objects.with_facts()
                if lifecycle.standing(one, at).state == state
            }
            found = lifecycle.in_state(Subscription.objects.all(), state, at)
            assert set(found.values_list("pk", flat=True)) == by_rows


@pytest.mark.parametrize("model", ["subscription", "payment", "entitlement"])
def test_lists_cost_the_same_whatever_was_sold(client, seller, model, django_assert_max_num_queries):
    for _one in range(8):
        make.subscription()

    with django_assert_max_num_queries(16):
        assert client.get(f"/desk/subscriptions/{model}/").status_code == 200


@pytest.mark.parametrize(
    "question",
    [
        "subscription/?reader__password__startswith=argon",
        "payment/?subscription__reader__password__contains=a",
        "entitlement/?granted_by__password__startswith=a",
        "subscription/?plan_version__plan__versions__subscriptions__reader__email=a",
    ],
)
def test_an_address_cannot_ask_across_relations(client, seller, question):
    assert client.get(f"/desk/subscriptions/{question}").status_code in {400, 302}


@pytest.mark.parametrize("model", ["plan", "planversion", "subscription", "payment", "entitlement"])
@pytest.mark.parametrize("role", [Role.WRITER, Role.EDITOR])
def test_the_newsroom_does_not_see_who_pays(client, role, model):
    client.force_login(make.staff(role))

    assert client.get(f"/desk/subscriptions/{model}/").status_code == 403


def test_subscriber_staff_do_not_touch_content(client, seller):
    assert client.get("/desk/articles/article/").status_code == 403


# -- Grants -------------------------------------------------------------------


def grant_form(to: str, **changes: object) -> dict[str, object]:
    return {
        "email": to,
        "features": [Feature.EXCLUSIVE_CONTENT.value],
        "first_on": today().isoformat(),
        "last_on": (today() + timedelta(days=6)).isoformat(),
        "reason": "Won our crossword",
    } | changes


def test_staff_give_access_with_a_reason(client, seller):
    reader = make.reader()

    assertContains(client.get(GRANT), "Reason")
    response = client.post(GRANT, grant_form(reader.email.upper()))

    assertRedirects(response, "/desk/subscriptions/entitlement/")
    right = Entitlement.objects.get()
    assert (right.reader, right.granted_by, right.reason) == (reader, seller, "Won our crossword")
    assert right.until_at == terms.start_of(today() + timedelta(days=7))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "nobody@example.org"}, "Nobody has registered"),
        ({"email": "x"}, "valid email"),
        ({"reason": " "}, "required"),
        ({"features": []}, "required"),
        ({"features": ["everything"]}, "valid choice"),
        ({"last_on": "2020-01-01"}, "before the first"),
        ({"first_on": "2020-01-01", "last_on": "2020-02-01"}, "nothing would open"),
    ],
)
def test_a_grant_that_cannot_be_gets_a_sentence_and_keeps_what_was_typed(client, seller, wrong, sentence):
    reader = make.reader()

    response = client.post(GRANT, grant_form(reader.email, **wrong))

    assertContains(response, sentence, status_code=422)
    if "reason" not in wrong:
        assertContains(response, "Won our crossword", status_code=422)
    assert not Entitlement.objects.exists()


@pytest.mark.parametrize("role", [Role.FINANCE, Role.EDITOR, Role.WRITER])
def test_only_subscriber_staff_give_access(client, role):
    client.force_login(make.staff(role))
    reader = make.reader()

    assert client.get(GRANT).status_code == 403
    assert client.post(GRANT, grant_form(reader.email)).status_code == 403
    assert not Entitlement.objects.exists()


def test_staff_end_what_was_given(client, seller):
    reader = make.reader()
    (right,) = entitlements.grant_complimentary(
        reader,
        [Feature.EXCLUSIVE_CONTENT],
        first_on=today(),
        last_on=today() + timedelta(days=9),
        by=seller,
        reason="By mistake",
    )
    address = reverse("admin:subscriptions_entitlement_end", args=[right.pk])

    assertContains(client.get(address), reader.email)
    assert verdict_for(reader, Audience.SUBSCRIBERS).granted
    client.post(address, {"reason": " "})
    assert verdict_for(reader, Audience.SUBSCRIBERS).granted
    client.post(address, {"reason": "They left the house"})

    assert not verdict_for(reader, Audience.SUBSCRIBERS).granted
    right.refresh_from_db()
    assert "By mistake" in right.reason
    assert "They left the house" in right.reason


def test_staff_cannot_end_what_was_paid_for(client, seller):
    subscription = make.subscription()
    right = subscription.entitlements.first()

    client.post(reverse("admin:subscriptions_entitlement_end", args=[right.pk]))

    right.refresh_from_db()
    assert right.is_current()


# -- Plans --------------------------------------------------------------------


def version_page(version: PlanVersion) -> str:
    return reverse("admin:subscriptions_planversion_change", args=[version.pk])


def test_a_sold_version_is_shown_with_the_reason_why_it_stays(client, publisher):
    version = make.order().plan_version

    assertContains(
        client.get(version_page(version)), "1 subscription is on these terms, so they stay as agreed"
    )
    assert client.post(version_page(version), {}).status_code == 403


def test_the_publisher_makes_a_new_version_changes_it_and_puts_it_on_sale(client, publisher):
    sold = make.order().plan_version
    address = reverse("admin:subscriptions_plan_new_version", args=[sold.plan.pk])

    assertContains(client.get(address), "keep the terms and the price they agreed to")
    response = client.post(address)

    version = PlanVersion.objects.get(number=2)
    assertRedirects(response, version_page(version))
    assert version.sold_from_at is None
    assert [promise.label for promise in version.promises] == [promise.label for promise in sold.promises]
    assert version.prices.count() == sold.prices.count()
    assert sold.plan.version_on_sale() == sold

    assertContains(client.get(version_page(version)), "they can be changed")
    row = list(version.prices.all()).index(version.prices.get(term_months=12, currency="GBP"))
    form = version_form(version, {f"prices-{row}-amount_minor": "96"})
    form |= {"sold_from_at_0": today().isoformat(), "sold_from_at_1": "00:00:00"}
    assertRedirects(client.post(version_page(version), form), "/desk/subscriptions/planversion/")

    assert sold.plan.version_on_sale() == version
    assert Price.objects.get(version=version, term_months=12, currency="GBP").amount_minor == 9600
    assert Price.objects.get(version=sold, term_months=12, currency="GBP").amount_minor == 8400


def test_looking_at_new_version_makes_none(client, publisher):
    plan = make.plan()

    client.get(reverse("admin:subscriptions_plan_new_version", args=[plan.pk]))

    assert plan.versions.count() == 1


@pytest.mark.parametrize("role", [Role.SUBSCRIBER_STAFF, Role.FINANCE])
def test_staff_look_at_plans_and_do_not_change_them(client, role):
    client.force_login(make.staff(role))
    plan = make.plan()

    assert client.get(f"/desk/subscriptions/plan/{plan.pk}/change/").status_code == 200
    assert client.post(f"/desk/subscriptions/plan/{plan.pk}/change/", {"name": "x"}).status_code == 403
    assert client.post(reverse("admin:subscriptions_plan_new_version", args=[plan.pk])).status_code == 403
    assert client.post(version_page(plan.versions.get()), {}).status_code == 403
