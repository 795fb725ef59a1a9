"""The issues that came and that will come, as this room asks for them.

Issues are made in another room, which enters a function here in its ``AppConfig.ready``:

    coming.issues_come_from("articles.numbering.issues_between")

It takes the first and the last day, both included, and the instant about which is asked; it returns the
issues that reach readers, or are planned to, on one of those days, each as a ``ComingIssue``. Rooms enter
theirs while Django is still loading, so it is named by its dotted path, and nothing here knows a model.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import count

from django.utils.module_loading import import_string

YEAR_DAYS = 365


@dataclass(frozen=True)
class ComingIssue:
    """One issue: the day ``on`` which readers have it, or are meant to, and how many it counts as.

    ``key`` names it for ever in the room that makes it; an issue that ``is_released`` has come.
    """

    key: str
    name: str
    on: date
    weight: int = 1
    is_released: bool = False


Source = Callable[[date, date, datetime], Sequence[ComingIssue]]

_sources: list[str] = []


def issues_come_from(source_path: str) -> None:
    """Enter the function at the dotted ``source_path`` that tells of the issues."""
    if source_path not in _sources:
        _sources.append(source_path)


def issues(at: datetime, *, since: date | None = None, until: date | None = None) -> list[ComingIssue]:
    """Return the issues from ``since`` to ``until``, both included (default: all), in the order they come."""
    told: list[ComingIssue] = []
    for path in _sources:
        told += import_string(path)(since or date.min, until or date.max, at)
    return sorted(told, key=lambda issue: (issue.on, issue.key))


def released(known: Iterable[ComingIssue]) -> list[ComingIssue]:
    """Keep what has come."""
    return [issue for issue in known if issue.is_released]


def put_off(known: Iterable[ComingIssue], *, to: date) -> list[ComingIssue]:
    """Return ``known`` with every issue that has not come moved to ``to``, where its day was earlier."""
    moved = (issue if issue.is_released else replace(issue, on=max(issue.on, to)) for issue in known)
    return sorted(moved, key=lambda issue: (issue.on, issue.key))


def from_day(known: Sequence[ComingIssue], starts_on: date, *, per_year: int) -> Iterator[ComingIssue]:
    """Yield the issues from ``starts_on`` on, without end: those known, then as many a year as promised.

    ``known`` is in order. After the last known issue they are expected to come at even distances, each
    counting once; where none is known, the first on ``starts_on``. Raises ``ValueError`` when ``per_year``
    is not positive.
    """
    if per_year < 1:
        raise ValueError("Nothing comes when nothing is promised.")
    yield from (issue for issue in known if issue.on >= starts_on)
    distance = Fraction(YEAR_DAYS, per_year)
    if known:
        last, first = known[-1].on, 1
    else:
        last, first = starts_on, 0
    for place in count(first):
        on = last + timedelta(days=round(place * distance))
        if on >= starts_on:
            yield ComingIssue(key="", name="", on=on)
