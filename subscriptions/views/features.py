"""Being told when what was announced is there."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from subscriptions.features import Feature
from subscriptions.selling import going_live


@login_required
@require_POST
def tell_me(request: HttpRequest) -> HttpResponse:
    """Note that the reader wants a letter when a feature that is planned is there."""
    asked = request.POST.get("feature", "")
    if asked in Feature and going_live.ask_to_be_told(request.user, Feature(asked)):
        messages.success(request, _("Noted. We write to you on the day, and not before."))
    return redirect("subscriptions:account")
