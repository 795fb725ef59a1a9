"""Single pieces on the reader's own page: what they gave away, and what they may open without a plan."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from subscriptions import access
from subscriptions.access import Audience
from subscriptions.models import Subscription
from subscriptions.sharing import links, meter, pieces
from subscriptions.views.part import Part


def pieces_part(reader: Any, subscription: Subscription | None, at: datetime) -> Part | None:
    """The open gift links of ``reader``, and the count of their meter. Five queries at most."""
    given = list(links.given_by(reader).open(at))
    named = pieces.named(link.piece for link in given)
    allowance = meter.allowance(reader, at)
    if allowance and access.verdict_for(reader, Audience.SUBSCRIBERS, at).granted:
        allowance = None
    shown = [(link, named[link.piece]) for link in given if link.piece in named]
    if not shown and not allowance:
        return None
    return Part("subscriptions/components/pieces.html", {"links": shown, "allowance": allowance})


@login_required
@require_POST
def take_back(request: HttpRequest, link: int) -> HttpResponse:
    """Take one's own gift link back."""
    found = get_object_or_404(links.given_by(request.user), pk=link)
    links.revoke(found)
    messages.success(request, _("The link is taken back. It opens nothing any more."))
    return redirect(f"{reverse('subscriptions:account')}#pieces")
