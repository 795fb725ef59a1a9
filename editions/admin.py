"""Editions at the desk: which files there are, how fresh, how far the next is; and what is lent to whom."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.views import ChangeList

from articles.admin.base import DeskAdmin, LookedAtOnly
from articles.models import Issue
from editions import addresses, freshness, lending, making
from editions.admin_importing import BringsPastIssues
from editions.freshness import State
from editions.models import Edition, Format, GuestLink

PANEL_ROWS = 8
UNFINISHED = {State.BEING_MADE, State.WAITING, State.STALE}


class EditionList(ChangeList):
    """The rows of one page, each with how things stand; seven queries for all of them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        outlines = freshness.outlines(rows)
        for edition in rows:
            edition.standing = freshness.state_of(edition, outlines[edition.pk])
        self.result_list = rows


@admin.register(Edition)
class EditionAdmin(BringsPastIssues, LookedAtOnly, DeskAdmin):
    """Files are made by the worker. Here they are looked at, and asked for anew."""

    desk_order = 32
    desk_group = "articles"
    list_display = ["label", "format", "state", "file_link", "file_pages", "made_at"]
    list_display_links = ["label"]
    list_select_related = ["issue"]
    search_fields = ["issue__title", "issue__number"]
    ordering = ["-issue__cover_on", "format"]
    list_before_template = "admin/editions/edition/above.html"
    actions = ["make_chosen_anew", "make_for_the_printer"]
    actions_detail = ["make_anew"]
    fields = ["label", "format", "state", "file_link", "file_pages", "made_at", "left_out", "failed"]
    readonly_fields = ["label", "format", "state", "file_link", "file_pages", "made_at", "left_out", "failed"]

    class Media:
        css = {"all": ["desk/editions.css"]}
        js = [forms.Script("desk/making.js", type="module")]

    def has_make_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may ask for files."""
        return request.user.has_perm("editions.change_edition")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return EditionList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list, and above it what this machine cannot make."""
        return super().changelist_view(
            request, {"what_is_missing": making.what_is_missing(), **(extra_context or {})}
        )

    # -- What is shown ---------------------------------------------------------

    @display(description=_("issue"), ordering="issue__cover_on")
    def label(self, edition: Edition) -> str:
        return str(edition.issue)

    @display(description=_("state"))
    def state(self, edition: Edition) -> SafeString:
        standing = getattr(edition, "standing", None)
        if standing is None:
            standing = freshness.state_of(edition, freshness.outline_of(edition))
        return format_html(
            '<span class="desk-making" id="edition-{}" data-edition data-unfinished="{}">'
            '<span class="desk-badge" data-state="{}">{}</span> {}</span>',
            edition.pk,
            "yes" if standing in UNFINISHED else "",
            standing.value,
            standing.label,
            _note(edition, standing),
        )

    @display(description=_("file"))
    def file_link(self, edition: Edition) -> str:
        if not edition.file:
            return "–"
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>',
            addresses.download_address(edition.issue, edition.format),
            filesizeformat(edition.size),
        )

    @display(description=_("pages"), ordering="pages")
    def file_pages(self, edition: Edition) -> str:
        return str(edition.pages or "–")

    @display(description=_("what was left out"))
    def left_out(self, edition: Edition) -> str:
        return " ".join(edition.warnings) or "–"

    @display(description=_("last failure"))
    def failed(self, edition: Edition) -> str:
        if edition.failed_at is None:
            return "–"
        return f"{_moment(edition.failed_at)}: {edition.failure}"

    # -- Asking ----------------------------------------------------------------

    @action(description=_("Make anew"), url_path="make-anew", permissions=["make"])
    def make_anew(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what there is and what happens; a POST has the file made whatever it looks like."""
        edition = self.get_object(request, object_id)
        if edition is None:
            raise Http404
        page = redirect("admin:editions_edition_change", edition.pk)
        if edition.is_brought:
            messages.info(request, gettext("This file was brought here. Nothing here can make it anew."))
            return page
        if request.method == "POST":
            making.ask(edition, anew=True)
            self.log_change(request, edition, gettext("Asked for anew"))
            messages.success(request, gettext("The worker makes it as soon as it can."))
            return page
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": edition,
            "title": gettext("Make “%s” anew?") % edition,
            "button": gettext("Make it anew"),
            "sentences": [
                gettext(
                    "This happens by itself within a minute of any change. Ask for it if a file looks wrong."
                ),
                gettext("Readers have the present file until the new one is there."),
            ],
            "back": reverse("admin:editions_edition_change", args=[edition.pk]),
        }
        return TemplateResponse(request, "admin/subscriptions/act.html", context)

    @admin.action(description=_("Make anew"), permissions=["make"])
    def make_chosen_anew(self, request: HttpRequest, chosen: QuerySet[Edition]) -> None:
        asked = [edition for edition in chosen if not edition.is_brought]
        for edition in asked:
            making.ask(edition, anew=True)
        told = ngettext("%d file is made anew.", "%d files are made anew.", len(asked))
        messages.success(request, told % len(asked))

    @admin.action(description=_("Make the printer’s file of the issue"), permissions=["make"])
    def make_for_the_printer(self, request: HttpRequest, chosen: QuerySet[Edition]) -> None:
        if not making.can_make(Format.PRESS):
            messages.error(request, making.what_is_missing())
            return
        issues = {edition.issue_id: edition.issue for edition in chosen.select_related("issue")}
        for issue in issues.values():
            making.ask_for(issue, Format.PRESS)
        told = ngettext(
            "%d file for the printer is being made.", "%d files for the printer are being made.", len(issues)
        )
        messages.success(request, told % len(issues))

    def desk_panels(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The first page's list of files that could not be made; nothing when there are none."""
        if not self.has_view_permission(request):
            return []
        failed = Edition.objects.exclude(failed_at=None).select_related("issue").order_by("-failed_at")
        rows = [
            {
                "text": str(edition),
                "note": edition.failure,
                "address": reverse("admin:editions_edition_change", args=[edition.pk]),
            }
            for edition in failed[:PANEL_ROWS]
        ]
        if not rows:
            return []
        address = reverse("admin:editions_edition_changelist")
        return [{"title": _("Files that could not be made"), "rows": rows, "address": address, "order": 50}]


def _note(edition: Edition, standing: State) -> str:
    """What there is to say beside the state."""
    if standing == State.BEING_MADE:
        told = gettext("%(percent)d %% · %(step)s") % {"percent": edition.percent, "step": edition.step}
        return told if edition.step else gettext("begun")
    if standing == State.STALE:
        return gettext("made anew within a minute") if edition.file else ""
    if standing == State.FAILED and edition.failed_at:
        has_file = gettext("the file before it is out") if edition.file else gettext("there is no file")
        return f"{edition.failure} ({has_file})"
    if standing == State.FRESH and edition.warnings:
        count = len(edition.warnings)
        return ngettext("%d thing was left out", "%d things were left out", count) % count
    return ""


# -- Lending -------------------------------------------------------------------


class LendForm(forms.ModelForm):
    """Which issue, to whom, for how long."""

    days = forms.IntegerField(
        label=_("For how many days"),
        initial=14,
        min_value=1,
        max_value=lending.LONGEST_DAYS,
        widget=forms.NumberInput(attrs={"class": "desk-input"}),
    )

    class Meta:
        model = GuestLink
        fields = ["issue", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "issue" in self.fields:
            released: Any = self.fields["issue"]
            released.queryset = Issue.objects.published()


class GuestLinkList(ChangeList):
    """The rows of one page, each with whether its maker may still lend."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        makers: dict[int, bool] = {}
        for link in rows:
            if link.made_by_id not in makers:
                makers[link.made_by_id] = lending.may_lend(link.made_by)
            link.maker_may_lend = makers[link.made_by_id]
        self.result_list = rows


@admin.register(GuestLink)
class GuestLinkAdmin(DeskAdmin):
    """Issues that were lent. A link's address is shown once, when it is made: only its digest is kept."""

    desk_order = 33
    desk_group = "articles"
    list_display = ["note", "issue", "made_by", "made_at", "until_at", "standing"]
    list_select_related = ["issue", "made_by"]
    search_fields = ["note", "issue__title"]
    actions_detail = ["withdraw"]
    readonly_fields = ["made_by", "made_at", "until_at", "standing"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return lending.may_lend(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_lend_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may lend issues, and withdraw what was lent."""
        return lending.may_lend(request.user)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return GuestLinkList

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = LendForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["issue", "note", "days"] if obj is None else ["issue", "note", *self.readonly_fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Lend the issue, and show the address this once."""
        link, secret = lending.lend(obj.issue, note=obj.note, days=form.cleaned_data["days"], by=request.user)
        for field in GuestLink._meta.concrete_fields:
            setattr(obj, field.attname, getattr(link, field.attname))
        address = request.build_absolute_uri(reverse("editions:lent", args=[secret]))
        messages.success(
            request,
            gettext("Copy the address now, it is shown this once: %(address)s") % {"address": address},
        )

    @display(
        description=_("state"),
        label={"open": "success", "withdrawn": "", "over": "", "closed": "warning"},
    )
    def standing(self, link: GuestLink) -> tuple[str, str]:
        if link.revoked_at is not None:
            return "withdrawn", gettext("Withdrawn on %s") % _moment(link.revoked_at)
        if link.until_at <= timezone.now():
            return "over", gettext("Over")
        may_lend = getattr(link, "maker_may_lend", None)
        if may_lend is False or (may_lend is None and not lending.may_lend(link.made_by)):
            return "closed", gettext("Closed: whoever made it may lend no more")
        return "open", gettext("Open")

    @action(description=_("Withdraw"), url_path="withdraw", permissions=["lend"])
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what withdrawing a link means; a POST does it."""
        link = self.get_object(request, object_id)
        if link is None:
            raise Http404
        page = redirect("admin:editions_guestlink_change", link.pk)
        if request.method == "POST":
            if lending.withdraw(link):
                self.log_change(request, link, gettext("Withdrawn"))
                messages.success(request, gettext("It opens nothing any more."))
            else:
                messages.info(request, gettext("It was closed already."))
            return page
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": link,
            "title": gettext("Withdraw the link for “%s”?") % link.note,
            "button": gettext("Withdraw it"),
            "sentences": [gettext("Whoever has its address gets nothing from then on.")],
            "back": reverse("admin:editions_guestlink_change", args=[link.pk]),
        }
        return TemplateResponse(request, "admin/subscriptions/act.html", context)


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "j F Y, H:i")
