"""The registry: what is advertised follows the parameters and the state."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from subscriptions import features
from subscriptions.features import Feature, State
from subscriptions.models import PlanFeature, PlanVersion
from subscriptions.templatetags.subscriptions import whats_included
from tests import make


def test_every_feature_has_its_entry_in_the_registry():
    assert list(features.REGISTRY) == list(Feature)


@pytest.mark.parametrize(
    ("feature", "parameters", "planned", "label"),
    [
        (Feature.ISSUES_PER_YEAR, {"count": 24}, False, "24 issues per year"),
        (Feature.ISSUES_PER_YEAR, {"count": 6}, False, "6 issues per year"),
        (Feature.MONEY_BACK, {"days": 60}, False, "60-day money-back guarantee"),
        (Feature.MONEY_BACK, {"days": 14}, False, "14-day money-back guarantee"),
        (Feature.AD_FREE, {}, True, "Ad-free (coming soon)"),
        (Feature.AD_FREE, {}, False, "Ad-free"),
        (Feature.CANCEL_ANYTIME, {}, False, "Cancel anytime"),
    ],
)
def test_a_feature_is_advertised_as_it_is_kept(feature, parameters, planned, label):
    assert features.label_for(feature, parameters, planned=planned) == label


@pytest.mark.parametrize(
    ("feature", "parameters", "complaint"),
    [
        (Feature.ISSUES_PER_YEAR, {}, "needs the parameter “count”"),
        (Feature.ISSUES_PER_YEAR, {"count": 0}, "from 1 to 366"),
        (Feature.ISSUES_PER_YEAR, {"count": 367}, "from 1 to 366"),
        (Feature.ISSUES_PER_YEAR, {"count": "24"}, "whole number"),
        (Feature.ISSUES_PER_YEAR, {"count": True}, "whole number"),
        (Feature.ISSUES_PER_YEAR, {"count": 24.0}, "whole number"),
        (Feature.ISSUES_PER_YEAR, {"count": 24, "days": 3}, "no parameter “days”"),
        (Feature.AUDIO, {"count": 1}, "no parameter “count”"),
        (Feature.MONEY_BACK, [], "written as"),
        (Feature.MONEY_BACK, None, "written as"),
    ],
)
def test_staff_are_told_what_is_wrong_with_parameters(feature, parameters, complaint):
    with pytest.raises(ValidationError, match=complaint):
        features.clean_parameters(feature, parameters)


@pytest.mark.django_db
def test_a_feature_with_bad_parameters_cannot_be_saved():
    version = PlanVersion.objects.create(plan=make.plan(), number=2)

    with pytest.raises(ValidationError):
        PlanFeature.objects.create(version=version, key=Feature.MONEY_BACK, parameters={"days": -1})


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "planned_on"), [(State.PLANNED, None), (State.LIVE, date(2027, 6, 1))])
def test_planned_has_a_day_and_live_has_none(state, planned_on):
    version = PlanVersion.objects.create(plan=make.plan(), number=2)
    feature = PlanFeature(version=version, key=Feature.AD_FREE, state=state, planned_on=planned_on)

    with pytest.raises(ValidationError, match="planned feature needs its day"):
        feature.full_clean()


@pytest.mark.django_db
def test_whats_included_costs_one_query(django_assert_num_queries):
    make.plan()

    with django_assert_num_queries(1):
        included = whats_included()

    assert [promise.label for promise in included][6:] == [
        "Ad-free (coming soon)",
        "60-day money-back guarantee",
        "Cancel anytime",
    ]
    assert all(promise.sentence for promise in included)


@pytest.mark.django_db
def test_whats_included_is_the_first_plans_version_on_sale():
    make.plan(name="Later", position=5)
    first = make.plan()
    PlanVersion.objects.create(plan=first, number=2)

    assert {promise.version for promise in whats_included()} == {first.versions.get(number=1)}


@pytest.mark.django_db
def test_nothing_is_included_where_nothing_is_sold():
    assert whats_included() == []
