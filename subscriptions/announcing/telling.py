"""What a letter says about a new issue, as this room asks for it.

The room that makes issues enters a function here in its ``AppConfig.ready``:

    telling.told_by("articles.issues.telling.issue_out")

It takes the key of an issue and an instant, and returns an ``IssueOut``, or none while readers do not have
that issue. Rooms enter theirs while Django is still loading, so it is named by its dotted path, and nothing
here knows a model.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Line:
    """One piece of the issue. Whoever gets the letter may read all of these words."""

    headline: str
    standfirst: str
    byline: str
    address: str


@dataclass(frozen=True)
class IssueOut:
    """An issue that readers have: how it is called, where it is, and the first ``lines`` of its contents.

    ``more`` is how many pieces there are beside those. Addresses are whole.
    """

    label: str
    title: str
    standfirst: str
    address: str
    lines: tuple[Line, ...]
    more: int = 0


Teller = Callable[[int, datetime], IssueOut | None]

_tellers: list[str] = []


def told_by(path: str) -> None:
    """Enter the function at the dotted ``path`` that tells of an issue."""
    if path not in _tellers:
        _tellers.append(path)


def told(issue_id: int, at: datetime) -> IssueOut | None:
    """Return what there is to tell about the issue at ``at``, or none while readers do not have it."""
    tellers: list[Teller] = [import_string(path) for path in _tellers]
    return next((issue for teller in tellers if (issue := teller(issue_id, at))), None)
