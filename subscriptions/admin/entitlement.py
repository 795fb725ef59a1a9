"""Who has which right, why and until when; and what the house gives away."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextInputWidget

from subscriptions import entitlements, terms
from subscriptions.admin.base import DayInput, FactsAdmin, reader_link
from subscriptions.features import REGISTRY, Feature
from subscriptions.fulfilment.addresses import address_of
from subscriptions.models import Entitlement

# What the house can give to read, hear and open; promises about paying mean nothing to a guest.
GIVEN = (Feature.EXCLUSIVE_CONTENT, Feature.DIGITAL_EDITION, Feature.AUDIO, Feature.PAST_ISSUES)


class GrantForm(forms.Form):
    """A gift of the house."""

    email = forms.EmailField(label=_("The reader’s email address"), widget=UnfoldAdminEmailInputWidget)
    features = forms.MultipleChoiceField(
        label=_("What they get"),
        choices=[
            *((feature.value, REGISTRY[feature].label) for feature in GIVEN),
            (Feature.PRINT_EDITION.value, _("The printed copy by post")),
        ],
        initial=[feature.value for feature in GIVEN],
        widget=forms.CheckboxSelectMultiple,
    )
    first_on = forms.DateField(label=_("First day"), widget=DayInput)
    last_on = forms.DateField(label=_("Last day"), widget=DayInput)
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)

    def clean_email(self) -> Any:
        """Find the reader."""
        reader = get_user_model().objects.filter(email__iexact=self.cleaned_data["email"]).first()
        if reader is None:
            raise forms.ValidationError(_("Nobody has registered with this address. Ask them to, first."))
        return reader

    def clean(self) -> None:
        """A gift ends after it begins, and not in the past."""
        super().clean()
        first_on, last_on = self.cleaned_data.get("first_on"), self.cleaned_data.get("last_on")
        if first_on and last_on and last_on < first_on:
            self.add_error("last_on", _("The last day comes before the first."))
        elif last_on and last_on < terms.day_of(timezone.now()):
            self.add_error("last_on", _("This day has passed: nothing would open."))


class EndForm(forms.Form):
    """Why a gift of the house ends early."""

    reason = forms.CharField(label=_("Reason"), max_length=100, widget=UnfoldAdminTextInputWidget)


@admin.register(Entitlement)
class EntitlementAdmin(FactsAdmin):
    """Rights are written by terms and grants; here they are read, given and ended."""

    desk_order = 85
    list_display = ["reader_email", "feature", "from_at", "until_at", "is_current", "source", "reason"]
    list_filter = ["source", "feature"]
    search_fields = ["reader__email", "reader__name", "reason", "subscription__number"]
    search_help_text = _("A reader’s name or email address, a subscription’s number, or words of the reason")
    fields = [
        "reader_email",
        "feature",
        "from_at",
        "until_at",
        "is_current",
        "source",
        "subscription",
        "term",
        "granted_by",
        "reason",
        "created_at",
    ]
    actions_list = ["grant"]
    actions_detail = ["end"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("reader", "subscription", "term", "granted_by")

    @display(description=_("reader"), ordering="reader__email")
    def reader_email(self, entitlement: Entitlement) -> str:
        return reader_link(entitlement.reader)

    @display(description=_("in force"), boolean=True)
    def is_current(self, entitlement: Entitlement) -> bool:
        return entitlement.is_current()

    def has_grant_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may give rights, and end those that were given."""
        return request.user.has_perm("subscriptions.grant_entitlement")

    @action(
        description=_("Grant complimentary access"),
        url_path="grant",
        permissions=["grant"],
    )
    def grant(self, request: HttpRequest) -> HttpResponse:
        """Ask to whom, what, for how long and why; a POST gives it."""
        today = terms.day_of(timezone.now())
        initial = {
            "first_on": today,
            "last_on": today + timedelta(days=30),
            "email": request.GET.get("to", ""),
        }
        form = GrantForm(request.POST or None, initial=initial)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            entitlements.grant_complimentary(
                given["email"],
                [Feature(key) for key in given["features"]],
                first_on=given["first_on"],
                last_on=given["last_on"],
                by=request.user,
                reason=given["reason"],
            )
            messages.success(request, gettext("Given to %s.") % given["email"].email)
            if (
                Feature.PRINT_EDITION in given["features"]
                and address_of(given["email"], today, timezone.now()) is None
            ):
                messages.warning(
                    request,
                    gettext("We have no address of theirs: no copy goes out before there is one."),
                )
                return redirect("admin:subscriptions_say_address", given["email"].pk)
            if request.GET.get("to"):
                return redirect("admin:subscriptions_subscriber", given["email"].pk)
            return redirect("admin:subscriptions_entitlement_changelist")
        return self.act_page(
            request,
            None,
            title=gettext("Grant complimentary access"),
            button=gettext("Give it"),
            sentences=[
                gettext("What you tick opens at once, or on its first day, to the end of its last."),
                gettext("A paid subscription of the same reader is not touched."),
            ],
            form=form,
        )

    @action(
        description=_("End complimentary access"),
        url_path="end",
        permissions=["grant"],
    )
    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what ending does; a POST ends a complimentary right, and never a paid one."""
        right = self.found(request, object_id)
        if right.source != Entitlement.Source.COMPLIMENTARY:
            messages.error(request, gettext("This right was paid for, and is not ended here."))
            return redirect("admin:subscriptions_entitlement_change", right.pk)
        form = EndForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            entitlements.end_complimentary(right, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, gettext("Ended."))
            return redirect("admin:subscriptions_entitlement_change", right.pk)
        return self.act_page(
            request,
            right,
            title=gettext("End complimentary access"),
            button=gettext("End it now"),
            sentences=[
                gettext("%(reader)s loses “%(feature)s” from this minute on, unless another right gives it.")
                % {"reader": right.reader.email, "feature": right.get_feature_display()}
            ],
            form=form,
        )
