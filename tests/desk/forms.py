"""What a browser would send from the article form."""

from typing import Any

from django.test import Client
from django.urls import reverse

from articles.models import Article


def filled(article: Article | None = None, **changes: Any) -> dict[str, Any]:
    """The form of ``article`` (or of a new piece) as it stands, with ``changes`` typed over it."""
    data: dict[str, Any] = {
        "headline": article.headline if article else "",
        "kicker": article.kicker if article else "",
        "standfirst": article.standfirst if article else "",
        "body": article.body if article else "",
        "section": article.section_id if article else "",
        "series": "",
        "tags": ", ".join(article.tags.names()) + "," if article and article.tags.exists() else "",
        "lead_picture": article.lead_picture_id or "" if article else "",
        "audience": article.audience if article else "subscribers",
        "front_slot": "",
        "embargo_until": "",
        "issue": "",
        "page": "",
        "slug": article.slug if article else "",
        "opened_version": article.version if article else 0,
        "_save": "1",
    }
    for prefix, rows in (
        ("bylines", _bylines(article)),
        ("related_articles", _related(article)),
        ("corrections", []),
    ):
        initial = sum("id" in row for row in rows)
        data |= {
            f"{prefix}-TOTAL_FORMS": len(rows),
            f"{prefix}-INITIAL_FORMS": initial,
            f"{prefix}-MIN_NUM_FORMS": 0,
            f"{prefix}-MAX_NUM_FORMS": 1000,
        }
        for index, row in enumerate(rows):
            data |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return data | changes


def save(client: Client, article: Article | None = None, **changes: Any) -> Any:
    """Press the button."""
    return client.post(address(article), filled(article, **changes))


def address(article: Article | None = None) -> str:
    """Where the form is."""
    if article is None:
        return reverse("admin:articles_article_add")
    return reverse("admin:articles_article_change", args=[article.pk])


def _bylines(article: Article | None) -> list[dict[str, Any]]:
    rows = article.bylines.all() if article else []
    return [
        {
            "id": row.pk,
            "article": article.pk,
            "author": row.author_id,
            "role": row.role,
            "position": row.position,
        }
        for row in rows
    ]


def _related(article: Article | None) -> list[dict[str, Any]]:
    rows = article.related_articles.all() if article else []
    return [
        {"id": row.pk, "article": article.pk, "related": row.related_id, "position": row.position}
        for row in rows
    ]
