"""How what is wrong is told: one row, and where to look."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from subscriptions import terms
from subscriptions.models import Entitlement, Subscription, Term
from subscriptions.promises import Row


def about(subscription: Subscription, text: str) -> Row:
    """Return a row that says ``text`` of ``subscription``."""
    return Row(
        f"{subscription.number}: {text}",
        reverse("admin:subscriptions_subscription_change", args=[subscription.pk]),
    )


def right(held: Entitlement, text: str) -> Row:
    """Return a row that says ``text`` of a right."""
    return Row(
        f"{held.reader.email}: {text}", reverse("admin:subscriptions_entitlement_change", args=[held.pk])
    )


def terms_today(at: datetime) -> QuerySet[Term]:
    """Return the terms that have the day of ``at`` and count, with their subscriptions."""
    today = terms.day_of(at)
    return Term.objects.kept().filter(starts_on__lte=today, ends_on__gte=today).select_related("subscription")
