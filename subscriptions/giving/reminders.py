"""The post about gifts: on the day, once more while it waits, and some weeks before it ends.

=============  =======================================================  ====================================
Letter         To                                                       When
=============  =======================================================  ====================================
A gift for     the recipient, where the giver wrote down their address  on ``gives_on``, from ``POST_AT`` on
you                                                                     by the magazine's clock
A gift that    the recipient; without an address of theirs, the giver   once, ``REMIND_AFTER`` later, while
waits                                                                   nobody has redeemed it
A gift ends    who redeemed it                                          once, ``ENDING_BEFORE`` its last day
=============  =======================================================  ====================================

Each is on record once (``subscriptions.letters.post``), so that looking again writes nothing twice.
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from subscriptions import terms
from subscriptions.letters import post
from subscriptions.models import Gift, Letter

# Nobody is woken by a present.
POST_AT = time(8)
REMIND_AFTER = timedelta(days=30)
ENDING_BEFORE = timedelta(days=21)
# What waited for longer (a mail server, a pause of the worker) is a reminder no more.
LATE_BY = timedelta(days=14)


def write_due(at: datetime | None = None) -> int:
    """Write whatever is due at ``at`` (default: now); return how many letters that were."""
    at = at or timezone.now()
    return give_due(at) + remind_due(at) + end_due(at)


def give_due(at: datetime) -> int:
    """Write to those whose day has come."""
    due = Gift.objects.waiting().exclude(recipient_email="").filter(gives_on__lte=_day_of_post(at))
    return sum(_write(gift, Letter.Kind.GIFT_GIVEN, at) for gift in _unwritten(due, Letter.Kind.GIFT_GIVEN))


def remind_due(at: datetime) -> int:
    """Remind of what has waited for a month, or was paid so long ago, whichever is later; once."""
    day = _day_of_post(at) - REMIND_AFTER
    due = Gift.objects.waiting().filter(
        gives_on__lte=day, gives_on__gt=day - LATE_BY, paid_at__lt=at - REMIND_AFTER
    )
    kind = Letter.Kind.GIFT_REMINDER
    return sum(_write(gift, kind, at) for gift in _unwritten(due, kind))


def end_due(at: datetime) -> int:
    """Write to those whose gift ends within three weeks and who have had it for longer than that."""
    today = _day_of_post(at)
    due = Gift.objects.filter(
        void_at=None, extension=None, last_on__gte=today, last_on__lte=today + ENDING_BEFORE
    ).exclude(first_on__gt=today)
    kind = Letter.Kind.GIFT_ENDING
    return sum(_write(gift, kind, at) for gift in _unwritten(due, kind))


def _day_of_post(at: datetime) -> date:
    """The day whose post has gone out at ``at``: today, or yesterday while it is early."""
    here = timezone.localtime(at, timezone.get_default_timezone())
    return terms.day_of(at) if here.time() >= POST_AT else terms.day_of(at) - timedelta(days=1)


def _unwritten(gifts: QuerySet[Gift], kind: Letter.Kind) -> QuerySet[Gift]:
    number = Concat(Value(f"{kind.value}-"), OuterRef("order__number"), output_field=CharField())
    return gifts.exclude(Exists(Letter.objects.filter(key=number))).select_related(
        "order", "giver", "recipient"
    )


def _write(gift: Gift, kind: Letter.Kind, at: datetime) -> bool:
    with transaction.atomic():
        if kind == Letter.Kind.GIFT_ENDING:
            post.queue_to(gift.recipient, kind, about=gift, key=gift.order.number, at=at)
        else:
            address = gift.recipient_email or gift.giver.email
            post.queue(
                kind, about=gift, key=gift.order.number, subscription=gift.order, address=address, at=at
            )
    return True
