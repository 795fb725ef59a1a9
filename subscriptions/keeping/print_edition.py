"""Print edition: each copy that is owed is on its way, or somebody can say why not.

Looked at are the runs of the last year: everyone entitled has exactly one label or a reason for none in each
that was frozen, nobody else has one, and no run waits for longer than a day after its cut-off.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, ngettext_lazy

from subscriptions import promises, terms
from subscriptions.features import Feature
from subscriptions.fulfilment import runs
from subscriptions.models import Entitlement, Label, LabelRun
from subscriptions.promises import MOST_ROWS, Finding, Row

# After its cut-off a run is to be frozen within a day: the printer waits.
PATIENCE = timedelta(hours=24)
# Labels for readers who went on late are added every hour.
CATCHING_UP = timedelta(hours=24)
LOOKED_BACK = timedelta(days=366)


def look(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Whether runs are frozen in time, and each of them holds whom it should and nobody else."""
    return promises.together([_frozen_in_time(at), *_everyone_has_one(at)])


def _frozen_in_time(at: datetime) -> Finding:
    late = list(runs.overdue(at, by=PATIENCE))
    return promises.verdict(
        len(late),
        (
            Row(
                gettext("%(issue)s: the cut-off was on %(day)s")
                % {"issue": one.issue.name, "day": date_format(day, "j F Y")},
                reverse("admin:subscriptions_labelrun_issue", args=[one.issue.key]),
            )
            for one, day in late
        ),
        ngettext_lazy(
            "%d issue should have its labels by now.",
            "%d issues should have their labels by now.",
        ),
        kept=gettext("No labels are late."),
    )


def _everyone_has_one(at: datetime) -> list[Finding]:
    """The findings for the frozen runs: who is missing, and who should not be there."""
    missing: list[Row] = []
    extra: list[Row] = []
    missing_count = extra_count = labels = 0
    since = terms.day_of(at - LOOKED_BACK)
    frozen = LabelRun.objects.filter(frozen_at__isnull=False, issue_on__gte=since)
    for run in frozen.order_by("-issue_on"):
        without = runs.missing(run)
        if run.frozen_at is not None and run.frozen_at > at - CATCHING_UP:
            without = without.none()
        without_count = without.exclude(pk__in=_just_entitled(run, at)).count()
        if without_count:
            missing_count += without_count
            readers = without.exclude(pk__in=_just_entitled(run, at))[: MOST_ROWS - len(missing)]
            missing += [_about(run, str(reader.email)) for reader in readers]
        for text in _not_owed(run):
            extra_count += 1
            if len(extra) < MOST_ROWS:
                extra.append(_about(run, text))
        labels += run.labels_count
    return [
        promises.verdict(
            missing_count,
            missing,
            ngettext_lazy(
                "%d reader has a right to a copy, and neither a label nor a reason.",
                "%d readers have a right to a copy, and neither a label nor a reason.",
            ),
            kept=ngettext(
                "%d label was written, and nobody is missing.",
                "%d labels were written, and nobody is missing.",
                labels,
            )
            % labels,
        ),
        promises.verdict(
            extra_count,
            extra,
            ngettext_lazy(
                "%d label is for somebody without a right to it.",
                "%d labels are for somebody without a right to them.",
            ),
            kept=gettext("Nobody has one without a right."),
        ),
    ]


def _just_entitled(run: LabelRun, at: datetime):
    """Return the readers whose right is so new that their labels are still to be added."""
    newest = Entitlement.objects.current(terms.start_of(run.issue_on)).filter(
        feature=Feature.PRINT_EDITION, created_at__gt=at - CATCHING_UP
    )
    return newest.order_by().values("reader")


def _not_owed(run: LabelRun) -> list[str]:
    """Return the codes of labels whose reader had no right when they were made, and counts that differ.

    A right that was ended later (money given back, a pause) was one then.
    """
    frozen_at = run.frozen_at
    if frozen_at is None:
        return []
    start = terms.start_of(run.issue_on)
    had_one = Entitlement.objects.filter(reader=OuterRef("reader"), feature=Feature.PRINT_EDITION).filter(
        Q(until_at=None) | Q(until_at__gt=min(start, frozen_at))
    )
    wrong = Label.objects.regular().filter(run=run).filter(~Exists(had_one)).order_by("number")
    told = list(wrong.values_list("code", flat=True)[:MOST_ROWS])
    both = run.labels.regular().filter(reader__in=run.withheld.order_by().values("reader"))
    told += both.order_by("number").values_list("code", flat=True)[:MOST_ROWS]
    counted = run.labels.aggregate(within=Count("pk", filter=Q(number__lte=run.labels_count)))["within"]
    if counted != run.labels_count:
        told.append(
            gettext("%(there)d labels of %(written)d") % {"there": counted, "written": run.labels_count}
        )
    return told


def _about(run: LabelRun, text: str) -> Row:
    return Row(
        f"{run.issue_name}: {text}", reverse("admin:subscriptions_labelrun_issue", args=[run.issue_key])
    )
