"""What stands of its recordings on the page of an issue."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Article, Issue
from articles.shelf import Shelf
from audio import rights
from audio.models import Narration


def of_issue(issue: Issue, reader: Any, at: datetime) -> Shelf:
    """Return the way to hear ``issue``, the same for everybody; nothing while none of it is recorded.

    One query.
    """
    public = Article.objects.published(at).filter(issue=issue)
    recorded = Narration.objects.filter(article__in=public, exempt_reason="").exclude(mp3="")
    lengths = list(recorded.values_list("duration_ms", flat=True))
    if not lengths:
        return Shelf()
    told = ngettext("%(number)d piece read aloud", "%(number)d pieces read aloud", len(lengths))
    sentence = _("%(pieces)s, %(length)s.") % {
        "pieces": told % {"number": len(lengths)},
        "length": rights.length_of(rights.minutes_of(sum(lengths))),
    }
    way = reverse("audio:issue", args=[issue.volume, issue.number])
    return Shelf(sentence=sentence, way=(way, _("Listen to the issue")))
