"""Exclusive content: who has paid for today may read it, and nobody by a right from nowhere."""

from collections.abc import Mapping
from datetime import datetime

from subscriptions import promises
from subscriptions.features import Feature
from subscriptions.keeping import rights
from subscriptions.promises import Finding


def look(at: datetime, promised: Mapping[str, int]) -> Finding:
    """Whether each paid day has its right, and each right something behind it."""
    return promises.together(
        [
            rights.follow_terms(Feature.EXCLUSIVE_CONTENT, at),
            rights.have_a_source(Feature.EXCLUSIVE_CONTENT, at),
        ]
    )
