"""Churn: who left, why, and from which plan."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from subscriptions.finance import charts, churn, recurring
from subscriptions.finance.charts import Chart, Series
from subscriptions.finance.payers import Leaving
from subscriptions.finance.reports.base import (
    Asked,
    Exhibit,
    Figure,
    Report,
    kept,
    money_of,
    plan_names,
    plotted,
    seen,
)
from subscriptions.finance.tables import Cell, Money, Number, Row, Share, Table, day_name


def leaving(asked: Asked) -> Report:
    """Who left, why, and from which plan."""
    counted_at, found = kept("churn", asked, lambda: churn.churn(asked.days))
    of_it = found.get(asked.currency)
    money = money_of(asked)
    steps = seen(of_it.steps if of_it else [], lambda step: step.opening_minor or step.closing_minor)
    if not steps or of_it is None:
        return Report(counted_at)
    labels = [day_name(step.until_on) for step in steps]
    reasons = {
        Leaving.CANCELLED: _("Cancelled"),
        Leaving.UNPAID: _("Unpaid"),
        Leaving.REFUNDED: _("Refunded"),
    }
    shares = Chart(
        "rate-chart",
        _("The share that left in each month"),
        _("Of the subscribers at the beginning of a month, and of what they brought."),
        labels,
        [
            Series(
                _("Of subscribers"),
                [plotted(churn.rate(s.churned_readers, s.opening_readers)) for s in steps],
            ),
            Series(_("Of revenue"), [plotted(churn.rate(s.churned_minor, s.opening_minor)) for s in steps]),
        ],
        charts.percent,
    )
    left = Chart(
        "leaving-chart",
        _("Subscribers who left"),
        _("By why they left, month by month."),
        labels,
        [Series(name, [step.lost_readers[why] for step in steps]) for why, name in reasons.items()],
        charts.number,
        is_stacked=True,
    )
    columns = [_("Subscribers before"), *reasons.values(), _("Left"), _("Share")]
    columns += [_("Revenue before"), _("Revenue left"), _("Share of revenue")]
    together = _summed(steps)
    by_month = Table(
        "leaving",
        _("Who left, and why"),
        [_("To the end of"), *columns],
        [
            *(Row(day_name(step.until_on), _lost(step, money)) for step in steps),
            Row(_("Together, and a month"), _all_lost(together, money), is_sum=True),
        ],
    )
    names = plan_names()
    plans = sorted(
        ((names.get(plan, "–"), _summed(of)) for plan, of in of_it.by_plan.items()),
        key=lambda pair: -pair[1].opening_minor,
    )
    by_plan = Table(
        "leaving-by-plan",
        _("By plan: how many left in all, and the share in a month"),
        [_("Plan"), *columns[1:6], *columns[7:]],
        [Row(name, [cell for cell in _all_lost(step, money) if cell != ""]) for name, step in plans],
    )
    return Report(
        counted_at,
        [
            Figure(
                _("left a month"),
                str(Share(churn.rate(together.churned_readers, together.opening_readers))),
                _("of the subscribers, on average"),
            ),
            *(
                Figure(
                    name.lower(),
                    f"{together.lost_readers[why]:,}",
                    str(Share(churn.rate(together.lost_readers[why], together.churned_readers)))
                    + " "
                    + _("of those who left"),
                )
                for why, name in reasons.items()
            ),
        ],
        [
            Exhibit(by_month, [left, shares]),
            Exhibit(by_plan),
        ],
        [
            _(
                "Counted are readers who paid at the end of one month and not at the end of the next. Who "
                "came and left within a month, or left and returned within one, is not seen."
            ),
            _(
                "Cancelled: they said so; they count on the day of cancelling, though their paid days go "
                "on. Unpaid: the term ended, and with the days of grace no payment had come. Refunded: "
                "all of the term’s money went back, by us or by the bank."
            ),
            _("A reader belongs to the plan that they had at the beginning of the month."),
        ],
    )


def _summed(steps: Sequence[recurring.Step]) -> recurring.Step:
    """Add what was lost in each step up; what there was at their beginnings, too."""
    whole = recurring.Step(steps[0].since_on, steps[-1].until_on)
    for step in steps:
        whole.opening_minor += step.opening_minor
        whole.opening_readers += step.opening_readers
        for why in Leaving:
            whole.lost_minor[why] += step.lost_minor[why]
            whole.lost_readers[why] += step.lost_readers[why]
    return whole


def _lost(step: recurring.Step, money: Callable[..., Money]) -> list[Cell]:
    return [
        Number(step.opening_readers),
        *(Number(step.lost_readers[why]) for why in Leaving),
        Number(step.churned_readers),
        Share(churn.rate(step.churned_readers, step.opening_readers)),
        money(step.opening_minor),
        money(step.churned_minor),
        Share(churn.rate(step.churned_minor, step.opening_minor)),
    ]


def _all_lost(whole: recurring.Step, money: Callable[..., Money]) -> list[Cell]:
    """The same for some months together: how many left in all, and the shares as they are in a month."""
    return ["", *_lost(whole, money)[1:6], "", *_lost(whole, money)[7:]]
