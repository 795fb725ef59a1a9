"""Ad-free, once it is live: who has paid for today has the right, and nobody has one from nowhere.

Whether it is still only planned, and overdue, the board says by itself. That pages keep to the rights is
looked at by the room that fills them.
"""

from collections.abc import Mapping
from datetime import datetime

from subscriptions import promises
from subscriptions.features import Feature
from subscriptions.keeping import rights
from subscriptions.promises import Finding


def look(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Whether each paid day has its right, and each right something behind it."""
    return promises.together(
        [rights.follow_terms(Feature.AD_FREE, at), rights.have_a_source(Feature.AD_FREE, at)]
    )
