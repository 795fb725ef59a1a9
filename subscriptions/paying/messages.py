"""What providers tell us: stored as it came under its own id, answered at once, and applied by a task.

A message is only a reason to look: what it says itself is never written down
(``subscriptions.paying.settling``). So it may come twice, late, before the one it should follow, or not at
all, and fifty copies at the same moment have the effect of one. One that cannot be applied is tried again, a
minute later and then ever more rarely; after ``MOST_TRIES``, most of a day, it is given up and waits at the
desk for a person.
"""

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from magazine.work import schedule
from subscriptions.models import Customer, Payment, ProviderEvent
from subscriptions.paying import settling
from subscriptions.providers import installed, provider_for
from subscriptions.providers.base import (
    ForgedMessageError,
    Message,
    ProviderRefusedError,
    ProviderUnavailableError,
)

logger = logging.getLogger(__name__)

MOST_TRIES = 12
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
# Who applies a message has so long before somebody else takes it for dropped.
LEASE = timedelta(minutes=5)


class NotYetError(Exception):
    """The message is about something that we may only come to know of."""


def receive(key: str, body: bytes, headers: Mapping[str, str], at: datetime | None = None) -> ProviderEvent:
    """Store a message of the provider ``key`` and queue it to be applied; a second copy is the first.

    Raises ``KeyError`` for a provider that is not installed, ``ForgedMessageError`` for what it did not send.
    """
    at = at or timezone.now()
    told = installed()[key].read_message(body, headers, at)
    if not told.id or len(told.id) > 100:
        raise ForgedMessageError("A message without an id of its own.")
    with transaction.atomic():
        event, is_new = ProviderEvent.objects.get_or_create(
            provider=key,
            event_id=told.id,
            defaults={
                "kind": told.kind[:100],
                "object_id": told.object_id[:100],
                "body": body.decode(errors="replace").replace("\0", ""),
                "received_at": at,
                "next_try_at": at,
            },
        )
        if is_new:
            schedule.soon("subscriptions.tasks.apply_message", event.pk)
    return event


def apply(event_id: int, at: datetime | None = None) -> bool:
    """Apply a stored message, if it waits at ``at`` (default: now); return whether it was applied by this.

    Whoever is at it already is left to it. Never inside a transaction.
    """
    at = at or timezone.now()
    claimed = ProviderEvent.objects.waiting(at).filter(pk=event_id)
    if not claimed.update(tries=F("tries") + 1, next_try_at=at + LEASE):
        return False
    event = ProviderEvent.objects.get(pk=event_id)
    try:
        result = _act_on(event, at)
    except (ProviderRefusedError, settling.DisagreesError) as error:
        _give_up(event, str(error) or _("The provider refused to tell us more."), at)
    except (ProviderUnavailableError, NotYetError) as error:
        _put_off(event, str(error) or _("The provider does not answer."), at)
    except Exception as error:
        # Whatever it was, the message is not lost by it, and neither are those behind it.
        logger.exception("The message %s could not be applied.", event)
        _put_off(event, f"{type(error).__name__}: {error}", at)
    else:
        ProviderEvent.objects.filter(pk=event.pk, applied_at=None).update(
            applied_at=at, result=result[:200], failure=""
        )
        return True
    return False


def apply_waiting(at: datetime | None = None) -> int:
    """Apply whatever waits at ``at`` (default: now), the oldest first; return how many messages that was."""
    waiting = ProviderEvent.objects.waiting(at).order_by("received_at", "pk")
    return sum(apply(event_id, at) for event_id in list(waiting.values_list("pk", flat=True)))


def apply_again(event: ProviderEvent, *, at: datetime | None = None) -> None:
    """Have a message applied once more from the beginning, given up or not: that is always harmless."""
    at = at or timezone.now()
    with transaction.atomic():
        ProviderEvent.objects.filter(pk=event.pk).update(
            applied_at=None, dead_at=None, result="", failure="", tries=0, next_try_at=at
        )
        schedule.soon("subscriptions.tasks.apply_message", event.pk)


def _act_on(event: ProviderEvent, at: datetime) -> str:
    if event.provider not in installed():
        raise NotYetError(_("The provider is switched off."))
    provider = provider_for(event.provider)
    told = Message(event.event_id, event.kind, event.object_id, _taken_apart(event.body))
    subject = provider.subject_of(told)
    if subject.reference:
        payment = Payment.objects.filter(provider=event.provider, reference=subject.reference).first()
        if payment is None:
            raise NotYetError(_("We have no payment %s.") % subject.reference)
        settling.look(payment.pk, at=at)
        return subject.reference
    customer = Customer.objects.filter(provider=event.provider, reference=subject.customer).first()
    if customer is None or not subject.customer:
        return _("Nothing of ours.")
    settling.note_card(customer, provider.card_of(customer.reference), at=at)
    return _("The card of %s.") % customer.reference


def _taken_apart(body: str) -> Mapping[str, object]:
    told = json.loads(body)
    return told if isinstance(told, dict) else {}


def _put_off(event: ProviderEvent, failure: str, at: datetime) -> None:
    if event.tries >= MOST_TRIES:
        _give_up(event, failure, at)
        return
    pause = min(FIRST_PAUSE * 2 ** (event.tries - 1), LONGEST_PAUSE)
    ProviderEvent.objects.filter(pk=event.pk, applied_at=None).update(failure=failure, next_try_at=at + pause)


def _give_up(event: ProviderEvent, failure: str, at: datetime) -> None:
    logger.error("The message %s was given up: %s", event, failure)
    ProviderEvent.objects.filter(pk=event.pk, applied_at=None).update(failure=failure, dead_at=at)
