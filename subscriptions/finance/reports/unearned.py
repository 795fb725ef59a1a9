"""Deferred revenue: what was paid for days to come, in money and in issues."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.finance import charts, deferred, owed
from subscriptions.finance.charts import Chart, Series
from subscriptions.finance.lots import Kind
from subscriptions.finance.reports.base import (
    Asked,
    Exhibit,
    Figure,
    Report,
    kept,
    money_of,
    plan_names,
    seen,
)
from subscriptions.finance.tables import Number, Row, Table, day_name


def unearned(asked: Asked) -> Report:
    """What was paid for days that are still to come, in money and in issues."""
    counted_at, found = kept("deferred", asked, lambda: deferred.roll_forward(asked.days))
    _at, issues = kept("owed", asked, lambda: owed.issues_owed(asked.until))
    rolls = seen(found.get(asked.currency, []), lambda roll: roll.opening_minor or roll.billed_minor)
    money = money_of(asked)
    if not rolls:
        return Report(counted_at)
    kinds = {
        Kind.TERM: _("Paid terms"),
        Kind.PRINT: _("Print between two bills"),
        Kind.GIFT: _("Gifts"),
        Kind.HELD: _("To go back"),
    }
    chart = Chart(
        "deferred-chart",
        _("Deferred revenue"),
        _("What was paid for days to come, at the end of each month."),
        [day_name(roll.until_on) for roll in rolls],
        [
            Series(name, [roll.closing_by_kind[kind] for roll in rolls])
            for kind, name in kinds.items()
            if any(roll.closing_by_kind[kind] for roll in rolls)
        ],
        charts.money(asked.currency),
        is_stacked=True,
    )

    def line(name: str, opening: int, of: Sequence[deferred.Roll], closing: int, *, is_sum: bool) -> Row:
        return Row(
            name,
            [
                money(opening),
                money(sum(roll.billed_minor for roll in of)),
                money(sum(roll.by_days_minor for roll in of), is_less=True),
                money(sum(roll.taken_back_minor for roll in of)),
                money(sum(roll.refunded_minor for roll in of), is_less=True),
                money(closing),
            ],
            is_sum,
        )

    rows = [
        line(day_name(roll.until_on), roll.opening_minor, [roll], roll.closing_minor, is_sum=False)
        for roll in rolls
    ]
    first, last = rolls[0], rolls[-1]
    rows.append(line(_("Together"), first.opening_minor, rolls, last.closing_minor, is_sum=True))
    table = Table(
        "deferred",
        _("From opening to closing"),
        [
            _("To the end of"),
            _("Opening"),
            _("Billed"),
            _("Earned"),
            _("Taken back"),
            _("Refunded"),
            _("Closing"),
        ],
        rows,
    )
    names = plan_names()
    issue_rows = [
        Row(
            names.get(plan, "–"),
            [Number(one.subscriptions), Number(one.promised), Number(one.received), Number(one.owed)],
        )
        for plan, one in sorted(issues.items(), key=lambda pair: -pair[1].owed)
    ]
    issue_rows.append(
        Row(
            _("Together"),
            [
                Number(sum(one.subscriptions for one in issues.values())),
                Number(sum(one.promised for one in issues.values())),
                Number(sum(one.received for one in issues.values())),
                Number(sum(one.owed for one in issues.values())),
            ],
            is_sum=True,
        )
    )
    return Report(
        counted_at,
        [
            Figure(
                _("deferred"),
                str(money(last.closing_minor)),
                _("at the end of %s") % terms.in_words(last.until_on),
            ),
            Figure(
                _("issues owed"),
                f"{sum(one.owed for one in issues.values()):,}",
                _("in all currencies, each by its weight"),
            ),
            Figure(_("earned"), str(money(sum(roll.earned_minor for roll in rolls))), _("in this time")),
            Figure(
                _("in gifts"), str(money(last.closing_by_kind[Kind.GIFT])), _("not redeemed, or not over")
            ),
        ],
        [
            Exhibit(table, [chart]),
            Exhibit(
                Table(
                    "deferred-by-kind",
                    _("What it was paid for, at the end of %s") % terms.in_words(last.until_on),
                    [_("Paid for"), _("Deferred")],
                    [
                        *(Row(name, [money(last.closing_by_kind[kind])]) for kind, name in kinds.items()),
                        Row(_("Together"), [money(last.closing_minor)], is_sum=True),
                    ],
                )
            ),
            Exhibit(
                Table(
                    "issues-owed",
                    _("Issues owed at the end of %s") % terms.in_words(asked.until),
                    [_("Plan"), _("Subscriptions"), _("Promised"), _("Have come"), _("Owed")],
                    issue_rows,
                )
            ),
        ],
        [
            _(
                "Opening + billed − earned + taken back − refunded = closing. Billed is money that came; "
                "what is only asked for is not in it."
            ),
            _(
                "A term is earned day by day, its pauses left out; a term by issues as its issues come; a "
                "gift on the days of who redeemed it, and until then not at all."
            ),
            _(
                "A change of plan moves what is left of the old term into the new one. When money goes "
                "back, the part of it that had been earned is taken back, and the rest is no longer "
                "deferred."
            ),
            _("Fractions of the smallest unit stay deferred until the last day."),
        ],
    )
