"""The lists that stand under an article: who wrote it, what to read next, what was wrong."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from articles.admin.base import PlainChoices
from articles.admin.forms import OrderedForm, RelatedForm
from articles.admin.widgets import PickWidget
from articles.models import Article, Author, Byline, Correction, RelatedArticle


def may_change(request: HttpRequest, article: Article | None) -> bool:
    """Whether this person may change ``article`` (or, without one, write a new one).

    Writers hold the pen until an editor approves the piece; what lies in the trash is put back first.
    """
    if not request.user.has_perm("articles.change_article") or (article and article.trashed_at):
        return False
    if article is None or request.user.has_perm("articles.see_all_articles"):
        return True
    if article.status not in {Article.Status.DRAFT, Article.Status.SUBMITTED}:
        return False
    return Article.objects.editable_by(request.user).filter(pk=article.pk).exists()


class _OnceEach(PaginationInlineFormSet):
    """Rows that say in plain words when one of them is there twice."""

    def get_unique_error_message(self, unique_check: Any) -> str:
        return str(_("The same one stands here twice: remove one of them."))

    def get_form_error(self) -> str:
        return str(_("Stands here twice."))


class _PartOfTheArticle(PlainChoices, TabularInline):
    """A list that may be changed by whoever may change the article."""

    extra = 1
    formset = _OnceEach
    template = "admin/articles/inlines/ordered.html"
    form = OrderedForm

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("articles.view_article")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_change(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_change(request, obj)


class BylineInline(_PartOfTheArticle):
    """Whose names stand over the piece, in order."""

    model = Byline
    fields = ["author", "role", "position"]
    verbose_name = _("author")
    verbose_name_plural = _("Bylines")
    add_label = _("Add an author")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "author":
            kwargs["widget"] = PickWidget(Author, placeholder=_("Type a name"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "role":
            kwargs["widget"] = UnfoldAdminTextInputWidget({"placeholder": _("Words")})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class RelatedInline(_PartOfTheArticle):
    """What an editor would read next, in order; the page completes the list by itself."""

    model = RelatedArticle
    form = RelatedForm
    fk_name = "article"
    fields = ["related", "position"]
    verbose_name = _("article")
    verbose_name_plural = _("Read next")
    add_label = _("Add an article")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "related":
            kwargs["widget"] = PickWidget(Article, placeholder=_("Type a word of the headline"))
            # What an editor has already chosen stays valid in a writer's hands.
            match = request.resolver_match
            article = match.kwargs.get("object_id", "") if match else ""
            chosen = Q(related_from__article_id=int(article)) if article.isdigit() else Q(pk__in=[])
            linkable = Article.objects.linkable_by(request.user).values("pk")
            kwargs["queryset"] = (
                Article.objects.filter(Q(pk__in=linkable) | chosen).distinct().only("headline")
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class CorrectionInline(TabularInline):
    """What we got wrong. Readers see these, dated, under the article."""

    model = Correction
    extra = 0
    template = "admin/articles/inlines/ordered.html"
    fields = ["corrected_on", "note"]
    verbose_name_plural = _("Corrections")
    add_label = _("Add a correction")
    help = _(
        "Under a live piece readers see a correction as soon as you save: it does not wait with the changes."
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "note":
            kwargs["widget"] = UnfoldAdminTextareaWidget({"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)
