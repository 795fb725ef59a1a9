"""A reader's agreement: where it stands, what was paid, what happened."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from subscriptions import lifecycle
from subscriptions.admin.base import FactsAdmin, FactsInline
from subscriptions.lifecycle import State
from subscriptions.models import Payment, Subscription, SubscriptionEvent, Term
from subscriptions.money import formatted


class TermInline(FactsInline):
    """The paid days."""

    model = Term
    fields = ["number", "starts_on", "ends_on", "payment"]


class PaymentInline(FactsInline):
    """The money."""

    model = Payment
    fields = ["reference", "amount", "status", "created_at", "paid_on", "link"]
    readonly_fields = ["amount", "link"]

    @display(description=_("amount"))
    def amount(self, payment: Payment) -> str:
        return formatted(payment.amount_minor, payment.currency)


class EventInline(FactsInline):
    """The story."""

    model = SubscriptionEvent
    fields = ["at", "kind", "actor", "reason"]


class StateFilter(admin.SimpleListFilter):
    """Subscriptions by where they stand today."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in State]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        state = self.value()
        return lifecycle.in_state(queryset, state) if state and state in State else queryset


@admin.register(Subscription)
class SubscriptionAdmin(FactsAdmin):
    """Find a subscription by reader, number or payment, and read what is the case."""

    desk_order = 80
    list_display = ["number", "reader_email", "plan_version", "state_badge", "paid_until", "ordered_at"]
    list_filter = [StateFilter, "plan_version__plan"]
    search_fields = ["number", "reader__email", "reader__name", "payments__reference"]
    search_help_text = _("A number, a reader’s name or e-mail address, or the reference of a payment")
    fields = [
        "number",
        "reader_email",
        "state",
        "paid_until",
        "plan_version",
        "price",
        "auto_renews",
        "ordered_at",
        "anchor_on",
        "cancelled_at",
        "closed_at",
    ]
    inlines = [PaymentInline, TermInline, EventInline]
    # The order page is the reader’s own, and not found for anybody else.
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).with_facts()

    @display(description=_("reader"), ordering="reader__email")
    def reader_email(self, subscription: Subscription) -> str:
        return subscription.reader.email

    @display(description=_("state"))
    def state(self, subscription: Subscription) -> str:
        standing = lifecycle.standing(subscription)
        if standing.is_active and standing.is_cancelled:
            return gettext("Active, cancelled")
        return str(standing.state.label)

    @display(
        description=_("state"),
        label={
            State.PENDING: "warning",
            State.ACTIVE: "success",
            State.LAPSED: "",
            State.REFUNDED: "",
            State.CLOSED: "",
        },
    )
    def state_badge(self, subscription: Subscription) -> tuple[str, str]:
        return lifecycle.standing(subscription).state, self.state(subscription)

    @display(description=_("paid until"))
    def paid_until(self, subscription: Subscription) -> str:
        last_day = lifecycle.standing(subscription).paid_until_on
        return date_format(last_day, "j F Y") if last_day else "–"
