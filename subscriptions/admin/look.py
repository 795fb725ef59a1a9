"""Who of the staff looked at whose data: for whoever answers for it."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from subscriptions.admin.base import FactsAdmin, by_day, reader_link
from subscriptions.models import PersonalLook


@admin.register(PersonalLook)
class PersonalLookAdmin(FactsAdmin):
    """Looks are written by looking, and only read here."""

    desk_order = 95
    list_display = ["at", "by", "what", "whose", "people_count", "detail"]
    list_filter = ["what", by_day("at")]
    search_fields = ["by__email", "reader__email"]
    search_help_text = _("The email address of who looked, or of who was looked at")
    fields = ["at", "by", "what", "whose", "people_count", "detail"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("by", "reader")

    @display(description=_("whose"), ordering="reader__email")
    def whose(self, look: PersonalLook) -> str:
        return reader_link(look.reader) if look.reader else "–"
