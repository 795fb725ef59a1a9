"""The pages that Stripe would show: paying, and changing the card. They say that no money moves.

Whoever is sent there has the address, and nobody can guess it. What happens there is told to us by signed
message through the same receiving code as in production.
"""

from collections.abc import Mapping

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from subscriptions.paying import messages
from subscriptions.providers.stripe import StripeProvider, pretend_stripe, reading, refusals
from subscriptions.providers.stripe.pretend import CARDS, PretendStripe
from subscriptions.providers.stripe.pretend.store import Thing
from subscriptions.views.bank_page import CardForm, bank_page

OFFERED = {
    "works": _("is accepted, every time"),
    "refused_later": _("is accepted today, and refused at the next renewal"),
    "refused": _("is refused"),
}
CHOICES = [(reading.card_name(CARDS[name].details()), what) for name, what in OFFERED.items()]
BY_CHOICE = {reading.card_name(CARDS[name].details()): CARDS[name] for name in OFFERED}


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, session: str) -> HttpResponse:
    """Show the sum and the cards; a POST pays it, or has the card refused."""
    stripe, found = _found("checkout.session", session)
    form = CardForm(request.POST or None, cards=CHOICES)
    if request.method == "POST" and found["status"] == "open" and form.is_valid():
        refusal = stripe.pay(session, BY_CHOICE[form.cleaned_data["card"]])
        _deliver(stripe)
        if not refusal:
            return HttpResponseRedirect(found["success_url"])
        form.add_error("card", refusals.sentence(refusal))
    charge = {
        "amount_minor": found["amount_total"],
        "currency": found["currency"].upper(),
        "reference": found["client_reference_id"],
    }
    return bank_page(
        request,
        form,
        charge=charge,
        back=found["success_url"],
        is_open=found["status"] == "open",
        is_paid=found["status"] == "complete",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cards(request: HttpRequest, session: str) -> HttpResponse:
    """Show which card is charged; a POST takes another."""
    stripe, found = _found("billing_portal.session", session)
    form = CardForm(request.POST or None, cards=CHOICES)
    if request.method == "POST" and form.is_valid():
        stripe.change_card(found["customer"], BY_CHOICE[form.cleaned_data["card"]])
        _deliver(stripe)
        return HttpResponseRedirect(found["return_url"])
    return bank_page(request, form, back=found["return_url"], is_open=True)


def _found(kind: str, session: str) -> tuple[PretendStripe, Thing]:
    if not settings.PRETEND_STRIPE:
        raise Http404
    stripe = pretend_stripe()
    found = stripe.page(kind, session)
    if found is None:
        raise Http404
    return stripe, found


def _deliver(stripe: PretendStripe) -> None:
    """Tell us what happened there. The worker would act on it a second later; here nobody waits for that."""

    def receive(body: bytes, headers: Mapping[str, str]) -> None:
        messages.apply(messages.receive(StripeProvider.key, body, headers).pk)

    stripe.deliver(receive)
