"""The letters we write to subscribers: what each is about, what it says, and whether it still holds."""

from collections.abc import Mapping

from subscriptions.letters.addresses import FeedReplaced
from subscriptions.letters.copies import CameBack, CopySentAgain, HeldBack
from subscriptions.letters.features import FeatureLive
from subscriptions.letters.gifts import (
    GiftBought,
    GiftEnding,
    GiftGiven,
    GiftRedeemed,
    GiftReminder,
    SeatGiven,
)
from subscriptions.letters.giving_back import Refunded, RefundSent
from subscriptions.letters.issues import IssueOut
from subscriptions.letters.leaving import Erasure
from subscriptions.letters.living import (
    Cancelled,
    Extended,
    Grace,
    Lapsed,
    Paused,
    Switched,
    Trial,
    Welcome,
)
from subscriptions.letters.message import Message, Writing
from subscriptions.letters.paying import CardFailed, PaymentRequest, PriceChange, Receipt, RenewalNotice
from subscriptions.letters.printing import AddressChanged, PrintAdded, PrintDropped
from subscriptions.models import Letter

# In the order in which a reader may get them.
LETTERS: Mapping[str, type[Writing]] = {
    message.kind.value: message
    for message in (
        PaymentRequest,
        Trial,
        Welcome,
        Receipt,
        RenewalNotice,
        CardFailed,
        Grace,
        Lapsed,
        Paused,
        Switched,
        Extended,
        PriceChange,
        PrintAdded,
        PrintDropped,
        AddressChanged,
        HeldBack,
        CopySentAgain,
        CameBack,
        Cancelled,
        Refunded,
        RefundSent,
        IssueOut,
        FeedReplaced,
        FeatureLive,
        Erasure,
        GiftBought,
        GiftGiven,
        GiftReminder,
        GiftRedeemed,
        GiftEnding,
        SeatGiven,
    )
}


def sample(kind: str) -> Writing:
    """Return the letter ``kind`` with invented facts, without a look at the database.

    Raises ``KeyError`` for a letter that we do not write.
    """
    return LETTERS[kind].sample()


__all__ = ["LETTERS", "Letter", "Message", "Writing", "sample"]
