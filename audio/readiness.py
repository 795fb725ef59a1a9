"""What the put-to-bed room shows of the recordings of an issue's pieces."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.issues.register import Colour, Light
from articles.models import Article, Issue
from audio import equipment, freshness
from audio.freshness import State


def lights(issue: Issue, pieces: Sequence[Any], at: datetime) -> Iterator[Light]:
    """Say of each piece whether it can be heard as it stands. The number of queries does not grow with them.

    What is not there is amber, because it is made within the hour. With ``AUDIO_HOLDS_RELEASE`` it is red:
    nothing is released before every piece can be heard.
    """
    if not pieces:
        return
    lacking = Colour.RED if settings.AUDIO_HOLDS_RELEASE else Colour.AMBER
    states = freshness.states_of(pieces)
    unable = equipment.what_is_missing()
    for piece in pieces:
        state = states[piece.pk]
        label = _("Not read aloud") if state == State.EXEMPT else _("Audio")
        if state in {State.READY, State.EXEMPT}:
            yield Light(label, Colour.GREEN, piece=piece.pk)
            continue
        address = reverse("admin:audio_piece", args=[piece.pk])
        yield Light(label, lacking, _sentence(piece, state, unable), piece.pk, address)


def _sentence(piece: Article, state: State, unable: str) -> str:
    if state == State.FAILED:
        return _("It could not be read aloud.")
    if unable:
        return unable
    if state == State.STALE:
        return _("It is heard as it was before the last change; the new recording is made within the hour.")
    if piece.status != Article.Status.APPROVED:
        return _("It is read aloud once it is approved.")
    return _("It is being read aloud; that takes minutes.")
