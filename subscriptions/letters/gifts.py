"""Letters about gifts, to those who give and to those who get, and about a seat in a group.

Who gets a gift may have no account: such letters are filed under the giver, and go to the address that the
giver wrote down.
"""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from magazine import mail
from subscriptions import terms
from subscriptions.letters.message import Addressee, Writing, absolute, day
from subscriptions.models import Gift, Letter, Offer, Seat, Subscription
from subscriptions.models.offer import clean_code
from subscriptions.models.plan import MAGAZINE
from subscriptions.paying import guarantee
from subscriptions.selling import offers

SAMPLE_CODE = "HARB-WQRM-7XKY"


def redeem_address(code: str) -> str:
    """Return the whole address at which the gift with ``code`` is taken up, as cards and letters say it."""
    return absolute(reverse("subscriptions:redeem_code", args=[code]))


@dataclass(frozen=True)
class AboutGift(Writing):
    """What every letter about a gift says of it."""

    to: Addressee
    signed: str
    recipient: str
    term: str
    with_print: bool
    code: str
    redeem_address: str

    @classmethod
    def for_letter(cls, letter: Letter, at: datetime) -> tuple[Self | None, str]:
        known = Gift.objects.select_related("order", "giver", "recipient", "price__version__plan")
        gift = known.filter(pk=letter.about_id or 0).first()
        if gift is None:
            return None, "what it was about is gone"
        if gift.void_at is not None:
            return None, _("the money went back")
        reason = cls.outdated(gift, at)
        return (None, reason) if reason else (cls.of(gift, letter, at), "")

    @classmethod
    @abstractmethod
    def of(cls, gift: Gift, letter: Letter, at: datetime) -> Self:
        """Read the facts at ``at``."""

    @classmethod
    def outdated(cls, gift: Gift, at: datetime) -> str:
        """Say why this need not be written any more at ``at``; empty when it holds."""
        return ""

    def write(self) -> mail.Written:
        pages = {
            "account_address": absolute(reverse("subscriptions:account")),
            "plans_address": absolute(reverse("subscriptions:plans")),
        }
        return mail.write(self.kind.value, {**vars(self.to), **pages, **vars(self)})


def _said_of(gift: Gift, name: str) -> dict[str, Any]:
    return {
        "to": Addressee(name, gift.order.number, gift.price.version.plan.name),
        "signed": gift.signed,
        "recipient": gift.recipient_name,
        "term": gift.price.term_label,
        "with_print": gift.zone_price_id is not None,
        "code": gift.code,
        "redeem_address": redeem_address(gift.code),
    }


def _invented(name: str) -> dict[str, Any]:
    """The same of a gift that nobody gave."""
    return {
        "to": Addressee(name, Addressee.sample().number, settings.MAGAZINE_NAME),
        "signed": "Ada Quill",
        "recipient": "Tobias Wren",
        "term": _("1 year"),
        "with_print": True,
        "code": SAMPLE_CODE,
        "redeem_address": absolute("/gifts/a-code/"),
    }


def _gift_page(number: str) -> str:
    return absolute(reverse("subscriptions:gift", args=[number]))


@dataclass(frozen=True)
class GiftBought(AboutGift):
    """To the giver: it is paid, here is its card. ``mailed_on`` is empty where they give it themselves."""

    kind = Letter.Kind.GIFT_BOUGHT

    mailed_on: str
    refund_last_day: str
    gift_address: str

    @classmethod
    def of(cls, gift: Gift, letter: Letter, at: datetime) -> Self:
        days = guarantee.promised_days(gift.price.version)
        promised = guarantee.window(gift.paid_at, days) if gift.paid_at and days else None
        return cls(
            **_said_of(gift, gift.giver.name),
            mailed_on=day(gift.gives_on) if gift.recipient_email else "",
            refund_last_day=day(promised.last_day) if promised else "",
            gift_address=_gift_page(gift.order.number),
        )

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **_invented("Ada Quill"),
            mailed_on="24 December 2027",
            refund_last_day="3 February 2028",
            gift_address=absolute("/gifts/"),
        )


@dataclass(frozen=True)
class GiftGiven(AboutGift):
    """To the recipient, on the day: what they were given, by whom, and how to take it up."""

    kind = Letter.Kind.GIFT_GIVEN
    is_for_others: ClassVar[bool] = True

    message: str

    @classmethod
    def of(cls, gift: Gift, letter: Letter, at: datetime) -> Self:
        return cls(**_said_of(gift, gift.recipient_name), message=gift.message)

    @classmethod
    def outdated(cls, gift: Gift, at: datetime) -> str:
        return _("the gift was taken up already") if gift.redeemed_at else ""

    @classmethod
    def sample(cls) -> Self:
        return cls(**_invented("Tobias Wren"), message=_("For the long evenings. With love, A."))


@dataclass(frozen=True)
class GiftReminder(AboutGift):
    """A gift waits: to the recipient where we have their address, and to the giver otherwise."""

    kind = Letter.Kind.GIFT_REMINDER
    is_for_others: ClassVar[bool] = True

    is_to_giver: bool
    since: str
    gift_address: str

    @classmethod
    def of(cls, gift: Gift, letter: Letter, at: datetime) -> Self:
        is_to_giver = letter.address != gift.recipient_email
        return cls(
            **_said_of(gift, gift.giver.name if is_to_giver else gift.recipient_name),
            is_to_giver=is_to_giver,
            since=day(gift.gives_on),
            gift_address=_gift_page(gift.order.number),
        )

    @classmethod
    def outdated(cls, gift: Gift, at: datetime) -> str:
        return _("the gift was taken up") if gift.redeemed_at else ""

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **_invented("Tobias Wren"),
            is_to_giver=False,
            since="24 December 2027",
            gift_address=absolute("/gifts/"),
        )


@dataclass(frozen=True)
class GiftRedeemed(AboutGift):
    """To the giver: somebody has taken the gift up. By whom, and what they do with it, is theirs to tell."""

    kind = Letter.Kind.GIFT_REDEEMED

    redeemed_on: str

    @classmethod
    def of(cls, gift: Gift, letter: Letter, at: datetime) -> Self:
        redeemed_on = day(terms.day_of(gift.redeemed_at)) if gift.redeemed_at else ""
        return cls(**_said_of(gift, gift.giver.name), redeemed_on=redeemed_on)

    @classmethod
    def sample(cls) -> Self:
        return cls(**_invented("Ada Quill"), redeemed_on="25 December 2027")


@dataclass(frozen=True)
class GiftEnding(AboutGift):
    """To the recipient, some weeks before: when it ends, and how to go on. ``offer`` is empty without one."""

    kind = Letter.Kind.GIFT_ENDING

    last_day: str
    offer: str
    offer_code: str

    @classmethod
    def of(cls, gift: Gift, letter: Letter, at: datetime) -> Self:
        offer = offer_to_go_on(at)
        name = gift.recipient.name if gift.recipient else gift.recipient_name
        return cls(
            **_said_of(gift, name),
            last_day=day(gift.last_on),
            offer=offers.described(offer) if offer else "",
            offer_code=offer.code if offer else "",
        )

    @classmethod
    def outdated(cls, gift: Gift, at: datetime) -> str:
        today = terms.day_of(at)
        if gift.last_on is None or gift.last_on < today:
            return _("the gift has ended")
        paid = (
            Subscription.objects.own()
            .live()
            .filter(reader=gift.recipient_id, product=MAGAZINE, terms__ends_on__gt=gift.last_on)
        )
        return _("the reader has a plan that goes on") if paid.exists() else ""

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **_invented("Tobias Wren"),
            last_day="24 December 2028",
            offer=_("25% off the first payment"),
            offer_code="GOON",
        )


def offer_to_go_on(at: datetime | None = None) -> Offer | None:
    """Return the offer for those whose gift ends (the setting ``GIFT_ENDING_OFFER`` names its code), if it
    runs at ``at``."""
    code = clean_code(settings.GIFT_ENDING_OFFER)
    if not code:
        return None
    running = Offer.objects.running(terms.day_of(at or timezone.now()))
    return running.filter(audience=Offer.Audience.CODE, code=code).first()


@dataclass(frozen=True)
class SeatGiven(Writing):
    """To somebody who was given a seat in a group: from whom, what it opens, and how to take it."""

    kind = Letter.Kind.SEAT_GIVEN
    is_for_others: ClassVar[bool] = True

    to: Addressee
    group: str
    email: str
    until: str
    join_address: str

    @classmethod
    def for_letter(cls, letter: Letter, at: datetime) -> tuple[Self | None, str]:
        seat = (
            Seat.objects.select_related("group__plan_version__plan").filter(pk=letter.about_id or 0).first()
        )
        if seat is None:
            return None, "what it was about is gone"
        if seat.ended_at is not None:
            return None, _("the seat was taken back")
        if seat.taken_at is not None:
            return None, _("the seat was taken")
        group = seat.group
        return cls(
            to=Addressee("", "", group.plan_version.plan.name),
            group=group.name,
            email=seat.email,
            until=day(group.until_on),
            join_address=absolute(reverse("subscriptions:join")),
        ), ""

    @classmethod
    def sample(cls) -> Self:
        return cls(
            to=Addressee("", "", settings.MAGAZINE_NAME),
            group=_("The harbour office"),
            email="wren@harbour.example",
            until="3 May 2028",
            join_address=absolute("/account/join/"),
        )

    def write(self) -> mail.Written:
        return mail.write(self.kind.value, {**vars(self.to), **vars(self)})
