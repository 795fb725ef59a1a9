"""Addresses for apps that got about: whose was closed, when, and after how many networks."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from articles.admin.base import DeskAdmin, LookedAtOnly
from audio.models import FeedAlarm


@admin.register(FeedAlarm)
class FeedAlarmAdmin(LookedAtOnly, DeskAdmin):
    """What was noticed; nobody writes it by hand. From the reader's own page they get another address."""

    # Those who speak with subscribers look here, beside what else they know of them.
    desk_group = "subscriptions"
    desk_order = 89
    list_display = ["at", "reader_page", "networks"]
    list_display_links = ["at"]
    list_filter = ["at"]
    search_fields = ["reader__email", "reader__name"]
    search_help_text = _("A reader’s name or email address")
    fields = ["at", "reader_page", "networks"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("reader")

    @display(description=_("reader"), ordering="reader__email")
    def reader_page(self, alarm: FeedAlarm) -> str:
        """The reader's email address, leading to their page."""
        address = reverse("admin:subscriptions_subscriber", args=[alarm.reader_id])
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, alarm.reader.email
        )
