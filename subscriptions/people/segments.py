"""Many readers at once, chosen by conditions.

A segment is data: the keys of conditions with their values, ``{"state": ["active"], "renews_within": 30}``.
The one register of conditions below says what each is called, what values it takes (a form's field, which
also judges what is stored), and what it keeps. All conditions have to hold, and those about an agreement
have to hold of the same one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.life import lifecycle
from subscriptions.models import (
    Address,
    CopyClaim,
    DeliveryZone,
    Entitlement,
    Payment,
    Plan,
    Subscription,
    Term,
    ZoneCountry,
)

MOST_DAYS = 3660


class UnknownConditionError(ValidationError):
    """A condition that the register does not have."""


@dataclass(frozen=True)
class Moment:
    """When the question is asked; ``today`` is the magazine's day."""

    at: datetime

    @property
    def today(self) -> Any:
        """The day of it."""
        return terms.day_of(self.at)


Keep = Callable[[QuerySet, Any, Moment], QuerySet]


@dataclass(frozen=True)
class Condition:
    """One thing that can be asked. ``keep`` narrows agreements, or readers where it ``is_about_readers``.

    ``field`` makes the form's field: a fresh one each time, as its choices may be rows.
    """

    key: str
    label: str | Promise
    field: Callable[[], forms.Field]
    keep: Keep
    is_about_readers: bool = False


# -- Fields --------------------------------------------------------------------


def _several(choices: Callable[[], list[tuple[str, Any]]]) -> Callable[[], forms.Field]:
    return lambda: forms.MultipleChoiceField(choices=choices(), widget=forms.CheckboxSelectMultiple)


def _days() -> forms.Field:
    return forms.IntegerField(min_value=0, max_value=MOST_DAYS)


def _yes_or_no() -> forms.Field:
    return forms.ChoiceField(choices=[("", "–"), ("yes", _("Yes")), ("no", _("No"))])


def _only_yes() -> forms.Field:
    return forms.ChoiceField(choices=[("", "–"), ("yes", _("Yes"))])


def _day() -> forms.Field:
    return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


def _states() -> list[tuple[str, Any]]:
    return [(state.value, state.label) for state in lifecycle.State]


def _plans() -> list[tuple[str, Any]]:
    return list(Plan.objects.values_list("slug", "name"))


def _terms() -> list[tuple[str, Any]]:
    return [("1", _("1 month")), ("3", _("3 months")), ("12", _("1 year")), ("issues", _("By issues"))]


def _zones() -> list[tuple[str, Any]]:
    return list(DeliveryZone.objects.values_list("slug", "name"))


def _sources() -> list[tuple[str, Any]]:
    source = Entitlement.Source
    return [(one.value, one.label) for one in (source.COMPLIMENTARY, source.GIFT, source.SEAT)]


# -- About an agreement --------------------------------------------------------


def _in_states(agreements: QuerySet, states: list[str], when: Moment) -> QuerySet:
    return reduce(or_, (lifecycle.in_state(agreements, state, when.at) for state in states))


def _on_plans(agreements: QuerySet, slugs: list[str], when: Moment) -> QuerySet:
    return agreements.filter(plan_version__plan__slug__in=slugs)


def _by_terms(agreements: QuerySet, chosen: list[str], when: Moment) -> QuerySet:
    by_months = Q(price__term_months__in=[int(one) for one in chosen if one.isdigit()])
    return agreements.filter(by_months | Q(price__term_months=None) if "issues" in chosen else by_months)


def _paid_until_within(agreements: QuerySet, days: int, when: Moment) -> QuerySet:
    """Keep those whose last paid day is today or one of the next ``days``."""
    kept = Term.objects.kept().filter(subscription=OuterRef("pk"))
    last = when.today + timedelta(days=days)
    return agreements.filter(
        Exists(kept.filter(ends_on__range=(when.today, last))), ~Exists(kept.filter(ends_on__gt=last))
    )


GOES_ON = Q(auto_renews=True, cancelled_at=None, closed_at=None)


def _renews_within(agreements: QuerySet, days: int, when: Moment) -> QuerySet:
    return _paid_until_within(agreements, days, when).filter(GOES_ON)


def _ends_within(agreements: QuerySet, days: int, when: Moment) -> QuerySet:
    return _paid_until_within(agreements, days, when).exclude(GOES_ON)


def _cancelled(agreements: QuerySet, answer: str, when: Moment) -> QuerySet:
    return agreements.filter(cancelled_at__isnull=answer == "no")


# -- About a reader ------------------------------------------------------------


def _with_print(readers: QuerySet, answer: str, when: Moment) -> QuerySet:
    printed = Entitlement.objects.current(when.at).filter(feature=Feature.PRINT_EDITION)
    has = Q(pk__in=printed.values("reader"))
    return readers.filter(has if answer == "yes" else ~has)


def _living_in(readers: QuerySet, wanted: Q, when: Moment) -> QuerySet:
    """Keep readers whose copies go, today, to an address that is as ``wanted``."""
    decides = Address.objects.known(when.at).on(when.today).filter(reader=OuterRef("reader"))
    there = Address.objects.known(when.at).filter(wanted, pk=Subquery(decides.values("pk")[:1]))
    return readers.filter(pk__in=there.order_by().values("reader"))


def _in_countries(readers: QuerySet, codes: list[str], when: Moment) -> QuerySet:
    return _living_in(readers, Q(country__in=codes), when)


def _in_zones(readers: QuerySet, slugs: list[str], when: Moment) -> QuerySet:
    wanted = Q(country__in=ZoneCountry.objects.filter(zone__slug__in=slugs).values("country"))
    if DeliveryZone.objects.filter(slug__in=slugs, takes_the_rest=True).exists():
        wanted |= ~Q(country__in=ZoneCountry.objects.values("country"))
    return _living_in(readers, wanted, when)


def _reads_by(readers: QuerySet, sources: list[str], when: Moment) -> QuerySet:
    rights = Entitlement.objects.current(when.at).filter(source__in=sources)
    return readers.filter(pk__in=rights.values("reader"))


def _never_paid(readers: QuerySet, answer: str, when: Moment) -> QuerySet:
    paid = Payment.objects.confirmed().filter(subscription__reader=OuterRef("pk"))
    return readers.filter(~Exists(paid))


def _claimed_within(readers: QuerySet, days: int, when: Moment) -> QuerySet:
    claims = CopyClaim.objects.filter(claimed_at__gte=when.at - timedelta(days=days))
    return readers.filter(pk__in=claims.values("label__reader"))


def _copies_came_back(readers: QuerySet, answer: str, when: Moment) -> QuerySet:
    lost = Address.objects.filter(withdrawn_at=None, undeliverable_at__isnull=False)
    later = Address.objects.known(when.at).filter(
        reader=OuterRef("reader"), undeliverable_at=None, made_at__gt=OuterRef("undeliverable_at")
    )
    return readers.filter(pk__in=lost.filter(~Exists(later)).values("reader"))


def _joined_from(readers: QuerySet, day: Any, when: Moment) -> QuerySet:
    return readers.filter(joined_at__gte=terms.start_of(day))


def _joined_until(readers: QuerySet, day: Any, when: Moment) -> QuerySet:
    return readers.filter(joined_at__lt=terms.end_of(day))


_ALL = (
    Condition("state", _("Stands at"), _several(_states), _in_states),
    Condition("plan", _("Plan"), _several(_plans), _on_plans),
    Condition("term", _("Term"), _several(_terms), _by_terms),
    Condition("renews_within", _("Renews within so many days"), _days, _renews_within),
    Condition("ends_within", _("Ends within so many days"), _days, _ends_within),
    Condition("cancelled", _("Cancelled"), _yes_or_no, _cancelled),
    Condition("print", _("Has the printed copy"), _yes_or_no, _with_print, is_about_readers=True),
    Condition("zone", _("Delivery zone"), _several(_zones), _in_zones, is_about_readers=True),
    Condition(
        "country",
        _("Country"),
        lambda: forms.MultipleChoiceField(choices=list(countries)),
        _in_countries,
        is_about_readers=True,
    ),
    Condition("source", _("Reads by"), _several(_sources), _reads_by, is_about_readers=True),
    Condition("never_paid", _("Never paid anything"), _only_yes, _never_paid, is_about_readers=True),
    Condition(
        "claimed_within", _("Claimed a copy in so many days"), _days, _claimed_within, is_about_readers=True
    ),
    Condition("returned", _("Copies came back"), _only_yes, _copies_came_back, is_about_readers=True),
    Condition("joined_from", _("With us from"), _day, _joined_from, is_about_readers=True),
    Condition("joined_until", _("With us until"), _day, _joined_until, is_about_readers=True),
)
REGISTER: Mapping[str, Condition] = {one.key: one for one in _ALL}


def cleaned(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of ``conditions`` as their fields read them, in the register's order.

    Raises ``ValidationError`` for a value that its condition does not take (a plan that is gone), and
    ``UnknownConditionError`` for a key that there is none for.
    """
    if unknown := set(conditions) - set(REGISTER):
        raise UnknownConditionError(gettext("There is no condition called %s.") % ", ".join(sorted(unknown)))
    return {
        key: condition.field().clean(conditions[key])
        for key, condition in REGISTER.items()
        if key in conditions
    }


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a form's ``values`` what is asked for, as it is stored: what was left open asks nothing."""
    asked = ((key, values.get(key)) for key in REGISTER)
    return {
        key: value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in asked
        if value not in (None, "", [])
    }


def readers_in(conditions: Mapping[str, Any], at: datetime | None = None) -> QuerySet[Any]:
    """Return the people whom ``conditions`` keep at ``at`` (default: now), by e-mail address.

    Without any condition: everybody. Raises ``ValidationError``.
    """
    when = Moment(at or timezone.now())
    readers = get_user_model().objects.order_by("email")
    agreements: QuerySet = Subscription.objects.own()
    all_agreements = agreements
    for key, value in cleaned(conditions).items():
        condition = REGISTER[key]
        if condition.is_about_readers:
            readers = condition.keep(readers, value, when)
        else:
            agreements = condition.keep(agreements, value, when)
    if agreements is not all_agreements:
        readers = readers.filter(pk__in=agreements.order_by().values("reader"))
    return readers


def said(conditions: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return each condition with its value, in words. Raises ``ValidationError``."""
    told = []
    for key, value in cleaned(conditions).items():
        condition = REGISTER[key]
        names = dict(getattr(condition.field(), "choices", ()))
        values = value if isinstance(value, list) else [value]
        told.append((str(condition.label), ", ".join(str(names.get(one, one)) for one in values)))
    return told
