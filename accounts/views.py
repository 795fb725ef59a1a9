"""A reader's own data: looked at, taken away, erased, and kept after all."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import ErasureRequest, User
from accounts.privacy import erasure, export, proving
from magazine import personal


def _me(request: HttpRequest) -> User:
    """Whoever is signed in: nobody else comes as far as the views below."""
    return cast(User, request.user)


class ErasureForm(forms.Form):
    """The last word: what is given up, and who says so."""

    proof = forms.CharField(
        label=gettext_lazy("Your password, or the code from our letter"),
        max_length=128,
        strip=True,
        error_messages={"required": gettext_lazy("Type your password, or have a code mailed to you.")},
    )
    gives_up = forms.BooleanField(required=False)


@login_required
@never_cache
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Say what is held about the reader, and what they can do about it."""
    held = [one for one in personal.holdings().values() if one.is_personal and not one.not_exported]
    context = {
        "held": held,
        "waiting": ErasureRequest.objects.open().filter(reader=request.user.pk).first(),
    }
    return render(request, "accounts/data.html", context)


@login_required
@never_cache
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """Hand out everything, in a file."""
    at = timezone.now()
    response = HttpResponse(export.archive(_me(request), at), content_type="application/zip")
    name = f"{slugify(settings.MAGAZINE_NAME)}-my-data-{timezone.localdate(at):%Y-%m-%d}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Show what erasing the account does; a POST with the owner's proof asks for it."""
    if ErasureRequest.objects.open().filter(reader=request.user.pk).exists():
        return redirect("accounts:data")
    try:
        erasure.check(_me(request))
    except erasure.CannotEraseError as refusal:
        messages.info(request, str(refusal))
        return redirect("accounts:data")
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (done := _ask(request, form)):
        day = date_format(done.due_on, "j F Y")
        messages.success(request, _("It is noted. Your account is erased on %(day)s.") % {"day": day})
        return redirect("accounts:data")
    return _show(request, form)


def _ask(request: HttpRequest, form: ErasureForm) -> ErasureRequest | None:
    """Ask for it; all that is wrong is noted in ``form``, and the proof is looked at last."""
    form.full_clean()
    gives_up = form.cleaned_data.get("gives_up", False)
    if not gives_up and personal.losses(_me(request), timezone.now()):
        form.add_error("gives_up", _("Please say that you give this up, or use it first."))
    if not form.is_valid():
        return None
    if not proving.is_proven(request, form.cleaned_data["proof"]):
        form.add_error("proof", _("That is neither your password nor the code from our latest letter."))
        return None
    return erasure.ask(_me(request), gives_up=gives_up)


def _show(request: HttpRequest, form: ErasureForm, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "plan": erasure.rehearse(_me(request)),
        "days": settings.PRIVACY_ERASURE_DAYS,
        "has_password": _me(request).has_usable_password(),
        **more,
    }
    return render(request, "accounts/erase.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """Mail a code to whoever has no password at hand."""
    if proving.send_code(request):
        messages.success(
            request, _("We have written to you. The code in the letter works here for ten minutes.")
        )
    else:
        messages.warning(request, _("We have written to you several times just now. Wait a minute."))
    return redirect("accounts:erase")


@login_required
@never_cache
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Call the erasure off."""
    if erasure.call_off(_me(request)):
        messages.success(
            request,
            _("Your account stays. A plan that was cancelled can be resumed in your account."),
        )
    return redirect("accounts:data")
