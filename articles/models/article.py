"""One piece of the magazine."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models, transaction
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from articles import rendering, sanitising
from articles.models.author import Byline
from articles.models.issue import Issue
from articles.models.picture import Picture
from articles.models.section import Section, Series
from subscriptions.access import Audience, Verdict


class ArticleQuerySet(models.QuerySet["Article"]):
    """Questions about many articles. Every public list starts with ``published()``."""

    def published(self, at: datetime | None = None) -> Self:
        """Keep what the public may know about at ``at`` (default: now)."""
        at = at or timezone.now()
        approved = self.filter(status=Article.Status.APPROVED, trashed_at=None)
        return approved.filter(published_at__lte=at).exclude(embargo_until__gt=at)

    def scheduled(self, at: datetime | None = None) -> Self:
        """Keep what is approved and will be public after ``at`` (default: now)."""
        at = at or timezone.now()
        dated = self.filter(status=Article.Status.APPROVED, published_at__isnull=False)
        return dated.filter(Q(published_at__gt=at) | Q(embargo_until__gt=at))

    def awaiting_release(self) -> Self:
        """Keep what is approved for its issue, and public only once that is released."""
        return self.filter(status=Article.Status.APPROVED, published_at=None)

    def trashed(self) -> Self:
        """Keep what lies in the trash."""
        return self.filter(trashed_at__isnull=False)

    def at_hand(self) -> Self:
        """Keep what does not lie in the trash."""
        return self.filter(trashed_at=None)

    def written_by(self, user: Any) -> Self:
        """Keep the pieces that ``user`` began or has a byline on."""
        return self.filter(Q(created_by=user) | Q(bylines__author__account=user)).distinct()

    def editable_by(self, user: Any) -> Self:
        """Keep what ``user`` may open at the desk: everything for editors, their own for writers.

        What lies in the trash is there for those who may put it back.
        """
        rows = self if user.has_perm("articles.delete_article") else self.at_hand()
        if user.has_perm("articles.see_all_articles"):
            return rows
        if user.has_perm("articles.change_article"):
            return rows.written_by(user)
        return self.none()

    def ids(self) -> list[int]:
        """Return the keys alone, in no particular order."""
        return list(self.order_by().values_list("pk", flat=True))

    def linkable_by(self, user: Any) -> Self:
        """Keep what ``user`` may point at from a piece of theirs: what is public, and what they may open."""
        if user.has_perm("articles.see_all_articles"):
            return self.at_hand()
        return self.at_hand().filter(
            Q(pk__in=Article.objects.published().values("pk"))
            | Q(pk__in=Article.objects.editable_by(user).values("pk"))
        )

    def newest_first(self) -> Self:
        """Order as readers expect; the key settles ties so that pages never repeat a piece."""
        return self.order_by("-published_at", "-pk")

    def for_cards(self) -> Self:
        """Load what a card shows (section, lead picture, bylines), in two queries; no body."""
        return (
            self.select_related("section", "lead_picture")
            .prefetch_related(Prefetch("bylines", Byline.objects.select_related("author")))
            .defer("body", "body_html", "opening_html", "body_text", "opening_text")
        )

    def for_feed(self) -> Self:
        """Load what a feed says of each piece, in three queries."""
        return (
            self.select_related("section")
            .prefetch_related(Prefetch("bylines", Byline.objects.select_related("author")), "tags")
            .defer("body", "body_text", "opening_text")
        )

    def for_contents(self) -> Self:
        """Load what a line in a table of contents shows (section, bylines), in two queries; no body."""
        return self.for_cards().select_related(None).select_related("section")

    def addresses(self, ids: Iterable[int]) -> dict[int, str]:
        """Return the address of each of the articles ``ids`` that exist."""
        rows = self.filter(pk__in=set(ids)).values_list("pk", "section__slug", "slug")
        return {pk: reverse("articles:article", args=[section, slug]) for pk, section, slug in rows}

    def at_path(self, path: str) -> "Article | None":
        """Return the article whose present or former address is ``path``, if there is one."""
        parts = [part for part in urlsplit(path).path.split("/") if part]
        if len(parts) != 2:
            return None
        slug = parts[1]
        return self.filter(Q(slug=slug) | Q(former_addresses__slug=slug)).order_by().first()


class Article(models.Model):
    """One piece of the magazine, from first draft to archive.

    ``body`` is the clean source with its marker nodes; the ``*_html`` and ``*_text`` fields are made
    from it by ``save()`` and are never written by anything else.
    """

    class Status(models.TextChoices):
        """How far a piece has come. Whether it is public is asked of ``published()``, not of this."""

        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        APPROVED = "approved", _("Approved")
        SPIKED = "spiked", _("Spiked")

    headline = models.CharField(_("headline"), max_length=200)
    kicker = models.CharField(
        _("kicker"),
        max_length=60,
        blank=True,
        help_text=_("One to three words above the headline."),
    )
    standfirst = models.TextField(
        _("standfirst"),
        max_length=600,
        blank=True,
        help_text=_("One or two sentences below the headline."),
    )
    body = models.TextField(_("body"), blank=True)

    section = models.ForeignKey(Section, models.PROTECT, related_name="articles", verbose_name=_("section"))
    series = models.ForeignKey(
        Series,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("series"),
    )
    tags = TaggableManager(_("tags"), blank=True, help_text="")
    lead_picture = models.ForeignKey(
        Picture,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead picture"),
    )

    audience = models.CharField(_("audience"), max_length=20, choices=Audience, default=Audience.SUBSCRIBERS)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    status = models.CharField(
        _("status"), max_length=20, choices=Status, default=Status.DRAFT, editable=False
    )
    published_at = models.DateTimeField(_("publication"), null=True, blank=True)
    # Since when it lies in the trash; out of every list until it is put back or the trash is emptied.
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    embargo_until = models.DateTimeField(
        _("embargo until"),
        null=True,
        blank=True,
        help_text=_("Nothing is shown before this moment."),
    )
    front_slot = models.PositiveSmallIntegerField(
        _("place on the front page"),
        null=True,
        blank=True,
        choices=[(1, _("Lead")), (2, _("Second")), (3, _("Third")), (4, _("Fourth"))],
        help_text=_("Empty: the page fills itself with the newest pieces."),
    )

    issue = models.ForeignKey(
        Issue,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("issue"),
    )
    page = models.PositiveSmallIntegerField(
        _("printed page"),
        null=True,
        blank=True,
        help_text=_("Sets the running order of the issue."),
    )
    length = models.PositiveSmallIntegerField(
        _("pages"),
        null=True,
        blank=True,
        help_text=_("How many pages it fills. Empty: reckoned from its words."),
    )

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    # Counts the saves, so that a form opened before another's save is noticed.
    version = models.PositiveIntegerField(default=0, editable=False)

    body_html = models.TextField(editable=False, blank=True)
    opening_html = models.TextField(editable=False, blank=True)
    body_text = models.TextField(editable=False, blank=True)
    opening_text = models.TextField(editable=False, blank=True)
    words = models.PositiveIntegerField(_("words"), default=0, editable=False)
    rules_version = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-published_at", "-pk"]
        permissions = [
            ("publish_article", _("Can approve, schedule, publish and spike articles")),
            ("see_all_articles", _("Can see everybody's unpublished articles")),
        ]
        indexes = [
            models.Index(fields=["status", "-published_at"], name="article_public_list"),
            models.Index(fields=["section", "status", "-published_at"], name="article_section_list"),
        ]
        constraints = [
            models.CheckConstraint(
                # Without a date it is approved for its issue, and gets one when that is released.
                name="article_approved_has_date_or_issue",
                condition=~Q(status="approved") | Q(published_at__isnull=False) | Q(issue__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        return reverse("articles:article", args=[self.section.slug, self.slug])

    def is_published(self, at: datetime | None = None) -> bool:
        """Whether the public may know about this piece at ``at`` (default: now)."""
        at = at or timezone.now()
        return (
            self.status == self.Status.APPROVED
            and self.trashed_at is None
            and self.published_at is not None
            and self.published_at <= at
            and (self.embargo_until is None or self.embargo_until <= at)
        )

    @property
    def awaits_release(self) -> bool:
        """Whether the piece is approved for its issue, and public only once that is released."""
        return self.status == self.Status.APPROVED and self.published_at is None

    @property
    def goes_live_at(self) -> datetime | None:
        """The instant from which an approved piece is public; none for other pieces."""
        if self.status != self.Status.APPROVED or self.published_at is None:
            return None
        return max(self.published_at, self.embargo_until or self.published_at)

    @property
    def byline_text(self) -> str:
        """The names of those who wrote it: “A”, “A and B”, “A, B and C”; other parts are left out."""
        bylines = list(self.bylines.all())
        names = [byline.author.name for byline in bylines if not byline.role]
        return str(get_text_list(names or [byline.author.name for byline in bylines], gettext("and")))

    def readable_html(self, verdict: Verdict) -> str:
        """The body that a reader with ``verdict`` gets: all of it, or the free opening.

        Every surface that shows the words of an article calls this or ``readable_text``.
        """
        return self.body_html if verdict.granted else self.opening_html

    def readable_text(self, verdict: Verdict) -> str:
        """The same as ``readable_html`` in plain text."""
        return self.body_text if verdict.granted else self.opening_text

    def withholds(self, verdict: Verdict) -> bool:
        """Whether a reader with ``verdict`` is shown less than there is."""
        return not verdict.granted and self.opening_html != self.body_html

    def save(self, **kwargs: Any) -> None:
        """Clean the body, make the derived fields, keep references and former addresses.

        A piece that is taken out of the issue it was approved for goes back to the editors: it becomes
        public neither at once nor by a date that was the issue's.

        Raises ``sanitising.RefusedHTML`` for a body that no honest writer would send.
        """
        self._prepare_body()
        self.changed_at = timezone.now()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, *DERIVED_FIELDS}
        with transaction.atomic():
            before = self._stored()
            if self._go_without_issue(before) and fields is not None:
                kwargs["update_fields"] |= {"status", "published_at"}
            self.version += 1
            super().save(**kwargs)
            self._keep_links()
            if before and (before["slug"], before["section_id"]) != (self.slug, self.section_id):
                self._move(before["slug"])

    def render_again(self) -> None:
        """Make the derived fields anew, after something the body refers to has changed."""
        self._prepare_body()
        type(self).objects.filter(pk=self.pk).update(
            **{field: getattr(self, field) for field in DERIVED_FIELDS - {"version", "changed_at"}}
        )

    def _prepare_body(self) -> None:
        articles = Article.objects.all()

        def article_at(path: str) -> int | None:
            found = articles.only("pk").at_path(path)
            return found.pk if found else None

        host = urlsplit(settings.SITE_URL).netloc
        self.body = rendering.recognise_links(sanitising.clean(self.body), resolve=article_at, hosts={host})
        rendered = rendering.render(
            self.body,
            addresses=articles.addresses(rendering.links_to(self.body)),
            pictures=Picture.objects.in_bulk(rendering.pictures_in(self.body)),
        )
        self.body_html, self.body_text = rendered.html, rendered.text
        # Whatever the audience is now or later: without a marker nothing of the body is free.
        self.opening_html = rendered.opening if rendered.has_paywall else ""
        self.opening_text = rendered.opening_text if rendered.has_paywall else ""
        self.words = rendered.words
        self.rules_version = sanitising.VERSION

    def _stored(self) -> dict[str, Any] | None:
        if self._state.adding:
            return None
        rows = Article.objects.filter(pk=self.pk).order_by()
        stored = rows.values("slug", "section_id", "issue_id", "issue__released_at").first()
        return dict(stored) if stored else None

    def _go_without_issue(self, before: dict[str, Any] | None) -> bool:
        """Give up what the issue had given, where the piece has left it; returns whether anything was."""
        was = self.status, self.published_at
        if before and before["issue_id"] not in (None, self.issue_id):
            released_at = before["issue__released_at"]
            if released_at and released_at > timezone.now() and self.published_at == released_at:
                self.published_at = None
        if self.awaits_release and (self.issue is None or self.issue.released_at is not None):
            self.status = self.Status.SUBMITTED
        return (self.status, self.published_at) != was

    def _keep_links(self) -> None:
        wanted = set(rendering.links_to(self.body)) - {self.pk}
        targets = set(Article.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        held = set(self.links_out.values_list("target_id", flat=True))
        self.links_out.filter(target_id__in=held - targets).delete()
        self.links_out.bulk_create([self.links_out.model(source=self, target_id=pk) for pk in targets - held])

    def _move(self, former_slug: str) -> None:
        """Remember the old address, and let the pieces that link here say the new one."""
        FormerAddress.objects.filter(slug=self.slug).delete()
        if former_slug != self.slug:
            FormerAddress.objects.update_or_create(slug=former_slug, defaults={"article": self})
        for referrer in Article.objects.filter(links_out__target=self):
            referrer.render_again()


class FormerAddress(models.Model):
    """An address that an article once had; readers who follow it are sent on."""

    slug = models.SlugField(max_length=120, unique=True)
    article = models.ForeignKey(Article, models.CASCADE, related_name="former_addresses")

    def __str__(self) -> str:
        return self.slug


DERIVED_FIELDS = {
    "body",
    "body_html",
    "opening_html",
    "body_text",
    "opening_text",
    "words",
    "rules_version",
    "changed_at",
    "version",
}
