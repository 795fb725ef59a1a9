"""The page of one article."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import giving, recordings, slots, structured
from articles.companions import companions_of
from articles.models import Article, Byline
from articles.slots import Slot
from magazine.headers import public_page, reader_of
from subscriptions import access
from subscriptions.access import Asked, Audience, Verdict
from subscriptions.sharing import meter

Reader = AbstractBaseUser | AnonymousUser

# From this length on a piece is a feature, and begins with a drop cap.
FEATURE_WORDS = 450
# The mean for silent reading of English non-fiction (Brysbaert 2019, doi:10.1016/j.jml.2019.104047).
WORDS_PER_MINUTE = 238

PARTS = (
    Prefetch("bylines", Byline.objects.select_related("author__portrait")),
    "tags",
    "corrections",
)


@require_safe
def article(request: HttpRequest, section: str, slug: str) -> HttpResponse:
    """Show a published article; send readers of a former address on to the present one."""
    at = timezone.now()
    published = Article.objects.published(at).select_related(
        "section", "series", "lead_picture", "issue__cover"
    )
    found = published.filter(slug=slug).first()
    if found is None or found.section.slug != section:
        found = found or published.filter(former_addresses__slug=slug).first()
        if found is None:
            raise Http404
        return public_page(request, redirect(found, permanent=True))
    reader = reader_of(request)
    context = article_context(found, reader, at)
    context["recordings"] = recordings.of_article(found, context["verdict"], reader, at)
    context["advertisement"] = slots.filling(Slot.ARTICLE, request.path, reader, at)
    return public_page(request, render(request, "articles/article.html", context))


def article_context(
    article: Article,
    reader: Reader,
    at: datetime,
    *,
    verdict: Verdict | None = None,
    about: Asked | None = None,
) -> dict[str, Any]:
    """Return what the template of the article page needs to show ``article`` to ``reader`` at ``at``.

    ``verdict`` is asked of ``subscriptions.access`` unless it is given, as a preview does for a piece that
    nobody may read yet; ``about`` says by which gift link it is asked for. Costs at most five queries beside
    those for the article itself, and two more for readers at the wall.
    """
    is_for_subscribers = article.audience == Audience.SUBSCRIBERS
    asked = about or Asked(giving.name_of(article)) if is_for_subscribers else None
    standing = access.verdict_for(reader, Audience.SUBSCRIBERS, at, about=asked)
    if verdict is None:
        verdict = standing if is_for_subscribers else access.verdict_for(reader, article.audience, at)
    prefetch_related_objects([article], *PARTS)
    bylines = list(article.bylines.all())
    tags = list(article.tags.all())
    authors = list({byline.author_id: byline.author for byline in bylines}.values())
    beside = companions_of(article, authors, [tag.pk for tag in tags], at)
    corrections = list(article.corrections.all())
    issue = article.issue if article.issue and article.issue.is_published(at) else None
    return {
        "article": article,
        "section": article.section,
        "verdict": verdict,
        "is_withheld": article.withholds(verdict),
        "body": article.readable_html(verdict),
        "writers": [byline for byline in bylines if not byline.role],
        "helpers": [byline for byline in bylines if byline.role],
        "cards": [(author, beside.latest.get(author.pk, [])) for author in authors],
        "tags": tags,
        "corrections": corrections,
        "last_corrected_on": corrections[-1].corrected_on if corrections else None,
        "related": beside.related,
        "issue": issue,
        "previous": beside.previous if issue else None,
        "following": beside.following if issue else None,
        "is_feature": article.words >= FEATURE_WORDS,
        "minutes": max(1, round(article.words / WORDS_PER_MINUTE)),
        "shows_offer": not standing.is_by_right,
        "can_give": is_for_subscribers and standing.is_by_right,
        **(_allowance(reader, at) if is_for_subscribers and not verdict.granted else {}),
        "address": settings.SITE_URL + article.get_absolute_url(),
        "structured": structured.news_article(article, bylines, tags),
    }


def _allowance(reader: Reader, at: datetime) -> dict[str, Any]:
    """What the wall says of single pieces: what is left to this reader, or what registering would give."""
    if reader.is_authenticated:
        return {"allowance": meter.allowance(reader, at)}
    return {"free_pieces": meter.pieces_for_whoever_registers()}
