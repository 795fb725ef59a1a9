"""Digital edition: who has paid for today has the right to it."""

from collections.abc import Mapping
from datetime import datetime

from subscriptions.features import Feature
from subscriptions.keeping import rights
from subscriptions.promises import Finding


def look(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Whether each paid day has its right."""
    return rights.follow_terms(Feature.DIGITAL_EDITION, at)
