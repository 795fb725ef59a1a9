"""Single pieces at the desk: how generous the magazine is, and which links subscribers made."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.views import ChangeList

from subscriptions.admin.base import FactsAdmin, SalesAdmin, reader_link
from subscriptions.models import GiftLink, SharingRules
from subscriptions.sharing import links, pieces, rules


@admin.register(SharingRules)
class SharingRulesAdmin(SalesAdmin):
    """The one row of rules; without it, the defaults hold."""

    desk_order = 93
    list_display = ["metered_pieces", "links_a_month", "link_devices", "link_days"]
    fields = ["metered_pieces", "links_a_month", "link_devices", "link_days"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not SharingRules.objects.exists()

    def save_model(self, request: HttpRequest, obj: SharingRules, form: Any, change: bool) -> None:
        rules.write(obj)


class OpenFilter(admin.SimpleListFilter):
    """Links by whether they open anything."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("Open")), ("closed", _("Over, or taken back"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        still = GiftLink.objects.open().values("pk")
        if self.value() == "open":
            return queryset.filter(pk__in=still)
        return queryset.exclude(pk__in=still) if self.value() == "closed" else queryset


class LinkList(ChangeList):
    """The rows of one page, each with how its piece is called; one query for all of them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        named = pieces.named(link.piece for link in rows)
        for link in rows:
            link.named = named.get(link.piece)
        self.result_list = rows


@admin.register(GiftLink)
class GiftLinkAdmin(FactsAdmin):
    """Links by which subscribers gave pieces away. Their addresses are keys, and stand nowhere here."""

    desk_order = 84
    list_display = ["made_at", "headline", "giver", "used", "state"]
    list_display_links = ["made_at"]
    list_filter = [OpenFilter]
    list_select_related = ["reader"]
    search_fields = ["reader__email"]
    search_help_text = _("A reader’s email address")
    fields = ["headline", "giver", "made_at", "expires_at", "used", "revoked_at"]
    readonly_fields = ["headline", "giver", "used"]
    actions_detail = ["take_back"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[GiftLink]:
        return super().get_queryset(request).annotate(opened=Count("opened_on"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LinkList

    @display(description=_("piece"))
    def headline(self, link: Any) -> str:
        found = link.named if hasattr(link, "named") else pieces.named([link.piece]).get(link.piece)
        return found.headline if found else gettext("Not public any more")

    @display(description=_("given by"), ordering="reader__email")
    def giver(self, link: GiftLink) -> str:
        return reader_link(link.reader)

    @display(description=_("devices"), ordering="opened")
    def used(self, link: Any) -> str:
        return gettext("%(used)d of %(devices)d") % {"used": link.opened, "devices": link.devices}

    @display(description=_("state"))
    def state(self, link: GiftLink) -> str:
        if link.revoked_at is not None:
            return gettext("Taken back")
        day = date_format(timezone.localtime(link.expires_at), "j F Y")
        return gettext("Open until %s") % day if link.is_open() else gettext("Over since %s") % day

    def has_take_back_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may take back what a subscriber gave."""
        return request.user.has_perm("subscriptions.change_giftlink")

    @action(description=_("Take it back"), url_path="take-back", permissions=["take_back"])
    def take_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Close one link, everywhere and at once."""
        link = self.found(request, object_id)
        if request.method == "POST":
            links.revoke(link)
            messages.success(request, gettext("Taken back. It opens nothing any more."))
            return redirect("admin:subscriptions_giftlink_change", link.pk)
        return self.act_page(
            request,
            link,
            title=gettext("Take this gift link back?"),
            button=gettext("Take it back"),
            facts=[
                (gettext("Piece"), self.headline(link)),
                (gettext("Given by"), link.reader.email),
                (gettext("Opened on devices"), self.used(link)),
            ],
            sentences=[
                gettext("It opens nothing any more, on the devices on which it was opened too."),
                gettext("It still counts as one of the month’s links."),
            ],
        )
