"""The pages of the demonstration's bank: paying, and changing the card. They say that no money moves.

Their addresses are secrets, as a real provider's are: whoever was sent there has one, and nobody can make
one up.
"""

from typing import Any

from django import forms
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from subscriptions.models import DemoCharge
from subscriptions.paying import demo_bank, messages
from subscriptions.providers import DEMO, installed
from subscriptions.providers import demo as bank
from subscriptions.providers.base import Stage
from subscriptions.providers.demo import Card

CARDS = [
    (Card.WORKS, _("is accepted, every time")),
    (Card.REFUSED_LATER, _("is accepted today, and refused at the next renewal")),
    (Card.REFUSED, _("is refused")),
]


class CardForm(forms.Form):
    """Which of the bank's cards."""

    card = forms.ChoiceField(
        choices=CARDS,
        error_messages={
            "required": _("Choose a card."),
            "invalid_choice": _("This bank has no such card. Choose one of those below."),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Show one charge and the cards; a POST pays it, or has the card refused."""
    about, back = _opened(token, "demo_pay")
    charge = DemoCharge.objects.filter(reference=about).first()
    if charge is None:
        raise Http404
    form = CardForm(request.POST or None)
    if charge.stage in (Stage.PAID, Stage.GONE):
        return _page(request, charge, back, form=form)
    if request.method == "POST" and form.is_valid():
        charge = demo_bank.pay(about, Card(form.cleaned_data["card"]))
        _tell("payment.changed", about)
        if charge.stage == Stage.PAID:
            return HttpResponseRedirect(back)
        form.add_error("card", charge.failure)
    return _page(request, charge, back, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def portal(request: HttpRequest, token: str) -> HttpResponse:
    """Show a customer's card; a POST takes another."""
    about, back = _opened(token, "demo_portal")
    form = CardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        demo_bank.change_card(about, Card(form.cleaned_data["card"]))
        _tell("customer.changed", about)
        return HttpResponseRedirect(back)
    return _page(request, None, back, form=form, card=bank.card_of(about))


def _opened(token: str, name: str) -> tuple[str, str]:
    """Return what the page is about and where it leads back to; without such a bank nothing is found."""
    if DEMO.key not in installed():
        raise Http404
    try:
        opened = signing.loads(token, salt=f"{bank.SALT}.{name}")
    except signing.BadSignature:
        raise Http404 from None
    return opened["about"], opened["back"]


def _tell(kind: str, about: str) -> None:
    # The worker would do it a second later; whoever looks at the demonstration need not wait for that.
    messages.apply(demo_bank.tell(kind, about).pk)


def _page(
    request: HttpRequest, charge: DemoCharge | None, back: str, *, form: CardForm, card: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {
        "charge": charge,
        "is_open": charge is None or charge.stage in (Stage.OPEN, Stage.FAILED),
        "is_paid": charge is not None and charge.stage == Stage.PAID,
        "back": back,
        "form": form,
        "cards": CARDS,
        "chosen": form["card"].value() or card or Card.WORKS.value,
    }
    response = render(request, "subscriptions/demo_bank.html", context, status=422 if form.errors else 200)
    # The address is a key: it is handed to no other site and kept in no index.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
