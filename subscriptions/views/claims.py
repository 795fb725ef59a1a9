"""A reader's printed copies: what was sent, what waits, and a copy that did not come or came damaged."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_http_methods

from subscriptions.fulfilment import claims, holds
from subscriptions.models import CopyClaim, Label, Subscription
from subscriptions.views.part import Part


class ClaimForm(forms.Form):
    """What is wrong with a copy."""

    why = forms.ChoiceField(
        label=_later("What is wrong?"),
        choices=CopyClaim.Why.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _later("Say what is wrong with it."),
            "invalid_choice": _later("Choose one of these."),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, code: str) -> HttpResponse:
    """Say what is done about one's own copy with this code, and have it done."""
    labels = Label.objects.select_related("run", "reader", "subscription")
    label = get_object_or_404(labels, code=code, reader=request.user.pk)
    now = timezone.now()
    account = f"{reverse('subscriptions:account')}#copies"
    form = ClaimForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"label": label, "form": form}
    try:
        context["remedy"] = claims.would(label, now)
        if form.is_bound and form.is_valid():
            claims.claim(label, form.cleaned_data["why"], by=request.user, at=now)
            messages.success(request, _("We are sorry. %s") % context["remedy"].sentence)
            return redirect(account)
    except claims.CannotClaimError as refusal:
        context["sorry"] = str(refusal)
        return render(request, "subscriptions/claim.html", context, status=422 if form.is_bound else 200)
    return render(request, "subscriptions/claim.html", context, status=422 if form.errors else 200)


def part(reader: Any, subscription: Subscription | None, at: datetime) -> Part | None:
    """The copies of late, and the holds. Four queries at most."""
    sent = list(claims.recent(reader, at))
    held = holds.current(reader, at)
    can_hold = holds.can_hold(reader, at)
    if not (sent or held or can_hold):
        return None
    copies = [(label, claims.can_claim(label, at)) for label in sent]
    return Part(
        "subscriptions/components/copies.html",
        {"copies": copies, "holds": held, "can_hold": can_hold},
        is_own=True,
    )
