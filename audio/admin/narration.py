"""The list of recordings, and the way from each to its piece."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.views import ChangeList

from articles.admin.base import DeskAdmin, LookedAtOnly
from articles.models import Article
from audio import coverage, freshness, making
from audio.admin import telling
from audio.admin.board import CoverageBoard
from audio.admin.piece import PieceMixin, address_of, may_act
from audio.freshness import State
from audio.models import Narration

PANEL_ROWS = 8


class StandingFilter(SimpleListFilter):
    """How things stand with a recording."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return State.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        state = self.value()
        if state not in State.values:
            return queryset
        look = coverage.of(Article.objects.filter(pk__in=queryset.values("article")))
        return queryset.filter(article__in=look.keys(State(state)))


class NarrationList(ChangeList):
    """The rows of one page, each with how things stand; the number of queries does not grow with them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        states = freshness.states_of([narration.article for narration in rows])
        labels = telling.voice_labels()
        for narration in rows:
            narration.standing = states[narration.article_id]
            narration.voice_label = labels.get(narration.voice, narration.voice)
        self.result_list = rows


@admin.register(Narration)
class NarrationAdmin(CoverageBoard, PieceMixin, LookedAtOnly, DeskAdmin):
    """Recordings are made by the worker. Here they are looked at; a row leads to the page of its piece."""

    desk_order = 45
    list_display = ["headline", "state", "read_by", "length", "made_at"]
    list_display_links = None
    list_select_related = ["article", "article__issue"]
    list_filter = [StandingFilter, "source"]
    search_fields = ["article__headline", "reader_name"]
    search_help_text = _("Headline, or who reads")
    ordering = ["-article__published_at", "-pk"]
    actions = ["make_chosen_anew"]

    class Media:
        css = {"all": ["desk/audio.css"]}
        js = [forms.Script("desk/making.js", type="module")]

    def has_make_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may ask for recordings."""
        return may_act(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Everything for editors; for writers what is read of their own pieces."""
        rows = super().get_queryset(request).defer("segments")
        return rows.filter(article__in=Article.objects.editable_by(request.user).values("pk"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return NarrationList

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Lead to the page of the piece."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        narration = self.get_object(request, object_id)
        if narration is None:
            raise Http404
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return HttpResponseRedirect(address_of(narration.article_id))

    # -- What is shown ---------------------------------------------------------

    @display(description=_("piece"), ordering="article__headline")
    def headline(self, narration: Narration) -> str:
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>',
            address_of(narration.article_id),
            narration.article.headline,
        )

    @display(description=_("state"))
    def state(self, narration: Any) -> SafeString:
        standing: State = narration.standing
        return format_html(
            '<span class="desk-making" id="narration-{}" data-making data-unfinished="{}">'
            '<span class="desk-badge" data-state="{}">{}</span> {}</span>',
            narration.pk,
            "yes" if coverage.is_unfinished(narration, standing) else "",
            standing.value,
            standing.label,
            telling.note(narration, standing),
        )

    @display(description=_("read by"), ordering="voice")
    def read_by(self, narration: Any) -> str:
        if not narration.mp3:
            return "–"
        is_human = narration.source == Narration.Source.HUMAN
        return narration.reader_name if is_human else narration.voice_label

    @display(description=_("length"), ordering="duration_ms")
    def length(self, narration: Narration) -> str:
        return telling.length(narration.duration_ms) if narration.mp3 else "–"

    # -- Asking ----------------------------------------------------------------

    @admin.action(description=_("Make anew"), permissions=["make"])
    def make_chosen_anew(self, request: HttpRequest, chosen: QuerySet[Narration]) -> None:
        asked = list(chosen.filter(exempt_reason="").select_related("article"))
        for narration in asked:
            making.ask(narration, anew=True)
            self.log_change(request, narration, gettext("Asked for anew"))
        told = ngettext("%d recording is made anew.", "%d recordings are made anew.", len(asked))
        messages.success(request, told % len(asked))

    def desk_panels(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The first page's list of pieces that could not be read aloud; nothing when there are none."""
        if not may_act(request):
            return []
        failed = Narration.objects.exclude(failed_at=None).filter(exempt_reason="").defer("segments")
        rows = [
            {
                "text": narration.article.headline,
                "note": narration.failure,
                "address": address_of(narration.article_id),
            }
            for narration in failed.select_related("article").order_by("-failed_at")[:PANEL_ROWS]
        ]
        if not rows:
            return []
        address = f"{reverse('admin:audio_coverage')}?state={State.FAILED.value}"
        return [{"title": _("Could not be read aloud"), "rows": rows, "address": address, "order": 51}]
