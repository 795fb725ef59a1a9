"""Comparing our books with a provider's, payment by payment and to the cent, every night.

What the provider lists is compared with ours, and what we have and it did not list is looked up one by one.
A difference is first mended in the only way there is: the payment is looked at again, and what is so is
written down (``subscriptions.paying.settling``), as if the message that never came had come. What differs
even then is kept in the run's record until a person has seen to it; the desk and the promise board show it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from subscriptions.models import Dispute, Payment, Reconciliation, Refund
from subscriptions.money import formatted
from subscriptions.paying import settling
from subscriptions.providers import Capability, able_to, provider_for
from subscriptions.providers.base import (
    DisputeStage,
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundStage,
    Reported,
    Stage,
)

# How far a run looks behind the last one that went through: what was under way then has settled since.
OVERLAP = timedelta(days=3)
EVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Report:
    """What a comparison found: how many payments, which were put right, and what remains, in words."""

    provider: str
    looked_at: int = 0
    mended: list[str] = field(default_factory=list)
    differences: list[dict[str, str]] = field(default_factory=list)
    failure: str = ""

    def add(self, reference: str, sentences: Iterable[str]) -> None:
        """Note what differs about one payment."""
        self.differences += [{"payment": reference, "what": sentence} for sentence in sentences]


def reconcile_all(at: datetime | None = None) -> list[Reconciliation]:
    """Compare with every provider that keeps books of its own; return the records of the runs."""
    at = at or timezone.now()
    runs = []
    for key in able_to(Capability.MESSAGES):
        report = reconcile(key, since=since_last(key), at=at)
        runs.append(
            Reconciliation.objects.create(
                provider=key,
                ran_at=at,
                looked_at=report.looked_at,
                mended=len(report.mended),
                differences=report.differences,
                failure=report.failure,
            )
        )
    return runs


def since_last(key: str) -> datetime:
    """Return since when a run has to look: some days before the last one that found all well."""
    runs = Reconciliation.objects.filter(provider=key, failure="").order_by("-ran_at")
    last = next((run for run in runs[:100] if run.agrees), None)
    return last.ran_at - OVERLAP if last else EVER


def reconcile(key: str, *, since: datetime, at: datetime | None = None, dry_run: bool = False) -> Report:
    """Compare our payments with those of the provider ``key`` that began or changed ``since``.

    With ``dry_run`` nothing is mended. A provider that stops answering ends the run, and ``failure`` says so;
    what was done by then stays done. Never inside a transaction.
    """
    at = at or timezone.now()
    report = Report(key)
    provider = provider_for(key)
    seen: set[str] = set()
    try:
        for reported in provider.listed(since):
            if reported.reference in seen:
                if reported.stage == Stage.PAID:
                    report.add(reported.reference, [_("It was paid twice at the provider.")])
                continue
            seen.add(reported.reference)
            _compare(key, reported, report, at=at, dry_run=dry_run)
        for payment in _ours(key, since).exclude(reference__in=seen):
            _compare(key, provider.look_up(payment), report, at=at, dry_run=dry_run)
    except ProviderUnavailableError as error:
        report.failure = str(error) or _("The provider stopped answering.")
    except ProviderRefusedError as error:
        report.failure = str(error) or _("The provider refused.")
    return report


def disagreements(payment: Payment, reported: Reported) -> list[str]:
    """Say in words what differs between our ``payment`` and what the provider ``reported``."""
    found = []
    is_paid = reported.stage == Stage.PAID
    if is_paid and (reported.amount_minor, reported.currency) != (payment.amount_minor, payment.currency):
        found.append(
            _("Paid there: %(theirs)s, asked for here: %(ours)s.")
            % {
                "theirs": formatted(reported.amount_minor, reported.currency) if reported.currency else "?",
                "ours": formatted(payment.amount_minor, payment.currency),
            }
        )
    if is_paid and not payment.is_confirmed:
        found.append(_("Paid there, and here: %s.") % payment.get_status_display())
    if payment.is_confirmed and not is_paid:
        found.append(_("Confirmed here, and not paid there."))
    if is_paid and payment.is_confirmed:
        found += _differences_of_what_went_back(payment, reported)
    return found


def _differences_of_what_went_back(payment: Payment, reported: Reported) -> list[str]:
    sent = payment.refunds.filter(status=Refund.Status.SENT)
    ours = sum(refund.amount_minor for refund in sent)
    theirs = sum(told.amount_minor for told in reported.refunds if told.stage == RefundStage.SENT)
    if reported.dispute == DisputeStage.LOST:
        theirs = payment.amount_minor
    found = []
    if ours != theirs:
        found.append(
            _("Went back there: %(theirs)s, and here: %(ours)s.")
            % {
                "theirs": formatted(theirs, payment.currency),
                "ours": formatted(ours, payment.currency),
            }
        )
    settled = payment.dispute in (Dispute.WON, Dispute.LOST) and reported.dispute == DisputeStage.NONE
    if reported.dispute != payment.dispute and not settled:
        found.append(
            _("Dispute there: %(theirs)s, and here: %(ours)s.")
            % {"theirs": Dispute(reported.dispute.value).label, "ours": Dispute(payment.dispute).label}
        )
    return found


def _ours(key: str, since: datetime) -> QuerySet[Payment]:
    """Our payments that the provider has some reason to know: what came, and what it was asked for."""
    changed = Q(created_at__gte=since) | Q(confirmed_at__gte=since) | Q(failed_at__gte=since)
    known = Q(status=Payment.Status.CONFIRMED) | ~Q(provider_reference="") | Q(tries__gt=0)
    return (
        Payment.objects.filter(changed & known, provider=key)
        .select_related("subscription__reader", "price")
        .order_by("pk")
    )


def _compare(key: str, reported: Reported, report: Report, *, at: datetime, dry_run: bool) -> None:
    payment = Payment.objects.filter(provider=key, reference=reported.reference).first()
    if payment is None:
        if reported.stage == Stage.PAID:
            report.looked_at += 1
            report.add(
                reported.reference,
                [
                    _("%s was paid there, and we have no such payment.")
                    % formatted(reported.amount_minor, reported.currency)
                ],
            )
        return
    report.looked_at += 1
    found = disagreements(payment, reported)
    if not found:
        return
    if dry_run:
        report.add(payment.reference, found)
        return
    try:
        reported = settling.look(payment.pk, at=at)
    except (settling.DisagreesError, ProviderRefusedError) as error:
        report.add(payment.reference, [str(error) or _("The provider refused to tell us more.")])
        return
    if remaining := disagreements(Payment.objects.get(pk=payment.pk), reported):
        report.add(payment.reference, remaining)
    else:
        report.mended.append(payment.reference)
