"""The last letter: an account is to be erased."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from magazine import mail
from subscriptions.letters.message import Addressee, Writing, absolute, day
from subscriptions.models import Letter, Subscription


@dataclass(frozen=True)
class Erasure(Writing):
    """On which day the account is erased, and how to keep it until then."""

    kind = Letter.Kind.ERASURE

    to: Addressee
    due: str

    @classmethod
    def for_letter(cls, letter: Letter, at: datetime) -> tuple[Self | None, str]:
        due = letter.reader.leaves_on()
        if due is None:
            return None, _("it was called off")
        own = Subscription.objects.own().filter(reader=letter.reader_id).order_by("-ordered_at", "-pk")
        number = own.values_list("number", flat=True).first() or ""
        return cls(Addressee(letter.reader.name, number, settings.MAGAZINE_NAME), day(due)), ""

    @classmethod
    def sample(cls) -> Self:
        return cls(Addressee.sample(), "6 June 2027")

    def write(self) -> mail.Written:
        pages = {"account_address": "subscriptions:account", "keep_address": "accounts:data"}
        known = {name: absolute(reverse(page)) for name, page in pages.items()}
        return mail.write(self.kind.value, {**vars(self.to), "due": self.due, **known})
