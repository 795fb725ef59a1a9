"""Refunds: what went back, why, from which plan; and how often the guarantee is used."""

from collections import defaultdict
from datetime import date

from django.utils.translation import gettext as _

from subscriptions.finance import charts, churn, periods, refunds
from subscriptions.finance.charts import Chart, Series
from subscriptions.finance.reports.base import Asked, Exhibit, Figure, Report, kept, money_of, plan_names
from subscriptions.finance.tables import Number, Row, Share, Table, day_name
from subscriptions.models import Refund


def given_back(asked: Asked) -> Report:
    """What went back, why, from which plan; and how often the guarantee is used."""
    counted_at, found = kept("refunds", asked, lambda: refunds.refunds(asked.since, asked.until))
    _at, uses = kept("guarantee", asked, lambda: refunds.guarantee_use(asked.since, asked.until))
    of_it = [one for one in found if one.currency == asked.currency]
    money = money_of(asked)
    use = uses.get(asked.currency, [])
    if not of_it and not any(one.sold for one in use):
        return Report(counted_at)
    months = [periods.month_end(day) for day in asked.days if day > asked.since]
    kinds = [kind for kind in Refund.Kind if any(one.kind == kind for one in of_it)]
    by_month: dict[tuple[date, str], int] = defaultdict(int)
    for one in of_it:
        by_month[one.month_on, one.kind] += one.amount_minor
    chart = Chart(
        "refunds-chart",
        _("Money that went back"),
        _("By why it went, month by month."),
        [day_name(month) for month in months],
        [Series(str(kind.label), [by_month[month, kind] for month in months]) for kind in kinds],
        charts.money(asked.currency),
        is_stacked=True,
    )
    rows = [
        Row(
            day_name(month),
            [
                *(money(by_month[month, kind]) for kind in kinds),
                money(sum(by_month[month, kind] for kind in kinds)),
                Number(sum(one.count for one in of_it if one.month_on == month)),
            ],
        )
        for month in months
    ]
    whole = sum(one.amount_minor for one in of_it)
    rows.append(
        Row(
            _("Together"),
            [
                *(money(sum(one.amount_minor for one in of_it if one.kind == kind)) for kind in kinds),
                money(whole),
                Number(sum(one.count for one in of_it)),
            ],
            is_sum=True,
        )
    )
    names = plan_names()
    by_plan: dict[int, list[int]] = defaultdict(lambda: [0] * (len(kinds) + 2))
    for one in of_it:
        by_plan[one.plan_id][kinds.index(Refund.Kind(one.kind))] += one.amount_minor
        by_plan[one.plan_id][-2] += one.amount_minor
        by_plan[one.plan_id][-1] += one.count
    plan_rows = [
        Row(names.get(plan, "–"), [*(money(minor) for minor in sums[:-1]), Number(sums[-1])])
        for plan, sums in sorted(by_plan.items(), key=lambda pair: -pair[1][-2])
    ]
    labels = [str(kind.label) for kind in kinds]
    sold, claimed = sum(one.sold for one in use), sum(one.claimed for one in use)
    use_rows = [
        Row(day_name(one.month_on), [Number(one.sold), Number(one.claimed), Share(one.rate)]) for one in use
    ]
    use_rows.append(
        Row(
            _("Together"),
            [Number(sold), Number(claimed), Share(churn.rate(claimed, sold))],
            is_sum=True,
        )
    )
    return Report(
        counted_at,
        [
            Figure(_("went back"), str(money(whole)), _("in this time")),
            Figure(_("refunds"), f"{sum(one.count for one in of_it):,}", _("in this time")),
            Figure(
                _("used the guarantee"),
                str(Share(churn.rate(claimed, sold))),
                _("of those who first paid in this time"),
            ),
        ],
        [
            Exhibit(
                Table(
                    "refunds",
                    _("Money that went back, by reason"),
                    [_("In"), *labels, _("Together"), _("Refunds")],
                    rows if of_it else [],
                ),
                [chart],
            ),
            Exhibit(
                Table(
                    "refunds-by-plan",
                    _("By plan"),
                    [_("Plan"), *labels, _("Together"), _("Refunds")],
                    plan_rows,
                )
            ),
            Exhibit(
                Table(
                    "guarantee",
                    _("Use of the money-back guarantee"),
                    [_("First paid in"), _("Subscriptions"), _("Claimed since"), _("Share")],
                    use_rows,
                )
            ),
        ],
        [
            _(
                "Money counts in the month in which it was decided that it goes back: from then on it is "
                "owed. What the bank took is in it."
            ),
            _(
                "The use of the guarantee is told by the month of the first payment, so the newest months "
                "can still grow."
            ),
        ],
    )
