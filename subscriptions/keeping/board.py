"""The promise board: every promise is looked at each night, and what was found is written down."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django_tasks import task

from subscriptions import features, promises, terms
from subscriptions.features import Feature
from subscriptions.models import Plan, PlanFeature, PlanVersion, PromiseCheck
from subscriptions.promises import Finding, Row, State

logger = logging.getLogger(__name__)

# A night may be missed by some hours; after that the board says that nobody has looked.
FRESH_FOR = timedelta(hours=36)


@dataclass(frozen=True)
class Tile:
    """One promise on the board: as it is advertised, and the newest look at it, if there was one."""

    feature: Feature
    label: str
    check: PromiseCheck | None


def in_force(at: datetime) -> dict[Feature, list[PlanFeature]]:
    """Return who is promised what at ``at``: the features of each version on sale or being paid for.

    A version that nobody can buy and nobody holds promises nothing any more. Three queries.
    """
    today = terms.day_of(at)
    versions = {plan.version_id for plan in Plan.objects.offered(at)}
    versions.update(
        PlanVersion.objects.filter(
            subscriptions__terms__starts_on__lte=today, subscriptions__terms__ends_on__gte=today
        ).values_list("pk", flat=True)
    )
    made = defaultdict(list)
    for promise in PlanFeature.objects.filter(version__in=versions).select_related("version__plan"):
        made[Feature(promise.key)].append(promise)
    return made


def look(at: datetime | None = None) -> dict[Feature, Finding]:
    """Look at each promise as it is at ``at`` (default: now), in advertised order; write nothing."""
    at = at or timezone.now()
    made = in_force(at)
    return {feature: _look_at(feature, made.get(feature, []), at) for feature in Feature}


def write_down(findings: Mapping[Feature, Finding], at: datetime | None = None) -> list[PromiseCheck]:
    """Add what was found at ``at`` (default: now) to the record."""
    at = at or timezone.now()
    with transaction.atomic():
        return [
            PromiseCheck.objects.create(
                feature=feature,
                checked_at=at,
                state=finding.state,
                sentence=finding.sentence,
                count=finding.count,
                rows=[{"text": row.text, "address": row.address} for row in finding.rows],
            )
            for feature, finding in findings.items()
        ]


def check(at: datetime | None = None) -> list[PromiseCheck]:
    """Look at each promise and write down what was found. Run twice, it looks twice."""
    at = at or timezone.now()
    return write_down(look(at), at)


@task()
def check_nightly() -> int:
    """Have every promise checked; return how many are broken."""
    return sum(found.state == State.BROKEN for found in check())


def tiles(at: datetime | None = None) -> list[Tile]:
    """Return the board, in the order in which the promises are advertised."""
    made = in_force(at or timezone.now())
    found = newest()
    return [Tile(feature, _label(feature, made.get(feature, [])), found.get(feature)) for feature in Feature]


def newest() -> dict[Feature, PromiseCheck]:
    """Return the newest look at each promise that was ever looked at."""
    found = {}
    for feature in Feature:
        if newest_look := PromiseCheck.objects.filter(feature=feature).first():
            found[feature] = newest_look
    return found


def is_stale(board: list[Tile], at: datetime | None = None) -> bool:
    """Whether some promise on ``board`` was not looked at in the last night."""
    at = at or timezone.now()
    return any(tile.check is None or tile.check.checked_at < at - FRESH_FOR for tile in board)


def _look_at(feature: Feature, made: list[PlanFeature], at: datetime) -> Finding:
    if not made:
        return Finding(State.NOT_PROMISED, gettext("No plan that is sold or held makes this promise."))
    planned = {promise: promise.planned_on for promise in made if promise.planned_on is not None}
    today = terms.day_of(at)
    if overdue := [_overdue_row(promise, day) for promise, day in planned.items() if day <= today]:
        return promises.broken(gettext("Its day has come, and it is still only planned."), overdue)
    if len(planned) == len(made):
        day = date_format(min(planned.values()), "j F Y")
        return Finding(State.PLANNED, gettext("Announced for %s, and sold as coming soon.") % day)
    checks = promises.checks_of(feature)
    if not checks:
        return Finding(
            State.NOT_YET_BUILT, gettext("Plans promise it, and what keeps it has not been built yet.")
        )
    return promises.together([_ask(one, at, _most_generous(made)) for one in checks])


def _ask(one: promises.Check, at: datetime, promised: Mapping[str, int]) -> Finding:
    # One check that fails must not keep the others from looking, and is never good news.
    try:
        with transaction.atomic():
            return one(at, promised)
    except Exception:
        logger.exception("The check %s.%s failed.", one.__module__, one.__qualname__)
        return promises.broken(gettext("The check itself failed, so nobody knows. The log says why."))


def _overdue_row(promise: PlanFeature, planned_on: date) -> Row:
    return Row(
        gettext("%(version)s: planned for %(day)s")
        % {"version": promise.version, "day": date_format(planned_on, "j F Y")},
        reverse("admin:subscriptions_planversion_change", args=[promise.version_id]),
    )


def _most_generous(made: list[PlanFeature]) -> dict[str, int]:
    """Each parameter at its highest: who keeps that, keeps all."""
    names = features.REGISTRY[Feature(made[0].key)].parameters
    return {name: max(promise.parameters[name] for promise in made) for name in names}


def _label(feature: Feature, made: list[PlanFeature]) -> str:
    if not made:
        return str(feature.label)
    planned = all(promise.is_planned for promise in made)
    return features.label_for(feature, _most_generous(made), planned=planned)
