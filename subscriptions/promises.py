"""The register of what looks every night whether a promise of the plans is being kept.

A room that keeps a promise enters its check here, in its ``AppConfig.ready``:

    promises.register(Feature.PAST_ISSUES, "articles.promises.past_issues")

A check is a function ``(at, promised) -> Finding``. ``at`` is the instant about which is asked, and
``promised`` holds the feature's parameters at their most generous among the plans in force
(``{"count": 24}``). It reads and changes nothing. Rooms enter theirs while Django is still loading, so a
check is named by its dotted path, as tasks are in ``magazine.work.schedule``, and nothing here knows a model.
``subscriptions.keeping.board`` asks them all.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from subscriptions.features import Feature

MOST_ROWS = 20


class State(models.TextChoices):
    """What a look at a promise found; the worst first."""

    BROKEN = "broken", _("Broken")
    NOT_YET_BUILT = "not_yet_built", _("Not yet built")
    PLANNED = "planned", _("Planned")
    NOT_PROMISED = "not_promised", _("Not promised")
    KEPT = "kept", _("Kept")


@dataclass(frozen=True)
class Row:
    """One thing that is wrong: what, in words, and where to look (empty: no page shows it)."""

    text: str
    address: str = ""


@dataclass(frozen=True)
class Finding:
    """What a check found: the state, a sentence for staff, how many things are wrong, the first of them."""

    state: State
    sentence: str
    count: int = 0
    rows: tuple[Row, ...] = ()


Check = Callable[[datetime, Mapping[str, int]], Finding]

_checks: dict[Feature, list[str]] = {}


def register(feature: Feature, check_path: str) -> None:
    """Enter the check at the dotted ``check_path``. One of several that says no is enough."""
    paths = _checks.setdefault(Feature(feature), [])
    if check_path not in paths:
        paths.append(check_path)


def checks_of(feature: Feature) -> list[Check]:
    """Return the checks of ``feature``; none means that what keeps the promise is not built yet."""
    return [import_string(path) for path in _checks.get(feature, [])]


def kept(sentence: str) -> Finding:
    """Say that all is well."""
    return Finding(State.KEPT, sentence)


def broken(sentence: str, rows: Collection[Row] = (), *, count: int | None = None) -> Finding:
    """Say what is wrong, with the first ``MOST_ROWS`` of ``rows``; ``count`` when there are more."""
    return Finding(
        State.BROKEN, sentence, len(rows) if count is None else count, tuple(list(rows)[:MOST_ROWS])
    )


def verdict(count: int, wrong: Iterable[Row], says: Any, *, kept: str) -> Finding:
    """Say that all is well, in the words of ``kept``; or that ``count`` things are ``wrong``.

    ``says`` is a plural of ``ngettext_lazy`` that leaves its number open. ``wrong`` is looked at only when
    there is something, and not beyond ``MOST_ROWS``.
    """
    if not count:
        return Finding(State.KEPT, kept)
    return broken(says % count, list(islice(wrong, MOST_ROWS)), count=count)


def together(findings: Collection[Finding]) -> Finding:
    """Join what several checks of one promise found: the worst state, and all that was said in that state.

    Raises ``ValueError`` when there is nothing to join: silence is no proof that a promise is kept.
    """
    if not findings:
        raise ValueError("Nothing was looked at.")
    worst = min((finding.state for finding in findings), key=list(State).index)
    telling = [finding for finding in findings if finding.state == worst]
    return Finding(
        worst,
        " ".join(finding.sentence for finding in telling),
        sum(finding.count for finding in telling),
        tuple(row for finding in telling for row in finding.rows)[:MOST_ROWS],
    )
