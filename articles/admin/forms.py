"""What an editor fills in, and what the desk answers when it does not fit."""

from datetime import timedelta
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from articles import comparing, rendering, sanitising
from articles.admin.widgets import BodyWidget, PickWidget, PictureWidget, TagsWidget
from articles.models import Article, Issue

COMPARED_FIELDS = ["headline", "kicker", "standfirst"]


class ArticleForm(forms.ModelForm):
    """An article as one person opened it.

    ``opened_version`` is the version they saw. If another has been saved since, the form is refused with
    both texts at hand (``conflict_rows``), unless ``_overwrite`` names exactly that other version.
    """

    opened_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    slug = forms.SlugField(
        label=_("Address"),
        max_length=120,
        required=False,
        help_text=_("Empty: made from the headline."),
    )

    # Set by the desk: who is writing.
    user: Any = None
    theirs: Article | None = None

    class Meta:
        model = Article
        # Which of them a person is offered is said by the fieldsets of the desk.
        fields = [
            "kicker",
            "headline",
            "standfirst",
            "body",
            "lead_picture",
            "section",
            "series",
            "tags",
            "audience",
            "front_slot",
            "embargo_until",
            "issue",
            "page",
            "slug",
        ]
        widgets = {
            "headline": forms.Textarea(
                attrs={"rows": 1, "class": "desk-headline", "placeholder": _("Headline")}
            ),
            "kicker": forms.TextInput(attrs={"class": "desk-kicker", "placeholder": _("Kicker")}),
            "standfirst": forms.Textarea(
                attrs={"rows": 2, "class": "desk-standfirst", "placeholder": _("Standfirst")}
            ),
            "body": BodyWidget(),
            "lead_picture": PictureWidget(),
            "issue": PickWidget(Issue),
            "tags": TagsWidget(reverse_lazy("admin:taggit_tag_pick")),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opened_version"].initial = self.instance.version
        for name in ("headline", "standfirst", "kicker"):
            if name in self.fields:
                field: Any = Article._meta.get_field(name)
                self.fields[name].widget.attrs["maxlength"] = field.max_length
        if "slug" in self.fields:
            self.fields["slug"].widget = UnfoldAdminTextInputWidget()

    def clean_headline(self) -> str:
        """A headline is one line, whatever was pasted."""
        return " ".join(self.cleaned_data["headline"].split())

    def clean_body(self) -> str:
        """Pass the words through the rules now, so that a refusal stands beside them."""
        body = sanitising.clean(self.cleaned_data.get("body") or "")
        if self.user is not None and not self.user.has_perm("articles.see_all_articles"):
            kept = set(rendering.links_to(self.initial.get("body") or ""))
            wanted = set(rendering.links_to(body)) - kept
            allowed = (
                Article.objects.linkable_by(self.user).filter(pk__in=wanted).values_list("pk", flat=True)
            )
            if wanted - set(allowed):
                raise forms.ValidationError(
                    _("There is a link to an article that you cannot see. Choose another with the button.")
                )
        return body

    def clean_issue(self) -> Issue | None:
        """A closed issue takes no new pieces; what stands in it stays."""
        issue: Issue | None = self.cleaned_data["issue"]
        if issue is not None and issue.pk != self.initial.get("issue") and not issue.takes_pieces():
            sentence = _(
                "Issue %(issue)s is closed and takes no more pieces. Choose another, or open it again first."
            )
            raise forms.ValidationError(sentence % {"issue": issue})
        return issue

    def clean(self) -> dict[str, Any]:
        """Notice that somebody else saved in the meantime, and give the piece an address."""
        values = super().clean() or self.cleaned_data
        if not values.get("slug"):
            values["slug"] = self._free_slug(values.get("headline", ""))
        self._notice_a_newer_version()
        return values

    def _free_slug(self, headline: str) -> str:
        if self.instance.slug:
            return self.instance.slug
        stem = slugify(headline)[:100].strip("-") or "untitled"
        taken = set(Article.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
        candidates = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
        return next(slug for slug in candidates if slug not in taken)

    def _post_clean(self) -> None:
        # A person who may not choose the address has no field for it; the model needs one all the same.
        if "slug" not in self.fields and not self.instance.slug:
            self.instance.slug = self.cleaned_data.get("slug", "")
        super()._post_clean()  # type: ignore[misc]

    def _notice_a_newer_version(self) -> None:
        if self.instance.pk is None:
            return
        # Locked, so that between this look and the save nobody slips in.
        stored = Article.objects.select_for_update().get(pk=self.instance.pk)
        seen = {str(self.cleaned_data.get("opened_version")), self.data.get("_overwrite")}
        if str(stored.version) not in seen:
            self.theirs = stored
            raise forms.ValidationError(
                _("Somebody saved this piece while you were writing. Nothing is lost: compare below."),
                code="conflict",
            )

    @property
    def their_name(self) -> str:
        """Who saved the newer version, if the history knows."""
        if self.theirs is None:
            return ""
        last = self.theirs.revisions.select_related("saved_by").defer("snapshot").first()
        return str(last.saved_by) if last and last.saved_by else str(_("somebody else"))

    def conflict_rows(self) -> list[tuple[Any, list[comparing.Row]]]:
        """Their text beside mine, field by field; plain text for the template to escape."""
        if self.theirs is None:
            return []
        found = []
        for name in [*COMPARED_FIELDS, "body"]:
            # What the rules would keep of it, so that no difference is only a matter of spelling.
            typed = str(self.data.get(self.add_prefix(name), "")).replace("\r\n", "\n")
            mine = self.cleaned_data.get(name, typed)
            if rows := comparing.compare(getattr(self.theirs, name), mine, is_html=name == "body"):
                found.append((self.fields[name].label or name, rows))
        return found


class OrderedForm(forms.ModelForm):
    """One row of an ordered list. Its place alone does not make a row: an empty one may stand anywhere."""

    position = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=10_000)

    def has_changed(self) -> bool:
        changed = set(self.changed_data)
        return bool(changed - {"position"}) or bool(self.instance.pk and changed)

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or 0


class RelatedForm(OrderedForm):
    """A piece to read next; not the piece itself."""

    def clean_related(self) -> Article:
        related: Article = self.cleaned_data["related"]
        if related.pk == self.instance.article_id:
            raise forms.ValidationError(_("This is the piece itself: choose another."))
        return related


class MomentForm(forms.Form):
    """When a piece goes live."""

    @classmethod
    def suggesting(cls, article: Article) -> "MomentForm":
        """An unbound form with the moment that is set already, or with tomorrow at six."""
        tomorrow = timezone.localtime() + timedelta(days=1)
        at = (
            timezone.localtime(article.published_at)
            if article.published_at
            else tomorrow.replace(hour=6, minute=0)
        )
        return cls(initial={"day": at.date(), "time": at.time()})

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
