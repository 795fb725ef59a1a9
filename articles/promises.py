"""Whether the promises that are kept with articles and issues are being kept; asked every night."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import F, Min, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from articles import backlist
from articles.models import Article, Issue
from subscriptions.access import Audience
from subscriptions.promises import MOST_ROWS, Finding, Row, broken, kept

YEAR = timedelta(days=365)


def issues_per_year(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Whether as many issues came in the last 365 days as a year was promised, each by its weight.

    A magazine in its first year owes the part of them that belongs to the days since its first issue.
    """
    released = Issue.objects.published(at)
    first_at = released.aggregate(at=Min("released_at"))["at"]
    if first_at is None:
        return broken(gettext("No issue has been released yet."))
    days = min((at - first_at) / YEAR, 1) * YEAR.days
    due = int(promised["count"] * days // YEAR.days)
    came = released.filter(released_at__gt=at - YEAR).aggregate(all=Sum("weight"))["all"] or 0
    counts = {"days": int(days), "came": came, "due": due}
    if came >= due:
        return kept(
            gettext("In the last %(days)d days issues counting as %(came)d were released; %(due)d were due.")
            % counts
        )
    return broken(
        gettext(
            "In the last %(days)d days issues counting as only %(came)d were released, and %(due)d were due."
        )
        % counts,
        [*_latest(released), *_late(at)],
        count=due - came,
    )


def past_issues(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Whether there is something to read in every released issue, and nothing of an older one is held back.

    Pieces of the newest issue may still come one after another.
    """
    released = Issue.objects.published(at)
    newest = released.order_by("-released_at", "-pk").first()
    public = Article.objects.published(at)
    empty = released.exclude(pk__in=public.exclude(issue=None).values("issue")).exclude(
        pk__in=backlist.whole_issues(at)
    )
    held_back = (
        Article.objects.at_hand()
        .filter(status=Article.Status.APPROVED, issue__in=released)
        .exclude(pk__in=public.values("pk"))
        .exclude(issue=newest)
        .select_related("issue")
    )
    rows = [
        *(
            Row(gettext("%s: nothing to read in it") % issue, issue.get_absolute_url())
            for issue in empty[:MOST_ROWS]
        ),
        *(
            Row(_held_back(article), article.issue.get_absolute_url())
            for article in held_back[:MOST_ROWS]
            if article.issue is not None
        ),
    ]
    if not rows:
        total = released.count()
        return kept(
            ngettext(
                "%d issue is released and opens.",
                "%d issues are released, and each opens.",
                total,
            )
            % total
        )
    return broken(gettext("Not all of the archive opens."), rows, count=empty.count() + held_back.count())


def exclusive_content(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Whether a piece that is not for everyone keeps something back from everyone."""
    walled = Article.objects.published(at).exclude(audience=Audience.EVERYONE).exclude(body_text="")
    given_away = walled.filter(
        Q(opening_text=F("body_text")) | Q(opening_html=F("body_html"))
    ).select_related("section")
    count = given_away.count()
    if not count:
        total = walled.count()
        return kept(
            ngettext(
                "%d public piece has a wall and keeps words behind it.",
                "%d public pieces have a wall, and each keeps words behind it.",
                total,
            )
            % total
        )
    return broken(
        ngettext(
            "%d piece is not for everyone, and all of its words are: its wall stands at the very end.",
            "%d pieces are not for everyone, and all of their words are: their walls stand at the very end.",
            count,
        )
        % count,
        [Row(str(article), article.get_absolute_url()) for article in given_away[:MOST_ROWS]],
        count=count,
    )


def _held_back(article: Article) -> str:
    told = {"issue": article.issue, "headline": article, "day": _day(article.goes_live_at)}
    if article.goes_live_at is None:
        return (
            gettext("%(issue)s: “%(headline)s” is approved, and has no moment from which it is public") % told
        )
    return gettext("%(issue)s: “%(headline)s” is held back until %(day)s") % told


def _latest(released: QuerySet[Issue]) -> list[Row]:
    return [
        Row(
            gettext("%(issue)s is the newest, released on %(day)s")
            % {"issue": issue, "day": _day(issue.released_at)},
            issue.get_absolute_url(),
        )
        for issue in released.order_by("-released_at", "-pk")[:1]
    ]


def _late(at: datetime) -> list[Row]:
    """The issues whose cover date has passed and which readers do not have; no public page shows them."""
    today = timezone.localdate(at)
    waiting = Issue.objects.filter(cover_on__lte=today).exclude(released_at__lte=at)
    return [
        Row(
            gettext("%(issue)s has the cover date %(day)s and is not released")
            % {"issue": issue, "day": date_format(issue.cover_on, "j F Y")}
        )
        for issue in waiting.order_by("cover_on")[:MOST_ROWS]
    ]


def _day(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "j F Y") if at else "–"
