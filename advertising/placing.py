"""Which advertisement stands in which slot, and for whom there is none."""

import math
from datetime import datetime
from hashlib import sha256
from typing import Any

from advertising.models import Placement
from advertising.standing import placements
from articles.slots import Filling, Slot
from subscriptions import access
from subscriptions.promises import Feature

TEMPLATE = "advertising/advertisement.html"
HOUR = 60 * 60


def fill(slot: Slot, page: str, reader: Any, at: datetime) -> Filling | None:
    """Return what ``reader`` sees in ``slot`` on ``page`` at ``at``; nothing for whoever reads without.

    Everybody who sees one sees the same in the same hour, so that a page in a cache is everybody's. A
    stranger costs no query beside the one of ``standing``, and a signed-in reader one.
    """
    chosen = choose(slot, page, at)
    if chosen is None or (reader.is_authenticated and access.may(reader, Feature.AD_FREE, at).granted):
        return None
    return Filling(TEMPLATE, {"creative": chosen.creative, "slot": slot.value})


def choose(slot: Slot, page: str, at: datetime) -> Placement | None:
    """Return the placement that stands in ``slot`` on ``page`` in the hour of ``at``, if there is one.

    Each draws a number from slot, page, hour and its key, the better the more it weighs, and the best stands
    there (weighted rendezvous hashing): over many pages and hours each stands as often as its weight says,
    and one that comes or goes changes only the places that it takes or leaves.
    """
    standing = [one for one in placements.get() if one.slot == slot.value and one.stands(at)]
    place = f"{slot.value}|{page}|{int(at.timestamp() // HOUR)}"
    return max(standing, key=lambda one: _draw(place, one), default=None)


def _draw(place: str, placement: Placement) -> float:
    digest = sha256(f"{place}|{placement.pk}".encode()).digest()
    # Between nothing and one, and neither of them.
    share = (int.from_bytes(digest[:8], "big") + 1) / (2**64 + 2)
    return -placement.weight / math.log(share)
