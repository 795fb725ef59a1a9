"""Where articles are written, edited and sent on their way."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.db import models, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from articles import publishing, revisions
from articles.admin.base import DeskAdmin, PickableMixin
from articles.admin.filters import LackFilter, StateFilter, WhoseFilter, live_pieces_lacking
from articles.admin.forms import ArticleForm
from articles.admin.inlines import BylineInline, CorrectionInline, RelatedInline, may_change
from articles.admin.pages import ArticlePages
from articles.admin.widgets import module
from articles.models import Article, Byline, Correction, RelatedArticle, Revision

WRITING = (None, {"fields": ["kicker", "headline", "standfirst", "body"], "classes": ["writing"]})
PLACE = (_("Place"), {"fields": ["section", "series", "tags"]})
PICTURE = (_("Lead picture"), {"fields": ["lead_picture"]})
READERS = (_("Readers"), {"fields": ["audience", "front_slot", "embargo_until"]})
ISSUE = (_("Issue"), {"fields": ["issue", "page"]})
ADDRESS = (_("Address"), {"fields": ["slug"]})

PANEL_LENGTH = 6


@admin.register(Article)
class ArticleAdmin(PickableMixin, ArticlePages, DeskAdmin):
    """Writers see their own pieces and hold the pen until approval; editors see and do everything."""

    desk_order = 10
    form = ArticleForm
    inlines = [BylineInline, RelatedInline, CorrectionInline]
    list_display = ["shown_headline", "section", "state", "by", "shown_audience", "changed"]
    list_display_links = ["shown_headline"]
    list_filter = [StateFilter, "section", "audience", LackFilter, WhoseFilter]
    search_fields = ["headline", "kicker", "standfirst", "bylines__author__name"]
    search_help_text = _("Headline, kicker, standfirst or author")
    ordering = ["-changed_at", "-pk"]
    actions = ["publish_selected"]
    formfield_overrides = {
        models.DateTimeField: {
            "form_class": forms.DateTimeField,
            "widget": forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        }
    }
    pick_fields = ("headline", "bylines__author__name", "section__name")
    save_on_top = False
    view_on_site = False

    # -- Who sees what ------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows: Any = super().get_queryset(request)
        rows = rows.editable_by(request.user)
        match = request.resolver_match
        if match is not None and match.url_name == "articles_article_changelist":
            waiting = Revision.objects.filter(article=OuterRef("pk"), pending_over__isnull=False)
            return (
                rows.for_cards()
                .select_related("section", "lead_picture", "issue")
                .annotate(has_changes=Exists(waiting))
            )
        return rows.select_related("section", "lead_picture", "issue", "series", "created_by")

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        if not super().has_view_permission(request, obj):
            return False
        return obj is None or Article.objects.editable_by(request.user).filter(pk=obj.pk).exists()

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        # Nothing is deleted here: a spiked piece moves to the trash, which a command empties.
        return False

    # -- The form -----------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> list[Any]:
        if request.user.has_perm("articles.publish_article"):
            return [WRITING, PICTURE, PLACE, READERS, ISSUE, ADDRESS]
        return [WRITING, PICTURE, PLACE]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("ArticleFormOf", (form,), {"user": request.user})

    def get_inlines(self, request: HttpRequest, obj: Article | None) -> list[Any]:
        if obj is None or not request.user.has_perm("articles.view_correction"):
            return [BylineInline, RelatedInline]
        return [BylineInline, RelatedInline, CorrectionInline]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        obj = kwargs.get("obj")
        context["media"] += module("desk/ordered.js", "desk/words.js")
        context["show_delete_link"] = False
        if obj is not None:
            # What readers have, where the form shows what they will have.
            public = context.get("public", obj)
            context["state"] = publishing.state_sentence(public)
            moves = publishing.moves_for(request.user, public)
            context["moves"] = [move for move in moves if move.name != "schedule"]
            is_live = public.is_published()
            if is_live and not context.get("pending") and self.has_publish_permission(request):
                # What is typed now may be published now.
                context["moves"].insert(0, publishing.MOVES["publish_changes"])
            context["public_address"] = public.get_absolute_url() if is_live else ""
            context["last_note"] = self._last_note(obj)
        else:
            context["state"] = _("A new piece. Not saved yet.")
            context["moves"] = [
                move
                for move in publishing.moves_for(request.user, Article())
                if move.name in {"submit", "publish"}
            ]
        context["desk_user"] = request.user.pk
        return super().render_change_form(request, context, *args, **kwargs)

    @staticmethod
    def _last_note(article: Article) -> Any:
        """What an editor wrote when sending the piece back, while it is back."""
        if article.status != Article.Status.DRAFT:
            return None
        sent_back = str(publishing.MOVES["send_back"].done)
        noted = article.revisions.exclude(note="").defer("snapshot").select_related("saved_by").first()
        return noted if noted and noted.note.startswith(f"{sent_back}:") else None

    # -- Changes to a live piece ------------------------------------------------------

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Open a live piece with its pending changes, and let what is typed over it wait with them."""
        article = self.get_object(request, unquote(object_id)) if object_id else None
        if article is None or not article.is_published() or not may_change(request, article):
            return super().changeform_view(request, object_id, form_url, extra_context)
        waiting = revisions.pending(article)
        context = {**(extra_context or {}), "public": article, "pending": waiting}
        if request.method == "POST":
            return self._hold(request, article, form_url, context)
        if waiting is None:
            return super().changeform_view(request, object_id, form_url, context)
        with revisions.staged(article):
            return super().changeform_view(request, object_id, form_url, context).render()

    def _hold(self, request: Any, article: Article, form_url: str, context: dict[str, Any]) -> HttpResponse:
        """Save what was typed as the form does, keep a snapshot of what that makes, and undo the save."""
        request.POST = without_row_ids(request.POST)
        request.is_held = True
        with transaction.atomic():
            # Locked until the snapshot is kept.
            article = Article.objects.select_for_update().get(pk=article.pk)
            try:
                with revisions.staged(article):
                    Byline.objects.filter(article=article).delete()
                    RelatedArticle.objects.filter(article=article).delete()
                    return super().changeform_view(request, str(article.pk), form_url, context).render()
            except _Held as held:
                waiting = revisions.hold(article, held.snapshot, by=request.user)
                for formset in held.corrections:
                    self.save_formset(request, held.form, formset, change=True)
            self.log_change(request, article, "Changes saved, not public yet" if waiting else "Saved")
        return self._respond(request, article)

    # -- Saving -------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        if not change:
            obj.created_by_id = request.user.pk
        elif not obj.revisions.exists():
            # What came from an import has a past too.
            revisions.record(Article.objects.get(pk=obj.pk), by=None, note=str(_("As it came to the desk")))
        was = obj.status
        super().save_model(request, obj, form, change)
        if obj.status != was:
            form.save_note = str(_("Has left the issue it was approved for: back with the editors"))
            messages.warning(
                request,
                _("The piece has left the issue it was approved for, and waits for an editor to approve it."),
            )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model in {inline.model for inline in (BylineInline, RelatedInline)}:
            ordered = sorted(
                (
                    entry
                    for entry in formset.forms
                    if entry.instance.pk and entry not in formset.deleted_forms
                ),
                key=lambda entry: entry.cleaned_data.get("position") or 0,
            )
            for position, entry in enumerate(ordered):
                if entry.instance.position != position:
                    entry.instance.position = position
                    entry.instance.save(update_fields=["position"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if getattr(request, "is_held", False):
            corrections = [formset for formset in formsets if formset.model is Correction]
            others = [formset for formset in formsets if formset.model is not Correction]
            super().save_related(request, form, others, change)
            raise _Held(form, corrections)
        super().save_related(request, form, formsets, change)
        article = form.instance
        author = getattr(request.user, "author", None)
        if not change and author is not None and not article.bylines.exists():
            Byline.objects.create(article=article, author=author)
        revisions.record(article, by=request.user, note=getattr(form, "save_note", ""))

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: Any = None) -> HttpResponse:
        return self._respond(request, obj)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self._respond(request, obj)

    def _respond(self, request: HttpRequest, article: Article) -> HttpResponse:
        """After a save: make the move whose button was pressed, or stay on the page."""
        here = reverse("admin:articles_article_change", args=[article.pk])
        if "_preview" in request.POST:
            return HttpResponseRedirect(self.preview_address(request, article))
        name = request.POST.get("_move", "")
        move = publishing.MOVES.get(name)
        if move is not None and move in publishing.moves_for(request.user, article):
            if move.asks:
                return HttpResponseRedirect(reverse("admin:articles_article_move", args=[article.pk, name]))
            self.move(request, article, name)
            return HttpResponseRedirect(here)
        saved = _("Saved at %(time)s.") % {"time": f"{timezone.localtime():%H:%M}"}
        if article.is_published():
            waits = revisions.pending(article) is not None
            nothing = _("Readers see it like this already: there is nothing to publish.")
            saved = f"{saved} {_('The changes are not public yet.') if waits else nothing}"
        messages.success(request, saved)
        if "_close" in request.POST:
            return HttpResponseRedirect(reverse("admin:articles_article_changelist"))
        return HttpResponseRedirect(here)

    # -- The list -----------------------------------------------------------------

    @admin.display(description=_("headline"), ordering="headline")
    def shown_headline(self, article: Article) -> str:
        picture = article.lead_picture
        thumb = picture.src if picture else ""
        image = format_html('<img src="{}" alt="" loading="lazy">', thumb) if thumb else ""
        kicker = format_html("<small>{}</small>", article.kicker) if article.kicker else ""
        return format_html(
            '<span class="desk-row">{}<span>{}<strong>{}</strong></span></span>',
            image or format_html('<span class="{}"></span>', "desk-row__blank"),
            kicker,
            article.headline,
        )

    @admin.display(description=_("state"), ordering="status")
    def state(self, article: Article) -> str:
        badge = format_html('<span class="desk-badge" data-state="{}">{}</span>', *state_of(article))
        if not getattr(article, "has_changes", False):
            return badge
        waits = format_html('<span class="desk-badge" data-state="changes">{}</span>', _("Changes wait"))
        return format_html("{} {}", badge, waits)

    @admin.display(description=_("by"))
    def by(self, article: Article) -> str:
        return ", ".join(byline.author.name for byline in article.bylines.all()) or "—"

    @admin.display(description=_("for"), ordering="audience")
    def shown_audience(self, article: Article) -> str:
        return article.get_audience_display()

    @admin.display(description=_("changed"), ordering="changed_at")
    def changed(self, article: Article) -> str:
        return f"{timezone.localtime(article.changed_at):%d %b %Y, %H:%M}"

    @admin.action(permissions=["publish"], description=_("Publish now…"))
    def publish_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Show what will happen to each piece, then publish those that lack nothing."""
        chosen = Article.objects.filter(pk__in=queryset.values("pk"))
        pieces = list(chosen.select_related("section", "lead_picture")[:100])
        plan: list[dict[str, Any]] = [
            {
                "article": article,
                "missing": publishing.missing(article)
                if any(move.name == "publish" for move in publishing.moves_for(request.user, article))
                else [_("It cannot be published as it stands: %(state)s") % {"state": state_of(article)[1]}],
                "doubts": publishing.doubts(article),
            }
            for article in pieces
        ]
        if "confirmed" in request.POST:
            seen = dict(entry.split(":", 1) for entry in request.POST.getlist("seen") if ":" in entry)
            for entry in plan:
                article = entry["article"]
                if entry["missing"] or str(article.pk) not in seen:
                    continue
                article.version = int(seen[str(article.pk)]) if seen[str(article.pk)].isdigit() else -1
                self.move(request, article, "publish")
            return None
        return TemplateResponse(
            request,
            "admin/articles/article/publish_selected.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Publish now"),
                "plan": plan,
                "ready": sum(not entry["missing"] for entry in plan),
                "checkbox": ACTION_CHECKBOX_NAME,
            },
        )

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether this person may publish."""
        return request.user.has_perm("articles.publish_article")

    # -- Picking ------------------------------------------------------------------

    def pickable(self, request: HttpRequest) -> QuerySet:
        exclude = request.GET.get("not", "")
        rows = Article.objects.linkable_by(request.user).exclude(status=Article.Status.SPIKED)
        if exclude.isascii() and exclude.isdigit():
            rows = rows.exclude(pk=int(exclude[:18]))
        cards = rows.for_cards().select_related("section", "lead_picture", "issue")
        return cards.order_by("-changed_at", "-pk").distinct()

    def pick_row(self, obj: Article) -> dict[str, Any]:
        names = ", ".join(byline.author.name for byline in obj.bylines.all())
        parts = [str(obj.section), names, str(state_of(obj)[1])]
        return {
            "id": obj.pk,
            "label": obj.headline,
            "note": " · ".join(part for part in parts if part),
            "thumb": obj.lead_picture.src if obj.lead_picture else "",
            "address": obj.get_absolute_url(),
        }

    # -- The first page -------------------------------------------------------------

    def desk_panels(self, request: HttpRequest) -> list[dict[str, Any]]:
        """What this person finds on the first page of the desk about articles. At most eight queries."""
        if not request.user.has_perm("articles.change_article"):
            return []
        slim = Article.objects.only("headline", "status", "published_at", "embargo_until", "changed_at")
        list_address = reverse("admin:articles_article_changelist")
        mine = slim.written_by(request.user).filter(status__in=["draft", "submitted"]).order_by("-changed_at")
        panels = [
            _panel(_("Mine to do"), mine, f"{list_address}?whose=mine", _("Nothing of yours is open."), 10)
        ]
        if not request.user.has_perm("articles.publish_article"):
            live = slim.written_by(request.user).published().order_by("-published_at")
            panels.append(_panel(_("Mine, live"), live, f"{list_address}?state=live", _("Nothing yet."), 20))
            return panels
        submitted = slim.filter(status="submitted").order_by("changed_at")
        coming = slim.scheduled().order_by("published_at")
        panels += [
            _panel(
                _("Waiting for an editor"),
                submitted,
                f"{list_address}?state=submitted",
                _("Nobody waits."),
                5,
            ),
            _panel(
                _("Goes live next"), coming, f"{list_address}?state=scheduled", _("Nothing is scheduled."), 20
            ),
            self._problems(list_address),
        ]
        return panels

    @staticmethod
    def _problems(list_address: str) -> dict[str, Any]:
        sentences = {
            "picture": _("live without a lead picture"),
            "alt": _("live with a lead picture that has no alternative text"),
            "tags": _("live without tags"),
            "byline": _("live without a byline"),
        }
        counts = {what: live_pieces_lacking(what).count() for what in sentences}
        return {
            "title": _("Wrong with what is live"),
            "rows": [
                {
                    "text": capfirst(f"{count} {sentences[what]}"),
                    "address": f"{list_address}?state=live&lacks={what}",
                }
                for what, count in counts.items()
                if count
            ],
            "empty": _("Nothing. Every live piece has its picture, its words for it, tags and a byline."),
            "order": 30,
        }


class _Held(Exception):
    """The form of a live piece has been saved as far as it may be: here is what it would have become."""

    def __init__(self, form: Any, corrections: list[Any]) -> None:
        self.form = form
        self.corrections = corrections
        self.snapshot = revisions.snapshot(Article.objects.get(pk=form.instance.pk))
        super().__init__()


def without_row_ids(posted: QueryDict) -> QueryDict:
    """The lists of a form as if every row were new: what waits in a snapshot has no rows in the tables."""
    data = posted.copy()
    for name in posted:
        prefix = name.split("-")[0]
        if prefix in {"bylines", "related_articles"}:
            if name.endswith("-INITIAL_FORMS"):
                data[name] = "0"
            elif name.endswith("-id"):
                data[name] = ""
    return data


def _panel(title: Any, rows: QuerySet, address: str, empty: Any, order: int) -> dict[str, Any]:
    found = list(rows[: PANEL_LENGTH + 1])
    return {
        "title": title,
        "rows": [
            {
                "text": article.headline,
                "note": _when(article),
                "address": reverse("admin:articles_article_change", args=[article.pk]),
            }
            for article in found[:PANEL_LENGTH]
        ],
        "address": address if len(found) > PANEL_LENGTH else "",
        "empty": empty,
        "order": order,
    }


def _when(article: Article) -> str:
    if article.goes_live_at:
        return publishing.moment(article.goes_live_at)
    return _("%(state)s, changed %(when)s") % {
        "state": article.get_status_display(),
        "when": publishing.moment(article.changed_at),
    }


def state_of(article: Article) -> tuple[str, Any]:
    """How far a piece has come, as a word for the style sheet and one for the person."""
    if article.trashed_at:
        return "trash", _("In the trash")
    if article.awaits_release:
        return "approved", _("Approved for %(issue)s") % {"issue": article.issue}
    live_at = article.goes_live_at
    if live_at is None:
        return article.status, article.get_status_display()
    if article.is_published():
        return "live", _("Live")
    return "scheduled", _("Goes live %(when)s") % {"when": f"{timezone.localtime(live_at):%d %b, %H:%M}"}
