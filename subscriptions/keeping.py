"""Whether the promises that this room keeps are being kept; asked every night by ``subscriptions.board``."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from subscriptions import promises, terms
from subscriptions.features import Feature
from subscriptions.features import State as FeatureState
from subscriptions.models import Entitlement, Payment, Refund, Subscription, Term
from subscriptions.money import formatted
from subscriptions.promises import MOST_ROWS, Finding, Row

# A transfer takes some working days; who waits longer has been forgotten.
SENT_WITHIN = timedelta(days=7)


def exclusive_content(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Who has paid for today may read what is for subscribers, and nobody by an entitlement from nowhere."""
    return promises.together(
        [
            _rights_follow_terms(Feature.EXCLUSIVE_CONTENT, at),
            _rights_have_a_source(Feature.EXCLUSIVE_CONTENT, at),
        ]
    )


def past_issues(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Who has paid for today has the right to the archive."""
    return _rights_follow_terms(Feature.PAST_ISSUES, at)


def money_back(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Who claimed the guarantee gets all of the money back, once and in time, and reads no further on it."""
    return promises.together([_money_goes_out(at), _sums_agree(), _claims_end_rights(at)])


def cancel_anytime(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Nobody is asked for money, or has paid it, after cancelling; and nobody loses a paid day by it."""
    return promises.together([_nobody_pays_after_cancelling(at), _cancelling_costs_no_paid_day(at)])


def _rights_follow_terms(feature: Feature, at: datetime) -> Finding:
    held = _paid_today(at).filter(
        subscription__plan_version__features__key=feature,
        subscription__plan_version__features__state=FeatureState.LIVE,
    )
    its_right = Entitlement.objects.current(at).filter(
        term=OuterRef("pk"), feature=feature, reader=OuterRef("subscription__reader")
    )
    without = held.filter(~Exists(its_right)).order_by("starts_on", "pk")
    count = without.count()
    if not count:
        paid = held.count()
        return promises.kept(
            ngettext(
                "%d paid term runs today and has its right.",
                "%d paid terms run today, and each has its right.",
                paid,
            )
            % paid
        )
    return promises.broken(
        ngettext(
            "%d paid term runs today without its right.",
            "%d paid terms run today without their right.",
            count,
        )
        % count,
        [
            _about(term.subscription, gettext("paid until %s") % date_format(term.ends_on, "j F Y"))
            for term in without[:MOST_ROWS]
        ],
        count=count,
    )


def _rights_have_a_source(feature: Feature, at: datetime) -> Finding:
    today = terms.day_of(at)
    from_no_term = Q(source=Entitlement.Source.SUBSCRIPTION) & (
        Q(term=None)
        | Q(term__starts_on__gt=today)
        | Q(term__ends_on__lt=today)
        | Q(term__payment__isnull=False) & ~Q(term__payment__status=Payment.Status.CONFIRMED)
        | Q(term__payment__refunded_minor__gte=F("term__payment__amount_minor"))
    )
    from_nobody = Q(source=Entitlement.Source.COMPLIMENTARY) & (Q(granted_by=None) | Q(reason=""))
    in_force = Entitlement.objects.current(at).filter(feature=feature)
    orphans = in_force.filter(from_no_term | from_nobody).select_related("reader").order_by("from_at", "pk")
    count = orphans.count()
    if not count:
        rights = in_force.count()
        return promises.kept(
            ngettext(
                "%d right is in force, and something stands behind it.",
                "%d rights are in force, and something stands behind each.",
                rights,
            )
            % rights
        )
    return promises.broken(
        ngettext(
            "%d right is in force with no paid day or gift behind it.",
            "%d rights are in force with no paid day or gift behind them.",
            count,
        )
        % count,
        [_right(right, right.get_source_display()) for right in orphans[:MOST_ROWS]],
        count=count,
    )


def _money_goes_out(at: datetime) -> Finding:
    owed = Refund.objects.owed()
    late = owed.filter(requested_at__lt=at - SENT_WITHIN).select_related("payment")
    count = late.count()
    if not count:
        waiting = owed.count()
        if not waiting:
            return promises.kept(gettext("No refund waits to be sent."))
        return promises.kept(
            ngettext(
                "%d refund waits to be sent, and none for longer than a week.",
                "%d refunds wait to be sent, and none for longer than a week.",
                waiting,
            )
            % waiting
        )
    return promises.broken(
        ngettext(
            "%d refund has been owed for more than a week.",
            "%d refunds have been owed for more than a week.",
            count,
        )
        % count,
        [
            Row(
                gettext("%(payment)s: %(amount)s since %(day)s")
                % {
                    "payment": refund.payment,
                    "amount": formatted(refund.amount_minor, refund.currency),
                    "day": date_format(terms.day_of(refund.requested_at), "j F Y"),
                },
                reverse("admin:subscriptions_refund_change", args=[refund.pk]),
            )
            for refund in late.order_by("requested_at", "pk")[:MOST_ROWS]
        ],
        count=count,
    )


def _sums_agree() -> Finding:
    payments = Payment.objects.annotate(sent_back=Coalesce(Sum("refunds__amount_minor"), 0))
    differs = payments.filter(
        ~Q(refunded_minor=F("sent_back"))
        | Q(subscription__guarantee_claim__isnull=False, status=Payment.Status.CONFIRMED)
        & Q(refunded_minor__lt=F("amount_minor"))
    )
    if not (wrong := list(differs.order_by("created_at", "pk"))):
        return promises.kept(gettext("What is owed and sent agrees with what was claimed."))
    return promises.broken(
        ngettext(
            "%d payment was claimed back, and its refunds are not what it was.",
            "%d payments were claimed back, and their refunds are not what they were.",
            len(wrong),
        )
        % len(wrong),
        [
            Row(payment.reference, reverse("admin:subscriptions_payment_change", args=[payment.pk]))
            for payment in wrong
        ],
    )


def _claims_end_rights(at: datetime) -> Finding:
    alive = Entitlement.objects.current(at).filter(subscription__guarantee_claim__claimed_at__lte=at)
    count = alive.count()
    if not count:
        return promises.kept(gettext("Nobody reads on what was paid back."))
    return promises.broken(
        ngettext(
            "%d right goes on although its money was claimed back.",
            "%d rights go on although their money was claimed back.",
            count,
        )
        % count,
        [
            _right(right, right.get_feature_display())
            for right in alive.select_related("reader").order_by("pk")[:MOST_ROWS]
        ],
        count=count,
    )


def _nobody_pays_after_cancelling(at: datetime) -> Finding:
    cancelled = Subscription.objects.filter(cancelled_at__lte=at)
    charged = (
        Payment.objects.filter(subscription__in=cancelled)
        .filter(
            Q(status=Payment.Status.EXPECTED)
            | Q(status=Payment.Status.CONFIRMED, confirmed_at__gt=F("subscription__cancelled_at"))
        )
        .select_related("subscription")
        .order_by("created_at", "pk")
    )
    count = charged.count()
    if not count:
        total = cancelled.count()
        if not total:
            return promises.kept(gettext("Nobody has cancelled."))
        return promises.kept(
            ngettext(
                "%d subscription was cancelled, and nothing was asked for afterwards.",
                "%d subscriptions were cancelled, and nothing was asked for afterwards.",
                total,
            )
            % total
        )
    return promises.broken(
        ngettext(
            "%d payment was taken, or is still asked for, after the reader cancelled.",
            "%d payments were taken, or are still asked for, after readers cancelled.",
            count,
        )
        % count,
        [
            Row(
                f"{payment.reference}: {payment.get_status_display()}",
                reverse("admin:subscriptions_payment_change", args=[payment.pk]),
            )
            for payment in charged[:MOST_ROWS]
        ],
        count=count,
    )


def _cancelling_costs_no_paid_day(at: datetime) -> Finding:
    cancelled = _paid_today(at).filter(subscription__cancelled_at__lte=at)
    cut_short = [
        _about(term.subscription, right.get_feature_display())
        for term in cancelled.prefetch_related("entitlements")
        for right in term.entitlements.all()
        if right.until_at is not None and right.until_at < terms.end_of(term.ends_on)
    ]
    if not cut_short:
        return promises.kept(gettext("Every paid day stays."))
    return promises.broken(
        ngettext(
            "%d right of a cancelled subscription ends before its last paid day.",
            "%d rights of cancelled subscriptions end before their last paid day.",
            len(cut_short),
        )
        % len(cut_short),
        cut_short,
    )


def _paid_today(at: datetime) -> QuerySet[Term]:
    today = terms.day_of(at)
    return Term.objects.kept().filter(starts_on__lte=today, ends_on__gte=today).select_related("subscription")


def _about(subscription: Subscription, text: str) -> Row:
    return Row(
        f"{subscription.number}: {text}",
        reverse("admin:subscriptions_subscription_change", args=[subscription.pk]),
    )


def _right(right: Entitlement, text: str) -> Row:
    return Row(
        f"{right.reader.email}: {text}", reverse("admin:subscriptions_entitlement_change", args=[right.pk])
    )
