"""Seats: given and taken back by a group's contact, taken by those they were given to, and by who belongs."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from subscriptions import terms
from subscriptions.giving import groups
from subscriptions.giving.groups import NoSeatError
from subscriptions.giving.proofs import address_of
from subscriptions.models import ReaderGroup, Seat, Subscription
from subscriptions.views.gift_forms import SeatsForm
from subscriptions.views.part import Part


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def seats(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the seats of a group to its contact; a POST gives seats to the addresses that were typed."""
    group = _managed(request, pk)
    form = SeatsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        emails = form.cleaned_data["emails"]
        try:
            given = groups.give_all(group, emails, by=request.user)
        except NoSeatError as refusal:
            form.add_error("emails", str(refusal))
        else:
            said = ngettext("%d seat is given, and we write to them.", "%d seats are given.", len(given))
            messages.success(request, said % len(given))
            return redirect("subscriptions:seats", group.pk)
    held = group.seats.held().select_related("reader").order_by("email")
    context = {
        "group": group,
        "is_over": group.ended_at is not None or group.until_on < terms.day_of(timezone.now()),
        "form": form,
        "seats": held,
        "room": groups.room_in(group),
    }
    return render(request, "subscriptions/seats.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def seat_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what taking a seat back does; a POST takes it back. For the group's contact, and for who has it."""
    seat = get_object_or_404(Seat.objects.held().select_related("group"), pk=pk)
    is_own = seat.reader_id == request.user.pk
    if not is_own:
        _managed(request, seat.group_id)
    if request.method == "POST":
        groups.take_back(seat)
        messages.success(request, _("The seat is given up.") if is_own else _("The seat is free again."))
        if is_own:
            return redirect("subscriptions:account")
        return redirect("subscriptions:seats", seat.group_id)
    return render(request, "subscriptions/seat_end.html", {"seat": seat, "is_own": is_own})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Show the seats that wait for the reader, and the groups they belong to; a POST takes one."""
    address = address_of(request)
    waiting = groups.waiting_for(request.user)
    named = {seat.group_id for seat in waiting}
    openings = [one for one in groups.openings(request.user, address) if one.group.pk not in named]
    refusal = ""
    if request.method == "POST":
        try:
            seat = _taken(request, waiting, openings)
        except NoSeatError as error:
            refusal = str(error)
        else:
            messages.success(request, _("You have a seat with %s: read on.") % seat.group.name)
            return redirect("subscriptions:account")
    context = {"waiting": waiting, "openings": openings, "refusal": refusal}
    return render(request, "subscriptions/join.html", context, status=422 if refusal else 200)


def _taken(request: HttpRequest, waiting: list[Seat], openings: list[groups.Opening]) -> Seat:
    for seat in waiting:
        if request.POST.get("seat") == str(seat.pk):
            return groups.take(seat, request.user)
    for opening in openings:
        if request.POST.get("group") == str(opening.group.pk):
            return groups.join(opening.group, request.user, address_of(request))
    raise NoSeatError(_("This seat is not there any more. These are the ones you can take."))


def _managed(request: HttpRequest, pk: int) -> ReaderGroup:
    known = ReaderGroup.objects.select_related("plan_version__plan")
    return get_object_or_404(known, pk=pk, contact=request.user.pk)


# -- The account's parts -------------------------------------------------------


def managed_part(reader: Any, subscription: Subscription | None, at: datetime) -> Part | None:
    """The groups whose seats the reader gives. Two queries, and one more for each group."""
    managed = ReaderGroup.objects.open(terms.day_of(at)).filter(contact=reader.pk)
    shown = [(group, groups.room_in(group, at)) for group in managed]
    return Part("subscriptions/components/seats_given.html", {"groups": shown}) if shown else None


def seats_part(reader: Any, subscription: Subscription | None, at: datetime) -> Part | None:
    """The reader's own seats, and those that wait for them. Three queries."""
    mine = Seat.objects.held().filter(reader=reader.pk).select_related("group__plan_version__plan")
    held = [seat for seat in mine if seat.group.until_on >= terms.day_of(at)]
    waiting = groups.waiting_for(reader)
    if not held and not waiting:
        return None
    return Part("subscriptions/components/own_seats.html", {"seats": held, "waiting": waiting})
