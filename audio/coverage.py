"""How much of the magazine can be heard: the number that is true, and the pieces behind it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext

from articles.models import Article, Issue
from articles.models.article import ArticleQuerySet
from audio import changes, freshness, making, script
from audio.changes import Change
from audio.freshness import State
from audio.models import Narration

# What somebody may want to look at, in the order of how much.
TELLING = (State.FAILED, State.STALE, State.MISSING, State.MAKING, State.QUEUED, State.EXEMPT)
# What asking for everything asks for.
TO_BE_ASKED = (State.MISSING, State.STALE, State.FAILED)
# So much is asked for at once, the newest first; the worker goes on with the rest by itself.
MOST_ASKED = 100
# The changed paragraphs of so many stale pieces are shown at once.
COMPARED = 20


@dataclass(frozen=True)
class Coverage:
    """How things stand with every piece there is, newest first; ``states`` are by the articles' keys."""

    states: Mapping[int, State]

    @cached_property
    def counts(self) -> dict[State, int]:
        """How many pieces are in each state."""
        return {state: len(self.keys(state)) for state in State}

    def keys(self, *states: State) -> list[int]:
        """Return the keys of the articles in any of ``states``."""
        return [key for key, state in self.states.items() if state in states]

    @property
    def ready(self) -> int:
        """How many can be heard just as they can be read."""
        return self.counts[State.READY]

    @property
    def exempt(self) -> int:
        """How many are not to be read aloud."""
        return self.counts[State.EXEMPT]

    @property
    def owed(self) -> int:
        """How many there should be: all that are not exempt."""
        return len(self.states) - self.exempt

    @property
    def percent(self) -> int:
        """What share of the pieces owed is ready. Never rounded up: 100 means all."""
        return self.ready * 100 // self.owed if self.owed else 100

    @property
    def sentence(self) -> str:
        """The number in words."""
        if not self.states:
            return gettext("There is nothing to read aloud yet.")
        told = ngettext(
            "%(ready)d of %(owed)d piece can be heard as it stands",
            "%(ready)d of %(owed)d pieces can be heard as they stand",
            self.owed,
        ) % {"ready": self.ready, "owed": self.owed}
        if not self.exempt:
            return f"{told}."
        more = ngettext("%d more is exempt by name", "%d more are exempt by name", self.exempt) % self.exempt
        return f"{told}, {more}."


@dataclass(frozen=True)
class Row:
    """One piece on the board; ``narration`` is none where nobody has looked at it yet."""

    article: Article
    narration: Narration | None
    state: State
    # Of a stale one; nothing when all words are the same.
    changes: list[Change] = field(default_factory=list)
    is_compared: bool = False

    @property
    def is_at_work(self) -> bool:
        """Whether the worker is making it now."""
        return self.narration is not None and freshness.is_being_made(self.narration)

    @property
    def is_unfinished(self) -> bool:
        """Whether something is to be expected soon: somebody who looks sees it come."""
        return self.narration is not None and is_unfinished(self.narration, self.state)


def is_unfinished(narration: Narration, state: State) -> bool:
    """Whether ``narration``, which is in ``state``, is about to be another soon."""
    if state in {State.EXEMPT, State.MISSING}:
        return False
    if narration.asked_at is not None or freshness.is_being_made(narration):
        return True
    return state == State.QUEUED or (state == State.STALE and not freshness.is_by_human(narration))


def pieces(issue: Issue | None = None, at: datetime | None = None) -> ArticleQuerySet:
    """Return what is to be heard at ``at`` (default: now): what is public, newest first.

    Of an ``issue`` that is not out, what is approved for it.
    """
    at = at or timezone.now()
    if issue is None:
        found = Article.objects.published(at)
    elif issue.is_published(at):
        found = Article.objects.published(at).filter(issue=issue)
    else:
        found = Article.objects.at_hand().filter(status=Article.Status.APPROVED, issue=issue)
    return found.newest_first()


def look(issue: Issue | None = None, at: datetime | None = None) -> Coverage:
    """Look at the whole magazine, or at one ``issue``. The number of queries does not grow with it."""
    return of(pieces(issue, at), at)


def of(articles: ArticleQuerySet, at: datetime | None = None) -> Coverage:
    """Look at ``articles``. No body is read."""
    slim = list(articles.only("pk"))
    states = freshness.states_of(slim, at)
    return Coverage({article.pk: states[article.pk] for article in slim})


def rows(coverage: Coverage, keys: Collection[int]) -> list[Row]:
    """Return the rows of the articles ``keys``, in that order, with what has changed in the stale ones.

    The number of queries does not grow with them.
    """
    articles = Article.objects.for_contents().in_bulk(list(keys))
    narrations = {
        narration.article_id: narration
        for narration in Narration.objects.filter(article__in=list(keys))
        .select_related("exempted_by")
        .defer("segments")
    }
    stale = [key for key in keys if coverage.states[key] == State.STALE and key in narrations][:COMPARED]
    changed = changes_of(stale)
    return [
        Row(
            articles[key],
            narrations.get(key),
            coverage.states[key],
            changed.get(key, []),
            is_compared=key in changed,
        )
        for key in keys
        if key in articles
    ]


def changes_of(keys: Collection[int]) -> dict[int, list[Change]]:
    """Return what has changed in each of the articles ``keys`` since it was recorded; bodies are read."""
    if not keys:
        return {}
    scripts = script.scripts_of(Article.objects.filter(pk__in=keys))
    segments = Narration.objects.filter(article__in=keys).values_list("article_id", "segments")
    return {key: changes.changes_in(said, scripts[key]) for key, said in segments}


def narrations_of(keys: Iterable[int]) -> list[Narration]:
    """Return the rows of the articles ``keys``; they are laid where there are none."""
    wanted = list(keys)
    there = set(Narration.objects.filter(article__in=wanted).values_list("article_id", flat=True))
    Narration.objects.bulk_create(
        (Narration(article_id=key) for key in wanted if key not in there), ignore_conflicts=True
    )
    return list(Narration.objects.filter(article__in=wanted).select_related("article").defer("segments"))


def ask_for_all(issue: Issue | None = None, at: datetime | None = None) -> list[Narration]:
    """Have made what is missing, stale, or failed, at most ``MOST_ASKED``; return what was asked for.

    Not what somebody has read whose words are others now: there an editor decides.
    """
    asked = narrations_of(look(issue, at).keys(*TO_BE_ASKED)[:MOST_ASKED])
    asked = [one for one in asked if one.failed_at or not freshness.is_by_human(one)]
    for narration in asked:
        making.ask(narration, at)
    return asked
