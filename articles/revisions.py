"""What a piece said before: a snapshot for every save that changed something, and the way back to one."""

from datetime import datetime
from typing import Any

from django.db import transaction
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
    taken: dict[str, Any] = {field: _plain(getattr(article, field)) for field in [*WORDS, *VALUES, *STORY]}
    for field in REFERENCES:
        value = getattr(article, field)
        taken[field] = {"id": value.pk, "name": str(value)} if value else None
    taken["bylines"] = [
        {"author": byline.author_id, "name": byline.author.name, "role": byline.role}
        for byline in Byline.objects.filter(article=article).select_related("author")
    ]
    taken["tags"] = sorted(article.tags.names())
    taken["related"] = [
        {"id": pk, "name": headline}
        for pk, headline in RelatedArticle.objects.filter(article=article).values_list(
            "related_id", "related__headline"
        )
    ]
    return taken


def record(article: Article, *, by: Any, note: str = "") -> Revision | None:
    """Keep the present state of ``article``; nothing if it is the last one kept and there is no ``note``."""
    taken = snapshot(article)
    last = Revision.objects.filter(article=article).first()
    if last and last.snapshot == taken and not note:
        return None
    return Revision.objects.create(
        article=article,
        number=last.number + 1 if last else 1,
        snapshot=taken,
        saved_by=by,
        note=note,
    )


def restore(revision: Revision, *, by: Any) -> tuple[Article, list[str]]:
    """Make the piece say again what it said in ``revision``; that is a new save like any other.

    The words pass the sanitiser once more. Status and publication date stay as they are. Returns the
    article and, in sentences, what could not come back because it no longer exists.

    Raises ``sanitising.RefusedHTML`` if today's rules refuse the old words.
    """
    taken, gone = revision.snapshot, []
    with transaction.atomic():
        article = Article.objects.select_for_update().get(pk=revision.article_id)
        for field in [*WORDS, *VALUES]:
            if field in taken:
                setattr(article, field, _typed(field, taken[field]))
        if Article.objects.filter(slug=article.slug).exclude(pk=article.pk).exists():
            article.slug = Article.objects.values_list("slug", flat=True).get(pk=article.pk)
            gone.append(_("The old address belongs to another piece now."))
        for field, model in REFERENCES.items():
            gone += _restore_reference(article, field, model, taken.get(field))
        article.save()
        gone += _restore_lists(article, taken)
        record(article, by=by, note=_("Restored from revision %(number)d") % {"number": revision.number})
    return article, gone


def _restore_reference(article: Article, field: str, model: Any, kept: dict[str, Any] | None) -> list[str]:
    found = model.objects.filter(pk=kept["id"]).first() if kept else None
    if kept and found is None:
        return [_("“%(name)s” no longer exists.") % {"name": kept["name"]}]
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
    return value.isoformat() if isinstance(value, datetime) else value


def _typed(field: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if field == "embargo_until" and value else value
