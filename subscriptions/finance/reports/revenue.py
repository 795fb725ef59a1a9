"""Recurring revenue: what running agreements bring in a month, and how that moved."""

from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.finance import charts, recurring
from subscriptions.finance.charts import Chart, Series
from subscriptions.finance.reports.base import Asked, Exhibit, Figure, Report, kept, money_of, seen
from subscriptions.finance.tables import Number, Row, Table, day_name


def recurring_revenue(asked: Asked) -> Report:
    """What running agreements bring in a month, and how that moved."""
    counted_at, found = kept("recurring", asked, lambda: recurring.movement(asked.days))
    steps = seen(found.get(asked.currency, []), lambda step: step.opening_minor or step.closing_minor)
    money = money_of(asked)
    if not steps:
        return Report(counted_at)
    last, labels = steps[-1], [day_name(step.until_on) for step in steps]
    closing = Chart(
        "revenue-chart",
        _("Recurring revenue a month"),
        _("From %(first)s to %(last)s.")
        % {"first": str(money(steps[0].closing_minor)), "last": str(money(last.closing_minor))},
        labels,
        [
            Series(_("Recurring revenue"), [step.closing_minor for step in steps]),
            *(
                [Series(_("Of it, the printed copy"), [step.closing_print_minor for step in steps])]
                if any(step.closing_print_minor for step in steps)
                else []
            ),
        ],
        charts.money(asked.currency),
    )
    moved = Chart(
        "movement-chart",
        _("How it moved"),
        _("What was added stands above the line, and what was lost below it."),
        labels,
        [
            Series(_("New"), [step.new_minor for step in steps]),
            Series(_("Returned"), [step.returned_minor for step in steps]),
            Series(_("More"), [step.expansion_minor for step in steps]),
            Series(_("Less"), [-step.contraction_minor for step in steps]),
            Series(_("Left"), [-step.churned_minor for step in steps]),
        ],
        charts.money(asked.currency),
        is_stacked=True,
    )
    rows = [
        Row(
            day_name(step.until_on),
            [
                money(step.opening_minor),
                money(step.new_minor),
                money(step.returned_minor),
                money(step.expansion_minor),
                money(step.contraction_minor, is_less=True),
                money(step.churned_minor, is_less=True),
                money(step.closing_minor),
                money(step.closing_print_minor),
                Number(step.closing_readers),
            ],
        )
        for step in steps
    ]
    rows.append(
        Row(
            _("Together"),
            [
                money(steps[0].opening_minor),
                money(sum(step.new_minor for step in steps)),
                money(sum(step.returned_minor for step in steps)),
                money(sum(step.expansion_minor for step in steps)),
                money(sum(step.contraction_minor for step in steps), is_less=True),
                money(sum(step.churned_minor for step in steps), is_less=True),
                money(last.closing_minor),
                money(last.closing_print_minor),
                Number(last.closing_readers),
            ],
            is_sum=True,
        )
    )
    table = Table(
        "revenue",
        _("Recurring revenue a month, and how it moved"),
        [
            _("To the end of"),
            _("Opening"),
            _("New"),
            _("Returned"),
            _("More"),
            _("Less"),
            _("Left"),
            _("Closing"),
            _("Of it print"),
            _("Subscribers"),
        ],
        rows,
    )
    each = money(round(last.closing_minor / last.closing_readers)) if last.closing_readers else None
    return Report(
        counted_at,
        [
            Figure(
                _("a month"),
                str(money(last.closing_minor)),
                _("at the end of %s") % terms.in_words(last.until_on),
            ),
            Figure(_("subscribers"), f"{last.closing_readers:,}", _("who pay and have not cancelled")),
            Figure(_("each, a month"), str(each or "–"), _("on average")),
            Figure(_("of it for print"), str(money(last.closing_print_minor)), _("a month")),
        ],
        [Exhibit(table, [closing, moved])],
        [
            _(
                "An agreement counts while it runs and is not cancelled: on paid days, on days of a "
                "pause, and on days of grace while a late payment is waited for."
            ),
            _(
                "It counts what was agreed for the term, less the discount that the term had, divided by "
                "its months and rounded for each agreement. A term by issues lasts as long as its issues "
                "take in a year."
            ),
            _(
                "The printed copy counts by the price of its zone, from the day it was paid for until it "
                "is dropped."
            ),
            _(
                "New: a reader who never paid before. Returned: one who did, and had left. More and less: "
                "a change of plan, of the price or the discount, or print added or dropped."
            ),
            _("Trials, gifts, seats and complimentary access bring nothing that recurs, and are left out."),
        ],
    )
