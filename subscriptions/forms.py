"""What a reader fills in to order."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from subscriptions.models import Payment, PlanVersion, Price


class OrderForm(forms.Form):
    """A term and a way to pay. The amount is never typed and never sent: it is the price's own."""

    price = forms.ModelChoiceField(
        label=_("Your plan"),
        queryset=Price.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose for how long."),
            "invalid_choice": _("This price is no longer offered. Please look at the prices below."),
        },
    )
    method = forms.ChoiceField(
        label=_("How you pay"),
        choices=Payment.Method.choices,
        widget=forms.RadioSelect,
        initial=Payment.Method.TRANSFER,
        error_messages={
            "required": _("Choose how you want to pay."),
            "invalid_choice": _("We cannot take this way of paying. Choose one of those below."),
        },
    )

    def __init__(self, *args: Any, version: PlanVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["price"]).queryset = version.prices.all()
