"""One past issue is brought here: a PDF from elsewhere becomes an edition of its issue."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from io import BytesIO
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Issue, Picture
from articles.uploads import RefusedUpload, take_picture
from editions import keeping
from editions.importing.naming import Described
from editions.importing.opening import Opened, Page, RefusedFileError, open_pdf
from editions.models import Edition, EditionPage, Format

# From this text quality on one may expect to find what stands in an issue.
GOOD = 80


class Action(StrEnum):
    """What was done with a file."""

    NEW = "new"
    ADDED = "added to an issue that was there"
    REPLACED = "put in the place of another file"
    AS_BEFORE = "as before"


@dataclass(frozen=True)
class Brought:
    """What became of one file. ``issue`` has no key when it was a rehearsal and the issue would be new."""

    issue: Issue
    action: Action
    pages: int = 0
    quality: int = 0
    scanned: int = 0
    notes: list[str] = field(default_factory=list)


def bring(
    source: Path,
    what: Described,
    *,
    replace: bool = False,
    is_rehearsal: bool = False,
    at: datetime | None = None,
) -> Brought:
    """Bring the PDF at ``source`` here as the issue ``what``; return what was done.

    The issue is made if it is not there, and counts as released on its cover date. Nothing is written before
    the file has been opened, and the rows are written at once: whoever is killed leaves at most a file and a
    picture that the next run finds. The same file twice is once. With ``is_rehearsal`` the file is opened and
    nothing is kept.

    Another file stays where it is unless ``replace`` says otherwise. Raises ``RefusedFileError`` with the
    reason.
    """
    at = at or timezone.now()
    source_hash = _hash_of(source)
    edition = _edition_of(what)
    issue = _issue(what, at)
    if edition and edition.made_from == source_hash and edition.is_brought and keeping.is_there(edition):
        return _told(edition)
    _check_other(source_hash, edition)
    if edition and edition.file and edition.made_from != source_hash and not replace:
        raise RefusedFileError(_standing(edition))
    opened = open_pdf(source)
    action = _action(issue, edition, source_hash)
    notes = _notes(opened)
    if is_rehearsal:
        return Brought(issue, action, len(opened.pages), opened.quality, opened.scanned, notes)
    name, content_hash = keeping.store(opened.data, "pdf")
    cover = _cover(opened, what, notes)
    with transaction.atomic():
        issue = _laid(issue, cover, len(opened.pages), at)
        row, _made = Edition.objects.select_for_update().update_or_create(
            issue=issue,
            format=Format.PDF,
            defaults={
                "is_brought": True,
                "file": name,
                "content_hash": content_hash,
                "size": len(opened.data),
                "pages": len(opened.pages),
                "made_from": source_hash,
                "made_at": at,
                "contains": {},
                "warnings": notes,
                "outline": "",
                "asked_at": None,
                "begun_at": None,
                "told_at": None,
                "percent": 0,
                "step": "",
                "failed_at": None,
                "failure": "",
            },
        )
        row.text_pages.all().delete()
        EditionPage.objects.bulk_create(
            (
                EditionPage(edition=row, number=number, text=page.text, quality=page.quality)
                for number, page in enumerate(opened.pages, start=1)
            ),
            batch_size=200,
        )
    return Brought(issue, action, len(opened.pages), opened.quality, opened.scanned, notes)


def whole_issues(at: datetime) -> set[int]:
    """Return the keys of the released issues that are here whole as a file that was brought. One query."""
    brought = Edition.objects.filter(format=Format.PDF, is_brought=True).exclude(file="")
    return set(brought.filter(issue__released_at__lte=at).values_list("issue_id", flat=True))


def _hash_of(source: Path) -> str:
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _edition_of(what: Described) -> Edition | None:
    found = Edition.objects.filter(issue__volume=what.volume, issue__number=what.number, format=Format.PDF)
    return found.select_related("issue").first()


def _issue(what: Described, at: datetime) -> Issue:
    """Return the issue ``what``, new and unsaved if it is not there."""
    if what.cover_on > timezone.localdate(at):
        raise RefusedFileError(_("Its cover date is yet to come: only past issues are brought here."))
    known = Issue.objects.filter(volume=what.volume, number=what.number).select_related("cover").first()
    if known is None:
        return Issue(
            volume=what.volume, number=what.number, cover_on=what.cover_on, title=what.title, pages=0
        )
    if not known.is_published(at):
        raise RefusedFileError(_("This issue is here already and has not been released."))
    if known.cover_on != what.cover_on:
        raise RefusedFileError(
            _("This issue is here already, with the cover date %s.") % date_format(known.cover_on, "j F Y")
        )
    return known


def _check_other(source_hash: str, edition: Edition | None) -> None:
    others = Edition.objects.filter(made_from=source_hash, is_brought=True).select_related("issue")
    other = (others.exclude(pk=edition.pk) if edition else others).first()
    if other:
        raise RefusedFileError(_("This is the file of %s.") % other.issue)


def _standing(edition: Edition) -> str:
    if edition.is_brought:
        return _("Another file was brought here for this issue.")
    return _("The PDF of this issue is made here, from its pieces.")


def _action(issue: Issue, edition: Edition | None, source_hash: str) -> Action:
    if edition and edition.file and edition.made_from != source_hash:
        return Action.REPLACED
    return Action.ADDED if issue.pk else Action.NEW


def _told(edition: Edition) -> Brought:
    pages = [Page(page.text, page.quality) for page in edition.text_pages.all()]
    opened = Opened(b"", b"", pages, [])
    return Brought(
        edition.issue, Action.AS_BEFORE, edition.pages, opened.quality, opened.scanned, edition.warnings
    )


def _notes(opened: Opened) -> list[str]:
    notes = []
    if opened.scanned == len(opened.pages):
        notes.append(_("no words in it can be found: its pages are pictures"))
    elif opened.scanned:
        count = opened.scanned
        notes.append(
            ngettext(
                "%d page without words that can be found", "%d pages without words that can be found", count
            )
            % count
        )
    if 0 < opened.quality < GOOD:
        notes.append(_("text quality %d%%: many words will not be found") % opened.quality)
    if opened.removed:
        notes.append(_("taken out of it: %s") % ", ".join(opened.removed))
    return notes


def _cover(opened: Opened, what: Described, notes: list[str]) -> Picture | None:
    name = _("Volume %(volume)d, number %(number)d") % {"volume": what.volume, "number": what.number}
    if what.title:
        name = f"{name}: {what.title}"
    try:
        return take_picture(
            BytesIO(opened.cover), title=_("Cover of %s") % name, alt=_("The cover of %s") % name
        )
    except (RefusedUpload, ValidationError) as refusal:
        notes.append(_("no cover: %s") % " ".join(refusal.messages))
        return None


def _laid(issue: Issue, cover: Picture | None, pages: int, at: datetime) -> Issue:
    """Save ``issue``, or fill in what it lacks."""
    if issue.pk is None:
        issue.released_at = min(_morning_of(issue.cover_on), at)
        issue.archived_at = at
        issue.pages, issue.cover = pages, cover
        known, is_new = Issue.objects.get_or_create(
            volume=issue.volume,
            number=issue.number,
            defaults={
                name: getattr(issue, name)
                for name in ("cover_on", "title", "pages", "cover", "released_at", "archived_at")
            },
        )
        if is_new:
            return known
        issue = known
    if issue.cover_id is None and cover is not None:
        Issue.objects.filter(pk=issue.pk, cover=None).update(cover=cover)
    return issue


def _morning_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())
