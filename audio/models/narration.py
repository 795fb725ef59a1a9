"""An article read aloud: what there is of it, and what it was made from."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models import Article


def new_key() -> str:
    """Return a name that nobody guesses: 128 random bits."""
    return secrets.token_urlsafe(16)


class Narration(models.Model):
    """One article as a recording. There is one for each article that was ever looked at.

    ``mp3`` and ``opus`` name the files in private storage by what they are; ``key`` is what their addresses
    say, and another recording gets another key, because programs keep what they fetched by its address.
    ``made_from`` is the fingerprint of the script they were made from: while it equals the article's, the
    recording is fresh. ``outline`` is what the piece looked like then to whoever reads no bodies
    (``audio.freshness``).

    ``segments`` holds what is heard when, sentence by sentence, in order:
    ``{"block": 4, "kind": "paragraph", "text": "…", "take": "…", "from": 1200, "until": 5100}``, where
    ``block`` is the place among the top-level elements of ``Article.body_html`` (0 is the first; nothing for
    headline, byline, standfirst, corrections), ``take`` the digest under which the sentence's sound is kept
    (empty in a human reading), and the rest milliseconds from the beginning.

    The fields from ``asked_at`` on tell of the making. A recording that is being made anew stays where it is
    until the new one is there.
    """

    class Source(models.TextChoices):
        """Who reads."""

        MACHINE = "machine", _("Machine")
        HUMAN = "human", _("Human")

    article = models.OneToOneField(
        Article, models.CASCADE, related_name="narration", verbose_name=_("article")
    )
    source = models.CharField(_("read by"), max_length=10, choices=Source, default=Source.MACHINE)
    voice = models.CharField(_("voice"), max_length=100, blank=True, editable=False)
    # Of a human reading: who reads, the file as it was sent, and the one who sent it.
    reader_name = models.CharField(_("reader"), max_length=120, blank=True)
    original = models.CharField(max_length=200, blank=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    # Whether the times of the segments were reckoned from their lengths, and not measured.
    is_estimated = models.BooleanField(default=False, editable=False)

    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    mp3 = models.CharField(max_length=200, blank=True, editable=False)
    opus = models.CharField(max_length=200, blank=True, editable=False)
    mp3_size = models.PositiveBigIntegerField(default=0, editable=False)
    opus_size = models.PositiveBigIntegerField(default=0, editable=False)
    duration_ms = models.PositiveIntegerField(_("duration"), default=0, editable=False)
    # In LUFS and dB below full scale (EBU R 128), as measured in the finished file.
    loudness = models.FloatField(null=True, blank=True, editable=False)
    peak = models.FloatField(null=True, blank=True, editable=False)
    segments = models.JSONField(default=list, blank=True, editable=False)
    made_from = models.CharField(max_length=64, blank=True, editable=False)
    outline = models.CharField(max_length=64, blank=True, editable=False)
    made_at = models.DateTimeField(_("made"), null=True, blank=True, editable=False)
    # When the text was read that it says, or was last found to say.
    agreed_at = models.DateTimeField(null=True, blank=True, editable=False)

    # Why there is to be none: said by an editor, counted by name on the board.
    exempt_reason = models.CharField(_("why it is not read aloud"), max_length=200, blank=True)
    exempted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    stale_at = models.DateTimeField(null=True, blank=True, editable=False)
    asked_at = models.DateTimeField(_("asked for"), null=True, blank=True, editable=False)
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True, editable=False)
    # When its worker last said that it is at it: a silence of minutes means that it is dead.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    percent = models.PositiveSmallIntegerField(_("done"), default=0, editable=False)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True, editable=False)
    failure = models.CharField(_("why it failed"), max_length=400, blank=True, editable=False)

    class Meta:
        verbose_name = _("narration")
        verbose_name_plural = _("narrations")
        ordering = ["-article__published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mp3="") | Q(made_at__isnull=False), name="narration_with_file_was_made"
            ),
        ]

    def __str__(self) -> str:
        return str(self.article)

    @property
    def is_exempt(self) -> bool:
        """Whether an editor said that there is to be none."""
        return bool(self.exempt_reason)


class Wording(models.Model):
    """What is read aloud in place of one block of an article, as an editor wrote it.

    ``block_digest`` is the digest of the block's own text (``audio.script.digest_of``): when the text
    changes, the wording is no longer of it, and is neither used nor lost. An empty ``spoken`` leaves the
    block out.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="wordings", verbose_name=_("article"))
    block_digest = models.CharField(max_length=64, editable=False)
    written = models.TextField(_("as it is written"), blank=True, editable=False)
    spoken = models.TextField(_("as it is read aloud"), blank=True, max_length=20_000)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["article", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "block_digest"], name="wording_once_per_block"),
        ]

    def __str__(self) -> str:
        return self.spoken[:80] or str(_("left out"))
