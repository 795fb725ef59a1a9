"""“Hear it”: a button that says what is typed, and the answer to it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from audio import hearing


def button(address: str, name: str = "", value: Any = "") -> SafeString:
    """A button in a form, which sends the form to ``address`` and plays what comes back."""
    return format_html(
        '<span class="audio-hear"><button class="desk-button" type="submit" formmethod="post" formnovalidate '
        'formaction="{}" formtarget="_blank" name="{}" value="{}" data-hear="{}" data-failed="{}">'
        '{}</button> <span class="audio-said" data-said role="status"></span></span>',
        address,
        name or "hear",
        value,
        gettext("One moment…"),
        gettext("It could not be played."),
        gettext("Hear it"),
    )


def answer(request: HttpRequest, words: str, **how: Any) -> HttpResponse:
    """Say ``words``: a WAV file; or a sentence with 422 that says why not, with 429 for too often."""
    try:
        hearing.count_against(request.user.pk or 0)
    except hearing.NotNowError as refusal:
        return _sorry(str(refusal), 429)
    try:
        sound = hearing.say(words, **how)
    except hearing.NotNowError as refusal:
        return _sorry(str(refusal), 422)
    return HttpResponse(sound, content_type="audio/wav")


def _sorry(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
