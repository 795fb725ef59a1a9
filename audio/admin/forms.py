"""What an editor fills in about a recording."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audio.models import Narration, Wording

INPUT = {"class": "desk-input"}
LONGEST_WORDING = 20_000


def _longest(field: str) -> Any:
    column: Any = Narration._meta.get_field(field)
    return column.max_length


class ExemptForm(forms.Form):
    """Why a piece is not to be read aloud."""

    reason = forms.CharField(
        label=_("Why it is not read aloud"),
        max_length=_longest("exempt_reason"),
        widget=forms.TextInput(attrs=INPUT),
        help_text=_("It stands on the board beside the headline, and in the promise board’s sentence."),
        error_messages={"required": _("Say why: an exemption without a reason would be a gap.")},
    )


class ReadingForm(forms.Form):
    """A recording that somebody made, and who reads."""

    file = forms.FileField(
        label=_("Recording"),
        widget=forms.FileInput(attrs={**INPUT, "accept": "audio/*,.mp3,.m4a,.wav,.flac,.ogg,.opus"}),
        error_messages={
            "required": _("Choose the file of the recording."),
            "empty": _("That file is empty. Choose the file of the recording."),
        },
    )
    reader_name = forms.CharField(
        label=_("Read by"),
        max_length=_longest("reader_name"),
        widget=forms.TextInput(attrs={**INPUT, "autocomplete": "off"}),
        error_messages={"required": _("Say who reads: listeners are told.")},
    )


class WordingForm(forms.Form):
    """What is said in place of one paragraph; nothing leaves it out."""

    digest = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    spoken = forms.CharField(
        label=_("Say instead"),
        required=False,
        max_length=LONGEST_WORDING,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "max_length": _("That is %(show_value)d letters, and there is room for %(limit_value)d.")
        },
    )

    @classmethod
    def of(cls, digest: str, spoken: str, *, number: int) -> "WordingForm":
        """The form of the block with ``digest``, filled with what is said now."""
        form = cls(initial={"digest": digest, "spoken": spoken}, auto_id=f"id_{number}_%s")
        lines = spoken.count("\n") + len(spoken) // 80 + 1
        form.fields["spoken"].widget.attrs["rows"] = max(2, min(lines, 12))
        return form


class LeftoverForm(forms.Form):
    """Which wording of a text that is no longer there is thrown away."""

    wording = forms.ModelChoiceField(Wording.objects.none(), widget=forms.HiddenInput)

    def __init__(self, wordings: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["wording"]
        choice.queryset = wordings
