"""Cancel anytime: nobody is asked for money, or has paid it, afterwards, and nobody loses a paid day."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext, ngettext_lazy

from subscriptions import promises, terms
from subscriptions.features import Feature
from subscriptions.keeping import rows
from subscriptions.models import Payment, Subscription, Term
from subscriptions.promises import MOST_ROWS, Finding, Row


def look(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Whether cancelling ends what is paid, and nothing that was."""
    return promises.together([_nobody_pays_after_cancelling(at), _cancelling_costs_no_paid_day(at)])


def _nobody_pays_after_cancelling(at: datetime) -> Finding:
    cancelled = Subscription.objects.own().filter(cancelled_at__lte=at)
    charged = (
        Payment.objects.filter(subscription__in=cancelled)
        .filter(
            Q(status=Payment.Status.EXPECTED)
            | Q(
                status=Payment.Status.CONFIRMED,
                confirmed_at__gt=F("subscription__cancelled_at"),
                # What came all the same goes back, and costs the reader nothing.
                refunded_minor__lt=F("amount_minor"),
            )
        )
        .select_related("subscription")
        .order_by("created_at", "pk")
    )
    total = cancelled.count()
    nothing_asked = ngettext(
        "%d subscription was cancelled, and nothing was asked for afterwards.",
        "%d subscriptions were cancelled, and nothing was asked for afterwards.",
        total,
    )
    return promises.verdict(
        charged.count(),
        (
            Row(
                f"{payment.reference}: {payment.get_status_display()}",
                reverse("admin:subscriptions_payment_change", args=[payment.pk]),
            )
            for payment in charged[:MOST_ROWS]
        ),
        ngettext_lazy(
            "%d payment was taken, or is still asked for, after the reader cancelled.",
            "%d payments were taken, or are still asked for, after readers cancelled.",
        ),
        kept=nothing_asked % total if total else gettext("Nobody has cancelled."),
    )


def _cancelling_costs_no_paid_day(at: datetime) -> Finding:
    cancelled = rows.terms_today(at).filter(subscription__cancelled_at__lte=at)
    cut_short = [
        rows.about(term.subscription, str(Feature(feature).label))
        for term in cancelled.prefetch_related("entitlements")
        for feature, until_at in _rights_until(term).items()
        if until_at is not None and until_at < terms.end_of(term.ends_on)
    ]
    return promises.verdict(
        len(cut_short),
        cut_short,
        ngettext_lazy(
            "%d right of a cancelled subscription ends before its last paid day.",
            "%d rights of cancelled subscriptions end before their last paid day.",
        ),
        kept=gettext("Every paid day stays."),
    )


def _rights_until(term: Term) -> dict[str, datetime | None]:
    """How long each feature is had: a pause parts a term's rights, and the last part tells."""
    parts: dict[str, list[datetime | None]] = defaultdict(list)
    for right in term.entitlements.all():
        parts[right.feature].append(right.until_at)
    return {
        feature: None if None in ends else max(end for end in ends if end is not None)
        for feature, ends in parts.items()
    }
