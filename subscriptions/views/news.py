"""Whether a letter comes for each new issue: the switch of the account, and the link of such a letter."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from subscriptions.announcing.readers import reader_behind, switch


@login_required
@require_POST
def news(request: HttpRequest) -> HttpResponse:
    """Switch one's own letters on or off."""
    wants_news = request.POST.get("wants_news") == "yes"
    switch(request.user, wants_news=wants_news)
    told = (
        _("We write to you when a new issue is out.")
        if wants_news
        else _("We write to you about new issues no more.")
    )
    messages.success(request, told)
    return redirect("subscriptions:account")


# Mail programs press this button for their owners: without a page of ours, a cookie or a token from one.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def news_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to switch them off; a POST does it. Nobody has to sign in, and looking changes nothing."""
    reader = reader_behind(token)
    if reader is None:
        raise Http404
    if request.method == "POST":
        switch(reader, wants_news=False)
        reader.wants_news = False
    response = render(request, "subscriptions/news.html", {"is_on": reader.wants_news})
    # The address is a key: it is handed to no other site and kept in no index.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
