"""What this room holds about people: to whom an issue was lent."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from editions.models import GuestLink
from magazine.personal import Done, Fate, Holding, Rule, about_nobody

HOLDINGS: tuple[Holding, ...] = (
    Holding(
        "editions.GuestLink",
        _("Links by which our people lent an issue, and to whom"),
        why=_("To know whom to ask."),
        fate=Fate.EMPTIED,
        stays=_("That an issue was lent."),
        rule="guest_links",
        not_exported=_("It is about the work of the house, not about its readers."),
    ),
    *about_nobody("editions.Edition", "editions.EditionPage"),
)


def erase(reader: Any, at: datetime) -> Iterator[Done]:
    """Close the links that ``reader`` gave out as one of our people, and forget to whom."""
    mine = GuestLink.objects.filter(made_by=reader.pk)
    mine.filter(revoked_at=None).update(revoked_at=at)
    yield Done("editions.GuestLink", mine.update(note=""))


def guest_links(before: datetime) -> int:
    """Forget to whom an issue was lent until before."""
    return GuestLink.objects.filter(until_at__lt=before).exclude(note="").update(note="")


RULES: tuple[Rule, ...] = (
    Rule(
        "guest_links",
        _("To whom an issue was lent, after the link closed"),
        guest_links,
        least=1,
        most=1830,
        why=_("Whoever lent it may want to ask."),
    ),
)
