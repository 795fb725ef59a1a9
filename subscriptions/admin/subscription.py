"""A reader's agreement: where it stands, what was paid, what happened."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from subscriptions import terms
from subscriptions.admin import acting
from subscriptions.admin.base import FactsAdmin, FactsInline, StateFilter, by_day, reader_link
from subscriptions.admin.subscriber import SubscriberPages
from subscriptions.life import lifecycle
from subscriptions.life.lifecycle import State
from subscriptions.models import Pause, Payment, Subscription, SubscriptionEvent, Term
from subscriptions.money import formatted


class TermInline(FactsInline):
    """The paid days."""

    model = Term
    fields = ["number", "kind", "starts_on", "ends_on", "payment"]


class PaymentInline(FactsInline):
    """The money."""

    model = Payment
    fields = ["reference", "amount", "status", "created_at", "paid_on", "link"]
    readonly_fields = ["amount", "link"]

    @display(description=_("amount"))
    def amount(self, payment: Payment) -> str:
        return formatted(payment.amount_minor, payment.currency)


class PauseInline(FactsInline):
    """The days of rest."""

    model = Pause
    fields = ["starts_on", "ends_on", "asked_at", "asked_by", "called_off_at"]


class EventInline(FactsInline):
    """The story."""

    model = SubscriptionEvent
    fields = ["at", "kind", "actor", "reason"]


class StandingFilter(StateFilter):
    """Subscriptions by where they stand today."""

    states = State
    in_state = staticmethod(lifecycle.in_state)


class MindFilter(admin.SimpleListFilter):
    """Subscriptions by what stands beside the state, and wants minding."""

    title = _("to mind")
    parameter_name = "mind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [
            ("failing", _("The card was refused")),
            ("disputed", _("A payment is disputed")),
            ("cancelled", _("Cancelled, and still running")),
            ("resting", _("A pause is to come")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = terms.day_of(timezone.now())
        payments = Payment.objects.filter(subscription=OuterRef("pk"))
        match self.value():
            case "failing":
                return queryset.filter(Exists(payments.expected().filter(failed_at__isnull=False)))
            case "disputed":
                return queryset.filter(Exists(payments.disputed()))
            case "cancelled":
                running = Term.objects.kept().filter(subscription=OuterRef("pk"), ends_on__gte=today)
                return queryset.filter(Exists(running), closed_at=None, cancelled_at__isnull=False)
            case "resting":
                to_come = Pause.objects.filter(
                    subscription=OuterRef("pk"), called_off_at=None, starts_on__gt=today
                )
                return queryset.filter(Exists(to_come))
        return queryset


@admin.register(Subscription)
class SubscriptionAdmin(SubscriberPages, FactsAdmin):
    """Find a subscription by reader, number or payment, read what is the case, and act on it."""

    desk_order = 80
    list_display = [
        "number",
        "reader_email",
        "plan_version",
        "state_badge",
        "marks",
        "paid_until",
        "ordered_at",
    ]
    list_filter = [StandingFilter, MindFilter, "plan_version__plan"]
    search_fields = ["number", "reader__email", "reader__name", "payments__reference"]
    search_help_text = _("A number, a reader’s name or email address, or the reference of a payment")
    fields = [
        "number",
        "reader_email",
        "state",
        "marks",
        "paid_until",
        "plan_version",
        "price",
        "auto_renews",
        "ordered_at",
        "anchor_on",
        "grace_until_on",
        "cancelled_at",
        "closed_at",
    ]
    inlines = [PaymentInline, TermInline, PauseInline, EventInline]
    # The order page is the reader’s own, and not found for anybody else.
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).with_facts()

    def get_urls(self) -> list[Any]:
        one = path(
            "<int:subscription_id>/do/<slug:name>/",
            self.admin_site.admin_view(self.act),
            name="subscriptions_subscription_act",
        )
        return [one, *super().get_urls()]

    def act(self, request: HttpRequest, subscription_id: int, name: str) -> HttpResponse:
        """Do something to a subscription: choose, look, say why, do it."""
        subscription = self.found(request, str(subscription_id))
        if name not in acting.ACTS:
            raise Http404
        back = reverse("admin:subscriptions_subscriber", args=[subscription.reader_id])
        return acting.page(request, self.admin_site, subscription, name, opts=self.opts, back=back)

    @display(description=_("reader"), ordering="reader__email")
    def reader_email(self, subscription: Subscription) -> str:
        return reader_link(subscription.reader)

    @display(description=_("state"))
    def state(self, subscription: Subscription) -> str:
        standing = lifecycle.standing(subscription)
        if standing.is_running and standing.is_cancelled:
            return gettext("%s, cancelled") % standing.state.label
        return str(standing.state.label)

    @display(
        description=_("state"),
        label={
            State.PENDING: "warning",
            State.TRIAL: "info",
            State.ACTIVE: "success",
            State.PAUSED: "info",
            State.GRACE: "warning",
            State.LAPSED: "",
            State.REFUNDED: "",
            State.CLOSED: "",
        },
    )
    def state_badge(self, subscription: Subscription) -> tuple[str, str]:
        return lifecycle.standing(subscription).state, self.state(subscription)

    @display(description=_("to mind"))
    def marks(self, subscription: Subscription) -> str:
        standing = lifecycle.standing(subscription)
        said = []
        if standing.is_disputed:
            said.append(gettext("Disputed"))
        if standing.is_failing:
            said.append(gettext("Card refused"))
        if standing.pause is not None and not standing.is_paused:
            said.append(gettext("Pauses from %s") % date_format(standing.pause.starts_on, "j F"))
        return ", ".join(said) or "–"

    @display(description=_("paid until"))
    def paid_until(self, subscription: Subscription) -> str:
        last_day = lifecycle.standing(subscription).paid_until_on
        return date_format(last_day, "j F Y") if last_day else "–"


@admin.register(SubscriptionEvent)
class SubscriptionEventAdmin(FactsAdmin):
    """All that ever happened to subscriptions: added to, and never changed."""

    desk_order = 86
    list_display = ["at", "kind", "subscription", "reader_email", "who", "reason"]
    list_filter = ["kind", by_day("at")]
    search_fields = ["subscription__number", "subscription__reader__email", "actor__email", "reason"]
    search_help_text = _("A subscription’s number, an email address, or words of the reason")
    ordering = ["-at", "-id"]
    fields = ["at", "kind", "subscription", "reader_email", "who", "reason"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("subscription__reader", "actor")

    @display(description=_("reader"))
    def reader_email(self, event: SubscriptionEvent) -> str:
        return reader_link(event.subscription.reader)

    @display(description=_("who"))
    def who(self, event: SubscriptionEvent) -> str:
        return str(event.actor or gettext("the magazine"))
