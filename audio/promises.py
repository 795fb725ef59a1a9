"""Whether every piece can be heard, as the plans promise; asked every night."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext

from articles.models import Article
from audio import coverage as board
from audio import equipment
from audio.coverage import Coverage
from audio.freshness import State
from audio.models import Narration
from magazine import vault
from subscriptions.promises import Finding, Row, broken, kept

# What is new, or was changed, is read aloud within minutes; a whole archive on its first day takes its time.
PATIENCE = timedelta(hours=1)
# So many exemptions are named in the sentence.
NAMED = 12


def coverage(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Whether each public piece can be heard as it stands, but for those that are exempt by name.

    Kept is 100 %: a recording for every other piece, none stale for longer than ``PATIENCE``, and each file
    where it should lie.
    """
    look = board.look(at=at)
    rows = [*_lacking(look, at), *_gone(look)]
    if rows:
        told = [look.sentence, equipment.what_is_missing()]
        return broken(" ".join(sentence for sentence in told if sentence), rows)
    return kept(" ".join(filter(None, [look.sentence, _exemptions(look)])))


def _lacking(look: Coverage, at: datetime) -> Iterator[Row]:
    """The pieces that cannot be heard as they stand, and should have been by now."""
    short = [key for key, state in look.states.items() if state not in {State.READY, State.EXEMPT}]
    if not short:
        return
    found = Article.objects.filter(pk__in=short).newest_first()
    stale_since = dict(Narration.objects.filter(article__in=short).values_list("article_id", "stale_at"))
    columns = ("pk", "headline", "published_at", "embargo_until", "changed_at")
    for key, headline, published_at, embargo_until, changed_at in found.values_list(*columns):
        state = look.states[key]
        public_at = max(moment for moment in (published_at, embargo_until) if moment is not None)
        # With no worker nobody has found it stale: then it is since when the text is another.
        since = stale_since.get(key) or changed_at if state == State.STALE else public_at
        if since <= at - PATIENCE:
            yield Row(f"{headline}: {state.label}", reverse("admin:audio_piece", args=[key]))


def _gone(look: Coverage) -> Iterator[Row]:
    ready = Narration.objects.filter(article__in=look.keys(State.READY)).select_related("article")
    for narration in ready.only("mp3", "article__headline"):
        if not vault.is_there(narration.mp3):
            told = gettext("%s: the file is gone") % narration.article.headline
            yield Row(told, reverse("admin:audio_piece", args=[narration.article_id]))


def _exemptions(look: Coverage) -> str:
    """Name what is exempt, and why."""
    exempt = Narration.objects.filter(article__in=look.keys(State.EXEMPT)).order_by("pk")
    rows = list(exempt.values_list("article__headline", "exempt_reason"))
    if not rows:
        return ""
    names = [f"“{headline}” ({reason})" for headline, reason in rows[:NAMED]]
    more = len(rows) - NAMED
    if more > 0:
        names.append(ngettext("%d more", "%d more", more) % more)
    return gettext("Exempt: %s.") % get_text_list(names, gettext("and"))
