"""Taking a gift up: who has its code, and is signed in, makes it theirs, once.

=================================  ====================================================================
The recipient has                  What they can do with the gift
=================================  ====================================================================
nothing that runs                  it begins today, or on the day it was meant for, if that is to come
a paid plan that runs or rests     add its days to the plan, so that the next bill comes later; or keep it
days to try, or days of grace      keep it
another gift that runs             keep it
a seat, or our compliments         as if nothing ran; or keep it
=================================  ====================================================================

What is kept begins by itself when nothing else of theirs runs any more (looked at every few minutes, and when
a plan lapses or is given back), or on the day they ask for it, beside whatever runs; while a plan runs, its
days can still be added to that.

A gift's days are its months, counted from its first day by the anniversary rule (``subscriptions.terms``).
Days that are added to a plan are as many as they would be from today on. The printed copy, where it was given
along, comes on the gift's days; where a plan that has print of its own is lengthened, print is lengthened
with it, and where it has none, copies come for as many days from today.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from subscriptions import entitlements, terms
from subscriptions.fulfilment import printed
from subscriptions.letters import post
from subscriptions.life import extensions, lifecycle, story, timetable
from subscriptions.life.lifecycle import State
from subscriptions.models import Entitlement, Extension, Gift, Letter, Subscription, SubscriptionEvent
from subscriptions.models.offer import clean_code
from subscriptions.models.plan import MAGAZINE
from subscriptions.paying import payments


class CannotRedeemError(ValueError):
    """The gift cannot be taken up, or not like this; the text is the sentence for whoever wanted to."""


class Way(models.TextChoices):
    """What can be done with a gift."""

    BEGIN = "begin", _later("Begin it")
    ADD = "add", _later("Add its days to my plan")
    KEEP = "keep", _later("Keep it for later")


@dataclass(frozen=True)
class Ways:
    """What a recipient can do with a gift, the best first; ``plan`` is what runs already, if something does.

    ``first_on`` and ``last_on`` are its days if it began now.
    """

    ways: tuple[Way, ...]
    plan: Subscription | None
    first_on: date
    last_on: date

    @property
    def days(self) -> int:
        """How many days it gives."""
        return (self.last_on - self.first_on).days + 1


def by_code(code: str) -> Gift | None:
    """Return the gift with ``code``, however it is spelled: small letters, without its dashes, with spaces.

    It is none of the caller's business whether it can still be taken up: see ``check``. One query.
    """
    letters = "".join(letter for letter in clean_code(code) if letter.isalnum())
    if len(letters) != 12:
        return None
    spelled = f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
    known = Gift.objects.select_related("order", "price__version__plan", "zone_price__zone", "recipient")
    return known.filter(code=spelled).first()


def check(gift: Gift) -> None:
    """Raise ``CannotRedeemError`` unless ``gift`` can be taken up."""
    if gift.void_at is not None:
        raise CannotRedeemError(_("This gift was taken back by its giver, and its code is no longer good."))
    if gift.paid_at is None:
        raise CannotRedeemError(_("This gift has not been paid yet. Its code will be good once it is."))
    if gift.redeemed_at is not None:
        raise CannotRedeemError(_("This gift has been taken up already: each code is good once."))


def ways_for(gift: Gift, reader, at: datetime | None = None) -> Ways:
    """Say what ``reader`` can do with ``gift`` at ``at`` (default: now). Five queries at most."""
    at = at or timezone.now()
    first_on, last_on = days_from(gift, max(terms.day_of(at), gift.gives_on))
    plan = _plan_of(reader)
    now = lifecycle.standing(plan, at) if plan else None
    ways: tuple[Way, ...]
    if plan is not None and now is not None and now.is_running:
        can_add = now.is_active or now.is_paused
        ways = (Way.ADD, Way.KEEP) if can_add else (Way.KEEP,)
    elif _has_gift(reader, at):
        plan, ways = None, (Way.KEEP,)
    else:
        has_right = Entitlement.objects.current(at).filter(reader=reader.pk).exists()
        plan, ways = None, ((Way.BEGIN, Way.KEEP) if has_right else (Way.BEGIN,))
    if gift.redeemed_at is not None:
        # What is kept is kept already; it may begin beside whatever runs.
        ways = (*(way for way in ways if way == Way.ADD), Way.BEGIN)
    return Ways(ways, plan, first_on, last_on)


def days_from(gift: Gift, first_on: date) -> tuple[date, date]:
    """Return the first and the last day of ``gift`` if it begins on ``first_on``."""
    span = terms.span(first_on, after_months=0, months=gift.price.term_months or 1)
    return span.starts_on, span.ends_on


def redeem(gift: Gift, reader, *, way: Way, at: datetime | None = None) -> Gift:
    """Make ``gift`` ``reader``'s, and begin or keep it; days are added to a plan by ``add``.

    Two at once: one of them has it. Raises ``CannotRedeemError``.
    """
    at = at or timezone.now()
    with transaction.atomic():
        # Who has two codes and clicks twice: the second sees what the first began.
        get_user_model().objects.select_for_update(no_key=True).get(pk=reader.pk)
        gift = _held(gift)
        check(gift)
        found = ways_for(gift, reader, at)
        if way not in found.ways or way == Way.ADD:
            raise CannotRedeemError(_("Something has changed in the meantime. Please look again."))
        _take(gift, reader, at)
        if way == Way.BEGIN:
            _begin(gift, found.first_on, at)
    return gift


def add(gift: Gift, plan: Subscription, *, at: datetime | None = None) -> Extension:
    """Add the days of ``gift`` to ``plan``, whose reader redeems it with that, or had kept it.

    For use inside a transaction that holds the plan; the gift's order is held after it. Raises
    ``CannotRedeemError``.
    """
    at = at or timezone.now()
    gift = _held(gift)
    if gift.redeemed_at is None:
        check(gift)
    elif not _is_kept_by(gift, plan.reader_id):
        raise CannotRedeemError(_("This gift has been taken up already: each code is good once."))
    found = ways_for(gift, plan.reader, at)
    if Way.ADD not in found.ways or found.plan is None or found.plan.pk != plan.pk:
        raise CannotRedeemError(_("Days cannot be added to your plan as it stands now."))
    if gift.redeemed_at is None:
        _take(gift, plan.reader, at)
    first_on, last_on = days_from(gift, terms.day_of(at))
    try:
        gift.extension = extensions.extend(
            plan,
            (last_on - first_on).days + 1,
            batch=f"gift-{gift.pk}",
            by=plan.reader,
            reason=_("A gift from %s") % gift.signed,
            at=at,
        )
    except extensions.CannotExtendError as refusal:
        raise CannotRedeemError(_("Days cannot be added to your plan as it stands now.")) from refusal
    if gift.zone_price_id is not None and printed.open_of(plan) is None:
        gift.first_on, gift.last_on = first_on, last_on
    gift.save(update_fields=["extension", "first_on", "last_on"])
    entitlements.write_for_gift(gift)
    return gift.extension


def begin_kept(gift: Gift, reader, *, at: datetime | None = None) -> Gift:
    """Begin a gift that ``reader`` has kept, today, beside whatever runs. Raises ``CannotRedeemError``."""
    at = at or timezone.now()
    with transaction.atomic():
        gift = _held(gift)
        if not _is_kept_by(gift, reader.pk):
            raise CannotRedeemError(_("This gift does not wait any more."))
        _begin(gift, max(terms.day_of(at), gift.gives_on), at)
    return gift


def begin_due(at: datetime | None = None, *, reader_id: int | None = None) -> int:
    """Begin what is kept by those who have nothing else that runs (only ``reader_id``, if given).

    Of several, the one redeemed first. Returns how many began. Safe to run twice, and by two at once.
    """
    at = at or timezone.now()
    today = terms.day_of(at)
    current = Entitlement.objects.current(at).filter(reader=OuterRef("recipient"))
    kept = Gift.objects.banked().filter(~Exists(current), gives_on__lte=today)
    if reader_id is not None:
        kept = kept.filter(recipient=reader_id)
    begun, seen = 0, set()
    for gift in kept.select_related("recipient").order_by("redeemed_at", "pk"):
        if gift.recipient is None or gift.recipient.pk in seen:
            continue
        seen.add(gift.recipient.pk)
        with transaction.atomic():
            get_user_model().objects.select_for_update(no_key=True).get(pk=gift.recipient.pk)
            held = _held(gift)
            if not _is_kept_by(held, gift.recipient_id) or _has_something(gift.recipient, at):
                continue
            _begin(held, today, at)
            begun += 1
    return begun


def take_back_days(gift_id: int, at: datetime | None = None) -> int:
    """Take the days off a plan again that a void gift had added, as far as they are to come; return how many.

    Run twice, it takes them once.
    """
    at = at or timezone.now()
    today = terms.day_of(at)
    found = Gift.objects.select_related("extension").filter(pk=gift_id, void_at__isnull=False).first()
    if found is None or found.extension is None:
        return 0
    with transaction.atomic():
        plan = story.locked(found.extension.subscription_id)
        batch = f"{found.extension.batch}-back"
        if plan.events.filter(kind=SubscriptionEvent.Kind.EXTENDED, reason__startswith=batch).exists():
            return 0
        term = next((one for one in payments.kept_terms(plan) if one.pk == found.extension.term_id), None)
        days = 0
        if term is not None and plan.closed_at is None:
            days = max(0, min(found.extension.days, (term.ends_on - max(today, term.starts_on)).days))
            if days:
                timetable.move(plan, within=term, days=-days)
        story.note(
            plan,
            SubscriptionEvent.Kind.EXTENDED,
            by=None,
            at=at,
            reason=_("%(batch)s: −%(days)d, the gift was taken back") % {"batch": batch, "days": days},
        )
    return days


def _held(gift: Gift) -> Gift:
    """Load the gift as it is now, and let others who want it, or its money, wait."""
    story.locked(gift.order_id)
    known = Gift.objects.select_related("order", "price__version", "zone_price", "recipient", "giver")
    return known.get(pk=gift.pk)


def _is_kept_by(gift: Gift, reader_id: int | None) -> bool:
    is_kept = gift.redeemed_at is not None and gift.first_on is None and gift.extension_id is None
    return is_kept and gift.void_at is None and gift.recipient_id == reader_id


def _take(gift: Gift, reader, at: datetime) -> None:
    gift.recipient, gift.redeemed_at = reader, at
    gift.save(update_fields=["recipient", "redeemed_at"])
    story.note(gift.order, SubscriptionEvent.Kind.GIFT_REDEEMED, by=reader, at=at)
    if gift.giver_id != reader.pk:
        post.queue(
            Letter.Kind.GIFT_REDEEMED, about=gift, key=gift.order.number, subscription=gift.order, at=at
        )


def _begin(gift: Gift, first_on: date, at: datetime) -> None:
    gift.first_on, gift.last_on = days_from(gift, first_on)
    gift.save(update_fields=["first_on", "last_on"])
    entitlements.write_for_gift(gift)


def _plan_of(reader) -> Subscription | None:
    live = Subscription.objects.own().live().with_facts()
    return live.filter(reader=reader.pk, product=MAGAZINE).first()


def _has_gift(reader, at: datetime) -> bool:
    today = terms.day_of(at)
    mine = Gift.objects.filter(recipient=reader.pk, void_at=None)
    kept = Q(redeemed_at__isnull=False, first_on=None, extension=None)
    return mine.filter(kept | Q(last_on__gte=today, extension=None)).exists()


def _has_something(reader, at: datetime) -> bool:
    """Whether anything of theirs runs, or rests: a right in force, a plan that goes on, a gift to come."""
    if Entitlement.objects.current(at).filter(reader=reader.pk).exists():
        return True
    plan = _plan_of(reader)
    if plan is not None and lifecycle.standing(plan, at).state in (State.PAUSED, State.ACTIVE, State.GRACE):
        return True
    today = terms.day_of(at)
    return Gift.objects.filter(recipient=reader.pk, void_at=None, last_on__gte=today, extension=None).exists()
