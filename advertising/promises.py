"""Ad-free: whoever has the right is shown nothing in any slot of any page."""

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext, ngettext, ngettext_lazy

from articles import slots
from articles.slots import Slot
from subscriptions import access, promises
from subscriptions.promises import MOST_ROWS, Feature, Finding, Row

# So many readers are looked at each night; by what they see, not by what is written of them.
SAMPLE = 50


def ad_free(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Whether readers with the right, the newest first, find each slot empty at ``at``."""
    readers = list(access.holders(Feature.AD_FREE, at).reverse()[:SAMPLE])
    # As pages ask, through the register: whoever else fills slots is found out as well.
    shown = [
        reader for reader in readers if any(slots.filling(slot, f"/{slot}/", reader, at) for slot in Slot)
    ]
    return promises.verdict(
        len(shown),
        (
            Row(reader.email, reverse("admin:subscriptions_subscriber", args=[reader.pk]))
            for reader in shown[:MOST_ROWS]
        ),
        ngettext_lazy(
            "%d reader with the right to none is shown an advertisement.",
            "%d readers with the right to none are shown an advertisement.",
        ),
        kept=ngettext(
            "%d reader with the right was looked at, and is shown no advertisement.",
            "%d readers with the right were looked at, and none is shown an advertisement.",
            len(readers),
        )
        % len(readers)
        if readers
        else gettext("Nobody has the right yet."),
    )
