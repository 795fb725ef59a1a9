"""What templates of any app may say about plans, money and the wall."""

from datetime import date, datetime

from django import template

from subscriptions import access, terms
from subscriptions.models import Offer, PlanFeature
from subscriptions.models.plan_version import in_advertised_order
from subscriptions.money import formatted
from subscriptions.selling import offers

register = template.Library()


@register.simple_tag
def whats_included() -> list[PlanFeature]:
    """Return the features of the plan we advertise, in order, each with ``label``, ``is_planned``,
    ``planned_on`` and ``sentence``. One query; empty when nothing is for sale.

    Use: ``{% whats_included as included %}``.
    """
    return in_advertised_order(PlanFeature.objects.advertised())


@register.simple_tag
def money(amount_minor: int, currency: str, *, short: bool = False) -> str:
    """Print an amount: ``{% money payment.amount_minor payment.currency %}``; with ``short=True`` “£84”."""
    return formatted(amount_minor, currency, short=short)


@register.simple_tag
def describe(offer: Offer) -> str:
    """Print what an offer gives: ``{% describe offer %}``."""
    return offers.described(offer)


@register.simple_tag
def explain(verdict: access.Verdict) -> str:
    """Print, for a reader who met the wall, why: ``{% explain verdict %}``."""
    return access.explain(verdict)


@register.filter
def last_day(until_at: datetime) -> date:
    """Return the last day on which a right that ends at this instant holds: ``verdict.until|last_day``."""
    return terms.last_day_before(until_at)
