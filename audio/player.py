"""What stands of a recording on the page of its article, and of where the reader was."""

from datetime import datetime
from typing import Any

from django.db.models import FilteredRelation, Q

from articles.models import Article
from articles.recordings import Recording
from audio import places
from audio.models import Narration, Place, PutBy
from audio.rights import Listener
from audio.tracks import Track
from subscriptions.access import Verdict

# What is not read again only to find out what stands beside it.
BODIES = ("body", "body_html", "opening_html", "body_text", "opening_text")


def recording_of(article: Article, verdict: Verdict, reader: Any, at: datetime) -> Recording | None:
    """Return the player for ``reader``, who may read ``article`` by ``verdict``; nothing when there is none.

    A reader who is signed in is also offered to go on from where they were, and to put the piece by. One
    query, and another for what is for subscribers.
    """
    is_known = reader.is_authenticated
    narration, place, listed = _beside(article, reader.pk if is_known else None)
    listener = Listener(reader, at, {article.audience: verdict})
    track = Track(article, narration, listener, place)
    if not (is_known or track.is_recorded):
        return None
    context = {
        "article": article,
        "track": track,
        "shows_player": track.is_recorded,
        "is_of_present_text": track.can_be_heard and is_of_present_text(article, narration),
        "is_through": place is not None and place.done >= 100,
        "place": place if place and place.block and places.is_open(place) else None,
        "is_known": is_known,
        # Whoever may read the opening alone is at no place in the piece.
        "is_read_whole": not article.withholds(verdict),
        "is_put_by": listed is not None,
    }
    return Recording("audio/on_article.html", context)


def _beside(article: Article, reader: int | None) -> tuple[Narration | None, Place | None, PutBy | None]:
    """Return the narration of ``article``, and the place and list entry of the reader with that key."""
    rows: Any = Article.objects.annotate(
        place=FilteredRelation("places", condition=Q(places__reader=reader)),
        listed=FilteredRelation("put_by", condition=Q(put_by__reader=reader)),
    )
    row = rows.select_related("narration", "place", "listed").defer(*BODIES).get(pk=article.pk)
    # What there is none of leaves no attribute.
    return getattr(row, "narration", None), getattr(row, "place", None), getattr(row, "listed", None)


def is_of_present_text(article: Article, narration: Narration | None) -> bool:
    """Whether the recording says what ``article`` says, so that its paragraphs can be pointed at.

    Of a piece that was saved since, nobody knows before the worker has looked.
    """
    agreed_at = narration.agreed_at if narration else None
    return agreed_at is not None and agreed_at >= article.changed_at
