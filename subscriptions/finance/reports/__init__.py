"""The pages of figures: each answers one question, with charts, tables and how it was counted."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from subscriptions.finance.reports.base import Asked, Exhibit, Figure, Report
from subscriptions.finance.reports.given_back import given_back
from subscriptions.finance.reports.leaving import leaving
from subscriptions.finance.reports.revenue import recurring_revenue
from subscriptions.finance.reports.staying import staying
from subscriptions.finance.reports.unearned import unearned
from subscriptions.models import Payment, Price

__all__ = ["Asked", "Exhibit", "Figure", "Question", "Report", "currencies", "questions"]


@dataclass(frozen=True)
class Question:
    """One page: its name, its title, and what works the answer out."""

    key: str
    title: str
    answer: Callable[[Asked], Report]
    has_start: bool = True


def questions() -> list[Question]:
    """Return the pages in order."""
    return [
        Question("revenue", _("Recurring revenue"), recurring_revenue),
        Question("leaving", _("Churn"), leaving),
        Question("cohorts", _("Cohorts"), staying, has_start=False),
        Question("deferred", _("Deferred revenue"), unearned),
        Question("refunds", _("Refunds"), given_back),
    ]


def currencies() -> list[str]:
    """Return the magazine's currency, and every other in which something is sold or was paid. Two queries."""
    sold = Price.objects.order_by().values_list("currency", flat=True).distinct()
    paid = Payment.objects.order_by().values_list("currency", flat=True).distinct()
    return sorted({settings.MAGAZINE_CURRENCY, *sold, *paid})
