"""One page for each person: where they stand, what they paid, what they can read, and the whole story."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from subscriptions import access, feed_addresses
from subscriptions.access import Audience, Trace
from subscriptions.admin import acting, dossier, listing, telling
from subscriptions.admin.dossier import Held
from subscriptions.admin.on_behalf import OnBehalfPages
from subscriptions.admin.printed import printed_of
from subscriptions.features import Feature
from subscriptions.letters import sending
from subscriptions.models import Entitlement, Payment, Refund
from subscriptions.money import formatted
from subscriptions.people import looks, notes, search

# The newest lines of a story; what is older is unfolded.
NEWEST = 25
MOST_PEOPLE = 30
# Letters that somebody should look at.
DOUBTFUL = {sending.State.IN_DOUBT, sending.State.FAILED}


class QuestionForm(forms.Form):
    """What somebody wants to read, and when."""

    what = forms.ChoiceField(
        label=_("What"),
        choices=[
            (_("A piece for"), [(f"audience:{value}", label) for value, label in Audience.choices]),
            (_("Something of the plan"), [(f"feature:{value}", label) for value, label in Feature.choices]),
        ],
        initial=f"audience:{Audience.SUBSCRIBERS.value}",
        widget=forms.Select(attrs={"class": "desk-input"}),
    )
    at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": "desk-input"}
        ),
    )

    def answer(self, reader: Any) -> Trace:
        """Return the answer, of a form that is valid."""
        kind, _colon, value = self.cleaned_data["what"].partition(":")
        at = self.cleaned_data["at"]
        if kind == "audience":
            return access.trace(reader, Feature.EXCLUSIVE_CONTENT, at, audience=value)
        return access.trace(reader, Feature(value), at)


class NewAddressForm(forms.Form):
    """Why somebody needs another address for their apps."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "desk-input"}),
        help_text=_("It stands in the story, for staff. The reader is written to without it."),
    )


class NoteForm(forms.Form):
    """A line for the next who picks up the telephone."""

    text = forms.CharField(
        label=_("A note for the next who looks here"),
        max_length=1000,
        widget=forms.Textarea(attrs={"class": "desk-input", "rows": 2}),
    )


class SubscriberPages(OnBehalfPages):
    """The pages about people, for the model admin of subscriptions."""

    admin_site: Any
    opts: Any

    def desk_urls(self) -> list[Any]:
        """The addresses, beside those of the models."""
        seen = self.admin_site.admin_view
        return [
            *self.on_behalf_urls(),
            path("subscriptions/subscribers/", seen(self.subscribers), name="subscriptions_subscribers"),
            path(
                "subscriptions/subscribers/<int:reader_id>/",
                seen(self.subscriber),
                name="subscriptions_subscriber",
            ),
            path(
                "subscriptions/subscribers/<int:reader_id>/note/",
                seen(self.leave_note),
                name="subscriptions_leave_note",
            ),
            path(
                "subscriptions/subscribers/<int:reader_id>/new-address/",
                seen(self.new_address),
                name="subscriptions_new_address",
            ),
        ]

    def desk_pages(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The entry of the menu."""
        if not _may_look(request):
            return []
        address = reverse("admin:subscriptions_subscribers")
        return [{"name": _("Subscribers"), "admin_url": address, "order": 70}]

    @method_decorator(require_safe)
    def subscribers(self, request: HttpRequest) -> HttpResponse:
        """Find a person by what a caller says; one who is meant beyond doubt is shown at once."""
        if not _may_look(request):
            raise PermissionDenied
        words = request.GET.get("q", "")[:200].replace("\0", "").strip()
        people = list(search.find(words)[: MOST_PEOPLE + 1])
        if words and len(people) == 1:
            return redirect("admin:subscriptions_subscriber", people[0].pk)
        shown = people[:MOST_PEOPLE]
        if shown:
            looks.note(request.user, looks.What.SEARCH, people_count=len(shown))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Subscribers"),
            "words": words,
            "rows": listing.rows_of(shown),
            "are_more": len(people) > len(shown),
        }
        return TemplateResponse(request, "admin/subscriptions/subscribers.html", context)

    @method_decorator(require_safe)
    def subscriber(self, request: HttpRequest, reader_id: int) -> HttpResponse:
        """Show one person's page; with a question in the address, its answer too."""
        if not _may_look(request):
            raise PermissionDenied
        at = timezone.now()
        person = dossier.dossier_of(reader_id, at)
        if person is None:
            raise Http404
        looks.note(request.user, looks.What.PAGE, reader=person.reader)
        asked = "what" in request.GET
        question = QuestionForm(request.GET if asked else None, initial={"at": timezone.localtime(at)})
        story = [(line, self._address(line.about)) for line in telling.story(person)]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(person.reader),
            "person": person,
            "live": [_card(one, request.user) for one in person.held if one.subscription.closed_at is None],
            "past": [_card(one, request.user) for one in person.held if one.subscription.closed_at],
            "refunds": [_refund(refund) for refund in person.records.refunds],
            "rights": _together(person.current_rights),
            "past_rights": _together(person.past_rights),
            "letters": [(letter, sending.state_of(letter, at)) for letter in person.records.letters],
            "has_doubts": any(sending.state_of(letter, at) in DOUBTFUL for letter in person.records.letters),
            "question": question,
            "answer": question.answer(person.reader) if asked and question.is_valid() else None,
            "newest": story[:NEWEST],
            "older": story[NEWEST:],
            "printed": printed_of(person.records, at),
            "notes": person.records.notes,
            "note_form": NoteForm(),
            "may_note": request.user.has_perm("subscriptions.add_staffnote"),
            "waiting": [one for one in person.records.approvals if one.decided_at is None],
            "may_see_looks": request.user.has_perm("subscriptions.view_personallook"),
            "feed_address": getattr(person.reader, "feed_address", None),
            "may_replace": _may_replace(request),
            "may_grant": request.user.has_perm("subscriptions.grant_entitlement"),
            "may_see_person": request.user.has_perm("accounts.view_user"),
        }
        return TemplateResponse(request, "admin/subscriptions/subscriber.html", context)

    @method_decorator(require_http_methods(["POST"]))
    def leave_note(self, request: HttpRequest, reader_id: int) -> HttpResponse:
        """Leave a note about a reader."""
        if not request.user.has_perm("subscriptions.add_staffnote"):
            raise PermissionDenied
        reader = get_object_or_404(get_user_model(), pk=reader_id)
        form = NoteForm(request.POST)
        if form.is_valid():
            notes.leave(reader, form.cleaned_data["text"], by=request.user)
        else:
            messages.error(request, gettext("The note says nothing, or too much: up to 1,000 characters."))
        return redirect(reverse("admin:subscriptions_subscriber", args=[reader.pk]) + "#notes")

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def new_address(self, request: HttpRequest, reader_id: int) -> HttpResponse:
        """Say what another address for apps would close, and ask why; a POST makes it."""
        if not _may_replace(request):
            raise PermissionDenied
        reader = get_object_or_404(get_user_model(), pk=reader_id)
        form = NewAddressForm(request.POST or None)
        back = reverse("admin:subscriptions_subscriber", args=[reader.pk])
        if request.method == "POST" and form.is_valid():
            feed_addresses.give_another(reader, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, gettext("%s has a new address for apps.") % reader.email)
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Give a new address for apps"),
            "button": gettext("Close the old one and make a new one"),
            "facts": [(gettext("Reader"), reader.email)],
            "sentences": [
                gettext("The address in their podcast and reading apps stops working at once."),
                gettext("They find the new one in their account, and we write to them that it is there."),
                gettext("Nobody else’s address changes, and nor does any plan."),
            ],
            "form": form,
            "back": back,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/subscriptions/act.html", context, status=status)

    def _address(self, row: Model | None) -> str:
        if row is None:
            return ""
        try:
            return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        except NoReverseMatch:
            return ""


def _may_look(request: HttpRequest) -> bool:
    return request.user.has_perm("subscriptions.view_subscription")


def _may_replace(request: HttpRequest) -> bool:
    return request.user.has_perm("subscriptions.change_subscription")


def _together(rights: list[Entitlement]) -> list[tuple[str, Entitlement]]:
    """Say what is had for the same days and the same reason in one line: the names, and one of the rights."""
    together: dict[tuple[Any, ...], list[Entitlement]] = {}
    for right in rights:
        key = (right.from_at, right.until_at, right.source, right.subscription_id, right.reason)
        together.setdefault(key, []).append(right)
    return [
        (", ".join(str(right.get_feature_display()) for right in alike), alike[0])
        for alike in together.values()
    ]


def _card(held: Held, user: Any) -> dict[str, Any]:
    return {
        "held": held,
        "buttons": acting.buttons(held, user),
        "facts": _facts(held),
        "payments": [(payment, _said(payment)) for payment in held.payments],
    }


def _facts(held: Held) -> list[tuple[str, str]]:
    subscription, now, issues = held.subscription, held.standing, held.account
    counted = gettext("%(promised)d promised, %(received)d received, %(owed)d to come") % {
        "promised": issues.promised,
        "received": issues.received,
        "owed": issues.owed,
    }
    facts = [
        (gettext("Plan"), str(subscription.plan_version)),
        (gettext("Price"), str(subscription.price)),
        (gettext("Paid until"), _day(now.paid_until_on)),
        (gettext("Next term"), f"{_day(now.renews_on)}: {held.next_price}" if now.renews_on else "–"),
        (gettext("Pays by"), str(Payment.Method(subscription.method).label)),
        (gettext("Issues"), counted),
        (gettext("Money back until"), _day(held.guarantee_until_on)),
        (gettext("Ordered"), _day(timezone.localtime(subscription.ordered_at).date())),
    ]
    if issues.first_issue is not None:
        facts.insert(6, (gettext("First issue"), issues.first_issue.name))
    return facts


def _said(payment: Payment) -> str:
    """How far a payment has come, in words."""
    said = [str(payment.get_status_display())]
    if payment.paid_on:
        said = [gettext("Received %s") % _day(payment.paid_on)]
    if payment.is_expected and payment.failed_at is not None:
        said.append(gettext("card refused"))
    if payment.dispute:
        said.append(gettext("dispute: %s") % str(payment.get_dispute_display()).lower())
    if payment.refunded_minor:
        said.append(gettext("%s given back") % formatted(payment.refunded_minor, payment.currency))
    return "; ".join(said)


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "refund": refund,
        "amount": formatted(refund.amount_minor, refund.currency),
        "address": reverse("admin:subscriptions_refund_change", args=[refund.pk]),
    }


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else "–"
