"""A look at what is not public yet, for whoever holds its secret address."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import previews, revisions
from articles.models import Article, PreviewLink
from articles.views.article import article_context


@require_safe
def preview(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the article's real page through the eyes named by ``?as=``; 404 for any secret that opens nothing.

    A piece that has become public sends its visitors on to the public page, unless their address was made
    since, for the changes that are not public yet.
    """
    at = timezone.now()
    behind = previews.article_behind(secret, at)
    if behind is None:
        raise Http404
    article, link = behind
    if not article.is_published(at):
        return _quiet(_page(request, article, link, at))
    if not previews.shows_changes(link):
        return _quiet(HttpResponseRedirect(article.get_absolute_url()))
    with revisions.staged(article) as changed:
        return _quiet(_page(request, changed, link, at))


def _page(request: HttpRequest, article: Article, link: PreviewLink, at: datetime) -> HttpResponse:
    wanted = request.GET.get("as", "")
    eyes = wanted if wanted in previews.Eyes.values else previews.Eyes.STRANGER.value
    verdict = previews.verdict_of(eyes, article.audience)
    context = article_context(article, AnonymousUser(), at, verdict=verdict)
    context |= {
        "is_preview": True,
        "eyes": eyes,
        "all_eyes": previews.Eyes.choices,
        "link": link,
        "may_edit": Article.objects.editable_by(request.user).filter(pk=article.pk).exists(),
    }
    return render(request, "articles/preview.html", context)


def _quiet(response: HttpResponse) -> HttpResponse:
    """The secret stands in the address: neither caches nor other pages learn of it."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
