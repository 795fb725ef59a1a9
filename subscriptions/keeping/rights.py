"""Whether rights and paid days agree: no paid day without its right, no right without something behind it."""

from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, ngettext_lazy

from subscriptions import promises, terms
from subscriptions.features import Feature
from subscriptions.features import State as FeatureState
from subscriptions.keeping import rows
from subscriptions.models import Entitlement, Pause, Payment, PlanFeature, Subscription
from subscriptions.promises import MOST_ROWS, Finding


def follow_terms(feature: Feature, at: datetime) -> Finding:
    """Whether every term that has today, and promises ``feature``, has its right; on days of a pause none."""
    sold = rows.terms_today(at).annotate(
        terms_version=Coalesce("payment__price__version", "subscription__plan_version"),
        rests=_rests(terms.day_of(at), "subscription"),
    )
    promise = PlanFeature.objects.filter(
        version=OuterRef("terms_version"), key=feature, state=FeatureState.LIVE
    )
    held = sold.filter(Exists(promise), rests=False)
    its_right = Entitlement.objects.current(at).filter(
        term=OuterRef("pk"), feature=feature, reader=OuterRef("subscription__reader")
    )
    without = held.filter(~Exists(its_right)).order_by("starts_on", "pk")
    paid = held.count()
    return promises.verdict(
        without.count(),
        (
            rows.about(term.subscription, gettext("paid until %s") % date_format(term.ends_on, "j F Y"))
            for term in without[:MOST_ROWS]
        ),
        ngettext_lazy(
            "%d paid term runs today without its right.",
            "%d paid terms run today without their right.",
        ),
        kept=ngettext(
            "%d paid term runs today and has its right.",
            "%d paid terms run today, and each has its right.",
            paid,
        )
        % paid,
    )


def have_a_source(feature: Feature, at: datetime) -> Finding:
    """Whether a paid day, a gift or a late payment stands behind every right to ``feature`` in force."""
    today = terms.day_of(at)
    in_force = (
        Entitlement.objects.current(at)
        .filter(feature=feature)
        .annotate(rests=_rests(today, "subscription"), waits=_waits(today))
    )
    from_no_term = Q(source=Entitlement.Source.SUBSCRIPTION) & (
        Q(term=None)
        | Q(rests=True)
        | Q(term__starts_on__gt=today)
        | Q(term__ends_on__lt=today)
        | Q(term__superseded_by__isnull=False)
        | Q(term__payment__isnull=False) & ~Q(term__payment__status=Payment.Status.CONFIRMED)
        | Q(term__payment__refunded_minor__gte=F("term__payment__amount_minor"))
    )
    from_no_grace = Q(source=Entitlement.Source.GRACE, waits=False)
    from_nobody = Q(source=Entitlement.Source.COMPLIMENTARY) & (Q(granted_by=None) | Q(reason=""))
    from_no_gift = Q(source=Entitlement.Source.GIFT) & (
        Q(gift=None) | Q(gift__paid_at=None) | Q(gift__void_at__isnull=False)
    )
    from_no_seat = Q(source=Entitlement.Source.SEAT) & (
        Q(seat=None)
        | Q(seat__ended_at__isnull=False)
        | Q(seat__group__ended_at__isnull=False)
        | Q(seat__group__until_on__lt=today)
    )
    orphans = in_force.filter(from_no_term | from_no_grace | from_nobody | from_no_gift | from_no_seat)
    orphans = orphans.select_related("reader").order_by("from_at", "pk")
    total = in_force.count()
    return promises.verdict(
        orphans.count(),
        (rows.right(held, held.get_source_display()) for held in orphans[:MOST_ROWS]),
        ngettext_lazy(
            "%d right is in force with no paid day or gift behind it.",
            "%d rights are in force with no paid day or gift behind them.",
        ),
        kept=ngettext(
            "%d right is in force, and something stands behind it.",
            "%d rights are in force, and something stands behind each.",
            total,
        )
        % total,
    )


def _rests(today: date, subscription: str) -> Exists:
    """Whether today is a day of a pause."""
    return Exists(
        Pause.objects.filter(
            subscription=OuterRef(subscription),
            called_off_at=None,
            starts_on__lte=today,
            ends_on__gte=today,
        )
    )


def _waits(today: date) -> Exists:
    """Whether a payment is expected and its days of grace last."""
    return Exists(
        Subscription.objects.live().filter(
            pk=OuterRef("subscription"),
            grace_until_on__gte=today,
            cancelled_at=None,
            payments__status=Payment.Status.EXPECTED,
        )
    )
