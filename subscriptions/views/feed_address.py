"""The address of a reader's own feeds: made when they ask, and replaced when it got about."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from subscriptions.models import FeedAddress
from subscriptions.models.feed_address import new_key


@login_required
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Make one's address, or another one in its place: the old one is closed from then on."""
    _address, is_first = FeedAddress.objects.update_or_create(
        reader_id=request.user.pk, defaults={"key": new_key(), "made_at": timezone.now()}
    )
    messages.success(
        request,
        _("Here is your address. Enter it in your reading app.")
        if is_first
        else _("Here is your new address. The old one is closed."),
    )
    return redirect("subscriptions:account")
