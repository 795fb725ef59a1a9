"""Money back: who claimed the guarantee gets all of it, once and in time, and reads no further on it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, ngettext_lazy

from subscriptions import promises, terms
from subscriptions.keeping import rows
from subscriptions.models import Dispute, Entitlement, Payment, Reconciliation, Refund
from subscriptions.money import formatted
from subscriptions.promises import MOST_ROWS, Finding, Row

# A transfer takes some working days; who waits longer has been forgotten.
SENT_WITHIN = timedelta(days=7)


def look(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Whether refunds go out in time, sums agree, claims end rights, and providers' books say the same."""
    return promises.together([_money_goes_out(at), _sums_agree(), _claims_end_rights(at), _books_agree(at)])


def _money_goes_out(at: datetime) -> Finding:
    # What a bank has in question may not go out before that is settled.
    owed = Refund.objects.owed().exclude(payment__dispute=Dispute.OPEN)
    late = owed.filter(requested_at__lt=at - SENT_WITHIN).select_related("payment")
    waiting = owed.count()
    none_late = ngettext(
        "%d refund waits to be sent, and none for longer than a week.",
        "%d refunds wait to be sent, and none for longer than a week.",
        waiting,
    )
    return promises.verdict(
        late.count(),
        (
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
        ),
        ngettext_lazy(
            "%d refund has been owed for more than a week.",
            "%d refunds have been owed for more than a week.",
        ),
        kept=none_late % waiting if waiting else gettext("No refund waits to be sent."),
    )


def _sums_agree() -> Finding:
    payments = Payment.objects.annotate(sent_back=Coalesce(Sum("refunds__amount_minor"), 0))
    differs = payments.filter(
        ~Q(refunded_minor=F("sent_back"))
        | Q(subscription__guarantee_claim__isnull=False, status=Payment.Status.CONFIRMED)
        & Q(refunded_minor__lt=F("amount_minor"))
    )
    return promises.verdict(
        differs.count(),
        (
            Row(payment.reference, reverse("admin:subscriptions_payment_change", args=[payment.pk]))
            for payment in differs.order_by("created_at", "pk")[:MOST_ROWS]
        ),
        ngettext_lazy(
            "%d payment was claimed back, and its refunds are not what it was.",
            "%d payments were claimed back, and their refunds are not what they were.",
        ),
        kept=gettext("What is owed and sent agrees with what was claimed."),
    )


def _claims_end_rights(at: datetime) -> Finding:
    alive = Entitlement.objects.current(at).filter(subscription__guarantee_claim__claimed_at__lte=at)
    return promises.verdict(
        alive.count(),
        (
            rows.right(right, right.get_feature_display())
            for right in alive.select_related("reader").order_by("pk")[:MOST_ROWS]
        ),
        ngettext_lazy(
            "%d right goes on although its money was claimed back.",
            "%d rights go on although their money was claimed back.",
        ),
        kept=gettext("Nobody reads on what was paid back."),
    )


def _books_agree(at: datetime) -> Finding:
    newest: dict[str, Reconciliation] = {}
    for run in Reconciliation.objects.filter(ran_at__lte=at).order_by("ran_at", "pk"):
        newest[run.provider] = run
    wrong = [run for run in newest.values() if not run.agrees]
    if not wrong:
        return promises.kept(gettext("Our books are those of every provider."))
    return promises.broken(
        gettext("Our books and a provider’s differ, or could not be compared."),
        [
            Row(
                run.failure or "; ".join(f"{one['payment']}: {one['what']}" for one in run.differences),
                reverse("admin:subscriptions_reconciliation_change", args=[run.pk]),
            )
            for run in wrong
        ],
    )
