"""What machines are told of an article: schema.org's NewsArticle, without a withheld word."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from taggit.models import Tag

from articles.models import Article, Byline
from subscriptions.access import Audience

# Inside a script element these could end it or begin a comment; some readers take U+2028 for a line's end.
ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def news_article(article: Article, bylines: Iterable[Byline], tags: Iterable[Tag]) -> SafeString:
    """Return the JSON-LD of ``article``, ready to stand in a script element.

    ``bylines`` and ``tags`` are the article's own, loaded by the caller; no query.
    """
    address = settings.SITE_URL + article.get_absolute_url()
    is_free = article.audience == Audience.EVERYONE
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": address,
        "headline": article.headline,
        "description": article.standfirst,
        "articleSection": article.section.name,
        "keywords": [tag.name for tag in tags],
        "inLanguage": settings.LANGUAGE_CODE,
        "author": [
            {
                "@type": "Person",
                "name": byline.author.name,
                "url": settings.SITE_URL + byline.author.get_absolute_url(),
            }
            for byline in bylines
            if not byline.role
        ],
        "publisher": {
            "@type": "Organization",
            "name": settings.MAGAZINE_NAME,
            "url": f"{settings.SITE_URL}/",
        },
        "isAccessibleForFree": is_free,
    }
    if article.published_at:
        facts["datePublished"] = article.published_at.isoformat()
    if picture := article.lead_picture:
        facts["image"] = urljoin(f"{settings.SITE_URL}/", picture.src)
    if not is_free:
        facts["hasPart"] = {
            "@type": "WebPageElement",
            "isAccessibleForFree": False,
            "cssSelector": ".wall",
        }
    return mark_safe(json.dumps(facts, ensure_ascii=False).translate(ESCAPES))  # noqa: S308 escaped just here
