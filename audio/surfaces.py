"""Enters the addresses of this room that show or speak words of articles."""

from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from articles import surfaces


def register_own() -> None:
    """Enter the surfaces of this room."""
    surfaces.register("audio:file", _files_with)
    surfaces.register("audio:issue", _issue_of)
    surfaces.register("audio:feed", lambda article: [reverse("audio:feed")])
    surfaces.register("audio:transcript", _transcript_of)
    surfaces.register("audio:chapters", _chapters_of)
    surfaces.register("audio:list", lambda article: [reverse("audio:list")])


def _files_with(article: Any) -> list[str]:
    # By its path: this is imported while Django is still loading, before there are models.
    return import_string("audio.addresses.files_with")(article)


def _issue_of(article: Any) -> list[str]:
    if article.issue is None:
        return []
    return [reverse("audio:issue", args=[article.issue.volume, article.issue.number])]


def _transcript_of(article: Any) -> list[str]:
    return import_string("audio.addresses.words_with")(article, "audio:transcript")


def _chapters_of(article: Any) -> list[str]:
    return import_string("audio.addresses.words_with")(article, "audio:chapters")
