"""Gifts at the desk: found by whoever has a question, and led to what can be done about their money."""

from typing import Any

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from subscriptions import terms
from subscriptions.acting.deeds import GiveBack
from subscriptions.admin.base import FactsAdmin, reader_link
from subscriptions.giving import gifts
from subscriptions.giving.gifts import State
from subscriptions.models import Gift


class StateFilter(admin.SimpleListFilter):
    """Gifts by where they stand."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return State.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = terms.day_of(timezone.now())
        taken = Q(void_at=None, redeemed_at__isnull=False)
        rows = {
            State.UNPAID: Q(paid_at=None, void_at=None, order__closed_at=None),
            State.WITHDRAWN: Q(paid_at=None, void_at=None, order__closed_at__isnull=False),
            State.WAITING: Q(paid_at__isnull=False, redeemed_at=None, void_at=None),
            State.BANKED: taken & Q(first_on=None, extension=None),
            State.TO_COME: taken & Q(first_on__gt=today, extension=None),
            State.RUNNING: taken & Q(first_on__lte=today, last_on__gte=today, extension=None),
            State.ADDED: taken & Q(extension__isnull=False),
            State.ENDED: taken & Q(last_on__lt=today, extension=None),
            State.VOID: Q(void_at__isnull=False),
        }
        wanted = self.value()
        return queryset.filter(rows[State(wanted)]) if wanted and wanted in State else queryset


@admin.register(Gift)
class GiftAdmin(FactsAdmin):
    """Every gift with both its people. Its code opens it, so that only its end is shown."""

    desk_order = 83
    list_display = ["number", "state", "giver_link", "recipient_name", "recipient_link", "what", "gives_on"]
    list_filter = [StateFilter]
    search_fields = [
        "=code",
        "order__number",
        "giver__email",
        "giver__name",
        "recipient_name",
        "recipient_email",
    ]
    search_help_text = _("A code, an order’s number, or the name or email address of either side")
    date_hierarchy = "bought_at"
    fields = [
        "number",
        "state",
        "giver_link",
        "signed",
        "recipient_name",
        "recipient_email",
        "recipient_link",
        "what",
        "code_end",
        "gives_on",
        "bought_at",
        "paid_at",
        "redeemed_at",
        "first_on",
        "last_on",
        "void_at",
    ]
    actions_detail = ["give_back"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        known = super().get_queryset(request)
        return known.select_related(
            "order", "giver", "recipient", "price__version__plan", "zone_price__zone"
        ).annotate(order_number=F("order__number"))

    @display(description=_("order"), ordering="order_number")
    def number(self, gift: Gift) -> str:
        return gift.order.number

    @display(
        description=_("state"),
        label={
            State.UNPAID: "warning",
            State.WAITING: "info",
            State.BANKED: "info",
            State.RUNNING: "success",
            State.ADDED: "success",
        },
    )
    def state(self, gift: Gift) -> tuple[str, Any]:
        found = gifts.state_of(gift)
        return found.value, found.label

    @display(description=_("giver"), ordering="giver__email")
    def giver_link(self, gift: Gift) -> str:
        return reader_link(gift.giver)

    @display(description=_("taken up by"), ordering="recipient__email")
    def recipient_link(self, gift: Gift) -> str:
        return reader_link(gift.recipient) if gift.recipient else "–"

    @display(description=_("what"))
    def what(self, gift: Gift) -> str:
        beside = f" + {gift.zone_price.zone}" if gift.zone_price else ""
        return f"{gift.price.version.plan}, {gift.price.term_label}{beside}"

    @display(description=_("code"))
    def code_end(self, gift: Gift) -> str:
        return f"····-····-{gift.code[-4:]}"

    def has_give_back_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may give money back."""
        return request.user.has_perm("subscriptions.change_subscription")

    @action(description=_("Give money back"), url_path="give-back", permissions=["give_back"])
    def give_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Lead to the page on which money of its order is given back."""
        gift = self.found(request, object_id)
        return redirect("admin:subscriptions_subscription_act", gift.order_id, GiveBack.name)
