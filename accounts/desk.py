"""The desk's door is the magazine's own sign-in page, with its limits and its mailed codes."""

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse


def desk_login(request: HttpRequest) -> HttpResponse:
    """Send whoever knocks at the desk to sign in, and from there to where they were going.

    Stands in the place of the admin's own page, which has neither. Raises ``PermissionDenied`` for
    somebody who is signed in and has no role: signing in again would not help.
    """
    if request.user.is_authenticated:
        if not request.user.is_staff:
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:index"))
    # Sign-in itself follows none but local addresses.
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("account_login"))
