"""Days between which figures are told: the end of each month, and the two days that were asked for."""

from calendar import monthrange
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

# What is shown when nobody asks for anything else, and the most that can be asked for.
USUAL_MONTHS, MOST_MONTHS = 24, 60


def month_end(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_before(day: date, months: int) -> date:
    """Return the last day of the month that is ``months`` before that of ``day``."""
    return month_end(day.replace(day=1) - relativedelta(months=months))


def usual_start(until: date, months: int = USUAL_MONTHS) -> date:
    """Return the month's end from which ``months`` lead to ``until``, the last of them perhaps unfinished."""
    return months_before(until, months)


def points(since: date, until: date) -> tuple[date, ...]:
    """Return ``since``, each month's end between, and ``until``: figures are told at the end of those days.

    Raises ``ValueError`` unless ``since`` comes before ``until`` by no more than ``MOST_MONTHS``.
    """
    if since >= until:
        raise ValueError("The first day comes before the last.")
    if since < months_before(until, MOST_MONTHS):
        raise ValueError("That is too long a time.")
    days, day = [since], month_end(since + timedelta(days=1))
    while day < until:
        days.append(day)
        day = month_end(day + timedelta(days=1))
    return (*days, until)
