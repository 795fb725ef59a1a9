"""People in a list of the desk, each with where they stand."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from subscriptions.life import lifecycle
from subscriptions.people.exporting import newest_agreements


def rows_of(people: Sequence[Any]) -> list[dict[str, Any]]:
    """Return a row for each of ``people``, with the newest subscription and where it stands. Four queries."""
    held = newest_agreements([person.pk for person in people])
    return [
        {
            "person": person,
            "address": reverse("admin:subscriptions_subscriber", args=[person.pk]),
            "held": held.get(person.pk),
            "standing": lifecycle.standing(held[person.pk]) if person.pk in held else None,
        }
        for person in people
    ]
