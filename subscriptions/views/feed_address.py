"""The address of a reader's own feeds: made when they ask, and replaced when it got about."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from subscriptions import feed_addresses


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest) -> HttpResponse:
    """Say what another address would close; a POST makes it, or one's first."""
    if request.method != "POST":
        context = {"feed_address": feed_addresses.of(request.user)}
        return render(request, "subscriptions/feed_address.html", context)
    is_first = feed_addresses.renew(request.user)
    messages.success(
        request,
        _("Here are your addresses. Enter them in your apps.")
        if is_first
        else _("Here are your new addresses. The old ones are closed."),
    )
    return redirect("subscriptions:account")
