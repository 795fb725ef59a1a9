"""Enters the files of issues among the addresses that show words of articles."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.module_loading import import_string

from articles import surfaces


def register_own() -> None:
    """Enter the surfaces of this room."""
    surfaces.register("editions:download", _files_with)
    surfaces.register("editions:search", _searches_for_its_words)


def _files_with(article: Any) -> list[str]:
    # By its path: this is imported while Django is still loading, before there are models.
    return import_string("editions.addresses.files_with")(article)


def _searches_for_its_words(article: Any) -> list[str]:
    """Ask the pages of past issues for what stands in the piece."""
    words = [article.headline, *article.body_text.split("\n")]
    return [f"{reverse('editions:search')}?{urlencode({'q': one[:150]})}" for one in words if one]
