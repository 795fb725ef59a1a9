"""What stands of an issue's files on its page."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from articles.models import Issue
from articles.shelf import File, Shelf
from editions import addresses, rights
from editions.models import Edition, Format
from subscriptions import access


def of_issue(issue: Issue, reader: Any, at: datetime) -> Shelf:
    """Return the files of ``issue`` that ``reader`` may have, or the sentence that says what opens them.

    At most three queries; two for a stranger. Nothing is said of an issue that has no files and gets none.
    """
    editions = [
        edition
        for edition in Edition.objects.filter(issue=issue).order_by("format")
        if edition.format != Format.PRESS or rights.sees_everything(reader)
    ]
    if not editions:
        return Shelf()
    current = rights.current_issue(at)
    verdict = access.may_have_issue(reader, is_current=current is not None and issue.pk == current.pk, at=at)
    if not verdict.granted:
        return Shelf(sentence=_closed(editions, verdict), way=_way(issue, verdict))
    there = [edition for edition in editions if edition.file]
    files = tuple(
        File(
            str(edition.get_format_display()),
            addresses.download_address(issue, edition.format),
            edition.size,
        )
        for edition in there
    )
    return Shelf(files, "" if files else _("The files of this issue are being made. A few minutes, please."))


def _closed(editions: list[Edition], verdict: access.Verdict) -> str:
    if verdict.has_lapsed or verdict.is_resting:
        return rights.explain(verdict)
    names = get_text_list([str(edition.get_format_display()) for edition in editions], _("and"))
    return _("To keep, as %(formats)s, for subscribers.") % {"formats": names}


def _way(issue: Issue, verdict: access.Verdict) -> tuple[str, str]:
    if verdict.is_resting:
        return reverse("subscriptions:end_pause"), _("Read on today")
    if verdict.needs_sign_in:
        return f"{reverse('account_login')}?next={issue.get_absolute_url()}", _("Sign in, if you are one")
    return reverse("subscriptions:plans"), _("Come back") if verdict.has_lapsed else _("See the plans")
