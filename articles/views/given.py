"""Giving a piece away: the page on which a subscriber makes a link, and the page to which it leads."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles import giving
from articles.models import Article
from articles.views.article import article_context
from magazine.headers import reader_of
from subscriptions import access
from subscriptions.access import Audience, Reason
from subscriptions.sharing import links

DEVICE = "gift-device"
# The longest for which browsers keep a cookie.
DEVICE_SECONDS = 400 * 24 * 60 * 60


@require_http_methods(["GET", "HEAD", "POST"])
def given(request: HttpRequest, key: str) -> HttpResponse:
    """Show the free part of the piece behind a gift link, and a button; a POST opens it on this device.

    Looking costs nothing, so programs that follow addresses for somebody use no device up. 404 for a wrong
    key and for a piece that is not public any more, 410 for a link that is over or was taken back, 403 where
    it was opened on as many devices as it may.
    """
    at = timezone.now()
    link = links.behind(key)
    article = giving.public_piece(link.piece, at) if link else None
    if link is None or article is None:
        raise Http404
    cookie = _device_of(request)
    about = links.asked(link, cookie)
    context = article_context(article, reader_of(request), at, about=about)
    if request.method == "POST":
        device = cookie or links.new_device()
        try:
            if not context["verdict"].granted:
                links.open_on(link, device, at)
            return _quiet(_remembering(redirect(request.path), device))
        except links.ClosedLinkError:
            # The page says why.
            pass
    context |= _state(link, context["verdict"])
    status = 410 if context["is_over"] else 403 if context["is_used_up"] else 200
    return _quiet(render(request, "articles/given.html", context, status=status))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, section: str, slug: str) -> HttpResponse:
    """Show the links by which the reader gives this piece away; a POST makes one more."""
    at = timezone.now()
    article = get_object_or_404(
        Article.objects.published(at).select_related("section"), section__slug=section, slug=slug
    )
    if article.audience != Audience.SUBSCRIBERS:
        messages.info(request, _("This piece needs no gift link: send on its own address."))
        return redirect(article)
    if not access.verdict_for(request.user, Audience.SUBSCRIBERS, at).is_by_right:
        messages.info(request, _("Only subscribers can give a piece away."))
        return redirect(article)
    piece = giving.name_of(article)
    refusal = ""
    if request.method == "POST":
        try:
            links.make(request.user, piece, at)
            messages.success(request, _("Here is your link. Send it to whomever you like."))
            return redirect("articles:give", section, slug)
        except links.NothingLeftError:
            refusal = _("All your links of this month are made. There are new ones on the first.")
    context = {
        "article": article,
        "allowance": links.allowance(request.user, at),
        "given": links.given_by(request.user, piece).open(at),
        "refusal": refusal,
    }
    return render(request, "articles/give.html", context, status=409 if refusal else 200)


def _state(link: Any, verdict: access.Verdict) -> dict[str, Any]:
    is_over = not verdict.granted and not link.is_open()
    is_used_up = not verdict.granted and not is_over and links.is_used_up(link)
    return {
        "link": link,
        "is_over": is_over,
        "is_used_up": is_used_up,
        "can_open": not (verdict.granted or is_over or is_used_up),
        "is_opened": verdict.reason == Reason.GIVEN,
    }


def _device_of(request: HttpRequest) -> str:
    return request.get_signed_cookie(DEVICE, default="", salt=DEVICE) or ""


def _remembering(response: HttpResponse, device: str) -> HttpResponse:
    """Have this device known by gift links, and by nothing else of ours."""
    response.set_signed_cookie(
        DEVICE,
        device,
        salt=DEVICE,
        max_age=DEVICE_SECONDS,
        path=reverse("articles:given", args=["-"]).removesuffix("-/"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _quiet(response: HttpResponse) -> HttpResponse:
    """The key stands in the address: no cache, no index and no other page learns of it."""
    response.headers["Cache-Control"] = "private, no-store"
    # Not even pages of ours, whose logs are kept. The host is told: by it forms know where they come from.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
