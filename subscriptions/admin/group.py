"""Groups at the desk: the agreement, who belongs to it by what, and its seats."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from subscriptions import terms
from subscriptions.admin.base import FactsAdmin, SalesAdmin, reader_link
from subscriptions.giving import groups
from subscriptions.models import GroupDomain, GroupNetwork, PlanVersion, ReaderGroup, Seat
from subscriptions.views.gift_forms import SeatsForm

NOT_KEPT = {
    "group_ends_after_it_begins": _("The last day comes before the first."),
    "group_of_a_team_has_seats": _("Say for how many seats: only institutions may have as many as belong."),
}


class GroupForm(forms.ModelForm):
    """An agreement, with its contact by email address."""

    contact_email = forms.EmailField(
        label=_("Contact"),
        required=False,
        help_text=_("Whoever gives the seats, in their own account: the address they have registered with."),
    )

    class Meta:
        model = ReaderGroup
        fields = ["kind", "name", "plan_version", "seats_count", "from_on", "until_on", "agreement"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.contact is not None:
            self.initial["contact_email"] = self.instance.contact.email
        if "plan_version" in self.fields:
            sold = PlanVersion.objects.filter(sold_from_at__isnull=False).select_related("plan")
            self.fields["plan_version"].queryset = sold  # type: ignore[attr-defined]

    def clean_contact_email(self) -> Any:
        """Find the contact."""
        email = self.cleaned_data["contact_email"]
        found = get_user_model().objects.filter(email__iexact=email).first() if email else None
        if email and found is None:
            raise forms.ValidationError(_("Nobody has registered with this address. Ask them to, first."))
        return found

    def clean_seats_count(self) -> int | None:
        """Fewer seats than are held cannot be agreed on: who is to lose theirs is not for us to choose."""
        wanted = self.cleaned_data["seats_count"]
        held = Seat.objects.held().filter(group=self.instance.pk).count() if self.instance.pk else 0
        if wanted is not None and wanted < held:
            raise forms.ValidationError(
                gettext("%d seats are held. Have some taken back first, or let the contact do it.") % held
            )
        return wanted

    def clean(self) -> dict[str, Any]:
        """Say in words what would break a rule of the agreement."""
        cleaned = super().clean() or {}
        first_on, last_on = cleaned.get("from_on"), cleaned.get("until_on")
        if first_on and last_on and last_on < first_on:
            self.add_error("until_on", NOT_KEPT["group_ends_after_it_begins"])
        has_said = cleaned.get("seats_count") is not None or "seats_count" in self.errors
        if cleaned.get("kind") == ReaderGroup.Kind.TEAM and not has_said:
            self.add_error("seats_count", NOT_KEPT["group_of_a_team_has_seats"])
        return cleaned


class DomainForm(forms.ModelForm):
    """A domain, in small letters and without its “@”."""

    class Meta:
        model = GroupDomain
        fields = ["domain"]

    def clean_domain(self) -> str:
        """Keep the one spelling that is compared."""
        return str(self.cleaned_data["domain"]).strip().lower().removeprefix("@")


class DomainInline(TabularInline):
    """The domains whose people belong."""

    model = GroupDomain
    form = DomainForm
    extra = 1
    tab = True


class NetworkInline(TabularInline):
    """The networks whose readers belong."""

    model = GroupNetwork
    fields = ["network"]
    extra = 1
    tab = True


@admin.register(ReaderGroup)
class GroupAdmin(SalesAdmin):
    """Agreements with firms and institutions."""

    desk_order = 84
    form = GroupForm
    list_display = ["name", "kind", "plan_version", "taken", "from_on", "until_on", "running"]
    list_filter = ["kind"]
    list_select_related = ["plan_version__plan"]
    search_fields = ["name", "agreement", "contact__email", "domains__domain", "networks__network"]
    search_help_text = _(
        "A name, words of the agreement, a domain, a network, or the contact’s email address"
    )
    fieldsets = [
        (None, {"fields": ["name", "kind", "contact_email"]}),
        (
            _("The agreement"),
            {"fields": ["plan_version", "seats_count", ("from_on", "until_on"), "agreement"]},
        ),
    ]
    inlines = [DomainInline, NetworkInline]
    actions_detail = ["give", "end"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        seats = Count("seats", filter=Q(seats__ended_at=None))
        taken = Count("seats", filter=Q(seats__ended_at=None, seats__taken_at__isnull=False))
        known = super().get_queryset(request).select_related("contact", "plan_version__plan")
        return known.annotate(held=seats, sat=taken)

    def has_change_permission(self, request: HttpRequest, obj: ReaderGroup | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.ended_at)

    def save_model(self, request: HttpRequest, obj: ReaderGroup, form: Any, change: bool) -> None:
        obj.contact = form.cleaned_data["contact_email"]
        if not change:
            obj.made_by_id = request.user.pk
        super().save_model(request, obj, form, change)
        groups.follow(obj)

    @display(description=_("seats"))
    def taken(self, group: ReaderGroup) -> str:
        held, sat = getattr(group, "held", 0), getattr(group, "sat", 0)
        most = group.seats_count if group.seats_count is not None else "∞"
        said = gettext("%(sat)s taken, %(held)s given, of %(most)s") % {
            "sat": sat,
            "held": held,
            "most": most,
        }
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}?group__id__exact={}">{}</a>',
            reverse("admin:subscriptions_seat_changelist"),
            group.pk,
            said,
        )

    @display(description=_("today"), label={"open": "success", "shut": "", "to_come": "info"})
    def running(self, group: ReaderGroup) -> tuple[str, str]:
        today = terms.day_of(timezone.now())
        if group.ended_at or group.until_on < today:
            return "shut", gettext("Ended")
        return ("to_come", gettext("To come")) if group.from_on > today else ("open", gettext("Open"))

    def has_manage_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may give seats and end agreements."""
        return request.user.has_perm("subscriptions.change_readergroup")

    @action(description=_("Give seats"), url_path="give", permissions=["manage"])
    def give(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for addresses; a POST gives each of them a seat, or none."""
        group = self.found(request, object_id)
        form = SeatsForm(request.POST or None)
        form.fields["emails"].widget = UnfoldAdminTextareaWidget()
        if request.method == "POST" and form.is_valid():
            try:
                given = groups.give_all(group, form.cleaned_data["emails"], by=request.user)
            except groups.NoSeatError as refusal:
                form.add_error("emails", str(refusal))
            else:
                said = ngettext("%d seat is given.", "%d seats are given.", len(given))
                messages.success(request, said % len(given))
                return redirect("admin:subscriptions_readergroup_change", group.pk)
        room = groups.room_in(group)
        return self.act_page(
            request,
            group,
            title=gettext("Give seats of %s") % group,
            button=gettext("Give them"),
            sentences=[
                gettext(
                    "Each of them gets a letter, and the seat once they have signed in with that address."
                ),
                gettext("As many as belong can have one.")
                if room is None
                else ngettext("%d seat is free.", "%d seats are free.", room) % room,
            ],
            form=form,
        )

    @action(description=_("End the agreement"), url_path="end", permissions=["manage"])
    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what ending does; a POST ends the agreement and all of its seats."""
        group = self.found(request, object_id)
        if group.ended_at is not None:
            messages.info(request, gettext("It has ended already."))
            return redirect("admin:subscriptions_readergroup_change", group.pk)
        if request.method == "POST":
            ended = groups.end(group)
            messages.success(
                request, ngettext("Ended, with %d seat.", "Ended, with %d seats.", ended) % ended
            )
            return redirect("admin:subscriptions_readergroup_change", group.pk)
        held = Seat.objects.held().filter(group=group).count()
        return self.act_page(
            request,
            group,
            title=gettext("End the agreement with %s?") % group,
            button=gettext("End it now"),
            facts=[
                (gettext("Agreed until"), date_format(group.until_on, "j F Y")),
                (gettext("Agreement"), group.agreement),
            ],
            sentences=[
                ngettext(
                    "%d seat closes at once, on every page and in every app.",
                    "%d seats close at once, on every page and in every app.",
                    held,
                )
                % held,
                gettext("Nobody is written to. It cannot be undone: a new agreement is another group."),
            ],
        )


@admin.register(Seat)
class SeatAdmin(FactsAdmin):
    """Who has a seat where, by what, and until when."""

    desk_order = 84
    list_display = [
        "email",
        "group",
        "reader_email",
        "proof",
        "given_at",
        "taken_at",
        "proven_until_on",
        "held",
    ]
    list_filter = ["group", "proof"]
    list_select_related = ["group", "reader"]
    search_fields = ["email", "reader__email", "reader__name", "group__name"]
    search_help_text = _("An email address, a reader’s name, or a group")
    fields = [
        "group",
        "email",
        "reader_email",
        "proof",
        "given_by",
        "given_at",
        "taken_at",
        "proven_until_on",
        "ended_at",
    ]
    actions_detail = ["take_back"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        # Seats are reached from their group.
        return False

    @display(description=_("reader"), ordering="reader__email")
    def reader_email(self, seat: Seat) -> str:
        return reader_link(seat.reader) if seat.reader else "–"

    @display(description=_("held"), boolean=True)
    def held(self, seat: Seat) -> bool:
        return seat.ended_at is None

    def has_manage_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may take seats back."""
        return request.user.has_perm("subscriptions.change_readergroup")

    @action(description=_("Take it back"), url_path="take-back", permissions=["manage"])
    def take_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what taking a seat back does; a POST takes it back."""
        seat = self.found(request, object_id)
        if request.method == "POST":
            groups.take_back(seat)
            messages.success(request, gettext("The seat is free again."))
            return redirect("admin:subscriptions_seat_change", seat.pk)
        return self.act_page(
            request,
            seat,
            title=gettext("Take the seat back?"),
            button=gettext("Take it back"),
            facts=[(gettext("Group"), str(seat.group)), (gettext("Whose"), seat.email)],
            sentences=[
                gettext("What it opens closes at once, on every page and in every app."),
                gettext("A plan or a gift of the same reader is not touched."),
            ],
        )
