"""Money that goes back to readers; and the button with which staff say that they have sent it."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from subscriptions import terms
from subscriptions.admin.base import FactsAdmin, by_day, reader_link
from subscriptions.models import Refund
from subscriptions.money import formatted
from subscriptions.paying import refunds
from subscriptions.providers import provider_for

PANEL_ROWS = 8


@admin.register(Refund)
class RefundAdmin(FactsAdmin):
    """Refunds are written by what happens; here they are found, and marked when staff have sent them."""

    desk_order = 82
    list_display = ["payment", "reader_email", "amount", "kind", "status_badge", "requested_at", "sent_at"]
    list_filter = ["status", "kind", by_day("requested_at"), "currency"]
    search_fields = [
        "payment__reference",
        "payment__subscription__reader__email",
        "payment__subscription__reader__name",
    ]
    search_help_text = _("The reference of the payment, or the reader’s name or email address")
    fields = [
        "payment",
        "reader_email",
        "amount",
        "kind",
        "how",
        "status",
        "requested_at",
        "requested_by",
        "reason",
        "tries",
        "next_try_at",
        "failure",
        "sent_at",
        "sent_by",
        "provider_reference",
        "key",
    ]
    actions_detail = ["mark_sent"]
    actions_row = ["mark_sent"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            super()
            .get_queryset(request)
            .select_related("payment__subscription__reader", "requested_by", "sent_by")
        )

    @display(description=_("reader"), ordering="payment__subscription__reader__email")
    def reader_email(self, refund: Refund) -> str:
        return reader_link(refund.payment.subscription.reader)

    @display(description=_("amount"), ordering="amount_minor")
    def amount(self, refund: Refund) -> str:
        return formatted(refund.amount_minor, refund.currency)

    @display(description=_("how"))
    def how(self, refund: Refund) -> str:
        return provider_for(refund.payment.provider).way_back(refund.payment)

    @display(
        description=_("status"),
        ordering="status",
        label={Refund.Status.OWED: "warning", Refund.Status.SENT: "success", "stuck": "danger"},
    )
    def status_badge(self, refund: Refund) -> tuple[str, str]:
        if refunds.worrying([refund]):
            return "stuck", gettext("Owed, and tried in vain")
        return refund.status, refund.get_status_display()

    def has_mark_sent_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may say that money has gone out."""
        return request.user.has_perm("subscriptions.confirm_payment")

    @action(
        description=_("Confirm refund sent"),
        url_path="sent",
        permissions=["mark_sent"],
    )
    def mark_sent(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what is to be sent and how; a POST says that it was."""
        refund = self.found(request, object_id)
        page = redirect("admin:subscriptions_refund_change", refund.pk)
        if warning := _not_by_hand(refund):
            messages.info(request, warning)
            return page
        if request.method == "POST":
            try:
                refunds.mark_sent(refund, by=request.user)
            except refunds.CannotGiveBackError as refusal:
                messages.error(request, str(refusal))
            else:
                noted = gettext("Noted: the refund out of %(reference)s was sent.")
                messages.success(request, noted % {"reference": refund})
            return page
        return self.act_page(
            request,
            refund,
            title=gettext("Send back the payment %s") % refund,
            button=gettext("Confirm: the money was sent"),
            facts=[
                (gettext("Amount"), self.amount(refund)),
                (gettext("To"), self.reader_email(refund)),
                (gettext("How"), self.how(refund)),
                (gettext("Asked for"), date_format(terms.day_of(refund.requested_at), "j F Y")),
            ],
            sentences=[
                gettext("Send the money first. The button only notes that you did, and moves none itself."),
                gettext("The reader sees in the account that it was sent, and when."),
                gettext("This cannot be undone here."),
            ],
        )

    def desk_panels(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The first page's list of what has to be sent back."""
        if not self.has_mark_sent_permission(request):
            return []
        owed = self.get_queryset(request).filter(status=Refund.Status.OWED).order_by("requested_at", "pk")
        return [
            {
                "title": _("Refunds owed"),
                "rows": [
                    {
                        "text": f"{refund} · {self.amount(refund)}",
                        "note": _note(refund),
                        "address": reverse(_page_about(refund), args=[refund.pk]),
                    }
                    for refund in owed[:PANEL_ROWS]
                ],
                "empty": _("Nobody waits for money from us."),
                "address": reverse("admin:subscriptions_refund_changelist") + "?status__exact=owed",
                "order": 61,
            }
        ]


def _not_by_hand(refund: Refund) -> str:
    """Say why staff must not send it; empty when they are to."""
    if refund.sent_at is not None:
        return gettext(
            "The refund out of %(reference)s was sent on %(day)s. Please do not send it again."
        ) % {"reference": refund, "day": date_format(terms.day_of(refund.sent_at), "j F Y")}
    if refunds.goes_out_by_itself(refund):
        return gettext("The provider sends this money by itself. Please do not send it too.")
    return ""


def _page_about(refund: Refund) -> str:
    page = "change" if refunds.goes_out_by_itself(refund) else "mark_sent"
    return f"admin:subscriptions_refund_{page}"


def _note(refund: Refund) -> str:
    reader = refund.payment.subscription.reader.email
    if refund.payment.is_disputed:
        return f"{reader} · {gettext('waits until the bank has decided a dispute')}"
    if not refunds.goes_out_by_itself(refund):
        return reader
    if refund.failure:
        return f"{reader} · {gettext('tried %d times:') % refund.tries} {refund.failure}"
    return f"{reader} · {gettext('the provider sends it')}"
