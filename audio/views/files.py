"""Recordings, as the player and the browser fetch them."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audio import handing_out, player, rights
from audio.models import Narration
from magazine import vault
from magazine.headers import reader_of
from subscriptions import access

BODIES = [f"article__{name}" for name in player.BODIES]


@require_safe
def file(request: HttpRequest, key: str, extension: str) -> HttpResponseBase:
    """Give a recording, or a part of it, to whoever may hear it now."""
    found = Narration.objects.select_related("article__section").defer("segments", *BODIES)
    narration = get_object_or_404(found, key=key, exempt_reason="")
    article, reader, at = narration.article, reader_of(request), timezone.now()
    if not rights.hears_everything(reader):
        if not article.is_published(at):
            raise Http404
        verdict = rights.verdict_to_hear(article, reader, at)
        if not verdict.granted:
            context = {"article": article, "verdict": verdict, "why": access.explain(verdict)}
            return render(request, "audio/refused.html", context, status=403)
    try:
        return handing_out.answer(request, narration, extension)
    except vault.FileGoneError as error:
        raise Http404 from error
