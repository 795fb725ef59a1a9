"""What a nightly look at a promise found, for ever."""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from subscriptions.features import Feature
from subscriptions.promises import State


class PromiseCheck(models.Model):
    """One look at one promise. Looks are added, never changed; the newest is what the board shows."""

    feature = models.CharField(_("promise"), max_length=30, choices=Feature)
    checked_at = models.DateTimeField(_("checked"))
    state = models.CharField(_("state"), max_length=20, choices=State)
    sentence = models.TextField(_("what was found"))
    count = models.PositiveIntegerField(_("wrong rows"), default=0)
    rows = models.JSONField(
        _("rows"), default=list, blank=True, help_text=_("The first of them: what, and where to look.")
    )

    class Meta:
        verbose_name = _("promise check")
        verbose_name_plural = _("promise board")
        ordering = ["-checked_at", "-id"]
        permissions = [("check_promises", _("Can have the promises checked at once"))]
        indexes = [models.Index(fields=["feature", "-checked_at"], name="promise_check_newest")]
        constraints = [
            # Nobody may write a green line beside things that are wrong.
            models.CheckConstraint(
                name="promise_check_only_broken_counts",
                condition=models.Q(state=State.BROKEN) | models.Q(count=0),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_feature_display()}: {self.get_state_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the look; raises ``TypeError`` when it has been written before."""
        if self.pk is not None:
            raise TypeError("What was found is added to, never rewritten.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never."""
        raise TypeError("What was found is added to, never rewritten.")
