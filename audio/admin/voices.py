"""Who reads: the voices of this machine, and which of them reads what."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from articles.admin.base import DeskAdmin
from articles.admin.widgets import PickWidget
from articles.models import Author
from audio import equipment
from audio.admin import hearing, telling
from audio.models import VoiceChoice
from audio.voices import listing


def language_choices(kept: str = "") -> list[tuple[str, str]]:
    """The languages to choose from: the magazine's own, those of the voices here, and the one ``kept``."""
    codes = {settings.LANGUAGE_CODE, kept, *(voice.language for voice in listing.all_voices())}
    return [(code, code) for code in sorted(codes - {""})]


class VoiceChoiceForm(forms.ModelForm):
    """A voice, for a language or for an author."""

    class Meta:
        model = VoiceChoice
        fields = ["language", "author", "voice"]
        widgets = {"author": PickWidget(Author)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "language" in self.fields:
            self.fields["language"] = forms.ChoiceField(
                widget=UnfoldAdminSelectWidget,
                label=_("Language"),
                required=False,
                choices=[("", _("None: it is for an author")), *language_choices(self.instance.language)],
            )
        if "voice" in self.fields:
            self.fields["voice"] = forms.ChoiceField(
                widget=UnfoldAdminSelectWidget,
                label=_("Voice"),
                choices=_voices(self.instance.voice),
            )

    def clean(self) -> dict[str, Any]:
        """Hold it to one of the two."""
        data = super().clean() or self.cleaned_data
        if bool(data.get("language")) == bool(data.get("author")):
            self.add_error("language", gettext("Choose a language or an author: one of the two."))
        return data


def _voices(kept: str) -> list[tuple[str, str]]:
    """The voices of this machine; the one ``kept`` stays to be seen when it is gone."""
    choices = [(voice.name, str(voice.label)) for voice in listing.all_voices()]
    if kept and kept not in dict(choices):
        choices.append((kept, gettext("%s (not on this machine)") % kept))
    return choices


@admin.register(VoiceChoice)
class VoiceChoiceAdmin(DeskAdmin):
    """The choices; above them the voices themselves."""

    desk_order = 47
    form = VoiceChoiceForm
    list_display = ["whose", "voice_label"]
    list_display_links = ["whose"]
    list_select_related = ["author"]
    list_before_template = "admin/audio/components/voices.html"
    fields = ["language", "author", "voice"]

    class Media:
        css = {"all": ["desk/audio.css"]}
        js = [forms.Script("desk/audio.js", type="module")]

    def has_module_permission(self, request: HttpRequest) -> bool:
        # In the menu it is “Voices” (``desk_pages``): most look at those, and choose none.
        return False

    def desk_pages(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The entry of the menu."""
        if not self.has_view_permission(request):
            return []
        return [{"name": _("Voices"), "admin_url": reverse("admin:audio_voicechoice_changelist"), "order": 2}]

    def get_urls(self) -> list[Any]:
        hear = path("hear/", self.admin_site.admin_view(self.hear_view), name="audio_voicechoice_hear")
        return [hear, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the voices, and below them what was chosen."""
        address = reverse("admin:audio_voicechoice_hear")
        context = {
            "title": gettext("Voices"),
            "voices": [
                (voice, hearing.button(address, "voice", voice.name)) for voice in listing.all_voices()
            ],
            "not_here": equipment.not_here(),
            "what_is_missing": equipment.what_is_missing(),
            "sample": gettext("On 3 March the harbour took in 1,240 tonnes, the most since 1998."),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    @display(description=_("for"), ordering="author")
    def whose(self, choice: VoiceChoice) -> str:
        return str(choice.author) if choice.author else choice.language

    @display(description=_("voice"), ordering="voice")
    def voice_label(self, choice: VoiceChoice) -> str:
        return telling.voice_labels().get(choice.voice) or gettext("%s (not on this machine)") % choice.voice

    @method_decorator(require_POST)
    def hear_view(self, request: HttpRequest) -> HttpResponse:
        """Have the ``voice`` say the ``words``."""
        if not request.user.has_perm("audio.change_voicechoice"):
            raise PermissionDenied
        voice = request.POST.get("voice", "")[:100]
        return hearing.answer(request, request.POST.get("words", ""), voice_name=voice)
