"""Letters about single printed copies: held back, sent again, come back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from magazine import mail
from subscriptions.fulfilment import holds, returns
from subscriptions.letters.message import Addressee, Writing, absolute, day
from subscriptions.models import CopyClaim, Hold, Label, Letter, Subscription
from subscriptions.models.plan import MAGAZINE


def _addressee(reader: Any) -> Addressee:
    """Return ``reader`` as a letter names them, with the number of their plan if they have one."""
    held = Subscription.objects.own().live().filter(reader=reader.pk, product=MAGAZINE)
    number = held.values_list("number", flat=True).first() or ""
    return Addressee(reader.name, number, settings.MAGAZINE_NAME)


@dataclass(frozen=True)
class _AboutCopies(Writing):
    """A letter to whoever is sent copies: with a plan of their own, or without."""

    to: Addressee

    def write(self) -> mail.Written:
        addresses = {
            "account_address": absolute(reverse("subscriptions:account")),
            "addresses_address": absolute(reverse("subscriptions:addresses")),
        }
        return mail.write(self.kind.value, {**vars(self.to), **vars(self), **addresses})


@dataclass(frozen=True)
class HeldBack(_AboutCopies):
    """Days without a printed copy: which are held back, and what is added for them."""

    kind = Letter.Kind.HOLD

    starts_on: str
    ends_on: str
    sentences: tuple[str, ...]

    @classmethod
    def for_letter(cls, letter: Letter, at: datetime) -> tuple[Self | None, str]:
        held = Hold.objects.select_related("reader").filter(pk=letter.about_id or 0).first()
        if held is None or held.called_off_at is not None:
            return None, _("the hold was called off")
        told = holds.effect_of(held, at).sentences
        return cls(_addressee(held.reader), day(held.starts_on), day(held.ends_on), tuple(told)), ""

    @classmethod
    def sample(cls) -> Self:
        return cls(
            Addressee.sample(),
            "1 August 2027",
            "30 August 2027",
            (
                _("No printed copy is sent to you from %(first)s to %(last)s. Everything else goes on.")
                % {"first": "1 August 2027", "last": "30 August 2027"},
                _("Held back, as things are planned: %s.") % "14/15, 14/16",
            ),
        )


@dataclass(frozen=True)
class CopySentAgain(_AboutCopies):
    """Another copy is on its way, and where to."""

    kind = Letter.Kind.COPY_CLAIMED

    issue: str
    address: str

    @classmethod
    def for_letter(cls, letter: Letter, at: datetime) -> tuple[Self | None, str]:
        claims = CopyClaim.objects.select_related("label__run", "label__reader", "replacement")
        claim = claims.filter(pk=letter.about_id or 0).first()
        if claim is None or claim.replacement is None:
            return None, _("the claim is gone")
        lines = claim.replacement.lines.replace("\n", ", ")
        return cls(_addressee(claim.label.reader), claim.label.run.issue_name, lines), ""

    @classmethod
    def sample(cls) -> Self:
        return cls(Addressee.sample(), "14/15", "Ada Quill, 4 Ropewalk, TALLOW BAY, TB1 2AB")


@dataclass(frozen=True)
class CameBack(_AboutCopies):
    """A copy came back, and nothing is sent to its address until the reader says where they are."""

    kind = Letter.Kind.UNDELIVERABLE

    issue: str
    address: str
    why: str

    @classmethod
    def for_letter(cls, letter: Letter, at: datetime) -> tuple[Self | None, str]:
        labels = Label.objects.select_related("run", "reader", "subscription")
        label = labels.filter(pk=letter.about_id or 0, returned_at__isnull=False).first()
        if label is None:
            return None, _("the label is gone")
        if returns.is_reached(label, at):
            return None, _("the reader has told another address")
        lines = label.lines.replace("\n", ", ")
        return cls(_addressee(label.reader), label.run.issue_name, lines, label.returned_why), ""

    @classmethod
    def sample(cls) -> Self:
        return cls(Addressee.sample(), "14/15", "Ada Quill, 4 Ropewalk, TALLOW BAY, TB1 2AB", _("Moved away"))
