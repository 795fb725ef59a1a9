"""The letter about a new issue."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from magazine import mail
from subscriptions.announcing import telling
from subscriptions.announcing.readers import link_token, readers
from subscriptions.letters.message import Addressee, Writing, absolute
from subscriptions.models import Letter, Subscription
from subscriptions.models.plan import MAGAZINE

TAKEN_BACK = "the release was taken back"


@dataclass(frozen=True)
class IssueOut(Writing):
    """A new issue is out: what is in it, and how to hear of none any more."""

    kind = Letter.Kind.ISSUE_OUT

    to: Addressee
    issue: telling.IssueOut
    off_address: str

    @classmethod
    def for_letter(cls, letter: Letter, at: datetime) -> tuple[Self | None, str]:
        issue = telling.told(letter.about_id, at) if letter.about_id else None
        if issue is None:
            return None, TAKEN_BACK
        if not letter.reader.wants_news:
            return None, _("the reader wants no letters about issues any more")
        if not readers(at).filter(pk=letter.reader_id).exists():
            return None, _("the reader has no right to the issue any more")
        held = Subscription.objects.live().filter(reader=letter.reader_id, product=MAGAZINE)
        number = held.values_list("number", flat=True).first() or ""
        to = Addressee(letter.reader.name, number, settings.MAGAZINE_NAME)
        return cls(to, issue, _off_address(link_token(letter.reader))), ""

    @classmethod
    def sample(cls) -> Self:
        lines = [
            (
                _("The river that came back"),
                _("Four towns took out their weirs. This is what the water did next."),
                "Ida Marsh",
            ),
            (_("A bank with no door"), _("What a village lends itself, and at what price."), "Tom Ferrier"),
            (_("The last lamplighter"), "", "Ada Quill"),
        ]
        issue = telling.IssueOut(
            label=_("Volume %(volume)d, number %(number)d") % {"volume": 3, "number": 25},
            title=_("The long water"),
            standfirst=_("What rivers remember, and what it costs to make them forget."),
            address=absolute("/issues/3/25/"),
            lines=tuple(
                telling.Line(headline, standfirst, byline, absolute("/culture/a-piece/"))
                for headline, standfirst, byline in lines
            ),
            more=9,
        )
        return cls(Addressee.sample(), issue, _off_address("a-secret"))

    def write(self) -> mail.Written:
        known = {**vars(self.to), **vars(self), "account_address": absolute(reverse("subscriptions:account"))}
        written = mail.write(self.kind.value, known)
        # What mail programs show as a button of their own (RFC 8058): it is pressed without a page.
        headers = {
            "List-Unsubscribe": f"<{self.off_address}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        return replace(written, headers=headers)


def _off_address(token: str) -> str:
    return absolute(reverse("subscriptions:news_by_link", args=[token]))
