"""A page of a bank that is none: the demonstration's, and that of the pretended Stripe."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subscriptions.models import DemoCharge
from subscriptions.views.secret import secret_page

# Each by its name, and what happens with it.
Cards = Sequence[tuple[str, str | Promise]]


class CardForm(forms.Form):
    """Which of the bank's ``cards``."""

    card = forms.ChoiceField(
        error_messages={
            "required": _("Choose a card."),
            "invalid_choice": _("This bank has no such card. Choose one of those below."),
        },
    )

    def __init__(self, *args: Any, cards: Cards, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cards = cards
        cast(forms.ChoiceField, self.fields["card"]).choices = cards


def bank_page(
    request: HttpRequest,
    form: CardForm,
    *,
    back: str,
    charge: DemoCharge | dict[str, Any] | None = None,
    is_open: bool,
    is_paid: bool = False,
    card: str = "",
) -> HttpResponse:
    """Show what is to be paid, or without a ``charge`` the customer's ``card``; and the cards to choose from.

    ``charge`` has an ``amount_minor``, a ``currency`` and a ``reference``. The page says that no money moves.
    """
    context = {
        "charge": charge,
        "is_open": is_open,
        "is_paid": is_paid,
        "back": back,
        "form": form,
        "cards": form.cards,
        "chosen": form["card"].value() or card or form.cards[0][0],
    }
    status = 422 if form.errors else 200
    return secret_page(render(request, "subscriptions/demo_bank.html", context, status=status))
