"""Who a person is: known by e-mail, and by nothing else that must be unique."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role


class UserManager(BaseUserManager["User"]):
    """Creates people; e-mail addresses are kept in lower case throughout."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a reader. Without a password they sign in by mailed code.

        Raises ``ValueError`` without an e-mail address.
        """
        if not email:
            raise ValueError("A person is known by an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create the person who owns the machine; may do everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        """Find a person by e-mail, whatever its case."""
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account: reader, subscriber or staff."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Switch off instead of deleting: what they wrote and paid stays."),
    )
    is_staff = models.BooleanField(_("may enter the desk"), default=False)
    wants_news = models.BooleanField(
        _("a letter for each new issue"),
        default=True,
        help_text=_("Letters about orders, payments and access come in any case."),
    )
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_in_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        """Keep the address in the one spelling that is looked up."""
        super().clean()
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.partition(" ")[0] or self.email.partition("@")[0]

    def has_role(self, role: Role) -> bool:
        """Whether this person holds ``role``."""
        return self.groups.filter(name=role.value).exists()

    def leaves_on(self) -> date | None:
        """Return the day on which the account is erased, as was asked; none where nobody asked.

        Until then nothing is written to this person but what they ask for themselves. One query.
        """
        return self.erasure_requests.open().values_list("due_on", flat=True).first()

    def on_invoices(self) -> tuple[str, str]:
        """Return name and address as invoices have to show them: those of before the erasure, if there was
        one and the law wants them kept. One query at most."""
        if not self.is_erased:
            return self.name, self.email
        kept = self.erasure_requests.filter(done_at__isnull=False).exclude(kept_email="").first()
        return (kept.kept_name, kept.kept_email) if kept else ("", "")

    @property
    def is_erased(self) -> bool:
        """Whether nothing is left of the person but what the books need."""
        return self.email.endswith(f"@{TOMBSTONES}")


# Where the addresses of those are who are no longer here: nothing can be sent there (RFC 2606).
TOMBSTONES = "erased.invalid"


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    """Questions about many requests."""

    def open(self) -> Self:
        """Keep what is neither done nor called off."""
        return self.filter(done_at=None, called_off_at=None)

    def due(self, day: date) -> Self:
        """Keep what is to be done on ``day`` or before it."""
        return self.open().filter(due_on__lte=day)


class ErasureRequest(models.Model):
    """A reader wants to be forgotten. It is done on ``due_on`` and can be called off until then.

    Written by ``accounts.privacy.erasure`` alone. What it ``did`` stays: how many rows of which table, and
    nothing of what stood in them. ``kept_name`` and ``kept_email`` are for invoices, until ``kept_until_on``.
    """

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="erasure_requests", verbose_name=_("reader")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked by"),
        help_text=_("Empty: the reader; else who acted on a written request."),
    )
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, help_text=_("Where the written request is kept.")
    )
    due_on = models.DateField(_("to be done on"))
    wanted_news = models.BooleanField(default=True, editable=False)
    called_off_at = models.DateTimeField(_("called off"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    did = models.JSONField(_("what was done"), default=dict, blank=True)
    kept_name = models.CharField(max_length=150, blank=True, editable=False)
    kept_email = models.CharField(max_length=254, blank=True, editable=False)
    kept_until_on = models.DateField(_("name on invoices until"), null=True, blank=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to be erased")
        verbose_name_plural = _("requests to be erased")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reader"],
                condition=Q(done_at=None, called_off_at=None),
                name="one_open_erasure_request_per_reader",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(called_off_at=None), name="erasure_done_or_called_off"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader_id}: {self.due_on:%Y-%m-%d}"
