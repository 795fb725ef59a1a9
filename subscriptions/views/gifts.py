"""Gifts: choosing and buying one, its card, taking one up, and having the money back.

Nothing of a gift is shown to anybody but its giver and whoever has its code: the code is the key, and pages
with it stay out of every index.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from magazine import printing
from subscriptions import terms
from subscriptions.acting import rehearsal
from subscriptions.acting.deeds import NotPossibleError
from subscriptions.giving import cards, gifts, guessing, redeeming
from subscriptions.giving.deeds import AddGift
from subscriptions.giving.redeeming import Way, Ways
from subscriptions.life import lifecycle
from subscriptions.models import Gift, Subscription
from subscriptions.providers import Capability, provider_for
from subscriptions.selling.catalogue import Catalogue, OnSale, catalogue
from subscriptions.selling.checkout import NotOnSaleError
from subscriptions.views.forms import ways_to_pay
from subscriptions.views.gift_forms import CodeForm, GiftForm
from subscriptions.views.orders import to_payment
from subscriptions.views.part import Part
from subscriptions.views.secret import secret_page

# -- Buying --------------------------------------------------------------------


@require_safe
def shelf(request: HttpRequest) -> HttpResponse:
    """Show what can be given, in the currency asked for, and where a code is taken up."""
    shop = catalogue(request.GET.get("currency", ""))
    offered = [(one, gifts.choices(one)) for one in shop.plans]
    context = {
        "shop": shop,
        "offered": [(one, choices) for one, choices in offered if choices],
        "form": CodeForm(),
        "picture": cards.picture(settings.MAGAZINE_NAME),
    }
    return render(request, "subscriptions/gifts.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def buy(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose and write a gift; a POST orders it and leads to the payment."""
    shop = catalogue(request.GET.get("currency", ""))
    on_sale = shop.find(slug)
    choices = gifts.choices(on_sale) if on_sale else []
    if on_sale is None or not choices:
        return _not_sold(request)
    zone_prices = gifts.zone_prices(on_sale, shop.currency)
    form = GiftForm(
        request.POST or None,
        prices=[choice.price for choice in choices],
        zone_prices=zone_prices,
        ways=ways_to_pay(),
        initial={"gives_on": terms.day_of(timezone.now()), "signed": getattr(request.user, "name", "")},
    )
    if request.method == "POST" and form.is_valid():
        way = form.cleaned_data["method"]
        try:
            gift = gifts.buy(request.user, _wish(form), method=way.method, provider=way.provider)
        except gifts.CannotBuyError as refusal:
            form.add_error(refusal.field, str(refusal))
        except NotOnSaleError:
            return _not_sold(request)
        else:
            return to_payment(request, gift.order)
    return _buying_page(request, shop, on_sale, form, choices=choices, zone_prices=zone_prices)


def _wish(form: GiftForm) -> gifts.Wish:
    wanted = form.cleaned_data
    return gifts.Wish(
        price=wanted["price"],
        zone_price=wanted["zone"],
        recipient_name=wanted["recipient_name"],
        recipient_email=wanted["recipient_email"],
        signed=wanted["signed"],
        message=wanted["message"],
        gives_on=wanted["gives_on"],
    )


def _buying_page(
    request: HttpRequest, shop: Catalogue, on_sale: OnSale, form: GiftForm, **more: Any
) -> HttpResponse:
    chosen = form["price"].value() or request.GET.get("price") or more["choices"][0].price.pk
    today = terms.day_of(timezone.now())
    context = {
        "shop": shop,
        "on_sale": on_sale,
        "form": form,
        "chosen": str(chosen),
        "zone": str(form["zone"].value() or ""),
        "method": form["method"].value(),
        "ways": form.ways,
        "first_day": today,
        "last_day": today + gifts.MOST_AHEAD,
        **more,
    }
    return render(request, "subscriptions/gift_buy.html", context, status=422 if form.errors else 200)


def _not_sold(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("That is no longer sold as it was. This is what can be given today."))
    return redirect("subscriptions:gifts")


# -- One's own gift ------------------------------------------------------------


@login_required
@require_safe
def gift(request: HttpRequest, number: str) -> HttpResponse:
    """Show a gift to its giver: how to pay it, or its card and what became of it."""
    given = _given(request, number)
    order = Subscription.objects.with_facts().get(pk=given.order_id)
    standing = lifecycle.standing(order)
    context: dict[str, Any] = {
        "gift": given,
        "state": gifts.state_of(given),
        "order": order,
        "standing": standing,
        "refund_last_day": gifts.last_day_to_have_back(given),
        "card": cards.card_of(given) if given.paid_at and not given.void_at else None,
        "can_print": printing.can_print(),
    }
    if standing.bill is not None:
        provider = provider_for(standing.bill.provider)
        has_page = Capability.PAY_PAGE in provider.capabilities
        context |= {
            "instructions": provider.instructions(standing.bill),
            "has_page": has_page,
            "is_back": has_page and "back" in request.GET,
            "plays_bank": settings.DEMO_BANK and not has_page,
        }
    return render(request, "subscriptions/gift.html", context)


@login_required
@require_safe
def card(request: HttpRequest, number: str) -> HttpResponse:
    """Show the card alone, to be printed from the browser."""
    given = _paid(request, number)
    context = {"gift": given, "card": cards.card_of(given), "can_print": printing.can_print()}
    return secret_page(render(request, "subscriptions/gift_card.html", context))


@login_required
@require_safe
def card_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """Hand the card out as a PDF; on a machine that cannot print, show it as a page."""
    given = _paid(request, number)
    drawn = cards.card_of(given)
    try:
        pdf = cards.as_pdf(drawn)
    except printing.NoPrinterError:
        context = {"gift": given, "card": drawn, "can_print": False}
        return secret_page(render(request, "subscriptions/gift_card.html", context, status=503))
    headers = {"Content-Disposition": f'inline; filename="{settings.MAGAZINE_NAME.lower()}-gift.pdf"'}
    return secret_page(HttpResponse(pdf, content_type="application/pdf", headers=headers))


@login_required
@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw a gift that nobody has paid."""
    given = _given(request, number)
    try:
        gifts.withdraw(given, by=request.user)
        messages.success(request, _("Your order is withdrawn. You owe us nothing."))
    except lifecycle.NothingToCancelError:
        messages.info(request, _("This gift is paid, or was withdrawn before."))
    return redirect("subscriptions:gift", number)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: HttpRequest, number: str) -> HttpResponse:
    """Show what having the money back does; a POST has it."""
    given = _given(request, number)
    is_new = False
    try:
        found = gifts.money_back(given)
        if request.method == "POST" and request.POST.get("shown") == found.mark:
            gifts.have_back(given, by=request.user)
            messages.success(request, _("The money goes back to you, and the code is no longer good."))
            return redirect("subscriptions:gift", number)
        is_new = request.method == "POST"
    except gifts.CannotHaveBackError as refusal:
        messages.info(request, str(refusal))
        return redirect("subscriptions:gift", number)
    how = provider_for(found.payment.provider).way_back(found.payment)
    context = {"gift": given, "money": found, "how": how, "is_new": is_new}
    return render(request, "subscriptions/gift_refund.html", context, status=409 if is_new else 200)


def _given(request: HttpRequest, number: str) -> Gift:
    known = Gift.objects.select_related("order", "price__version__plan", "zone_price__zone", "giver")
    return get_object_or_404(known, order__number=number, giver=request.user.pk)


def _paid(request: HttpRequest, number: str) -> Gift:
    given = _given(request, number)
    if given.paid_at is None or given.void_at is not None:
        raise Http404
    return given


# -- Taking one up -------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def redeem(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a card; a POST leads to its gift."""
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                found = guessing.tried(request, form.cleaned_data["code"])
                if found is not None:
                    return redirect("subscriptions:redeem_code", found.code)
                form.add_error("code", _("We do not know this code. Please look at its spelling."))
            status = 422
        except guessing.TooManyTriesError:
            return render(request, "429.html", status=429)
    return render(request, "subscriptions/redeem.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def redeem_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show the gift behind a code, and what taking it up does; a POST takes it up. Others sign in first."""
    try:
        found = guessing.tried(request, code)
    except guessing.TooManyTriesError:
        return render(request, "429.html", status=429)
    if found is None:
        form = CodeForm({"code": code})
        form.is_valid()
        form.add_error("code", _("We do not know this code. Please look at its spelling."))
        return secret_page(render(request, "subscriptions/redeem.html", {"form": form}, status=404))
    if request.user.is_authenticated and found.recipient_id == request.user.pk and not found.void_at:
        return secret_page(redirect("subscriptions:gift_use", found.pk))
    return secret_page(_take_up(request, found))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a gift that one has taken up; one that is kept can be begun, or added to a plan, here."""
    known = Gift.objects.select_related("order", "price__version__plan", "zone_price__zone", "extension")
    got = get_object_or_404(known, pk=pk, recipient=request.user.pk)
    if gifts.state_of(got) == gifts.State.BANKED:
        return _take_up(request, got)
    return render(request, "subscriptions/gift_got.html", {"gift": got, "state": gifts.state_of(got)})


def _take_up(request: HttpRequest, found: Gift) -> HttpResponse:
    """The page of a gift that can be taken up, or of one that cannot, with the reason."""
    context: dict[str, Any] = {"gift": found, "refusal": "", "shown": []}
    status = 200
    if found.redeemed_at is None:
        try:
            redeeming.check(found)
        except redeeming.CannotRedeemError as refusal:
            context["refusal"] = str(refusal)
            return render(request, "subscriptions/gift_take_up.html", context, status=410)
    if not request.user.is_authenticated:
        return render(request, "subscriptions/gift_take_up.html", context)
    if request.method == "POST":
        done, status = _done(request, found)
        if done is not None:
            return done
        found.refresh_from_db()
        if found.redeemed_at is not None and found.recipient_id != request.user.pk:
            context["refusal"] = _("This gift has been taken up already: each code is good once.")
            return render(request, "subscriptions/gift_take_up.html", context, status=410)
    ways = redeeming.ways_for(found, request.user)
    context |= {"ways": ways, "shown": _shown(request, found, ways), "is_new": status == 409}
    return render(request, "subscriptions/gift_take_up.html", context, status=status)


def _shown(request: HttpRequest, found: Gift, ways: Ways) -> list[dict[str, Any]]:
    """Each way with what it does, in sentences, and the mark that its button carries."""
    return [one for way in ways.ways if (one := _what_it_does(request, found, ways, way)) is not None]


def _what_it_does(request: HttpRequest, found: Gift, ways: Ways, way: Way) -> dict[str, Any] | None:
    days = {"first": terms.in_words(ways.first_on), "last": terms.in_words(ways.last_on), "days": ways.days}
    if way == Way.ADD and ways.plan is not None:
        try:
            consequences = rehearsal.rehearse(AddGift(found), ways.plan, by=request.user)
        except NotPossibleError:
            return None
        said, mark = consequences.sentences, consequences.mark
    elif way == Way.KEEP:
        said, mark = (
            [
                _("It is yours from now on, and waits for you. It has no end by which it must be begun."),
                _("When nothing else of yours runs any more, it begins by itself."),
                _("You can begin it whenever you like, in your account."),
            ],
            "keep",
        )
    else:
        said, mark = (
            [
                _("Everything in the plan is open to you from %(first)s to %(last)s.") % days,
                _("It ends by itself. Nothing is charged, and nothing renews."),
            ],
            f"{ways.first_on}",
        )
        if ways.plan is not None:
            said.append(_("Your own plan runs on beside it, and its days are used up as well."))
    if found.zone_price is not None and way != Way.KEEP:
        said = [*said, _("The printed copy comes by post: next we ask where to.")]
    return {"way": way, "sentences": said, "mark": mark}


def _done(request: HttpRequest, found: Gift) -> tuple[HttpResponse | None, int]:
    """Do what was chosen as it was shown; nothing, and the status of the page, where it cannot be."""
    chosen = request.POST.get("way", "")
    ways = redeeming.ways_for(found, request.user)
    way = next((one for one in ways.ways if one == chosen), None)
    shown = _what_it_does(request, found, ways, way) if way is not None else None
    if way is None or shown is None or shown["mark"] != request.POST.get("shown"):
        return None, 409
    try:
        _do(request, found, ways, way)
    except (redeeming.CannotRedeemError, NotPossibleError, rehearsal.ChangedSinceError):
        return None, 409
    found.refresh_from_db()
    messages.success(request, _thanks(found, way))
    if found.zone_price_id is not None and way != Way.KEEP:
        return redirect("subscriptions:addresses"), 302
    return redirect("subscriptions:gift_use", found.pk), 302


def _do(request: HttpRequest, found: Gift, ways: Ways, way: Way) -> None:
    if way == Way.ADD and ways.plan is not None:
        rehearsal.perform(AddGift(found), ways.plan, by=request.user, shown=request.POST.get("shown", ""))
    elif found.redeemed_at is None:
        redeeming.redeem(found, request.user, way=way)
    else:
        redeeming.begin_kept(found, request.user)


def _thanks(found: Gift, way: Way) -> str:
    if way == Way.ADD:
        return _("The days are added to your plan.")
    if way == Way.KEEP:
        return _("The gift is yours. It waits until you want it.")
    return _("The gift is yours: enjoy it until %s.") % terms.in_words(found.last_on)


# -- The account's parts -------------------------------------------------------


def given_part(reader: Any, subscription: Subscription | None, at: datetime) -> Part | None:
    """The gifts that the reader gave, the newest first. One query."""
    given = Gift.objects.filter(giver=reader.pk).select_related("order", "price__version__plan")
    shown = [(one, gifts.state_of(one, at)) for one in given]
    shown = [(one, state) for one, state in shown if state != gifts.State.WITHDRAWN]
    return Part("subscriptions/components/gifts_given.html", {"gifts": shown}) if shown else None


def got_part(reader: Any, subscription: Subscription | None, at: datetime) -> Part | None:
    """The gifts that the reader has taken up. One query."""
    got = Gift.objects.filter(recipient=reader.pk).select_related("order", "price__version__plan")
    shown = [(one, gifts.state_of(one, at)) for one in got.order_by("-redeemed_at")]
    return Part("subscriptions/components/gifts_got.html", {"gifts": shown}) if shown else None
