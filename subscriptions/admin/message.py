"""What providers told us, whom they know, and whether their books and ours agree."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from subscriptions.admin.base import FactsAdmin, StateFilter, by_day
from subscriptions.models import Customer, ProviderEvent, Reconciliation
from subscriptions.paying import messages as told

PANEL_ROWS = 8


class State(models.TextChoices):
    """How far a message has come."""

    WAITING = "waiting", _("Waiting")
    APPLIED = "applied", _("Applied")
    DEAD = "dead", _("Given up")


def state_of(event: ProviderEvent) -> State:
    """Say how far a message has come."""
    if event.applied_at is not None:
        return State.APPLIED
    return State.DEAD if event.dead_at is not None else State.WAITING


def in_state(events: models.QuerySet[ProviderEvent], state: str) -> models.QuerySet[ProviderEvent]:
    """Keep those of ``events`` that ``state_of`` would find in ``state``."""
    if state == State.APPLIED:
        return events.filter(applied_at__isnull=False)
    return events.filter(applied_at=None, dead_at__isnull=state == State.WAITING)


class MessageFilter(StateFilter):
    """Messages by how far they have come."""

    states = State
    in_state = staticmethod(in_state)


@admin.register(ProviderEvent)
class ProviderEventAdmin(FactsAdmin):
    """Messages are stored as they come; here they are read, and applied again when they were given up."""

    desk_order = 87
    list_display = ["kind", "object_id", "provider", "state_badge", "received_at", "tries", "result"]
    list_filter = [MessageFilter, "provider", by_day("received_at")]
    search_fields = ["event_id", "kind", "object_id", "result", "failure"]
    search_help_text = _("A message’s id or kind, what it is about, or words of why it failed")
    fields = [
        "provider",
        "kind",
        "object_id",
        "state",
        "received_at",
        "applied_at",
        "result",
        "tries",
        "next_try_at",
        "dead_at",
        "failure",
        "event_id",
        "as_it_came",
    ]
    actions_detail = ["apply_again"]

    @display(
        description=_("state"),
        label={State.WAITING: "info", State.APPLIED: "success", State.DEAD: "danger"},
    )
    def state_badge(self, event: ProviderEvent) -> tuple[str, Any]:
        state = state_of(event)
        return state.value, state.label

    @display(description=_("state"))
    def state(self, event: ProviderEvent) -> str:
        return str(state_of(event).label)

    @display(description=_("as it came"))
    def as_it_came(self, event: ProviderEvent) -> str:
        return format_html('<pre class="desk-letter__text">{}</pre>', event.body)

    def has_retry_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may have a message applied again."""
        return request.user.has_perm("subscriptions.retry_providerevent")

    @action(description=_("Apply again"), url_path="again", permissions=["retry"])
    def apply_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what applying does; a POST queues it."""
        event = self.found(request, object_id)
        if request.method == "POST":
            told.apply_again(event)
            messages.success(request, gettext("Queued. Look again in a moment."))
            return redirect("admin:subscriptions_providerevent_change", event.pk)
        return self.act_page(
            request,
            event,
            title=gettext("Apply a message again"),
            button=gettext("Apply it again"),
            facts=[
                (gettext("Message"), str(event)),
                (gettext("About"), event.object_id or "–"),
                (gettext("State"), self.state(event)),
                (gettext("Why"), event.failure or "–"),
            ],
            sentences=[
                gettext("The provider is asked what is so now, and that is written down."),
                gettext("It can be done as often as you like: nothing happens twice."),
            ],
        )

    def desk_panels(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The first page's list of what providers told us in vain, and of books that do not agree."""
        if not request.user.has_perm("subscriptions.view_providerevent"):
            return []
        rows = [*self._dead_letters(), *_disagreements()]
        if not rows:
            return []
        return [
            {
                "title": _("Providers"),
                "rows": rows,
                "address": reverse("admin:subscriptions_providerevent_changelist") + "?state=dead",
                "order": 56,
            }
        ]

    def _dead_letters(self) -> list[dict[str, Any]]:
        dead = ProviderEvent.objects.dead().order_by("-dead_at")[:PANEL_ROWS]
        return [
            {
                "text": gettext("A message was given up: %s") % event,
                "note": event.failure,
                "address": reverse("admin:subscriptions_providerevent_change", args=[event.pk]),
            }
            for event in dead
        ]


def _disagreements() -> list[dict[str, Any]]:
    """One row for each provider whose newest comparison failed or left something open."""
    newest: dict[str, Reconciliation] = {}
    for run in Reconciliation.objects.order_by("ran_at", "pk").filter(
        ran_at__gte=timezone.now() - timedelta(days=30)
    ):
        newest[run.provider] = run
    return [
        {
            "text": gettext("The books of %s and ours do not agree") % run.provider,
            "note": verdict(run),
            "address": reverse("admin:subscriptions_reconciliation_change", args=[run.pk]),
        }
        for run in newest.values()
        if not run.agrees
    ]


def verdict(run: Reconciliation) -> str:
    """Say in a sentence how a comparison ended."""
    if run.failure:
        return gettext("It stopped: %s") % run.failure
    count = len(run.differences)
    if not count:
        return gettext("All agrees.")
    return ngettext("%d difference remains.", "%d differences remain.", count) % count


@admin.register(Reconciliation)
class ReconciliationAdmin(FactsAdmin):
    """Comparisons are made every night; here is what they found."""

    desk_order = 88
    list_display = ["day", "provider", "looked_at", "mended", "agrees", "how_it_ended"]
    list_filter = ["provider"]
    date_hierarchy = "ran_at"
    fields = ["provider", "ran_at", "looked_at", "mended", "how_it_ended", "what_remains"]

    @display(description=_("night"), ordering="ran_at")
    def day(self, run: Reconciliation) -> str:
        return date_format(timezone.localtime(run.ran_at), "j F Y, H:i")

    @display(description=_("agrees"), boolean=True)
    def agrees(self, run: Reconciliation) -> bool:
        return run.agrees

    @display(description=_("how it ended"))
    def how_it_ended(self, run: Reconciliation) -> str:
        return verdict(run)

    @display(description=_("what remains"))
    def what_remains(self, run: Reconciliation) -> str:
        if not run.differences:
            return "–"
        rows = format_html_join(
            "", "<li>{}: {}</li>", ((one["payment"], one["what"]) for one in run.differences)
        )
        return format_html("<ul>{}</ul>", rows)


@admin.register(Customer)
class CustomerAdmin(FactsAdmin):
    """Whom providers know as whose customer, and with which card as far as it may be shown."""

    desk_order = 89
    list_display = ["reader_email", "provider", "card", "reference"]
    list_filter = ["provider"]
    list_select_related = ["reader"]
    search_fields = ["reader__email", "reader__name", "reference"]
    search_help_text = _("A reader’s name or email address, or the provider’s reference")
    fields = ["reader_email", "provider", "reference", "card"]

    @display(description=_("reader"), ordering="reader__email")
    def reader_email(self, customer: Customer) -> str:
        return customer.reader.email
