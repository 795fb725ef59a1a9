"""What is for sale, ordering it, and trying it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from subscriptions import terms
from subscriptions.life import lifecycle
from subscriptions.models import Offer, Subscription
from subscriptions.paying import guarantee
from subscriptions.selling import checkout as ordering
from subscriptions.selling import offers, quoting
from subscriptions.selling.catalogue import Catalogue, OnSale, catalogue
from subscriptions.views.forms import OrderForm, ways_to_pay
from subscriptions.views.orders import to_payment
from subscriptions.views.own import live_subscription


@require_safe
def shelf(request: HttpRequest) -> HttpResponse:
    """Show what is for sale, in the currency asked for."""
    return render(request, "subscriptions/plans.html", {"shop": catalogue(request.GET.get("currency", ""))})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a term and a way of paying; a POST orders and leads to the payment, or looks at a code."""
    shop = catalogue(request.GET.get("currency", ""))
    on_sale = shop.find(slug)
    if on_sale is None:
        return _not_sold(request)
    live = live_subscription(request)
    standing = lifecycle.standing(live) if live else None
    if standing and standing.is_running and not standing.is_trial:
        return _has_one(request)
    form = OrderForm(request.POST or None, version=on_sale.version, ways=ways_to_pay())
    coded = None
    if request.method == "POST" and form.is_valid():
        try:
            coded = _coded(request, form, live)
            if "look" not in request.POST:
                return _order(request, on_sale, form, live, coded)
        except offers.OfferRefusedError as refusal:
            form.add_error("code", str(refusal))
        except ordering.NotOnSaleError:
            return _not_sold(request)
        except ordering.AlreadySubscribedError:
            return _has_one(request)
    return _checkout_page(request, shop, on_sale, form, live, coded)


def _coded(request: HttpRequest, form: OrderForm, live: Subscription | None) -> Offer | None:
    if not form.cleaned_data["code"].strip():
        return None
    price = form.cleaned_data["price"]
    offer = quoting.behind_code(form.cleaned_data["code"], price, request.user, live=live)
    if offer.kind == Offer.Kind.TRIAL:
        raise offers.OfferRefusedError(_("This code is for days to try, and takes nothing off a price."))
    return offer


def _order(
    request: HttpRequest, on_sale: OnSale, form: OrderForm, live: Subscription | None, coded: Offer | None
) -> HttpResponse:
    price, way = form.cleaned_data["price"], form.cleaned_data["method"]
    offer = quoting.best_offer(on_sale, price, request.user, live=live, coded=coded)
    subscription = ordering.place_order(
        request.user, price, method=way.method, provider=way.provider, offer=offer
    )
    return to_payment(request, subscription)


def _checkout_page(
    request: HttpRequest,
    shop: Catalogue,
    on_sale: OnSale,
    form: OrderForm,
    live: Subscription | None,
    coded: Offer | None,
) -> HttpResponse:
    chosen = form["price"].value() or request.GET.get("price") or on_sale.main_choice.price.pk
    context: dict[str, Any] = {
        "shop": shop,
        "on_sale": on_sale,
        "guarantee_was_claimed": guarantee.was_claimed(request.user, on_sale.plan),
        "form": form,
        "chosen": str(chosen),
        "method": form["method"].value(),
        "ways": form.ways,
        "coded": coded and offers.described(coded),
        "quotes": quoting.quotes(on_sale, request.user, live=live, coded=coded),
        "is_trying": live is not None and lifecycle.standing(live).is_trial,
    }
    return render(request, "subscriptions/checkout.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what days to try are; a POST begins them."""
    on_sale = catalogue().find(slug)
    if on_sale is None or on_sale.trial is None:
        return _not_sold(request)
    live = live_subscription(request)
    if live is not None and lifecycle.standing(live).is_running:
        return _has_one(request)
    offer, price = on_sale.trial, on_sale.main_choice.price
    refusal = ""
    try:
        if request.method == "POST":
            ordering.begin_trial(request.user, price, offer)
            messages.success(request, _begun(offer))
            return redirect("subscriptions:account")
        offers.check(offer, price, request.user)
    except offers.OfferRefusedError as error:
        refusal = str(error)
    except ordering.NotOnSaleError:
        return _not_sold(request)
    except ordering.AlreadySubscribedError:
        return _has_one(request)
    context = {
        "on_sale": on_sale,
        "offer": offers.described(offer),
        "days": offers.trial_span(offer, terms.day_of(timezone.now())),
        "price": price,
        "refusal": refusal,
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "subscriptions/trial.html", context, status=status)


def _begun(offer: Offer) -> str:
    last_day = offers.trial_span(offer, terms.day_of(timezone.now())).ends_on
    return _("Everything is open to you until %(day)s. Nothing was charged, and nothing will be.") % {
        "day": date_format(last_day, "j F Y")
    }


def _not_sold(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("That is no longer sold as it was. This is what we offer today."))
    return redirect("subscriptions:plans")


def _has_one(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("You have a running plan already: it is here, and nothing was ordered."))
    return redirect("subscriptions:account")
