"""Money expected and received; and the button with which staff say that it has come."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from subscriptions import payments, terms
from subscriptions.admin.base import DayInput, FactsAdmin
from subscriptions.models import Payment
from subscriptions.money import formatted

PANEL_ROWS = 8


class ReceivedForm(forms.Form):
    """When the money came."""

    paid_on = forms.DateField(label=_("Received on"), widget=DayInput)

    def clean_paid_on(self) -> Any:
        day = self.cleaned_data["paid_on"]
        if day > terms.day_of(timezone.now()):
            raise forms.ValidationError(
                _("This day is yet to come. Write the day on which the money arrived.")
            )
        return day


@admin.register(Payment)
class PaymentAdmin(FactsAdmin):
    """Payments are written by orders and confirmations; here they are found and confirmed."""

    desk_order = 81
    list_display = ["reference", "reader_email", "amount", "status_badge", "method", "created_at", "paid_on"]
    list_filter = ["status", "method", "currency"]
    list_select_related = ["subscription__reader"]
    search_fields = ["reference", "subscription__reader__email", "subscription__reader__name"]
    search_help_text = _("The reference on the transfer, or the reader’s name or e-mail address")
    date_hierarchy = "created_at"
    fields = [
        "reference",
        "subscription",
        "reader_email",
        "amount",
        "given_back",
        "method",
        "status",
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
        return payment.subscription.reader.email

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
        },
    )
    def status_badge(self, payment: Payment) -> tuple[str, str]:
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

        today = terms.day_of(timezone.now())
        form = ReceivedForm(request.POST or None, initial={"paid_on": today})
        if request.method == "POST" and form.is_valid():
            try:
                payments.confirm(payment, paid_on=form.cleaned_data["paid_on"], by=request.user)
            except payments.PaymentVoidError:
                messages.error(
                    request, gettext("The reader has changed or withdrawn the order. Nothing was confirmed.")
                )
            else:
                messages.success(
                    request, gettext("Confirmed. The reader can read, and gets the receipt by mail.")
                )
            return redirect("admin:subscriptions_payment_change", payment.pk)

        bought = payments.next_term(payment.subscription, payment.price, today, purpose=payment.purpose)
        days = {"first": date_format(bought.starts_on, "j F Y"), "last": date_format(bought.ends_on, "j F Y")}
        return self.act_page(
            request,
            payment,
            title=gettext("Confirm payment %s") % payment,
            button=gettext("Confirm: the money has come"),
            facts=[
                (gettext("Amount"), self.amount(payment)),
                (gettext("From"), payment.subscription.reader.email),
                (gettext("For"), f"{payment.price.version.plan}, {payment.price.term_label}"),
                (gettext("How"), payment.get_method_display()),
            ],
            sentences=[
                gettext("The reader gets %(first)s to %(last)s, both days included.") % days,
                gettext("All that the plan gives opens at once, and a receipt goes out by mail."),
                gettext("This cannot be undone here."),
            ],
            form=form,
        )

    def desk_panels(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The first page's list of what waits for a confirmation."""
        if not request.user.has_perm("subscriptions.confirm_payment"):
            return []
        waiting = Payment.objects.expected().select_related("subscription__reader").order_by("created_at")
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
