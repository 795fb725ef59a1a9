"""How words are said, and by whom."""

from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Author
from audio.models.narration import Narration

# Where words that are read aloud stand.
READ = (
    "headline",
    "standfirst",
    "body_text",
    "bylines__author__name",
    "corrections__note",
    "wordings__spoken",
)


def look_again(words: Collection[str]) -> None:
    """Have the recordings of the pieces with one of ``words`` in them compared with what they say.

    Only theirs: to compare one costs the script of its piece.
    """
    holding = Q()
    for word in words:
        for field in READ:
            holding |= Q(**{f"{field}__icontains": word})
    pieces = Article.objects.filter(holding).order_by().values("pk")
    Narration.objects.filter(article__in=pieces, original="").update(outline="")


class PronunciationQuerySet(models.QuerySet["Pronunciation"]):
    """Many ways of saying things."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete them, and have the pieces with their words looked at."""
        words = list(self.values_list("word", flat=True))
        deleted = super().delete()
        if words:
            look_again(words)
        return deleted


class Pronunciation(models.Model):
    """How a word is said: what is put in its place before the voice reads it.

    Looked for as whole words; with a capital letter in ``word`` exactly so, else in any case.
    """

    word = models.CharField(_("word"), max_length=100)
    spoken = models.CharField(
        _("said as"),
        max_length=200,
        help_text=_("As you would spell it for somebody who has never heard it: “Tallow” as “tal-oh”."),
    )
    # Empty: in every language.
    language = models.CharField(_("language"), max_length=10, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = PronunciationQuerySet.as_manager()

    class Meta:
        verbose_name = _("pronunciation")
        verbose_name_plural = _("pronunciations")
        ordering = ["word"]
        constraints = [
            models.UniqueConstraint(fields=["word", "language"], name="pronunciation_once_per_language"),
        ]

    def __str__(self) -> str:
        return f"{self.word}: {self.spoken}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it, and have the pieces with the word looked at, with the former word too."""
        former = Pronunciation.objects.filter(pk=self.pk).values_list("word", flat=True)
        words = {self.word, *former}
        super().save(*args, **kwargs)
        look_again(words)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete it, and have the pieces with the word looked at."""
        deleted = super().delete(*args, **kwargs)
        look_again({self.word})
        return deleted


class VoiceChoice(models.Model):
    """Which voice reads: for a language, or for all pieces whose first name in the byline is ``author``.

    ``voice`` is a voice's name (``audio.voices.listing``). A choice for an author goes before one for a
    language, and where there is none the default voice reads.
    """

    language = models.CharField(_("language"), max_length=10, blank=True)
    author = models.OneToOneField(
        Author,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="voice_choice",
        verbose_name=_("author"),
    )
    voice = models.CharField(_("voice"), max_length=100)

    class Meta:
        verbose_name = _("choice of voice")
        verbose_name_plural = _("choices of voices")
        ordering = ["language", "author"]
        constraints = [
            models.UniqueConstraint(
                fields=["language"], condition=Q(author=None), name="voice_once_per_language"
            ),
            models.CheckConstraint(
                condition=(Q(author=None) & ~Q(language="")) | (Q(author__isnull=False) & Q(language="")),
                name="voice_for_a_language_or_an_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author or self.language}: {self.voice}"
