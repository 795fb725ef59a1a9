"""The questions that the list of articles answers, in the trade's words."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.models import Article


class StateFilter(SimpleListFilter):
    """How far a piece has come; what lies in the trash is listed only when asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("draft", _("Draft")),
            ("submitted", _("Submitted")),
            ("approved", _("Approved for an issue")),
            ("scheduled", _("Scheduled")),
            ("live", _("Live")),
            ("changes", _("Live, with changes that are not public")),
            ("spiked", _("Spiked")),
            *([("trash", _("Trash"))] if request.user.has_perm("articles.delete_article") else []),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        if self.value() == "trash":
            return queryset.trashed()
        queryset = queryset.at_hand()
        if self.value() == "live":
            return queryset.published()
        if self.value() == "changes":
            return queryset.published().filter(revisions__pending_over__isnull=False)
        if self.value() == "approved":
            return queryset.awaiting_release()
        if self.value() == "scheduled":
            return queryset.scheduled()
        if self.value() in {"draft", "submitted", "spiked"}:
            return queryset.filter(status=self.value())
        return queryset


class WhoseFilter(SimpleListFilter):
    """Whose work it is."""

    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", _("Mine"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        return queryset.written_by(request.user) if self.value() == "mine" else queryset


class LackFilter(SimpleListFilter):
    """What a piece still lacks."""

    title = _("what it lacks")
    parameter_name = "lacks"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("picture", _("A lead picture")),
            ("alt", _("Alternative text of the lead picture")),
            ("tags", _("Tags")),
            ("byline", _("A byline")),
            ("standfirst", _("A standfirst")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        if self.value() in LACKS:
            return queryset.filter(**LACKS[self.value()])
        return queryset


LACKS: dict[str | None, dict[str, Any]] = {
    "picture": {"lead_picture": None},
    "alt": {"lead_picture__isnull": False, "lead_picture__alt": ""},
    "tags": {"tags": None},
    "byline": {"bylines": None},
    "standfirst": {"standfirst": ""},
}


def live_pieces_lacking(what: str) -> QuerySet:
    """The pieces that the public sees without ``what`` (a key of ``LACKS``)."""
    return Article.objects.published().filter(**LACKS[what])
