"""The pages that stand beside the article form: moving it, its history, its preview."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from articles import comparing, previews, publishing, revisions
from articles.admin.forms import MomentForm
from articles.admin.inlines import may_change
from articles.models import Article, Revision

REVISIONS_SHOWN = 200


class ArticlePages(ModelAdmin):
    """Views for one article, mixed into its admin. Each starts from the rows that the person may open."""

    def get_urls(self) -> list[URLPattern]:
        def view(function: Any) -> Any:
            return self.admin_site.admin_view(function)

        return [
            path("<int:pk>/move/<str:name>/", view(self.move_view), name="articles_article_move"),
            path("<int:pk>/restore/<int:number>/", view(self.restore_view), name="articles_article_restore"),
            path("<int:pk>/preview/", view(self.preview_view), name="articles_article_preview"),
            path("<int:pk>/withdraw/", view(self.withdraw_view), name="articles_article_withdraw"),
            *super().get_urls(),
        ]

    def _article(self, request: HttpRequest, pk: Any) -> Article:
        article = self.get_object(request, str(pk))
        if article is None:
            raise Http404
        return article

    def _page(self, request: HttpRequest, template: str, article: Article, title: str, **context: Any) -> Any:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": article,
            "article": article,
            "title": title,
            "form_address": reverse("admin:articles_article_change", args=[article.pk]),
            **context,
        }
        return TemplateResponse(request, f"admin/articles/article/{template}", context)

    # -- Moving -----------------------------------------------------------------

    def move_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Show what a move will do, then do it. ``version`` must be the one that the person saw."""
        article = self._article(request, pk)
        if name not in publishing.MOVES:
            raise Http404
        move = publishing.MOVES[name]
        allowed = {move.name for move in publishing.moves_for(request.user, article)}
        is_scheduling = name == "schedule" and request.method == "POST"
        moment = MomentForm(request.POST) if is_scheduling else MomentForm.suggesting(article)
        if request.method == "POST":
            seen = request.POST.get("version", "")
            article.version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1
            if name != "schedule" or moment.is_valid():
                note = " ".join(request.POST.get("note", "").split())[:400]
                at = self._moment(moment) if name == "schedule" else None
                if self.move(request, article, name, at=at, note=note):
                    return self._after_move(article)
                article = self._article(request, pk)
        elif name not in allowed:
            raise PermissionDenied
        template = "publish.html" if name in {"publish", "schedule"} else "move.html"
        waiting = revisions.pending(article)
        return self._page(
            request,
            template,
            article,
            str(move.label).rstrip("…"),
            move=move,
            issue=article.issue,
            state=publishing.state_sentence(article),
            missing=publishing.missing(article) if move.needs_everything else [],
            doubts=publishing.doubts(article) if move.needs_everything else [],
            moment=moment,
            is_live=article.is_published(),
            pending=waiting,
            changes=comparison(waiting.pending_over, waiting) if waiting and waiting.pending_over else [],
        )

    @staticmethod
    def _moment(form: MomentForm) -> datetime:
        local = datetime.combine(form.cleaned_data["day"], form.cleaned_data["time"])
        return timezone.make_aware(local)

    def move(self, request: HttpRequest, article: Article, name: str, **details: Any) -> bool:
        """Make the move and say so, or say why not. Returns whether it was made."""
        try:
            publishing.perform(article, name, by=request.user, **details)
        except publishing.Refused as refusal:
            for reason in refusal.reasons:
                messages.error(request, reason)
            return False
        self.log_change(request, article, str(publishing.MOVES[name].done))
        messages.success(request, f"{publishing.MOVES[name].done}. {publishing.state_sentence(article)}")
        return True

    def _after_move(self, article: Article) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))

    # -- History ----------------------------------------------------------------

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List the revisions; with ``old`` and ``new`` show what changed between the two."""
        article = self._article(request, object_id)
        kept = Revision.objects.filter(article=article).select_related("saved_by").defer("snapshot")
        listed = list(kept[:REVISIONS_SHOWN])
        pair = self._pair(request, article)
        return self._page(
            request,
            "history.html",
            article,
            _("History"),
            revisions=listed,
            pair=pair,
            changes=comparison(*pair) if pair else None,
            may_restore=may_change(request, article),
            module_name=str(self.opts.verbose_name_plural),
        )

    def _pair(self, request: HttpRequest, article: Article) -> tuple[Revision, Revision] | None:
        numbers = [request.GET.get("old", ""), request.GET.get("new", "")]
        if not any(numbers):
            return None
        if not all(number.isascii() and number.isdigit() and len(number) < 10 for number in numbers):
            raise Http404
        first, second = (get_object_or_404(Revision, article=article, number=int(n)) for n in numbers)
        return (first, second) if first.number <= second.number else (second, first)

    def restore_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Save an old revision as the newest."""
        return require_POST(self._restore)(request, pk, number)

    def _restore(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        article = self._article(request, pk)
        if not may_change(request, article):
            raise PermissionDenied
        revision = Revision.objects.filter(article=article, number=number).first()
        if revision is None:
            raise Http404
        if not request.user.has_perm("articles.see_all_articles"):
            # Words that stood there before, without the fields that only editors set.
            revision.snapshot = {
                field: value for field, value in revision.snapshot.items() if field not in EDITORS_FIELDS
            } | {
                field: value
                for field, value in revisions.snapshot(article).items()
                if field in EDITORS_FIELDS
            }
        try:
            article, gone = revisions.restore(revision, by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            self.log_change(request, article, f"Restored revision {number}")
            messages.success(request, _("Revision %(number)d is the newest again.") % {"number": number})
            if revisions.pending(article):
                messages.warning(request, _("Readers see it once you publish the changes."))
            for sentence in gone:
                messages.warning(request, sentence)
        return self._after_move(article)

    # -- Preview ----------------------------------------------------------------

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a link to the saved text and follow it; a live piece without changes is simply shown."""
        return require_POST(self._preview)(request, pk)

    def _preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        return HttpResponseRedirect(self.preview_address(request, self._article(request, pk)))

    def preview_address(self, request: HttpRequest, article: Article) -> str:
        """The address at which ``article`` can be looked at: public, or secret while what is saved is not."""
        if article.is_published() and revisions.pending(article) is None:
            return article.get_absolute_url()
        secret = previews.make_link(article, by=request.user)
        return f"{reverse('articles:preview', args=[secret])}?{urlencode({'as': previews.Eyes.SUBSCRIBER})}"

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close every preview link of the article."""
        return require_POST(self._withdraw)(request, pk)

    def _withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = self._article(request, pk)
        closed = previews.withdraw(article)
        messages.success(request, _("%(n)d preview links are closed.") % {"n": closed})
        return self._after_move(article)


# What a writer can neither set nor bring back.
EDITORS_FIELDS = {"slug", "audience", "embargo_until", "front_slot", "page", "issue"}

NAMED_FIELDS = ["headline", "kicker", "standfirst", "body"]
LISTED_FIELDS = ["bylines", "related"]


def comparison(old: Revision, new: Revision) -> list[dict[str, Any]]:
    """What changed between two revisions, field by field: rows of words, or a plain before and after."""
    found: list[dict[str, Any]] = []
    for name in NAMED_FIELDS:
        rows = comparing.compare(
            str(old.snapshot.get(name, "")), str(new.snapshot.get(name, "")), is_html=name == "body"
        )
        if rows:
            found.append({"label": _label(name), "rows": rows})
    for name in sorted((old.snapshot.keys() | new.snapshot.keys()) - set(NAMED_FIELDS)):
        before, after = (_readable(name, revision.snapshot.get(name)) for revision in (old, new))
        if before != after:
            found.append({"label": _label(name), "before": before, "after": after})
    return found


def _label(name: str) -> str:
    if name == "bylines":
        return _("Bylines")
    if name == "related":
        return _("Read next")
    field: Any = Article._meta.get_field(name)
    return str(field.verbose_name)


def _readable(name: str, value: Any) -> str:
    if name == "bylines":
        names = [entry["name"] + (f" ({entry['role']})" if entry["role"] else "") for entry in value or []]
        return ", ".join(names) or "—"
    if name == "related":
        return " · ".join(entry["name"] for entry in value or []) or "—"
    if isinstance(value, dict):
        value = value["name"]
    elif isinstance(value, list):
        value = ", ".join(value)
    elif name in {"published_at", "embargo_until"} and value:
        value = publishing.moment(datetime.fromisoformat(value))
    else:
        field: Any = Article._meta.get_field(name)
        value = dict(field.flatchoices).get(value, value)
    return str(value) if value not in (None, "") else "—"
