"""Printed copies held back while nobody is at home: asked for, and called off, by the reader."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_http_methods

from subscriptions.fulfilment import holds
from subscriptions.models import Hold
from subscriptions.views.forms import DayField

USUAL_DAYS = 14


class HoldForm(forms.Form):
    """The first and the last day on which no copy is sent."""

    first_on = DayField(
        label=_later("First day"), error_messages={"required": _later("Write the first day.")}
    )
    last_on = DayField(label=_later("Last day"), error_messages={"required": _later("Write the last day.")})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest) -> HttpResponse:
    """Choose the days (sent by GET), see what they do, and have it done."""
    now = timezone.now()
    earliest = holds.first_possible(now)
    usual = {"first_on": earliest, "last_on": earliest + timedelta(days=USUAL_DAYS - 1)}
    sent = request.POST if request.method == "POST" else request.GET if "first_on" in request.GET else None
    form = HoldForm(sent, initial=usual)
    context: dict[str, Any] = {
        "form": form,
        "can_hold": holds.can_hold(request.user, now),
        "earliest": earliest,
        "longest": holds.LONGEST_DAYS,
        "sentences": [],
    }
    if form.is_bound and form.is_valid():
        first_on, last_on = form.cleaned_data["first_on"], form.cleaned_data["last_on"]
        try:
            if request.method == "POST":
                holds.hold(request.user, first_on, last_on, by=request.user, at=now)
                messages.success(request, _("Noted. Your copies wait while you are away."))
                return redirect(f"{reverse('subscriptions:account')}#copies")
            context["sentences"] = holds.would(request.user, first_on, last_on, now).sentences
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "subscriptions/hold.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hold_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what calling one's own hold off does, and call it off."""
    held = get_object_or_404(Hold, pk=pk, reader=request.user.pk)
    now = timezone.now()
    account = f"{reverse('subscriptions:account')}#copies"
    if held not in holds.current(request.user, now):
        messages.info(request, _("This hold is over."))
        return redirect(account)
    first = holds.comes_again_with(now)
    if first is None:
        sentence = _("Copies come again from the next issue that is announced.")
    else:
        sentence = _("The first copy that comes again is %(issue)s, on %(day)s.") % {
            "issue": first.issue.name,
            "day": date_format(first.issue.on, "j F Y"),
        }
    if request.method == "POST":
        holds.call_off(held, by=request.user, at=now)
        messages.success(request, _("The hold is called off. %s") % sentence)
        return redirect(account)
    return render(request, "subscriptions/hold_end.html", {"held": held, "sentence": sentence})
