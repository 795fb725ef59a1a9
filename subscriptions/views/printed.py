"""The printed copy on a reader's own pages: adding and dropping it, and where it goes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from subscriptions import terms
from subscriptions.acting import deeds, rehearsal
from subscriptions.acting.possible import print_possible
from subscriptions.features import Feature
from subscriptions.fulfilment import add_on, addresses, moves, notices, printed, zones
from subscriptions.life import lifecycle
from subscriptions.models import Address, Entitlement, Subscription
from subscriptions.views.address_form import AddressForm, CountryForm, StayForm, initial_of
from subscriptions.views.changes import Page, act, asks, choose, of_live_subscription
from subscriptions.views.part import Part


@of_live_subscription
def add(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """Choose the country, see price and first copy, give the address, see it all, and have it.

    An address is sent by POST alone, so that it stands in no log.
    """
    home = _home(request.user)
    country, countries = _country(request, home)
    initial = initial_of(home) if home is not None and home.country == country else {}
    sent = request.POST if request.method == "POST" else None
    form = AddressForm(sent, country=country, initial={"name": _name(request.user), **initial})
    page = Page(
        heading=_("Have it on paper, too"),
        button=_("Add the printed copy"),
        done=lambda done: "" if done.asked else _("Noted. The printed copy comes with your plan."),
        template="subscriptions/print_add.html",
        form=form,
        looks_by_post=True,
        more={"countries": countries, "country_name": addresses.country_name(country)},
    )
    if sent is not None and form.is_valid():
        return act(request, subscription, deeds.AddPrint(country, form.address), page)
    try:
        costs = rehearsal.rehearse(deeds.AddPrint(country), subscription, by=request.user)
        page.more["costs"] = costs.sentences
    except deeds.NotPossibleError as refusal:
        if printed.open_of(subscription) is not None:
            messages.info(request, str(refusal))
            return redirect("subscriptions:account")
        page.more["sorry"] = str(refusal)
    return choose(request, subscription, page)


@asks(deeds.DropPrint)
def drop() -> Page:
    """Have no printed copy in the next term."""
    return Page(
        heading=_("Drop the printed copy?"),
        button=_("Drop the printed copy"),
        done=lambda done: (
            _("Your next term has no printed copy. What is paid for still comes.")
            if done.after.print
            else _("The printed copy is dropped. Nothing is asked of you for it.")
        ),
        also=[_("Everything else in your plan stays as it is.")],
    )


@asks(deeds.KeepPrint)
def keep() -> Page:
    """Take the dropping back."""
    return Page(
        heading=_("Keep the printed copy after all?"),
        button=_("Keep the printed copy"),
        done=lambda done: "" if done.asked else _("Good. The printed copy comes as before."),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_addresses(request: HttpRequest) -> HttpResponse:
    """Show where copies go, and let another address be given: from a day on, or for some days."""
    now = timezone.now()
    home = _home(request.user)
    country, countries = _country(request, home)
    sent = request.POST if request.method == "POST" else None
    today = terms.day_of(now)
    form = StayForm(sent, country=country, initial={"name": _name(request.user), "from_on": today})
    context: dict[str, Any] = {"form": form, "countries": countries}
    status = 200
    if sent is not None and form.is_valid():
        cleaned = form.cleaned_data
        move = moves.Say(form.address, cleaned["from_on"], cleaned["until_on"])
        try:
            if done := _move(request, move, context):
                return done
            status = 409 if context.get("is_new") else 200
        except ValidationError as error:
            _add_errors(form, error)
    context |= {
        "goes_to": notices.goes_to(request.user, now),
        "addresses": _known(request.user, now),
        "kept": {name: form[name].value() or "" for name in form.fields},
    }
    return render(request, "subscriptions/addresses.html", context, status=422 if form.errors else status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, address: int) -> HttpResponse:
    """Say what taking back one's own address does; a POST of what was shown takes it back."""
    found = get_object_or_404(Address.objects.known(), reader=request.user, pk=address)
    context: dict[str, Any] = {"lines": addresses.lines_of(found)}
    try:
        if done := _move(request, moves.Withdraw(found.pk), context):
            return done
    except ValidationError as error:
        messages.info(request, " ".join(error.messages))
        return redirect("subscriptions:addresses")
    return render(
        request, "subscriptions/address_withdraw.html", context, status=409 if context.get("is_new") else 200
    )


def part(reader: Any, subscription: Subscription | None, at: datetime) -> Part | None:
    """The printed copy on the account: what comes, where to, and what can be done. Nine queries at most."""
    beside = printed.open_of(subscription) if subscription is not None else None
    facts = can = None
    if subscription is not None:
        can = print_possible(subscription, lifecycle.standing(subscription, at), beside)
        facts = add_on.facts(subscription, at, add_on=beside) if beside is not None else None
    comes = facts is not None or _has_print_otherwise(reader, at)
    if not comes and not (can and can.add):
        return None
    currency = subscription.price.currency if subscription is not None else settings.MAGAZINE_CURRENCY
    context = {
        "facts": facts,
        "can": can,
        "goes_to": notices.goes_to(reader, at) if comes else None,
        "print_from": zones.cheapest(currency, at) if can and can.add else None,
    }
    had = frozenset({Feature.PRINT_EDITION.value} if facts is not None and facts.is_paid else ())
    return Part("subscriptions/components/printed.html", context, is_own=True, has=had)


def _has_print_otherwise(reader: Any, at: datetime) -> bool:
    """Whether copies come, or an address was given, without a printed copy beside a plan. One query."""
    rights = Entitlement.objects.current(at).filter(reader=reader.pk, feature=Feature.PRINT_EDITION)
    said = Address.objects.known(at).filter(reader=reader.pk)
    return rights.values("pk").union(said.values("pk")).exists()


# -- Together ------------------------------------------------------------------


def _move(request: HttpRequest, move: moves.Move, context: dict[str, Any]) -> HttpResponse | None:
    """Do ``move`` if what was shown is sent, else put what it would do into ``context``."""
    try:
        if request.method == "POST" and "shown" in request.POST:
            told = moves.perform(move, request.user, by=request.user, shown=request.POST["shown"])
            messages.success(request, _("Done. %s") % " ".join(told.sentences))
            return redirect("subscriptions:addresses")
        context["told"] = moves.rehearse(move, request.user, by=request.user)
    except moves.ChangedSinceError as changed:
        context |= {"told": changed.now, "is_new": True}
    return None


def _add_errors(form: forms.Form, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error.messages)
        return
    for name, sentences in error.message_dict.items():
        form.add_error(name if name in form.fields else None, sentences)


def _name(reader: Any) -> str:
    return reader.name


def _home(reader: Any) -> Address | None:
    """The reader's normal address as it is known now, that of a day to come before today's."""
    normal = Address.objects.known().filter(reader=reader, until_on=None)
    return normal.order_by("-from_on", "-made_at", "-pk").first()


def _country(request: HttpRequest, home: Address | None) -> tuple[str, CountryForm]:
    """The country that is asked about, and the form in which another is chosen."""
    sent: Mapping[str, str] = request.POST if request.method == "POST" else request.GET
    usual = home.country if home is not None and home.country else settings.MAGAZINE_COUNTRY
    form = CountryForm({"country": sent.get("country") or usual})
    return (form.cleaned_data["country"] if form.is_valid() else usual), form


def _known(reader: Any, at: datetime) -> list[tuple[Address, tuple[str, ...]]]:
    """What the reader said and holds today or later, each with its lines; the next first."""
    today = terms.day_of(at)
    known = Address.objects.known(at).filter(reader=reader)
    rows = [one for one in known.order_by("from_on", "pk") if one.until_on is None or one.until_on >= today]
    # Of normal addresses an earlier one is over when a later one holds.
    begun = [one for one in rows if one.until_on is None and one.from_on <= today]
    over = {one.pk for one in begun[:-1]} if begun else set()
    return [(one, addresses.lines_of(one)) for one in rows if one.pk not in over]
