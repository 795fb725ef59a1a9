"""What the put-to-bed room shows of an issue's files."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from articles.issues.register import Colour, Light
from articles.models import Issue
from editions import freshness, making
from editions.freshness import State
from editions.models import Edition


def lights(issue: Issue, pieces: Sequence[Any], at: datetime) -> Iterator[Light]:
    """Say whether the files are there with which the issue reaches its readers. Eight queries at most.

    None of it holds a release up: what is not there yet is made within minutes of it.
    """
    editions = list(Edition.objects.filter(issue=issue).select_related("issue"))
    wanted = making.wanted(issue)
    if not issue.to_press_at:
        yield _amber(_("They are made when it goes to press."))
        return
    outlines = freshness.outlines(editions)
    standing = {one.format: freshness.state_of(one, outlines[one.pk]) for one in editions}
    done = {State.FRESH, State.BROUGHT}
    failed = [form.label for form in wanted if standing.get(form) == State.FAILED]
    waits = [form.label for form in wanted if standing.get(form) not in {*done, State.FAILED}]
    if failed:
        yield _amber(_("Could not be made: %s.") % _names(failed))
    elif waits:
        yield _amber(_("Being made: %s.") % _names(waits))
    elif missing := making.what_is_missing():
        yield _amber(missing)
    else:
        yield Light(_("Files"), Colour.GREEN)


def _amber(sentence: str) -> Light:
    return Light(_("Files"), Colour.AMBER, sentence, address=reverse("admin:editions_edition_changelist"))


def _names(labels: list[Any]) -> str:
    return get_text_list([str(label) for label in labels], _("and"))
