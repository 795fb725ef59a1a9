"""Issues per year: received + owed = promised for every subscription, and nobody is going to be short."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, ngettext_lazy

from subscriptions import promises, terms
from subscriptions.keeping import rows
from subscriptions.ledger import coming, lives, shortfalls
from subscriptions.ledger.lives import Life
from subscriptions.ledger.writing import due
from subscriptions.models import ReceivedIssue, Subscription
from subscriptions.promises import MOST_ROWS, Finding, Row


def look(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Whether the ledger agrees with the days of every subscription, and what is still owed will come."""
    return promises.together([_ledger_agrees(at), _nobody_will_be_short(at)])


def _ledger_agrees(at: datetime) -> Finding:
    """Recompute what came to whom, and compare it with what was written down by the end of the day."""
    out = coming.released(coming.issues(at, until=terms.day_of(at)))
    wrong: list[Row] = []
    count = looked_at = 0
    for batch in lives.batches(Subscription.objects.own()):
        written = _written(batch, at)
        looked_at += len(batch)
        for life in batch:
            for row in _differences(life, out, written[life.subscription.pk], terms.day_of(at)):
                count += 1
                if len(wrong) < MOST_ROWS:
                    wrong.append(row)
    return promises.verdict(
        count,
        wrong,
        ngettext_lazy(
            "%d line of the ledger does not agree with what came.",
            "%d lines of the ledger do not agree with what came.",
        ),
        kept=ngettext(
            "For %d subscription, what was received and what is owed is what was promised.",
            "For each of %d subscriptions, what was received and what is owed is what was promised.",
            looked_at,
        )
        % looked_at,
    )


def _written(batch: list[Life], at: datetime) -> dict[int, dict[str, ReceivedIssue]]:
    received = ReceivedIssue.objects.filter(
        subscription__in=[life.subscription.pk for life in batch], received_on__lte=terms.day_of(at)
    )
    written: dict[int, dict[str, ReceivedIssue]] = defaultdict(dict)
    for row in received:
        written[row.subscription_id][row.key] = row
    return written


def _differences(
    life: Life, out: list[coming.ComingIssue], written: Mapping[str, ReceivedIssue], today: date
) -> Iterator[Row]:
    came = {issue.key: issue for issue in due(life, out)}
    for key, issue in came.items():
        if key not in written and issue.on < today:
            yield rows.about(life.subscription, gettext("%s came and is not written down") % issue.name)
        elif key in written and (written[key].weight, written[key].received_on) != (issue.weight, issue.on):
            yield rows.about(
                life.subscription, gettext("%s is written down otherwise than it came") % issue.name
            )
    for key, row in written.items():
        if key not in came:
            yield rows.about(life.subscription, gettext("%s is written down and did not come") % row.name)


def _nobody_will_be_short(at: datetime) -> Finding:
    forecast = shortfalls.shortfall(at)
    return promises.verdict(
        len(forecast.rows),
        (
            rows.about(
                short.subscription,
                ngettext(
                    "%(missing)d issue will be missing on %(day)s",
                    "%(missing)d issues will be missing on %(day)s",
                    short.missing,
                )
                % {"missing": short.missing, "day": date_format(short.ends_on, "j F Y")},
            )
            for short in forecast.rows
        ),
        ngettext_lazy(
            "%d subscription is going to be short of issues unless it is extended.",
            "%d subscriptions are going to be short of issues unless they are extended.",
        ),
        kept=gettext("Nobody is going to be short of an issue."),
    )
