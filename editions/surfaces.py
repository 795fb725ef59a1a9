"""Enters the files of issues among the addresses that show words of articles."""

from typing import Any

from django.utils.module_loading import import_string

from articles import surfaces


def register_own() -> None:
    """Enter the surfaces of this room."""
    surfaces.register("editions:download", _files_with)


def _files_with(article: Any) -> list[str]:
    # By its path: this is imported while Django is still loading, before there are models.
    return import_string("editions.addresses.files_with")(article)
