"""How words are said: a list that grows with every name that a voice gets wrong."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from articles.admin.base import DeskAdmin
from audio.admin import hearing
from audio.admin.voices import language_choices
from audio.models import Pronunciation


class PronunciationForm(forms.ModelForm):
    """A word, and how it is said."""

    class Meta:
        model = Pronunciation
        fields = ["word", "spoken", "language", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "language" in self.fields:
            kept = self.instance.language
            self.fields["language"] = forms.ChoiceField(
                widget=UnfoldAdminSelectWidget,
                label=self.fields["language"].label,
                required=False,
                choices=[("", _("Every language")), *language_choices(kept)],
            )

    def clean_word(self) -> str:
        """One space between words, as in a text."""
        return " ".join(self.cleaned_data["word"].split())

    def clean_spoken(self) -> str:
        """One space between words; it is read as one."""
        return " ".join(self.cleaned_data["spoken"].split())


@admin.register(Pronunciation)
class PronunciationAdmin(DeskAdmin):
    """Words by the alphabet; each can be heard, and what is typed before it is saved."""

    desk_order = 46
    form = PronunciationForm
    list_display = ["word", "spoken", "for_language", "note", "hear_row"]
    search_fields = ["word", "spoken", "note"]
    ordering = ["word"]
    fields = ["word", "spoken", "hear", "language", "note"]
    readonly_fields = ["hear"]

    class Media:
        css = {"all": ["desk/audio.css"]}
        js = [forms.Script("desk/audio.js", type="module")]

    def get_urls(self) -> list[Any]:
        hear = path("hear/", self.admin_site.admin_view(self.hear_view), name="audio_pronunciation_hear")
        return [hear, *super().get_urls()]

    @display(description=_("language"), ordering="language")
    def for_language(self, pronunciation: Pronunciation) -> str:
        return pronunciation.language or gettext("Every language")

    @display(description=_("how it sounds"))
    def hear(self, pronunciation: Pronunciation) -> SafeString:
        return hearing.button(reverse("admin:audio_pronunciation_hear"))

    @display(description=_("how it sounds"))
    def hear_row(self, pronunciation: Pronunciation) -> SafeString:
        return hearing.button(reverse("admin:audio_pronunciation_hear"), "row", pronunciation.pk)

    @method_decorator(require_POST)
    def hear_view(self, request: HttpRequest) -> HttpResponse:
        """Say the words of the ``row``, or those that are typed, alone and in a sentence."""
        if not request.user.has_perm("audio.change_pronunciation"):
            raise PermissionDenied
        key = request.POST.get("row", "")
        spoken, language = request.POST.get("spoken", ""), request.POST.get("language", "")
        if key.isascii() and key.isdigit() and len(key) < 18:
            found = Pronunciation.objects.filter(pk=int(key)).values_list("spoken", "language").first()
            spoken, language = found or ("", "")
        spoken = " ".join(spoken.split())
        words = f"{spoken}. That is how {spoken} is said." if spoken else ""
        return hearing.answer(request, words, language=language, as_typed=True)
