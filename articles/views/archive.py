"""The archive by date: years, then months, then the pieces of a month."""

import calendar
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models import Article
from articles.views.pages import page_of
from magazine.headers import public_page

# The calendar that dates are computed with ends there, and so do the addresses.
YEARS = range(1800, 3000)


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """Show every year and month in which something was published."""
    return _show_months(request, None)


@require_safe
def archive_year(request: HttpRequest, year: int) -> HttpResponse:
    """Show the months of one year."""
    return _show_months(request, year)


@require_safe
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Show what was published in one month of the magazine's own time zone."""
    if year not in YEARS or not 1 <= month <= 12:
        raise Http404
    first = date(year, month, 1)
    following = first + timedelta(days=calendar.monthrange(year, month)[1])
    articles = Article.objects.published().filter(
        published_at__gte=_midnight(first), published_at__lt=_midnight(following)
    )
    page = page_of(request, articles.newest_first().for_cards())
    if not page.paginator.count:
        raise Http404
    return public_page(
        request, render(request, "articles/archive_month.html", {"month": first, "page": page})
    )


def _show_months(request: HttpRequest, year: int | None) -> HttpResponse:
    articles = Article.objects.published()
    if year is not None:
        if year not in YEARS:
            raise Http404
        articles = articles.filter(
            published_at__gte=_midnight(date(year, 1, 1)), published_at__lt=_midnight(date(year + 1, 1, 1))
        )
    counted = (
        articles.order_by()
        .values(month=TruncMonth("published_at"))
        .annotate(pieces=Count("pk"))
        .order_by("-month")
    )
    years: dict[int, list[tuple[datetime, int]]] = {}
    for row in counted:
        years.setdefault(row["month"].year, []).append((row["month"], row["pieces"]))
    if year is not None and not years:
        raise Http404
    context = {
        "year": year,
        "years": [
            (each, sum(pieces for _, pieces in months), months[::-1]) for each, months in years.items()
        ],
    }
    return public_page(request, render(request, "articles/archive.html", context))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
