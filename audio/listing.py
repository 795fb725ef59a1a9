"""A reader's own list: what they put by, in the order in which they want it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from articles.models import Article
from audio.models import PutBy

# A list that nobody gets to the end of is none.
LONGEST = 200


class ListFullError(ValueError):
    """There are ``LONGEST`` pieces on the list."""


def put_by(reader: Any, article: Article) -> None:
    """Put ``article`` at the end of ``reader``'s list, if it is not on it. Raises ``ListFullError``."""
    mine = PutBy.objects.filter(reader=reader.pk)
    if mine.filter(article=article).exists():
        return
    if mine.count() >= LONGEST:
        raise ListFullError
    last = mine.aggregate(last=Max("position"))["last"]
    PutBy.objects.get_or_create(
        reader=reader, article=article, defaults={"position": 0 if last is None else last + 1}
    )


def take_off(reader: Any, article: Article) -> None:
    """Take ``article`` off ``reader``'s list."""
    PutBy.objects.filter(reader=reader.pk, article=article).delete()


@transaction.atomic
def move(reader: Any, article: Article, by: int, at: datetime | None = None) -> None:
    """Move ``article`` on ``reader``'s list by so many places: -1 is one up. Past either end it stays there.

    Counted in what the reader sees: pieces that are not public at ``at`` are passed over.
    """
    rows = list(PutBy.objects.select_for_update().filter(reader=reader.pk))
    shown = set(_public(at).filter(put_by__in=rows).values_list("pk", flat=True))
    order = [row for row in rows if row.article_id in shown]
    place = next((n for n, row in enumerate(order) if row.article_id == article.pk), None)
    if place is None:
        return
    order.insert(min(max(place + by, 0), len(order) - 1), order.pop(place))
    order += [row for row in rows if row.article_id not in shown]
    for position, row in enumerate(order):
        row.position = position
    PutBy.objects.bulk_update(order, ["position"])


def on_list(reader: Any, at: datetime | None = None) -> list[Article]:
    """Return what ``reader`` put by and is public at ``at``, in their order, as a contents line shows it."""
    keys = list(PutBy.objects.filter(reader=reader.pk).values_list("article", flat=True))
    loaded = _public(at).for_contents().in_bulk(keys)
    return [loaded[key] for key in keys if key in loaded]


def _public(at: datetime | None) -> Any:
    return Article.objects.published(at)
