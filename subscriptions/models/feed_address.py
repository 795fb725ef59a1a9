"""The address of a reader's own feeds, for programs that cannot sign in."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def new_key() -> str:
    """Return a key that nobody guesses: 128 random bits."""
    return secrets.token_urlsafe(16)


class FeedAddress(models.Model):
    """What stands in the addresses of one reader's feeds. A new key closes the old addresses.

    The key alone opens nothing: an address carries it signed (``subscriptions.access.feed_reader``), so that
    whoever sees this table cannot read in the reader's place. Rows are written by
    ``subscriptions.feed_addresses`` alone.
    """

    class Origin(models.TextChoices):
        """Who had it made."""

        READER = "reader", _("Asked for by the reader")
        STAFF = "staff", _("Given by staff")
        SHARED = "shared", _("In place of one that got about")

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed_address", verbose_name=_("reader")
    )
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    origin = models.CharField(_("why"), max_length=10, choices=Origin, default=Origin.READER)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("feed address")
        verbose_name_plural = _("feed addresses")

    def __str__(self) -> str:
        return str(self.reader)
