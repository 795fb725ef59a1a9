"""What stands in the slots of the pages: one advertisement of the house, and one of an invented sponsor."""

from datetime import datetime, timedelta
from typing import Any

from advertising.models import Creative, Placement

CREATIVES: tuple[dict[str, Any], ...] = (
    {
        "kind": Creative.Kind.HOUSE,
        "headline": "Give somebody a year of good evenings",
        "text": "Twenty-four issues, with a card to put under the door.",
        "address": "/gifts/",
        "invitation": "Give the magazine",
    },
    {
        "kind": Creative.Kind.SPONSOR,
        "sponsor": "Carrow Maritime Museum",
        "headline": "A hundred knots, and who tied them",
        "text": "An exhibition in the old ropewalk. Every day but Tuesday, until the spring tides.",
        "address": "https://museum.example/knots",
        "invitation": "See the exhibition",
    },
)


def load(at: datetime) -> None:
    """Place both in every slot, the sponsor’s twice as often, as if it were ``at``."""
    if Creative.objects.exists():
        return
    for weight, words in enumerate(CREATIVES, start=1):
        creative = Creative.objects.create(**words)
        for slot in Placement.Slot:
            Placement.objects.create(
                creative=creative, slot=slot, weight=weight, from_at=at - timedelta(days=7)
            )
