"""The pages of figures, their charts and their files."""

import csv
import io
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from subscriptions.finance import charts, periods, reports
from subscriptions.finance.charts import Chart, Series
from subscriptions.finance.tables import Money, Number, Row, Share, Table
from tests import make

QUESTIONS = [question.key for question in reports.questions()]


def about(key: str) -> str:
    return reverse("admin:subscriptions_figures_about", args=[key])


def drawn(*series: list[float | int | None], is_stacked: bool = False) -> charts.Drawing:
    return Chart(
        "key",
        "A chart",
        "It rises.",
        [f"M{place}" for place in range(len(series[0]))],
        [Series(f"S{place}", values) for place, values in enumerate(series)],
        charts.number,
        is_stacked=is_stacked,
    ).drawings["wide"]


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (0, 0, [0, 1]),
        (0, 1, [0, 1]),
        (0, 97, [0, 20, 40, 60, 80, 100]),
        (-340, 1200, [-500, 0, 500, 1000, 1500]),
        (-7, 0, [-8, -6, -4, -2, 0]),
        (0, 2**40, [0, 2 * 10**11, 4 * 10**11, 6 * 10**11, 8 * 10**11, 10**12, 1.2 * 10**12]),
        (0.0, 0.031, [0.0, 0.01, 0.02, 0.03, 0.04]),
    ],
)
def test_the_marks_of_an_axis_are_round_and_hold_everything(low, high, marks):
    assert charts.ticks(low, high) == marks


def test_bars_stand_on_the_line_and_hang_from_it():
    drawing = drawn([10, 0], [5, None], [-4, -8], is_stacked=True)
    first, second, below, last = drawing.bars
    assert first.y + first.height == drawing.zero == below.y == last.y
    assert second.y + second.height == first.y
    assert last.height == pytest.approx(2 * below.height, abs=0.2)


def test_a_line_of_one_point_is_a_dot_and_one_of_none_is_not_drawn():
    drawing = drawn([None, 7], [None, None])
    [line] = drawing.lines
    assert " " not in line.points
    assert line.ends_y < drawing.zero


@pytest.mark.parametrize(
    ("minor", "greatest", "currency", "words"),
    [
        (8400, 9000, "GBP", "£84"),
        (-8400, 9000, "GBP", "−£84"),
        (1_250_000, 2_000_000, "GBP", "£12.5k"),
        (150_000_000, 300_000_000, "GBP", "£1.5m"),
        (0, 300_000_000, "GBP", "£0"),
        (900, 900, "JPY", "JP¥900"),
        (50_000, 90_000, "JPY", "JP¥50k"),
    ],
)
def test_sums_are_short_on_an_axis(minor, greatest, currency, words):
    assert charts.money(currency)(minor, greatest) == words


def test_a_file_holds_plain_figures_and_nothing_that_a_spreadsheet_would_run():
    table = Table(
        "key",
        "Title",
        ["Plan", "=1+1", "Share", "How many"],
        [Row("=HYPERLINK(1)", [Money(-8450, "GBP"), Share(Fraction(1, 8)), Number(0)])],
    )
    rows = list(csv.reader(io.StringIO(table.csv().decode("utf-8-sig"))))
    assert rows == [
        ["Plan", "'=1+1", "Share", "How many"],
        ["'=HYPERLINK(1)", "-84.50", "0.1250", "0"],
    ]


def test_the_months_between_two_days_are_told_to_their_ends():
    days = periods.points(date(2028, 1, 31), date(2028, 4, 3))
    assert days == (date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 3))
    with pytest.raises(ValueError, match="before"):
        periods.points(date(2028, 1, 31), date(2028, 1, 31))


@pytest.fixture
def accountant(client, db):
    make.sold_plan()
    client.force_login(make.staff(Role.FINANCE))
    return client


@pytest.mark.wide
@pytest.mark.parametrize("key", QUESTIONS)
def test_an_accountant_gets_an_answer_a_chart_and_its_file(accountant, key):
    make.subscription(months=12, at=datetime(2025, 1, 10, 12, tzinfo=UTC))
    asked = {"since": "2024-12-31", "until": "2026-02-28", "currency": "GBP"}
    page = accountant.get(about(key), asked)
    report = page.context["report"]
    assert page.status_code == 200
    assert not report.is_empty
    assert "no-store" in page["Cache-Control"] or "private" in page["Cache-Control"]
    for exhibit in report.exhibits:
        for row in exhibit.table.rows:
            assert len(row.cells) == len(exhibit.table.columns) - 1
        if exhibit.table.rows:
            address = reverse("admin:subscriptions_figures_file", args=[key, exhibit.table.key])
            file = accountant.get(address, asked)
            assert file["Content-Type"] == "text/csv; charset=utf-8"
            assert len(list(csv.reader(io.StringIO(file.content.decode())))) == len(exhibit.table.rows) + 1
    shown = [chart for exhibit in report.exhibits for chart in exhibit.charts if not chart.is_empty]
    assert page.content.count(b"figures-drawing--narrow") == len(shown)
    assert bool(shown) == (key != "refunds")


@pytest.mark.wide
def test_the_page_tells_what_recurs_and_what_is_deferred(accountant):
    make.subscription(months=12, at=datetime(2026, 1, 10, 12, tzinfo=UTC))
    asked = {"since": "2025-12-31", "until": "2026-01-31", "currency": "GBP"}
    assert "£7.00" in accountant.get(about("revenue"), asked).content.decode()
    # 343 of 365 days were still to come.
    assert "£78.94" in accountant.get(about("deferred"), asked).content.decode()


@pytest.mark.wide
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"until": "2999-01-01"}, "That day is to come."),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "It begins after it ends."),
        ({"since": "1999-01-01"}, "That is more than 60 months."),
        ({"until": "soon"}, "Enter a valid date."),
        ({"currency": "XXX"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_counted_is_said_beside_the_field(accountant, asked, words):
    page = accountant.get(about("revenue"), asked)
    assert page.status_code == 422
    assert words in page.content.decode()


@pytest.mark.wide
def test_a_magazine_that_has_sold_nothing_says_so(accountant):
    page = accountant.get(about("revenue"))
    assert "nothing was paid in GBP" in page.content.decode()
    assert accountant.get(about("nothing")).status_code == 404


@pytest.mark.wide
def test_what_was_counted_is_shown_until_it_is_counted_again(accountant):
    asked = {"since": "2025-12-31", "until": timezone.localdate().isoformat(), "currency": "GBP"}
    assert accountant.get(about("revenue"), asked).context["report"].is_empty
    make.subscription(months=12)
    assert accountant.get(about("revenue"), asked).context["report"].is_empty
    assert not accountant.get(about("revenue"), {**asked, "again": "1"}).context["report"].is_empty
