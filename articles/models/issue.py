"""A numbered issue of the magazine."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.picture import Picture


class State(models.TextChoices):
    """How far an issue has come; computed from its instants, never stored."""

    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    AT_PRESS = "at_press", _("At press")
    RELEASED = "released", _("Released")
    ARCHIVED = "archived", _("Archived")


class IssueQuerySet(models.QuerySet["Issue"]):
    """Questions about many issues."""

    def published(self, at: datetime | None = None) -> Self:
        """Keep the issues that the public may know about at ``at`` (default: now)."""
        return self.filter(released_at__lte=at or timezone.now())

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the issues; their pieces stay, and none becomes public by it."""
        with transaction.atomic():
            for issue in self:
                issue.let_pieces_go()
            return super().delete()

    # As Django marks its own: no manager offers it, and no template may call it.
    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Issue(models.Model):
    """One number of the magazine: what subscribers were promised twenty-four of a year."""

    volume = models.PositiveSmallIntegerField(_("volume"))
    number = models.PositiveSmallIntegerField(_("number"))
    cover_on = models.DateField(_("cover date"))
    title = models.CharField(_("cover line"), max_length=120, blank=True)
    standfirst = models.CharField(_("standfirst"), max_length=400, blank=True)
    cover = models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("cover")
    )
    weight = models.PositiveSmallIntegerField(
        _("counts as"),
        default=1,
        help_text=_("A double issue counts as two of the issues promised; a special outside the count as 0."),
    )
    pages = models.PositiveSmallIntegerField(
        _("page budget"), default=64, help_text=_("How many pages there are, covers included.")
    )
    # Since when it takes pieces, takes no more, is being made, and is no longer the current one.
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    to_press_at = models.DateTimeField(_("to press"), null=True, blank=True, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    released_at = models.DateTimeField(
        _("released"),
        null=True,
        blank=True,
        help_text=_("Readers see the issue from this moment on."),
    )

    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ["-cover_on", "-volume", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["volume", "number"], name="issue_number_once_per_volume")
        ]

    def __str__(self) -> str:
        return f"{self.volume}/{self.number}" + (f" {self.title}" if self.title else "")

    @property
    def label(self) -> str:
        """How the issue is named on the page."""
        return _("Volume %(volume)d, number %(number)d") % {
            "volume": self.volume,
            "number": self.number,
        }

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the issue; its pieces stay, and none becomes public by it."""
        with transaction.atomic():
            self.let_pieces_go()
            return super().delete(*args, **kwargs)

    def let_pieces_go(self) -> int:
        """Send back to the editors what this issue alone would have made public; returns how many pieces."""
        waits = Q(published_at=None)
        if self.released_at is not None and self.released_at > timezone.now():
            waits |= Q(published_at=self.released_at)
        waiting = self.articles.filter(waits, status="approved")
        return waiting.update(status="submitted", published_at=None, version=F("version") + 1)

    def takes_pieces(self, at: datetime | None = None) -> bool:
        """Whether a piece may join the issue at ``at`` (default: now): until it is closed.

        One that never was closed (brought here from elsewhere, say) takes pieces always.
        """
        at = at or timezone.now()
        return not any(since is not None and since <= at for since in (self.closed_at, self.to_press_at))

    def is_published(self, at: datetime | None = None) -> bool:
        """Whether the public may know about this issue at ``at`` (default: now)."""
        return self.released_at is not None and self.released_at <= (at or timezone.now())

    def state(self, at: datetime | None = None) -> State:
        """How far the issue has come at ``at`` (default: now): the last of its instants that has passed."""
        at = at or timezone.now()
        steps = [
            (self.archived_at, State.ARCHIVED),
            (self.released_at, State.RELEASED),
            (self.to_press_at, State.AT_PRESS),
            (self.closed_at, State.CLOSED),
            (self.opened_at, State.OPEN),
        ]
        return next((state for since, state in steps if since is not None and since <= at), State.PLANNED)

    def get_absolute_url(self) -> str:
        return reverse("articles:issue", args=[self.volume, self.number])


class IssueEvent(models.Model):
    """One thing that was done to an issue; rows are only ever added.

    ``detail`` keeps what is needed to tell it, and to take a release back: for that, the pieces it made
    public with the dates they had before.
    """

    class Kind(models.TextChoices):
        """What was done."""

        OPENED = "opened", _("Opened")
        CLOSED = "closed", _("Closed")
        REOPENED = "reopened", _("Opened again")
        TO_PRESS = "to_press", _("Sent to press")
        RECALLED = "recalled", _("Called back from press")
        RELEASED = "released", _("Released")
        ROLLED_BACK = "rolled_back", _("Release taken back")
        ARCHIVED = "archived", _("Archived")
        MOVED = "moved", _("Moved to another day")

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="events", verbose_name=_("issue"))
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    reason = models.CharField(_("why"), max_length=400, blank=True)
    detail = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("event of an issue")
        verbose_name_plural = _("events of issues")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.issue}: {self.get_kind_display()}"
