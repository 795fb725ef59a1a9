"""The publisher composes a plan in words and money, sees it as readers will, and announces new prices."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.roles import Role
from subscriptions import features, terms
from subscriptions.features import Feature
from subscriptions.life import lifecycle, renewals
from subscriptions.models import Letter, PlannedChange, PlanVersion, Price, Subscription
from subscriptions.paying import payments
from subscriptions.selling import opening as offer
from tests import make
from tests.subscriptions.pressing import press, version_form

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


@pytest.fixture
def publisher(client):
    person = make.staff(Role.PUBLISHER)
    client.force_login(person)
    return person


@pytest.fixture
def version() -> PlanVersion:
    """A version that is not for sale yet."""
    return offer.new_version(make.plan())


def page_of(version: PlanVersion, page: str = "change") -> str:
    return reverse(f"admin:subscriptions_planversion_{page}", args=[version.pk])


def row_of(version: PlanVersion, key: Feature) -> int:
    return [promise.key for promise in version.features.all()].index(key)


def in_days(n: int) -> str:
    return (terms.day_of(timezone.now()) + timedelta(days=n)).isoformat()


# -- Composing -----------------------------------------------------------------


def test_a_promise_is_written_as_a_number_and_read_as_readers_will(client, publisher, version):
    row = row_of(version, Feature.ISSUES_PER_YEAR)

    client.post(page_of(version), version_form(version, {f"features-{row}-parameters": "26"}))

    assert version.features.get(key=Feature.ISSUES_PER_YEAR).parameters == {"count": 26}
    page = client.get(page_of(version))
    assertContains(page, "26 issues per year")
    assertNotContains(page, "&quot;count&quot;")


@pytest.mark.parametrize(
    ("key", "number", "sentence"),
    [
        (Feature.ISSUES_PER_YEAR, "", "without it the promise says nothing"),
        (Feature.ISSUES_PER_YEAR, "0", "greater than or equal to 1"),
        (Feature.MONEY_BACK, "900", "from 1 to 366"),
        (Feature.AUDIO, "3", "This feature has no number."),
    ],
)
def test_a_number_that_cannot_be_gets_a_sentence(client, publisher, version, key, number, sentence):
    before = [promise.parameters for promise in version.promises]
    row = row_of(version, key)

    response = client.post(page_of(version), version_form(version, {f"features-{row}-parameters": number}))

    assertContains(response, sentence)
    assert [promise.parameters for promise in PlanVersion.objects.get(pk=version.pk).promises] == before


def test_no_feature_has_more_than_one_number():
    # The form has one field for it; a second parameter wants a second field.
    assert all(len(definition.parameters) <= 1 for definition in features.REGISTRY.values())


def test_a_price_can_be_for_issues_and_is_written_as_money(client, publisher, version):
    row = version.prices.count()
    new = {
        "prices-TOTAL_FORMS": row + 1,
        f"prices-{row}-version": version.pk,
        f"prices-{row}-term_months": "",
        f"prices-{row}-term_issues": "12",
        f"prices-{row}-currency": "gbp",
        f"prices-{row}-amount_minor": "£45.50",
    }

    assertRedirects(
        client.post(page_of(version), version_form(version, new)), "/desk/subscriptions/planversion/"
    )

    price = version.prices.get(term_issues=12)
    assert (price.amount_minor, price.currency) == (4550, "GBP")
    assertContains(client.get(page_of(version)), "£45.50 / 12 issues")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount_minor": "84,50"}, "with figures and a point"),
        ({"amount_minor": "84.505"}, "with figures and a point"),
        ({"amount_minor": "0"}, "Nothing at all is no price"),
        ({"currency": "QQQ"}, "no such currency"),
        ({"term_issues": "12"}, "write one"),
    ],
)
def test_a_price_that_cannot_be_gets_a_sentence(client, publisher, version, changes, sentence):
    before = list(version.prices.values())
    typed = {f"prices-0-{name}": value for name, value in changes.items()}

    assertContains(client.post(page_of(version), version_form(version, typed)), sentence)
    assert list(version.prices.values()) == before


def test_a_sold_version_is_shown_in_words_and_has_no_fields(client, publisher):
    version = make.order().plan_version

    page = client.get(page_of(version))

    assertContains(page, "24 issues per year")
    assertContains(page, "£84.00 / 1 year")
    assertNotContains(page, 'name="prices-0-amount_minor"')


# -- Seeing it -----------------------------------------------------------------


def test_staff_see_the_plans_page_with_the_version_that_is_to_come(client, publisher, version):
    version.prices.filter(term_months=12, currency="GBP").update(amount_minor=9600)

    page = client.get(page_of(version, "preview"))

    assertContains(page, "£96")
    assertContains(page, "not for sale yet")
    assertContains(page, "What’s included?")
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]
    assertNotContains(client.get("/subscribe/"), "£96")


def test_the_preview_is_there_in_each_currency(client, publisher, version):
    assertContains(client.get(page_of(version, "preview"), {"currency": "EUR"}), "€99")


def test_a_plan_that_is_not_offered_can_be_seen_too(client, publisher):
    plan = make.plan(name="The harbour plan", is_offered=False)

    assertContains(client.get(page_of(plan.versions.get(), "preview")), "The harbour plan")
    assertNotContains(client.get("/subscribe/"), "The harbour plan")


def test_a_version_without_prices_can_be_seen(client, publisher, version):
    version.prices.all().delete()

    assert client.get(page_of(version, "preview")).status_code == 200


@pytest.mark.parametrize("role", [Role.EDITOR, Role.WRITER])
def test_the_newsroom_does_not_see_what_is_to_come(client, version, role):
    client.force_login(make.staff(role))

    assert client.get(page_of(version, "preview")).status_code == 403


def test_readers_do_not_see_what_is_to_come(client, version):
    client.force_login(make.subscription().reader)

    assert client.get(page_of(version, "preview")).status_code == 302


# -- Announcing ----------------------------------------------------------------


@pytest.fixture
def dearer(version) -> PlanVersion:
    """A version on sale in which a year costs more; two subscribers pay the old price, one of them in
    euros."""
    make.subscription()
    make.subscription(currency="EUR")
    version.prices.filter(term_months=12, currency="GBP").update(amount_minor=9600)
    version.sold_from_at = timezone.now()
    version.save()
    return version


def test_who_would_pay_what_is_shown_before_anybody_is_told(client, publisher, dearer):
    page = client.get(page_of(dearer, "announce"))

    assertContains(page, "1 subscriber goes from £84.00 / 1 year to £96.00 / 1 year.")
    assertNotContains(page, "€99")
    assertContains(page, "1 email announces the new price")
    assert not PlannedChange.objects.exists()


def test_an_announced_price_holds_from_its_day_and_is_told_by_letter(client, publisher, dearer):
    subscription = Subscription.objects.get(price__currency="GBP")
    address = page_of(dearer, "announce")

    response = press(client, client.get(address), address, from_on=in_days(45))

    assertContains(response, "Announced to 1 subscriber")
    change = subscription.planned_changes.get()
    assert (change.price.amount_minor, change.from_on.isoformat()) == (9600, in_days(45))
    assert change.announced_by == publisher
    assert subscription.letters.filter(kind=Letter.Kind.PRICE_CHANGE).count() == 1
    bill = renewals.bill_next_term(subscription, at=timezone.now() + timedelta(days=350))
    assert bill.amount_minor == 9600


def test_pressed_twice_nobody_is_told_twice(client, publisher, dearer):
    address = page_of(dearer, "announce")
    seen = client.get(address)

    press(client, seen, address, from_on=in_days(45))
    again = press(client, seen, address, from_on=in_days(45))

    assertContains(again, "Nobody has to be told", status_code=409)
    assert PlannedChange.objects.count() == 1
    assert Letter.objects.filter(kind=Letter.Kind.PRICE_CHANGE).count() == 1


def test_who_subscribes_meanwhile_is_shown_before_they_are_told(client, publisher, dearer):
    address = page_of(dearer, "announce")
    seen = client.get(address)
    late = make.order(by=make.reader())
    late.plan_version = dearer.plan.versions.get(number=1)
    late.price = Price.objects.get(version__number=1, term_months=12, currency="GBP")
    late.save()
    late.payments.update(price=late.price)
    payments.confirm(late.payments.get(), paid_on=terms.day_of(timezone.now()))

    again = press(client, seen, address, from_on=in_days(45))

    assertContains(again, "2 subscribers go from", status_code=409)
    assert not PlannedChange.objects.exists()


def test_a_day_too_soon_gets_a_sentence(client, publisher, dearer):
    address = page_of(dearer, "announce")

    response = press(client, client.get(address), address, from_on=in_days(29))

    assertContains(response, "A price is announced 30 days before", status_code=422)
    assert not PlannedChange.objects.exists()


def test_who_has_cancelled_is_not_told(client, publisher, dearer):
    lifecycle.cancel(Subscription.objects.get(price__currency="GBP"), by=None)

    assertContains(client.get(page_of(dearer, "announce")), "Nobody has to be told")


def test_what_is_not_on_sale_is_not_announced(client, publisher, version):
    response = client.get(page_of(version, "announce"), follow=True)

    assertContains(response, "Only the prices that are on sale today")


@pytest.mark.parametrize("role", [Role.SUBSCRIBER_STAFF, Role.FINANCE, Role.EDITOR])
def test_only_the_publisher_announces(client, dearer, role):
    client.force_login(make.staff(role))

    assert client.get(page_of(dearer, "announce")).status_code == 403
    assert client.post(page_of(dearer, "announce"), {"from_on": in_days(45)}).status_code == 403
    assert not PlannedChange.objects.exists()
