"""The one place that answers who may read: asked by every page, file, feed and label run.

Only entitlements are read here. Payments, gifts and grants write entitlements elsewhere
(``subscriptions.entitlements``); none of them opens anything by itself.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.features import Feature
from subscriptions.models.entitlement import Entitlement


class Audience(models.TextChoices):
    """For whom a piece is written."""

    EVERYONE = "everyone", _("Everyone")
    REGISTERED = "registered", _("Registered readers")
    SUBSCRIBERS = "subscribers", _("Subscribers")


class Reason(StrEnum):
    """Why a verdict is what it is."""

    OPEN = "open"
    REGISTERED = "registered"
    ENTITLED = "entitled"
    STAFF = "staff"
    STRANGER = "stranger"
    NOT_ENTITLED = "not_entitled"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Verdict:
    """Granted, or why not.

    ``until`` is the instant at which the right ends (granted) or ended (lapsed), where there is one.
    """

    granted: bool
    reason: Reason
    until: datetime | None = None

    @property
    def needs_sign_in(self) -> bool:
        """Whether signing in alone could open the piece, or show that it is open."""
        return self.reason == Reason.STRANGER


def verdict_for(reader, audience: str, at: datetime | None = None) -> Verdict:
    """Say whether ``reader`` may read a piece for ``audience`` at the instant ``at`` (default: now).

    ``reader`` is a user or Django's anonymous user. At most one query, and none for open pieces.
    """
    at = at or timezone.now()
    if audience == Audience.EVERYONE:
        return Verdict(True, Reason.OPEN)
    if not (reader.is_authenticated and reader.is_active):
        return Verdict(False, Reason.STRANGER)
    if reader.is_staff:
        return Verdict(True, Reason.STAFF)
    if audience == Audience.REGISTERED:
        return Verdict(True, Reason.REGISTERED)
    return _verdict_by_entitlement(reader, Feature.EXCLUSIVE_CONTENT, at)


def _verdict_by_entitlement(reader, feature: Feature, at: datetime) -> Verdict:
    held = list(Entitlement.objects.begun(at).filter(reader=reader, feature=feature))
    current = [entitlement for entitlement in held if entitlement.is_current(at)]
    if current:
        ends = [entitlement.until_at for entitlement in current]
        return Verdict(True, Reason.ENTITLED, until=None if None in ends else max(ends))
    if held:
        return Verdict(False, Reason.LAPSED, until=max(e.until_at for e in held))
    return Verdict(False, Reason.NOT_ENTITLED)
