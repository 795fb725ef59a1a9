"""The pages of the demonstration's bank: paying, and changing the card. They say that no money moves.

Their addresses are secrets, as a real provider's are: whoever was sent there has one, and nobody can make
one up.
"""

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from subscriptions.models import DemoCharge
from subscriptions.paying import demo_bank, messages
from subscriptions.providers import DEMO, installed
from subscriptions.providers import demo as bank
from subscriptions.providers.base import Stage
from subscriptions.providers.demo import Card
from subscriptions.views.bank_page import CardForm, bank_page

CARDS = [
    (Card.WORKS, _("is accepted, every time")),
    (Card.REFUSED_LATER, _("is accepted today, and refused at the next renewal")),
    (Card.REFUSED, _("is refused")),
]


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Show one charge and the cards; a POST pays it, or has the card refused."""
    about, back = _opened(token, "demo_pay")
    charge = DemoCharge.objects.filter(reference=about).first()
    if charge is None:
        raise Http404
    form = CardForm(request.POST or None, cards=CARDS)
    if charge.stage in (Stage.PAID, Stage.GONE):
        return _pay_page(request, charge, back, form)
    if request.method == "POST" and form.is_valid():
        charge = demo_bank.pay(about, Card(form.cleaned_data["card"]))
        _tell("payment.changed", about)
        if charge.stage == Stage.PAID:
            return HttpResponseRedirect(back)
        form.add_error("card", charge.failure)
    return _pay_page(request, charge, back, form)


@require_http_methods(["GET", "HEAD", "POST"])
def portal(request: HttpRequest, token: str) -> HttpResponse:
    """Show a customer's card; a POST takes another."""
    about, back = _opened(token, "demo_portal")
    form = CardForm(request.POST or None, cards=CARDS)
    if request.method == "POST" and form.is_valid():
        demo_bank.change_card(about, Card(form.cleaned_data["card"]))
        _tell("customer.changed", about)
        return HttpResponseRedirect(back)
    return bank_page(request, form, back=back, is_open=True, card=bank.card_of(about))


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


def _pay_page(request: HttpRequest, charge: DemoCharge, back: str, form: CardForm) -> HttpResponse:
    return bank_page(
        request,
        form,
        back=back,
        charge=charge,
        is_open=charge.stage in (Stage.OPEN, Stage.FAILED),
        is_paid=charge.stage == Stage.PAID,
    )
