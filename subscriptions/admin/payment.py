"""Money expected and received; and the button with which staff say that it has come."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from subscriptions.acting.deeds import ConfirmPayment
from subscriptions.admin import acting
from subscriptions.admin.base import FactsAdmin, by_day, reader_link
from subscriptions.admin.finance import FiguresPages
from subscriptions.models import Payment, Subscription
from subscriptions.money import formatted
from subscriptions.providers import Capability, able_to

PANEL_ROWS = 8


@admin.register(Payment)
class PaymentAdmin(FiguresPages, FactsAdmin):
    """Payments are written by orders and confirmations; here they are found and confirmed."""

    desk_order = 81
    list_display = ["reference", "reader_email", "amount", "status_badge", "method", "created_at", "paid_on"]
    list_filter = ["status", "method", "dispute", by_day("created_at"), "currency"]
    list_select_related = ["subscription__reader"]
    search_fields = ["reference", "subscription__reader__email", "subscription__reader__name"]
    search_help_text = _("The reference on the transfer, or the reader’s name or email address")
    fields = [
        "reference",
        "subscription",
        "reader_email",
        "amount",
        "given_back",
        "method",
        "status",
        "dispute",
        "failed_at",
        "failure",
        "next_try_at",
        "created_at",
        "paid_on",
        "confirmed_at",
        "confirmed_by",
    ]
    actions_detail = ["confirm"]
    actions_row = ["confirm"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("subscription__reader", "confirmed_by")

    @display(description=_("reader"), ordering="subscription__reader__email")
    def reader_email(self, payment: Payment) -> str:
        return reader_link(payment.subscription.reader)

    @display(description=_("amount"), ordering="amount_minor")
    def amount(self, payment: Payment) -> str:
        return formatted(payment.amount_minor, payment.currency)

    @display(description=_("given back"))
    def given_back(self, payment: Payment) -> str:
        return formatted(payment.refunded_minor, payment.currency) if payment.refunded_minor else "–"

    @display(
        description=_("status"),
        ordering="status",
        label={
            Payment.Status.EXPECTED: "warning",
            Payment.Status.CONFIRMED: "success",
            Payment.Status.VOID: "",
            "trouble": "danger",
        },
    )
    def status_badge(self, payment: Payment) -> tuple[str, str]:
        if payment.is_disputed:
            return "trouble", gettext("Disputed")
        if payment.is_expected and payment.failed_at is not None:
            return "trouble", gettext("Card refused")
        return payment.status, payment.get_status_display()

    def has_confirm_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may say that money has come."""
        return request.user.has_perm("subscriptions.confirm_payment")

    @action(
        description=_("Confirm payment received"),
        url_path="confirm",
        permissions=["confirm"],
    )
    def confirm(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what confirming does; a POST does it."""
        payment = self.found(request, object_id)
        if not payment.is_expected:
            messages.info(
                request,
                gettext("%(reference)s is not expected any more: %(status)s.")
                % {"reference": payment, "status": payment.get_status_display().lower()},
            )
            return redirect("admin:subscriptions_payment_change", payment.pk)

        subscription = Subscription.objects.with_facts().get(pk=payment.subscription_id)
        back = reverse("admin:subscriptions_subscriber", args=[subscription.reader_id])
        return acting.page(
            request, self.admin_site, subscription, ConfirmPayment.name, opts=self.opts, back=back
        )

    def desk_panels(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The first page's list of what waits for a confirmation."""
        if not request.user.has_perm("subscriptions.confirm_payment"):
            return []
        # What is paid on a provider's page confirms itself.
        by_hand = Payment.objects.expected().exclude(provider__in=able_to(Capability.PAY_PAGE))
        waiting = by_hand.select_related("subscription__reader").order_by("created_at")
        return [
            {
                "title": _("Payments to confirm"),
                "rows": [
                    {
                        "text": f"{payment.reference} · {self.amount(payment)}",
                        "note": payment.subscription.reader.email,
                        "address": reverse("admin:subscriptions_payment_confirm", args=[payment.pk]),
                    }
                    for payment in waiting[:PANEL_ROWS]
                ],
                "empty": _("Nothing is outstanding."),
                "address": reverse("admin:subscriptions_payment_changelist") + "?status__exact=expected",
                "order": 60,
            }
        ]
