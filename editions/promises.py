"""Whether the digital edition is there for those to whom it was promised; asked every night."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from articles.models import Article, Issue
from editions import freshness, keeping, making
from editions.models import Edition, Format
from editions.rights import current_issue
from subscriptions.promises import Finding, Row, broken, kept

# A change is in the files within minutes; a whole archive that is made anew takes its time.
PATIENCE = timedelta(hours=1)


def digital_edition(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Whether each released issue has its files, they lie where they should, and say what the issue says.

    A machine that cannot make PDFs owes EPUBs alone, and the current issue in both is said to be missing.
    """
    released = list(Issue.objects.published(at).filter(pk__in=_with_pieces(at)))
    brought = Q(is_brought=True, issue__in=Issue.objects.published(at))
    editions = list(Edition.objects.filter(Q(issue__in=released) | brought).select_related("issue"))
    rows = [*_missing(released, editions, at), *_wrong(editions, at)]
    if rows:
        return broken(gettext("Not every issue can be had as a file."), rows)
    current = current_issue(at)
    if current and not making.can_make(Format.PDF):
        return broken(
            gettext("This machine makes no PDF of the current issue."),
            [Row(making.what_is_missing() or str(current), current.get_absolute_url())],
        )
    return kept(
        ngettext("%d issue can be had as a file.", "%d issues can be had as files.", len(released))
        % len(released)
    )


def _with_pieces(at: datetime) -> set[int]:
    """An issue with nothing in it is told of as a broken archive, and owes no file."""
    rows = Article.objects.published(at).filter(issue__isnull=False).values_list("issue_id", flat=True)
    return {key for key in rows.distinct() if key is not None}


def _missing(released: list[Issue], editions: list[Edition], at: datetime) -> Iterator[Row]:
    there = {(edition.issue_id, edition.format) for edition in editions if edition.file}
    for issue in released:
        if issue.released_at is None or issue.released_at > at - PATIENCE:
            continue
        for form in making.FOR_READERS:
            if making.can_make(form) and (issue.pk, form) not in there:
                yield Row(
                    gettext("%(issue)s: no %(format)s") % {"issue": issue, "format": form.label},
                    issue.get_absolute_url(),
                )


def _wrong(editions: list[Edition], at: datetime) -> Iterator[Row]:
    outlines = freshness.outlines(editions, at)
    for edition in editions:
        if edition.format == Format.PRESS or not edition.file:
            continue
        told = ""
        if not keeping.is_there(edition):
            told = gettext("%s: the file is gone")
        elif _waits_too_long(edition, outlines[edition.pk], at):
            told = gettext("%s: the file is out of date")
        if told:
            yield Row(told % edition, reverse("admin:editions_edition_change", args=[edition.pk]))


def _waits_too_long(edition: Edition, outline: freshness.Outline, at: datetime) -> bool:
    """Whether it was found stale, or nobody has looked at it, for longer than is right."""
    if edition.is_brought or not outline.pieces:
        return False
    if freshness.says_the_same(edition, outline):
        return False
    # With no worker nobody has found it stale: then it is how long nobody looked.
    since = edition.stale_at or edition.looked_at
    return since is None or since < at - PATIENCE
