"""Advertisements and where they stand, as tests need them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from advertising.models import Creative, Placement


def creative(**fields: Any) -> Creative:
    """One of our own; with ``sponsor``, that sponsor's."""
    values: dict[str, Any] = {
        "kind": Creative.Kind.SPONSOR if fields.get("sponsor") else Creative.Kind.HOUSE,
        "headline": "Give a year of reading",
        "text": "Twenty-four issues for somebody you like.",
        "address": "https://gifts.example.org/",
        "invitation": "See how",
    }
    return Creative.objects.create(**values | fields)


def placement(slot: str = "article", *, of: Creative | None = None, **fields: Any) -> Placement:
    """An advertisement that stands in ``slot`` since an hour ago."""
    values: dict[str, Any] = {"from_at": timezone.now() - timedelta(hours=1)}
    return Placement.objects.create(slot=slot, creative=of or creative(), **values | fields)


def everywhere(**fields: Any) -> Creative:
    """An advertisement that stands in every slot."""
    made = creative(**fields)
    for slot in Placement.Slot:
        placement(slot, of=made)
    return made
