"""Cohorts: how many of those who came in a month still pay so many months later."""

from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subscriptions.finance import charts, cohorts
from subscriptions.finance.charts import Chart, Series
from subscriptions.finance.reports.base import Asked, Exhibit, Figure, Report, kept, plotted
from subscriptions.finance.tables import Cell, Number, Row, Share, Table, day_name


def staying(asked: Asked) -> Report:
    """How many of those who came in a month still pay so many months later."""
    counted_at, found = kept("cohorts", asked, lambda: cohorts.cohorts(asked.until))
    table = found.get(asked.currency)
    if table is None:
        return Report(counted_at)
    born = [one for one in table.cohorts if one.readers]
    months = range(1, cohorts.LONGEST + 1)
    rows = [
        Row(day_name(one.month_on), [Number(one.readers), *(_cell(one.share(n)) for n in months)])
        for one in born
    ]
    rows.append(
        Row(
            _("Together"),
            [Number(sum(one.readers for one in born)), *(_cell(share) for share in table.together)],
            is_sum=True,
        )
    )
    heat = Table(
        "cohorts",
        _("Share still paying, by months since the first"),
        [_("First paid in"), _("Readers"), *(str(n) for n in months)],
        rows,
    )
    curve = Chart(
        "cohorts-chart",
        _("Of those who began to pay, how many still do"),
        _("All cohorts together, by months since the first payment."),
        [str(n) for n in months],
        [Series(_("Still paying"), [plotted(share) for share in table.together])],
        charts.percent,
        most=1.0,
    )
    reached = {n: table.together[n - 1] for n in (1, 6, 12, 24)}
    return Report(
        counted_at,
        [
            Figure(
                ngettext("after a month", "after %(n)d months", n) % {"n": n},
                str(Share(share)),
                _("still pay"),
            )
            for n, share in reached.items()
        ],
        [Exhibit(heat, [curve], is_heat=True)],
        [
            _(
                "A cohort is everybody whose first payment came in the month. They are looked at at the "
                "end of each month that followed: the end of the next is 1."
            ),
            _("Who has cancelled no longer pays, though paid days go on; who came back pays again."),
            _(
                "Readers who were carried over from another system belong to no cohort: when they first "
                "paid is not known here."
            ),
        ],
    )


def _cell(share: Fraction | None) -> Cell:
    """A share in the table; nothing at all where it is to come."""
    return "" if share is None else Share(share, places=0)
