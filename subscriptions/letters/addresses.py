"""The letter about a new address for apps that its reader did not ask for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from magazine import mail
from subscriptions.letters.message import Addressee, Writing, absolute, moment
from subscriptions.models import FeedAddress, Letter, Subscription
from subscriptions.models.plan import MAGAZINE


@dataclass(frozen=True)
class FeedReplaced(Writing):
    """The old address is closed, and why; where the new one is. The address itself is in no letter."""

    kind = Letter.Kind.FEED_REPLACED

    to: Addressee
    closed: str
    got_about: bool

    @classmethod
    def for_letter(cls, letter: Letter, at: datetime) -> tuple[Self | None, str]:
        address = FeedAddress.objects.filter(reader=letter.reader_id).first()
        if address is None or address.made_at != letter.recorded_at:
            return None, _("the address was replaced once more")
        held = Subscription.objects.live().filter(reader=letter.reader_id, product=MAGAZINE)
        number = held.values_list("number", flat=True).first() or ""
        to = Addressee(letter.reader.name, number, settings.MAGAZINE_NAME)
        return cls(to, moment(address.made_at), address.origin == FeedAddress.Origin.SHARED), ""

    @classmethod
    def sample(cls) -> Self:
        return cls(Addressee.sample(), "21 May 2027 at 19:40 BST", got_about=True)

    def write(self) -> mail.Written:
        known = {**vars(self.to), **vars(self), "account_address": absolute(reverse("subscriptions:account"))}
        return mail.write(self.kind.value, known)
