"""Makes the files of issues: which there are to be, when one is made anew, and how far it is.

Any number of workers may do any of this at the same time, and may be killed at any point. Whoever makes a
file takes its row first (``begun_at``, by compare and swap) and writes nothing to a row that another has
taken over. The bytes are stored under their own name before the row names them, and the old file stays out
until then. So a repeat finds either the whole new file or the old one, and makes nothing where nothing
changed.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article, Issue
from editions import freshness, keeping
from editions.builders import epub, pdf
from editions.builders.built import Built, Progress
from editions.freshness import Outline
from editions.models import Edition, Format
from editions.source import IssueText
from magazine import printing
from magazine.work import claims, schedule
from magazine.work.claims import TakenOverError

logger = logging.getLogger(__name__)

Builder = Callable[[IssueText, Progress], Built]

# Who makes what.
BUILDERS: dict[Format, Builder] = {
    Format.EPUB: epub.build,
    Format.PDF: pdf.build,
    Format.PRESS: partial(pdf.build, for_press=True),
}
FOR_READERS = (Format.EPUB, Format.PDF)

# A failure is tried again after so long, or at once when something has changed or somebody asks.
RETRY_AFTER = timedelta(minutes=15)
# What was asked for and not begun after so long is asked for again: the task may be lost.
ASK_AGAIN = timedelta(minutes=30)
# So many editions are read whole in each look, whatever they look like: all of them in their turn.
WHOLE_AT_ONCE = 2
# A text that changes as often as this while its file is being made is left for the next look.
ATTEMPTS = 3


def can_make(form: Format) -> bool:
    """Whether this machine can make files of ``form``."""
    return form in BUILDERS and (form == Format.EPUB or printing.can_print())


def in_play(at: datetime | None = None) -> QuerySet[Issue]:
    """Return the issues whose files are kept up to date: those that are out, and those at press."""
    at = at or timezone.now()
    return Issue.objects.filter(Q(released_at__lte=at) | Q(to_press_at__lte=at))


def wanted(issue: Issue, at: datetime | None = None) -> list[Format]:
    """Return in which formats ``issue`` is to be there at ``at``.

    The printer's file is made while an issue is at press; afterwards when somebody asks for it.
    """
    at_press = not issue.is_published(at) and issue.to_press_at is not None
    formats = [*FOR_READERS, Format.PRESS] if at_press else FOR_READERS
    return [form for form in formats if can_make(form)]


# -- Asking --------------------------------------------------------------------


def ask(edition: Edition, at: datetime | None = None, *, anew: bool = False) -> None:
    """Have ``edition`` made by the worker; with ``anew`` even if nothing has changed."""
    at = at or timezone.now()
    with transaction.atomic():
        more: dict[str, Any] = {"made_from": "", "failed_at": None, "failure": ""} if anew else {}
        Edition.objects.filter(pk=edition.pk).update(asked_at=at, **more)
        schedule.soon("editions.tasks.make", edition.pk)


def ask_for(issue: Issue, form: Format, at: datetime | None = None) -> Edition:
    """Have ``issue`` made in ``form``, whether or not it is usually made; return its edition."""
    edition, _made = Edition.objects.get_or_create(issue=issue, format=form)
    if not edition.is_brought:
        ask(edition, at, anew=True)
    return edition


def look(at: datetime | None = None) -> list[Edition]:
    """Find out which files are missing or stale at ``at`` (default: now), ask for them, and return them.

    The cost is that of the outlines of all issues in play: seven queries, and no bodies.
    """
    at = at or timezone.now()
    _lay_rows(at)
    editions = list(_ours(at))
    outlines = freshness.outlines(editions, at)
    due = [edition for edition in editions if _is_due(edition, outlines[edition.pk], at)]
    # Oldest look first, never looked at before all.
    rest = sorted(
        (one for one in editions if one not in due and outlines[one.pk].pieces and one.failed_at is None),
        key=lambda one: (one.compared_at is not None, one.compared_at),
    )
    Edition.objects.filter(pk__in=[one.pk for one in editions]).update(looked_at=at)
    due += [one for one in rest[:WHOLE_AT_ONCE] if not _is_the_same(one, outlines[one.pk], at)]
    Edition.objects.filter(pk__in=[one.pk for one in due], stale_at=None).update(stale_at=at)
    for edition in due:
        ask(edition, at)
    return due


def _is_the_same(edition: Edition, outline: Outline, at: datetime) -> bool:
    """Read the issue whole: whether the file of ``edition`` is there, and says what it says."""
    if freshness.is_being_made(edition, at) or not freshness.says_the_same(edition, outline):
        return True  # Somebody is at it, or was asked.
    fingerprint = freshness.text_for(edition, at).fingerprint
    Edition.objects.filter(pk=edition.pk).update(compared_at=at)
    return edition.made_from == fingerprint and keeping.is_there(edition)


def _lay_rows(at: datetime) -> None:
    """Lay a row for each file that is to be there. An issue without a piece has none."""
    pieces = Article.objects.at_hand().filter(status=Article.Status.APPROVED).exclude(issue=None)
    issues = in_play(at).filter(pk__in=pieces.values("issue"))
    there = set(Edition.objects.filter(issue__in=issues).values_list("issue_id", "format"))
    Edition.objects.bulk_create(
        (
            Edition(issue=issue, format=form)
            for issue in issues
            for form in wanted(issue, at)
            if (issue.pk, form) not in there
        ),
        ignore_conflicts=True,
    )


def _ours(at: datetime) -> QuerySet[Edition]:
    """The editions that are kept up to date, issues loaded.

    A printer's file is only while its issue is at press, or when somebody asked for it.
    """
    makeable = [form for form in Format if can_make(form)]
    printed = Q(format=Format.PRESS, issue__released_at__lte=at, asked_at=None)
    return (
        Edition.objects.filter(issue__in=in_play(at), is_brought=False, format__in=makeable)
        .exclude(printed)
        .select_related("issue")
        # The newest first, and of each the PDF before the EPUB, which leads to its pages.
        .order_by("-issue__cover_on", "issue", "-format")
    )


def _is_due(edition: Edition, outline: Outline, at: datetime) -> bool:
    if edition.begun_at is not None:
        # Its worker is at it, or has died.
        return not freshness.is_being_made(edition, at)
    if not outline.pieces:
        return bool(edition.file)
    if freshness.says_the_same(edition, outline):
        return False
    if edition.failed_at and edition.outline == outline.digest:
        return edition.failed_at < at - RETRY_AFTER
    asked = edition.asked_at
    return asked is None or asked < at - ASK_AGAIN


# -- Making --------------------------------------------------------------------


def make(edition_id: int) -> bool:
    """Make one edition, if it has changed; return whether there is a new file.

    Safe to run twice and at the same time. What the builder raises is written on the row and in the log, and
    the file that was there stays.
    """
    edition = Edition.objects.select_related("issue").filter(pk=edition_id, is_brought=False).first()
    if edition is None or not can_make(Format(edition.format)):
        return False
    claim = _Claim.on(edition)
    if claim is None:
        return False
    try:
        return _made(edition, claim)
    except TakenOverError:
        logger.warning("Another worker took over %s.", edition)
        return False
    except Exception as error:
        logger.exception("%s could not be made.", edition)
        claim.give_up(
            error,
            failure=f"{type(error).__name__}: {error}"[:400],
            outline=freshness.outline_of(edition).digest,
        )
        return False


def _made(edition: Edition, claim: "_Claim") -> bool:
    for _attempt in range(ATTEMPTS):
        outline = freshness.outline_of(edition)
        text = freshness.text_for(edition)
        if not outline.pieces:
            claim.let_go(file="", content_hash="", size=0, pages=0, made_from="", contains={}, outline="")
            return False
        if edition.made_from == text.fingerprint and keeping.is_there(edition):
            claim.let_go(outline=outline.digest)
            return False
        built = BUILDERS[Format(edition.format)](text, claim.at)
        contains = {
            "pieces": [piece.id for piece in text.pieces],
            "pictures": sorted(text.images),
            "starts": dict(built.starts),
        }
        edition = _as_it_is_now(edition, contains)
        outline = freshness.outline_of(edition)
        # A piece may have been withdrawn or corrected meanwhile: then this is not what the issue says.
        if freshness.text_for(edition).fingerprint == text.fingerprint:
            _hand_over(claim, built, text.fingerprint, contains, outline)
            if edition.format == Format.PDF:
                _lead_to_pages(edition.issue)
            return True
    logger.warning("%s changed as often as it was made; it is made at the next look.", edition)
    claim.let_go(stale_at=F("stale_at"))
    return False


def _as_it_is_now(edition: Edition, contains: dict[str, Any]) -> Edition:
    found = Edition.objects.select_related("issue").get(pk=edition.pk)
    found.contains = contains
    return found


def _hand_over(
    claim: "_Claim", built: Built, fingerprint: str, contains: dict[str, Any], outline: Outline
) -> None:
    name, content_hash = keeping.store(built.data, built.extension)
    claim.let_go(
        file=name,
        content_hash=content_hash,
        size=len(built.data),
        pages=built.pages,
        made_from=fingerprint,
        made_at=timezone.now(),
        contains=contains,
        warnings=list(built.warnings),
        outline=outline.digest,
    )
    # The tidying may have taken an old file of the same bytes away just before the row named it.
    keeping.store(built.data, built.extension)


def _lead_to_pages(issue: Issue) -> None:
    """Have the EPUB of ``issue`` made anew if it was made before the pages that it leads to.

    One that is to be made anyway finds them then. The PDF takes no notice of the EPUB: this ends there.
    """
    settled = {"begun_at": None, "asked_at": None, "failed_at": None}
    made = Edition.objects.filter(issue=issue, format=Format.EPUB, is_brought=False, **settled)
    for book in made.exclude(made_from="").select_related("issue"):
        if book.made_from != freshness.text_for(book).fingerprint:
            Edition.objects.filter(pk=book.pk).update(stale_at=timezone.now(), outline="")
            ask(book)


@dataclass
class _Claim(claims.Claim):
    """One worker's hold on an edition."""

    step: str = ""

    TAKE_OVER = freshness.TAKE_OVER
    AT_REST = {**claims.Claim.AT_REST, "step": ""}

    def at(self, percent: int, step: str) -> None:
        """Note how far it is. Raises ``TakenOverError`` when another has begun in between."""
        is_next, self.step = step != self.step, step
        self.tell(at_once=is_next, percent=max(0, min(percent, 100)), step=step[:100])

    def let_go(self, **outcome: Any) -> None:
        """Write how it ended, and that it was looked at whole."""
        super().let_go(**{"compared_at": timezone.now(), **outcome})


def what_is_missing() -> str:
    """Return what this machine cannot make, and how it learns to, for the desk; nothing if it makes all."""
    if printing.can_print():
        return ""
    return _(
        "This machine makes no PDF: the libraries that draw it are missing. “bin/system pango” installs "
        "them. EPUB and the web edition need nothing."
    )
