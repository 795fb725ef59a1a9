"""What has been sold stays as it was agreed."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from subscriptions.features import Feature
from subscriptions.models import Plan, PlanFeature, PlanVersion, Price, SoldVersionError
from subscriptions.selling.opening import create_default_plans
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold():
    return make.order().plan_version


def test_the_first_plan_is_made_once():
    first = create_default_plans()

    assert create_default_plans() == first
    assert first.versions.get().features.count() == len(Feature)


def test_the_terms_of_a_sold_version_cannot_be_changed(sold):
    sold.sold_from_at = timezone.now() + timedelta(days=1)

    for attempt in (sold.save, sold.full_clean):
        with pytest.raises(ValidationError, match="Make a new version"):
            attempt()


def test_a_sold_version_can_be_saved_as_it_is(sold):
    sold.save()
    sold.features.first().save()
    sold.prices.first().save()


def test_a_price_of_a_sold_version_cannot_be_changed_added_or_taken_away(sold):
    price = sold.prices.first()
    price.amount_minor += 1
    with pytest.raises(SoldVersionError):
        price.save()
    with pytest.raises(SoldVersionError):
        Price.objects.create(version=sold, term_months=24, amount_minor=1, currency="GBP")
    with pytest.raises(SoldVersionError):
        price.delete()


def test_a_feature_of_a_sold_version_cannot_be_changed_added_or_taken_away(sold):
    guarantee = sold.features.get(key=Feature.MONEY_BACK)
    guarantee.parameters = {"days": 30}
    with pytest.raises(SoldVersionError):
        guarantee.save()
    with pytest.raises(SoldVersionError):
        guarantee.delete()


def test_a_price_cannot_be_moved_out_of_a_sold_version(sold):
    price = sold.prices.first()
    price.version = PlanVersion.objects.create(plan=sold.plan, number=2)

    with pytest.raises(SoldVersionError):
        price.save()


def test_a_sold_version_cannot_be_deleted(sold):
    with pytest.raises(SoldVersionError):
        sold.delete()
    with pytest.raises((ProtectedError, IntegrityError)), transaction.atomic():
        PlanVersion.objects.filter(pk=sold.pk).delete()


def test_a_version_that_nobody_bought_can_still_be_changed():
    version = make.plan().versions.get()

    price = version.prices.first()
    price.amount_minor = 1
    price.save()
    version.features.get(key=Feature.MONEY_BACK).delete()

    assert version.features.count() == len(Feature) - 1


def test_the_version_on_sale_is_the_latest_whose_day_has_come():
    plan = make.plan()
    now = timezone.now()
    first = plan.versions.get()
    second = PlanVersion.objects.create(plan=plan, number=2, sold_from_at=now)
    PlanVersion.objects.create(plan=plan, number=3, sold_from_at=None)

    instant = timedelta(microseconds=1)
    assert plan.version_on_sale(first.sold_from_at - instant) is None
    assert plan.version_on_sale(first.sold_from_at) == first
    assert plan.version_on_sale(now - instant) == first
    assert plan.version_on_sale(now) == second
    for at in (first.sold_from_at - instant, now - instant, now):
        offered = {plan.version_id for plan in Plan.objects.offered(at)}
        assert offered == {version.pk for version in [plan.version_on_sale(at)] if version}


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_minor": 0},
        {"term_months": 0},
        {"term_months": 121},
        {"currency": "gbp"},
        {"currency": "€"},
    ],
)
def test_a_senseless_price_is_refused_by_the_database(wrong):
    version = PlanVersion.objects.create(plan=make.plan(), number=2)
    values = {"version": version, "term_months": 3, "amount_minor": 100, "currency": "GBP"} | wrong

    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.create(**values)


def test_one_price_for_each_term_and_currency():
    version = make.plan().versions.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.create(version=version, term_months=12, amount_minor=1, currency="GBP")


def test_one_promise_of_a_kind_in_a_version():
    version = make.plan().versions.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        PlanFeature.objects.create(version=version, key=Feature.AUDIO)
