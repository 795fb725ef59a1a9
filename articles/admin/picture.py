"""The picture library: looked at, searched by typing, filled by dropping a file on it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from articles import uploads
from articles.admin.base import DeskAdmin, PickableMixin
from articles.admin.widgets import module
from articles.models import Picture

WORDS = ["title", "alt", "caption", "credit"]


class AltFilter(admin.SimpleListFilter):
    """Whether those who do not see a picture are told what it shows."""

    title = _("alternative text")
    parameter_name = "alt"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("Missing")), ("some", _("Written"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "none":
            return queryset.filter(alt="")
        return queryset.exclude(alt="") if self.value() == "some" else queryset


class UploadForm(forms.ModelForm):
    """A new picture: a file, and the words that go with it."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("JPEG, PNG, WebP, AVIF or GIF, at most 25 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
    )

    class Meta:
        model = Picture
        fields = WORDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = _("Empty: the file's own name.")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if file := values.get("file"):
            try:
                words = {name: values.get(name, "") for name in WORDS}
                self.taken = uploads.take_picture(file, **words, uploaded_by=self.user)
            except ValidationError as refusal:
                self.add_error("file", refusal)
        return values

    def save(self, commit: bool = True) -> Picture:
        """The row exists already: the upload made it."""
        self.instance = self.taken
        return self.taken

    def save_m2m(self) -> None:
        """A picture has nothing of the kind."""

    user: Any = None
    taken: Picture


@admin.register(Picture)
class PictureAdmin(PickableMixin, DeskAdmin):
    """Everybody who writes sees the whole library; writers change only what they brought."""

    desk_order = 20
    list_display = ["shown", "credit", "has_alt", "size", "created_at"]
    list_display_links = ["shown"]
    list_filter = [AltFilter]
    list_per_page = 40
    search_fields = ["title", "alt", "caption", "credit"]
    ordering = ["-created_at", "-pk"]
    readonly_fields = ["large"]
    fieldsets = [
        (None, {"fields": ["large", "title", "alt", "caption", "credit"]}),
        (_("What must stay in sight when the picture is cut"), {"fields": ["focal_x", "focal_y"]}),
    ]
    pick_fields = ("title", "alt", "caption", "credit")

    def get_urls(self) -> list[URLPattern]:
        take = path("take/", self.admin_site.admin_view(self.take_view), name="articles_picture_take")
        return [take, *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Picture | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        if obj is None or request.user.has_perm("articles.see_all_articles"):
            return allowed
        return allowed and obj.uploaded_by_id == request.user.pk

    def get_fieldsets(self, request: HttpRequest, obj: Picture | None = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else [(None, {"fields": ["file", *WORDS]})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if change:
            return super().get_form(request, obj, change=change, **kwargs)
        form = super().get_form(request, obj, change=change, **kwargs | {"form": UploadForm, "fields": WORDS})
        return type("UploadFormOf", (form,), {"user": request.user})

    def save_model(self, request: HttpRequest, obj: Picture, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        context["media"] += module("desk/focal.js")
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("picture"), ordering="title")
    def shown(self, picture: Picture) -> str:
        return format_html(
            '<span class="desk-row desk-row--picture"><img src="{}" alt="" loading="lazy">'
            "<strong>{}</strong></span>",
            picture.src,
            picture.title,
        )

    @admin.display(description=_("picture"))
    def large(self, picture: Picture) -> str:
        return format_html(
            '<span class="desk-focal" data-focal><img src="{}" alt="{}" width="{}" height="{}"></span>',
            picture.src,
            picture.alt,
            picture.width,
            picture.height,
        )

    @admin.display(description=_("alternative text"), boolean=True)
    def has_alt(self, picture: Picture) -> bool:
        return bool(picture.alt)

    @admin.display(description=_("size"))
    def size(self, picture: Picture) -> str:
        return f"{picture.width} × {picture.height}"

    def pickable(self, request: HttpRequest) -> QuerySet:
        return Picture.objects.all()

    def pick_row(self, obj: Picture) -> dict[str, Any]:
        return {
            "id": obj.pk,
            "label": obj.title,
            "note": obj.credit,
            "thumb": obj.src,
            "alt": obj.alt,
            "caption": obj.caption,
        }

    def take_view(self, request: HttpRequest) -> JsonResponse:
        """Take one file into the library and answer with its row; a refusal says why."""
        return require_POST(self._take)(request)

    def _take(self, request: HttpRequest) -> JsonResponse:
        if not self.has_add_permission(request):
            return JsonResponse({"error": str(_("You may not add pictures."))}, status=403)
        file = request.FILES.get("file")
        if file is None:
            return JsonResponse({"error": str(_("Choose a file first."))}, status=400)
        words = {name: request.POST.get(name, "")[:300] for name in WORDS}
        try:
            picture = uploads.take_picture(file, **words, uploaded_by=request.user)
        except ValidationError as refusal:
            return JsonResponse({"error": " ".join(refusal.messages)}, status=400)
        return JsonResponse(self.pick_row(picture))
