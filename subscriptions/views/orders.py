"""One order: how it is paid, the way to the provider's page, and back from it."""

import logging
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from subscriptions import terms
from subscriptions.fulfilment import add_on, notices, printed, zones
from subscriptions.life import lifecycle
from subscriptions.models import Customer, Payment, Subscription
from subscriptions.paying import charging, payments, settling
from subscriptions.providers import Capability, provider_for
from subscriptions.providers.base import ProviderRefusedError, ProviderUnavailableError
from subscriptions.views.own import subscription_called

logger = logging.getLogger(__name__)


@login_required
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Show one's own order: how to pay it, or that it was paid."""
    subscription = subscription_called(request, number)
    if subscription.is_gift:
        return redirect(subscription)
    standing = lifecycle.standing(subscription)
    context: dict[str, Any] = {
        "subscription": subscription,
        "standing": standing,
        "received": [payment for payment in subscription.payments.all() if payment.is_confirmed],
    }
    if standing.bill is not None:
        provider = provider_for(standing.bill.provider)
        has_page = Capability.PAY_PAGE in provider.capabilities
        context |= {
            "instructions": provider.instructions(standing.bill),
            "has_page": has_page,
            "is_back": has_page and "back" in request.GET,
            "card": _card(standing.bill),
            "plays_bank": settings.DEMO_BANK and not has_page,
            **_print(subscription, standing),
        }
    return render(request, "subscriptions/order.html", context)


def _print(subscription: Subscription, standing: lifecycle.Standing) -> dict[str, Any]:
    """What the page says of the printed copy: where copies go, or from what price it can be added."""
    if printed.open_of(subscription) is not None:
        return {"goes_to": notices.goes_to(subscription.reader)}
    can_add = add_on.can_add(subscription, standing)
    return {"print_from": zones.cheapest(subscription.price.currency) if can_add else None}


@login_required
@require_POST
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Lead to the provider's page for what is to be paid, or try the card again."""
    return to_payment(request, subscription_called(request, number))


@login_required
@require_safe
def back(request: HttpRequest, number: str) -> HttpResponse:
    """Look once, for the reader who comes back from the provider's page, whether the payment has come.

    Whoever opens this without having paid has changed nothing: only the provider's own word counts.
    """
    subscription = subscription_called(request, number)
    bill = lifecycle.standing(subscription).bill
    if bill is not None and Capability.PAY_PAGE in provider_for(bill.provider).capabilities:
        try:
            settling.look(bill.pk)
        except (ProviderUnavailableError, ProviderRefusedError, settling.DisagreesError) as error:
            logger.warning("%s could not be looked up: %s", bill, error)
    return redirect(f"{subscription.get_absolute_url()}?back=1")


@login_required
@require_POST
def play_bank(request: HttpRequest, number: str) -> HttpResponse:
    """In the demo: let the transfer arrive at once. Elsewhere this address does not exist."""
    if not settings.DEMO_BANK:
        raise Http404
    subscription = subscription_called(request, number)
    bill = subscription.payments.expected().filter(provider="manual").first()
    if bill is not None:
        term = payments.confirm(bill, paid_on=terms.day_of(timezone.now()))
        said = _("Your payment has arrived.")
        if term is not None:
            said = _("Your payment has arrived: you are subscribed until %(day)s.") % {
                "day": date_format(term.ends_on, "j F Y")
            }
        messages.success(request, said)
    return redirect(subscription)


def to_payment(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """Lead on to the payment of what ``subscription`` is asked for: to the provider's page where it has one,
    else to our own. A card that we may charge is charged on the way.

    When the provider does not answer, nothing is lost: the order stays, and the reader can try again.
    """
    bill = Payment.objects.expected().filter(subscription=subscription).first()
    if bill is None or Capability.PAY_PAGE not in provider_for(bill.provider).capabilities:
        return redirect(subscription)
    if bill.next_try_at is not None and bill.next_try_at <= timezone.now() and bill.tries == 0:
        charging.charge(bill.pk)
        return redirect(subscription)
    return_to = request.build_absolute_uri(reverse("subscriptions:back", args=[subscription.number]))
    try:
        address = charging.pay_page(bill, return_to=return_to)
    except charging.NotPayableError:
        messages.info(
            request, _("Your card is being charged at this moment. Look at this page again in a minute.")
        )
        return redirect(subscription)
    except (ProviderUnavailableError, ProviderRefusedError) as error:
        logger.warning("%s has no page to be paid on: %s", bill, error)
        messages.warning(
            request,
            _(
                "The payment page does not answer just now. Nothing was charged and nothing is lost: "
                "your order is here, and you can try again in a moment."
            ),
        )
        return redirect(subscription)
    return away(request, address)


def away(request: HttpRequest, address: str) -> HttpResponse:
    """Send the reader to ``address``; another site's through a page of ours, which says where it leads.

    Our policy lets forms lead to this site alone, and browsers hold a redirect to the same rule.
    """
    if address.startswith(request.build_absolute_uri("/")):
        return redirect(address)
    context = {"address": address, "host": urlsplit(address).hostname}
    return render(request, "subscriptions/leaving.html", context)


def _card(bill: Payment) -> str:
    """The card that is charged for ``bill`` without the reader, in words; empty when none is."""
    if bill.next_try_at is None:
        return ""
    customers = Customer.objects.filter(reader=bill.subscription.reader_id, provider=bill.provider)
    return customers.values_list("card", flat=True).first() or ""
