"""Who may hear what: asked anew for every page, part and address."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, ngettext

from articles.models import Article
from subscriptions import access
from subscriptions.access import Audience, Verdict


def verdict_to_hear(article: Article, reader: Any, at: datetime | None = None) -> Verdict:
    """Say whether ``reader`` may hear ``article``, which is public, at ``at`` (default: now).

    Two queries at most, and none for what is open to everyone.
    """
    return access.may_hear(reader, article.audience, at)


def hears_everything(reader: Any) -> bool:
    """Whether ``reader`` is one of those who make the magazine: they hear what is not public yet, too."""
    return bool(reader.is_active and reader.is_staff and reader.has_perm("articles.see_all_articles"))


@dataclass
class Listener:
    """Somebody before a list of pieces: what they may hear, asked once for each audience. Two queries."""

    reader: Any
    at: datetime
    # What is known already of who may read, by audience.
    readings: dict[str, Verdict] = field(default_factory=dict)
    _hearings: dict[str, Verdict] = field(default_factory=dict)

    def verdict(self, article: Article) -> Verdict:
        """Say whether they may hear ``article``."""
        if article.audience not in self._hearings:
            may_read = self.may_read(article)
            self._hearings[article.audience] = access.may_hear(
                self.reader, article.audience, self.at, may_read=may_read
            )
        return self._hearings[article.audience]

    def may_read(self, article: Article) -> Verdict:
        """Say whether they may read ``article``."""
        if article.audience not in self.readings:
            self.readings[article.audience] = access.verdict_for(self.reader, article.audience, self.at)
        return self.readings[article.audience]


def minutes_of(duration_ms: int) -> int:
    """Return ``duration_ms`` in whole minutes, at least 1."""
    return max(1, round(duration_ms / 60_000))


def length_of(minutes: int) -> str:
    """Return ``minutes`` as they are said: "1 hour 12 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = [ngettext("%d hour", "%d hours", hours) % hours] if hours else []
    if rest or not hours:
        parts.append(ngettext("%d minute", "%d minutes", rest) % rest)
    return " ".join(parts)


def explain(article: Article, duration_ms: int, may_read: Verdict) -> str:
    """Return the sentence for a reader who may not hear ``article``, which takes ``duration_ms``."""
    if article.audience == Audience.REGISTERED:
        sentence = gettext("Registered readers can listen to this piece, %(length)s.")
    elif may_read.granted:
        sentence = gettext("Your plan comes without audio. With it you could hear this piece, %(length)s.")
    else:
        sentence = gettext("Subscribers can listen to this piece, %(length)s.")
    return sentence % {"length": length_of(minutes_of(duration_ms))}
