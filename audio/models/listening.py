"""Where readers are in what they read and hear, what they put by, and from where their feeds are fetched."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article


class Place(models.Model):
    """Where one reader is in one article, reading or listening: one place for both.

    ``block`` is the place among the top-level elements of the text (as in ``Narration.segments``), and
    ``at_ms`` where the recording with ``narration_key`` had come to; another recording begins at the block.
    """

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="places")
    article = models.ForeignKey(Article, models.CASCADE, related_name="places")
    block = models.PositiveIntegerField(default=0)
    at_ms = models.PositiveIntegerField(default=0)
    narration_key = models.CharField(max_length=40, blank=True)
    was_listening = models.BooleanField(default=False)
    # In per cent of the text; a piece that was read or heard to its end is not offered again.
    done = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-changed_at"]
        constraints = [
            models.UniqueConstraint(fields=["reader", "article"], name="place_once_per_reader_and_article"),
        ]
        indexes = [models.Index(fields=["reader", "-changed_at"], name="place_newest_of_reader")]

    def __str__(self) -> str:
        return f"{self.reader}: {self.article}"


class PutBy(models.Model):
    """An article on a reader's own list, in the order in which they want it."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="put_by")
    article = models.ForeignKey(Article, models.CASCADE, related_name="put_by")
    position = models.PositiveIntegerField(default=0)
    put_by_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position", "put_by_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["reader", "article"], name="put_by_once_per_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.reader}: {self.article}"


class FeedVisit(models.Model):
    """That a reader's feed address was used from one network on one day.

    ``network`` is a keyed digest, never the address itself, and rows are kept for days only: enough to
    notice that an address got about.
    """

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed_visits")
    feed_seal = models.CharField(max_length=20)
    network = models.CharField(max_length=32)
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "feed_seal", "network", "day"], name="feed_visit_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader}, {self.day}"


class FeedAlarm(models.Model):
    """That a reader's feed address was used from so many places that it was closed, and when."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed_alarms")
    networks = models.PositiveIntegerField(_("networks"))
    at = models.DateTimeField(_("noticed"), default=timezone.now)

    class Meta:
        verbose_name = _("feed alarm")
        verbose_name_plural = _("feed alarms")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.reader}, {self.at:%Y-%m-%d}"
