"""What a piece said before, and what a live one will say next.

A snapshot is kept for every save that changed something, and there is a way back to each. The changes to
a live piece are a snapshot too: they are *pending* until they are published, and readers keep what they have.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from articles.models import Article, Author, Byline, Issue, Picture, RelatedArticle, Revision, Section, Series

# The words and the plain values that come back with a restore, in the order in which they are compared.
WORDS = ["headline", "kicker", "standfirst", "body"]
VALUES = ["slug", "audience", "embargo_until", "front_slot", "page"]
REFERENCES = {"section": Section, "series": Series, "lead_picture": Picture, "issue": Issue}
# Kept to tell the story, never restored: these belong to ``publishing``.
STORY = ["status", "published_at"]


def snapshot(article: Article) -> dict[str, Any]:
    """Return the present state of ``article`` as plain values. References carry the name they had."""
    return _snapshot(
        article,
        Byline.objects.filter(article=article).select_related("author"),
        article.tags.names(),
        RelatedArticle.objects.filter(article=article).select_related("related"),
    )


def _snapshot(
    article: Article, bylines: Iterable[Byline], tags: Iterable[str], related: Iterable[RelatedArticle]
) -> dict[str, Any]:
    taken: dict[str, Any] = {field: _plain(getattr(article, field)) for field in [*WORDS, *VALUES, *STORY]}
    for field in REFERENCES:
        value = getattr(article, field)
        taken[field] = {"id": value.pk, "name": str(value)} if value else None
    taken["bylines"] = [
        {"author": byline.author_id, "name": byline.author.name, "role": byline.role} for byline in bylines
    ]
    taken["tags"] = sorted(tags)
    taken["related"] = [{"id": row.related_id, "name": row.related.headline} for row in related]
    return taken


def record(article: Article, *, by: Any, note: str = "") -> Revision | None:
    """Keep the present state of ``article``; nothing if it is the last one kept and there is no ``note``."""
    taken = snapshot(article)
    last = Revision.objects.filter(article=article).first()
    if last and last.snapshot == taken and not note:
        return None
    return Revision.objects.create(
        article=article,
        number=_next_number(article),
        snapshot=taken,
        saved_by=by,
        note=note,
    )


def record_all(articles: Iterable[Article], *, by: Any, note: str) -> int:
    """Keep the present state of many articles, with the ``note`` that says why; returns how many.

    Eight queries, however many they are.
    """
    ids = [article.pk for article in articles]
    rows = (
        Article.objects.filter(pk__in=ids)
        .select_related(*REFERENCES)
        .prefetch_related("bylines__author", "tags", "related_articles__related")  # type: ignore[misc]
        .order_by("pk")
    )
    last: dict[int, int] = defaultdict(int)
    numbers = Revision.objects.filter(article__in=ids).order_by().values_list("article")
    last.update(numbers.annotate(highest=Max("number")))
    made = Revision.objects.bulk_create(
        Revision(
            article=article,
            number=last[article.pk] + 1,
            snapshot=_snapshot(
                article,
                article.bylines.all(),
                [tag.name for tag in article.tags.all()],
                article.related_articles.all(),
            ),
            saved_by=by,
            note=note,
        )
        for article in rows
    )
    return len(made)


def restore(revision: Revision, *, by: Any) -> tuple[Article, list[str]]:
    """Make the piece say again what it said in ``revision``; that is a new save like any other.

    The words pass the sanitiser once more. Status and publication date stay as they are, and a live piece
    gets pending changes. Returns the article and, in sentences, what could not come back because it no
    longer exists.

    Raises ``sanitising.RefusedHTML`` if today's rules refuse the old words.
    """
    note = _("Restored from revision %(number)d") % {"number": revision.number}
    with transaction.atomic():
        article = Article.objects.select_for_update().get(pk=revision.article_id)
        if article.is_published():
            with staged(article) as copy:
                gone = _apply(copy, revision.snapshot)
                restored = snapshot(copy)
            hold(article, restored, by=by, note=note)
        else:
            was = article.status
            gone = _apply(article, revision.snapshot)
            if article.status != was:
                gone.append(_("It has left the issue it was approved for: approve it anew."))
            record(article, by=by, note=note)
    return article, gone


# -- Changes to a live piece ----------------------------------------------------


def pending(article: Article) -> Revision | None:
    """Return the changes to ``article`` that readers do not see yet, if there are any. One query."""
    waiting = Revision.objects.filter(article=article, pending_over__isnull=False)
    return waiting.select_related("pending_over", "saved_by").first()


def hold(article: Article, taken: dict[str, Any], *, by: Any, note: str = "") -> Revision | None:
    """Keep ``taken`` as what the live ``article`` will say; its row is locked by the caller.

    Changes that were pending before stay in the history. If ``taken`` is what readers see already, nothing
    is pending any more. The version counts this as a save: whoever had the piece open will notice.
    """
    public, before = snapshot(article), pending(article)
    if before and taken == _with_changes(before, public):
        return before
    if taken == public:
        if before:
            drop(before)
            note = _("Went back to what readers see")
            record(article, by=by, note=note)
            _count_a_save(article)
        return None
    over = before.pending_over if before else Revision.objects.filter(article=article).first()
    if over is None or over.snapshot != public:
        over = record(article, by=None, note=_("As readers see it"))
    if before:
        drop(before)
    _count_a_save(article)
    return Revision.objects.create(
        article=article,
        number=_next_number(article),
        snapshot=taken,
        saved_by=by,
        note=note,
        pending_over=over,
    )


def take_in(article: Article, waiting: Revision) -> list[str]:
    """Make the pending changes part of ``article``, in place; returns what could not come, in sentences.

    Only what was changed is written: what happened to the live piece since stays.

    Raises ``sanitising.RefusedHTML`` if today's rules refuse the words.
    """
    gone = _apply(article, _with_changes(waiting, snapshot(article)))
    drop(waiting)
    return gone


def drop(waiting: Revision) -> None:
    """Let changes be pending no more; they stay in the history."""
    waiting.pending_over = None
    waiting.save(update_fields=["pending_over"])


@contextmanager
def staged(article: Article) -> Iterator[Article]:
    """Let the block find ``article`` as its pending changes would make it; all that it writes is undone.

    Forms and pages read tables. So the changes are put where they will be, in a transaction that nobody
    else sees and that is rolled back: what is shown is what publishing will make. The version stays the
    one that is saved. Yields the article as it then is.
    """
    with transaction.atomic():
        copy = Article.objects.get(pk=article.pk)
        if waiting := pending(article):
            version = copy.version
            _apply(copy, _with_changes(waiting, snapshot(copy)))
            Article.objects.filter(pk=copy.pk).update(version=version, changed_at=waiting.saved_at)
            copy = Article.objects.get(pk=article.pk)
        yield copy
        transaction.set_rollback(True)


def _with_changes(waiting: Revision, public: dict[str, Any]) -> dict[str, Any]:
    """What the piece says with the changes: ``public``, but for the fields in which they differ."""
    base = waiting.pending_over.snapshot if waiting.pending_over else {}
    return public | {
        field: value
        for field, value in waiting.snapshot.items()
        if field not in STORY and value != base.get(field)
    }


def _count_a_save(article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(version=F("version") + 1)
    article.version += 1


def _next_number(article: Article) -> int:
    last = Revision.objects.filter(article=article).values_list("number", flat=True).first()
    return (last or 0) + 1


def _apply(article: Article, taken: dict[str, Any]) -> list[str]:
    gone = []
    for field in [*WORDS, *VALUES]:
        if field in taken:
            setattr(article, field, _typed(field, taken[field]))
    if Article.objects.filter(slug=article.slug).exclude(pk=article.pk).exists():
        article.slug = Article.objects.values_list("slug", flat=True).get(pk=article.pk)
        gone.append(_("The address that it had there belongs to another piece now."))
    for field, model in REFERENCES.items():
        gone += _restore_reference(article, field, model, taken.get(field))
    article.save()
    return gone + _restore_lists(article, taken)


def _restore_reference(article: Article, field: str, model: Any, kept: dict[str, Any] | None) -> list[str]:
    found = model.objects.filter(pk=kept["id"]).first() if kept else None
    if kept and found is None:
        return [_("“%(name)s” no longer exists.") % {"name": kept["name"]}]
    if isinstance(found, Issue) and found.pk != article.issue_id and not found.takes_pieces():
        return [_("Issue %(issue)s is closed and takes no more pieces.") % {"issue": found}]
    if found is not None or model is not Section:
        setattr(article, field, found)
    return []


def _restore_lists(article: Article, taken: dict[str, Any]) -> list[str]:
    kept_bylines, kept_related = taken.get("bylines", []), taken.get("related", [])
    authors = Author.objects.in_bulk([kept["author"] for kept in kept_bylines])
    others = Article.objects.exclude(pk=article.pk).in_bulk([kept["id"] for kept in kept_related])
    article.bylines.all().delete()
    Byline.objects.bulk_create(
        Byline(article=article, author=authors[kept["author"]], role=kept["role"], position=position)
        for position, kept in enumerate(kept_bylines)
        if kept["author"] in authors
    )
    article.related_articles.all().delete()
    RelatedArticle.objects.bulk_create(
        RelatedArticle(article=article, related=others[kept["id"]], position=position)
        for position, kept in enumerate(kept_related)
        if kept["id"] in others
    )
    article.tags.set(taken.get("tags", []))
    lost = [kept["name"] for kept in kept_bylines if kept["author"] not in authors]
    lost += [kept["name"] for kept in kept_related if kept["id"] not in others]
    return [_("“%(name)s” no longer exists.") % {"name": name} for name in lost]


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _typed(field: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if field == "embargo_until" and value else value
