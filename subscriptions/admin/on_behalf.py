"""What staff do about a reader's printed copies on the telephone: where they go, when none is sent, what did
not come. Each page says first what will happen, by the functions that do it; a POST of its button does it."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from subscriptions import terms
from subscriptions.admin.base import DayInput
from subscriptions.fulfilment import addresses, claims, holds, moves
from subscriptions.models import CopyClaim, Hold, Label

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


class AddressForm(forms.Form):
    """An address of any country; what a country wants, its rules say when it is looked at."""

    name = forms.CharField(label=_("Name"), max_length=120)
    company = forms.CharField(label=_("Company or organisation"), max_length=120, required=False)
    street = forms.CharField(
        label=_("Street and number, or PO box"),
        max_length=240,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    district = forms.CharField(label=_("Part of town"), max_length=120, required=False)
    city = forms.CharField(label=_("Town or city"), max_length=120, required=False)
    area = forms.CharField(label=_("County, state or province"), max_length=120, required=False)
    postal_code = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    sorting_code = forms.CharField(label=_("Sorting code"), max_length=20, required=False)
    country = forms.ChoiceField(label=_("Country"), choices=addresses.country_choices)
    from_on = forms.DateField(label=_("From"), widget=DayInput)
    until_on = forms.DateField(
        label=_("Until"), required=False, widget=DayInput, help_text=_("Empty: from then on for good.")
    )


class HoldForm(forms.Form):
    """From when to when."""

    first_on = forms.DateField(label=_("First day"), widget=DayInput)
    last_on = forms.DateField(label=_("Last day"), widget=DayInput)


class ClaimForm(forms.Form):
    """What is wrong with the copy."""

    why = forms.ChoiceField(label=_("What is wrong"), choices=CopyClaim.Why.choices, widget=forms.RadioSelect)


class OnBehalfPages:
    """The pages about printed copies, for the model admin that has those about people."""

    admin_site: Any
    opts: Any

    def on_behalf_urls(self) -> list[Any]:
        """The addresses."""
        seen, people = self.admin_site.admin_view, "subscriptions/subscribers"
        return [
            path(f"{people}/<int:reader_id>/address/", seen(self.address), name="subscriptions_say_address"),
            path(f"{people}/<int:reader_id>/hold/", seen(self.hold), name="subscriptions_hold_copies"),
            path(f"{people}/hold/<int:hold_id>/end/", seen(self.end_hold), name="subscriptions_end_hold"),
            path(f"{people}/copy/<int:label_id>/claim/", seen(self.claim), name="subscriptions_claim_copy"),
        ]

    @method_decorator(GET_OR_POST)
    def address(self, request: HttpRequest, reader_id: int) -> HttpResponse:
        """Say where copies go from a day on, or for some days."""
        reader = _reader(request, reader_id)
        at = timezone.now()
        known = addresses.address_of(reader, terms.day_of(at), at)
        fields = (*addresses.LETTERS.values(), addresses.COUNTRY)
        initial = {name: getattr(known, name) for name in fields} if known else {"name": reader.name}
        form = AddressForm(request.POST or None, initial={**initial, "from_on": terms.day_of(at)})

        def say(values: dict[str, Any]) -> Sequence[str]:
            days = {name: values.pop(name) for name in ("from_on", "until_on")}
            move = moves.Say(values, **days)
            told = moves.rehearse(move, reader, by=request.user, at=at)
            moves.perform(move, reader, by=request.user, shown=told.mark, at=at)
            return told.sentences

        return self._page(request, reader, form, say, title=gettext("Where copies go"))

    @method_decorator(GET_OR_POST)
    def hold(self, request: HttpRequest, reader_id: int) -> HttpResponse:
        """Send no copies for some days."""
        reader = _reader(request, reader_id)
        first_on = holds.first_possible()
        initial = {"first_on": first_on, "last_on": first_on + timedelta(days=13)}
        form = HoldForm(request.POST or None, initial=initial)

        def hold(values: dict[str, Any]) -> list[str]:
            said = holds.would(reader, values["first_on"], values["last_on"]).sentences
            holds.hold(reader, values["first_on"], values["last_on"], by=request.user)
            return said

        return self._page(request, reader, form, hold, title=gettext("Hold copies back"))

    @method_decorator(GET_OR_POST)
    def end_hold(self, request: HttpRequest, hold_id: int) -> HttpResponse:
        """Send copies again."""
        held = get_object_or_404(Hold.objects.select_related("reader"), pk=hold_id)
        reader = _reader(request, held.reader_id)

        def end(values: dict[str, Any]) -> list[str]:
            first = holds.comes_again_with()
            holds.call_off(held, by=request.user)
            if first is None:
                return [gettext("Copies come again with the next issue that is announced.")]
            return [gettext("Copies come again with %s.") % first.issue.name]

        form = forms.Form(request.POST if request.method == "POST" else {})
        return self._page(request, reader, form, end, title=gettext("Call the hold off"))

    @method_decorator(GET_OR_POST)
    def claim(self, request: HttpRequest, label_id: int) -> HttpResponse:
        """Note that a copy did not come, or came damaged, and make it good."""
        label = get_object_or_404(Label.objects.select_related("run", "reader", "subscription"), pk=label_id)
        reader = _reader(request, label.reader_id)
        form = ClaimForm(request.POST or None, initial={"why": CopyClaim.Why.MISSING})

        def claim(values: dict[str, Any]) -> list[str]:
            remedy = claims.would(label)
            claims.claim(label, values["why"], by=request.user)
            return [remedy.sentence]

        return self._page(request, reader, form, claim, title=gettext("Claim %s") % label.run.issue_name)

    def _page(
        self,
        request: HttpRequest,
        reader: Any,
        form: forms.Form,
        do: Callable[[dict[str, Any]], Sequence[str]],
        *,
        title: str,
    ) -> HttpResponse:
        """Ask; with what was chosen, rehearse it and show what it does; with the button's mark, do it."""
        back = reverse("admin:subscriptions_subscriber", args=[reader.pk])
        sentences: list[str] = []
        sorry = ""
        for field in form.fields.values():
            if not isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs.setdefault("class", "desk-input")
        if form.is_bound and form.is_valid():
            try:
                with transaction.atomic():
                    sentences = list(do(dict(form.cleaned_data)))
                    is_done = request.method == "POST" and request.POST.get("shown") == "\n".join(sentences)
                    transaction.set_rollback(not is_done)
                if is_done:
                    messages.success(request, " ".join([gettext("Done."), *sentences]))
                    return redirect(back)
            except claims.CannotClaimError as refusal:
                sorry = str(refusal)
            except ValidationError as error:
                _tell(form, error)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "reader": reader,
            "form": form,
            "sentences": sentences,
            "shown": "\n".join(sentences),
            "has_changed": bool(sentences) and "shown" in request.POST,
            "sorry": sorry,
            "back": back,
        }
        status = 422 if request.method == "POST" and (form.errors or sorry) else 200
        return TemplateResponse(request, "admin/subscriptions/on_behalf.html", context, status=status)


def _reader(request: HttpRequest, reader_id: int) -> Any:
    if not request.user.has_perm("subscriptions.change_subscription"):
        raise PermissionDenied
    return get_object_or_404(get_user_model(), pk=reader_id)


def _tell(form: forms.Form, error: ValidationError) -> None:
    """Put what was refused beside its field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, sentences in error.message_dict.items():
        form.add_error(name if name in form.fields else None, sentences)
